/*
 * oom.c
 *	  No memory: every allocation of a whole call fails once.
 *
 * The chunk function jumps out at the first chunk, then at the second, and so
 * on until a run gets through, as SQLite's door does.  Built with
 * -DMIGR_ARENA_DEBUG, so that each allocation is a chunk, and run under
 * AddressSanitizer: nothing may leak, and nothing be used that isn't there.
 */
#include "unit.h"

#include <stdio.h>

#include "rev/draw.h"
#include "rev/import.h"
#include "text/ini.h"
#include "text/tmpl.h"
#include "text/words.h"

#define COUNT(cases) (sizeof(cases) / sizeof(*(cases)))

static const char scripts[] =
	"-- migrate:revision a\n-- migrate:labels lib, app\n"
	"-- migrate:message the first\n-- migrate:created 2026-11-21\n"
	"-- migrate:upgrade\nCREATE TABLE t(i int);\n"
	"-- migrate:downgrade sqlite\nDROP TABLE t;\n"
	"-- migrate:revision b\n-- migrate:revises a\n"
	"-- migrate:revision c\n-- migrate:revises a\n-- migrate:labels side\n"
	"-- migrate:revision d\n-- migrate:revises b, c\n"
	"-- migrate:revision e\n-- migrate:depends_on side\n"
	"-- migrate:revision f\n-- migrate:revises e\n-- migrate:depends_on d\n";

/* Parse scripts, also ones that are wrong, and cut them into sections. */
static void
use_scripts(MigrCtx *ctx, MigrRevisions *revisions)
{
	static const char *const wrong[] = {
		"SELECT 1;",
		"-- migrate:upgrad",
		"-- migrate:revision a\n-- migrate:labels x-1",
		"-- migrate:revision a\n-- migrate:revision a",
	};
	MigrRevisions none = {0};

	for (size_t i = 0; i < COUNT(wrong); i++)
		migr_script_parse(ctx, migr_span(wrong[i]), "x.sql", &none);
	migr_place_text(&ctx->arena, &ctx->err.place);
	ctx->err.code = MIGR_OK;
	migr_script_parse(ctx, migr_span(scripts), "y.sql", revisions);
	for (int i = 0; i < revisions->count; i++)
	{
		MigrSections sections = {0};

		migr_script_sections(ctx, revisions->items[i], &sections);
	}
}

/* Ask a graph all that can be asked. */
static void
use_graph(const MigrGraph *graph)
{
	static const char *const texts[] = {
		"heads", "head", "lib@head", "x",		 "+1",	"-1",  "side@-1",
		"f-1",	 "base", "d+1",		 "lib@base", "a c", "f d", NULL};
	MigrRevs rows = unit_revs(graph, "b c");
	MigrRevs out = {0};
	MigrErr *err = &graph->ctx->err;

	for (int i = 0; texts[i] != NULL; i++)
	{
		MigrPlan plan = {0};
		MigrNames names = {0};

		migr_resolve(graph, texts[i], &out);
		migr_resolve_show(graph, texts[i], &rows, &out);
		err->code = MIGR_OK;
		migr_plan_upgrade(graph, texts[i], &rows, &plan);
		err->code = MIGR_OK;
		migr_plan_downgrade(graph, texts[i], &rows, &plan);
		err->code = MIGR_OK;
		migr_plan_stamp(graph, texts[i], &rows, &plan);
		err->code = MIGR_OK;
		for (int k = 0; k < plan.count; k++)
			migr_step_line(graph, &plan.items[k]);
		migr_vec_push(&graph->ctx->arena, &names, texts[i]);
		migr_resolve_rows(graph, &names, &out);
	}
	migr_check_rows(graph, &rows);
	migr_all_current(graph, &rows, &out);
	migr_resolve_history(graph, "a:heads", &rows, &out);
	migr_near_miss(graph, "lob");
}

/* Draw a graph in each format. */
static void
use_draw(const MigrGraph *graph)
{
	static const char *const names[] = {"mermaid", "dot", "svg", "png"};
	MigrRevs rows = unit_revs(graph, "b c");
	MigrSet current = migr_set_new(graph);
	MigrSet applied = migr_set_new(graph);

	for (int i = 0; i < rows.count; i++)
		migr_set_add(current, rows.items[i]);
	migr_graph_close(graph, &graph->all_down, &rows, applied);
	for (size_t i = 0; i < COUNT(names); i++)
	{
		MigrDrawFormat format;

		if (migr_draw_format(graph->ctx, names[i], &format))
			migr_draw(graph, format, current, applied);
	}
	graph->ctx->err.code = MIGR_OK;
}

/* Read configuration files, also wrong ones, and what is in them. */
static void
use_ini(MigrCtx *ctx)
{
	static const char *const texts[] = {
		"[DEFAULT]\nbase = /x\n[a]\nPlace = %(here)s%(base)s/%%\n  two\n"
		"lost = %(no)s\nopen = %(base\nodd = 5% of it\nloop = %(loop)s\n",
		"k = v",
		"[a]\nk",
		"[a]\n[a]",
		"[a]\nk = v\nK = w",
		"[a]\nk = \xFF",
	};
	static const char *const keys[] = {"place", "lost", "open", "odd",
									   "loop",	"here", "none"};
	MigrIni *ini;

	for (size_t i = 0; i < COUNT(texts); i++)
	{
		if (migr_ini_parse(ctx, migr_span(texts[i]), "x.ini", &ini) &&
			migr_ini_has_section(ini, "a"))
			for (size_t k = 0; k < COUNT(keys); k++)
			{
				const char *value;

				migr_ini_get(ctx, ini, "a", keys[k], "/here", &value);
				ctx->err.code = MIGR_OK;
			}
		ctx->err.code = MIGR_OK;
	}
}

/* Split command lines, also wrong ones. */
static void
use_words(MigrCtx *ctx)
{
	static const char *const lines[] = {
		"upgrade 'a b' \"c\\\" d\" e\\ f '' --sql", "a 'b", "a\\"};

	for (size_t i = 0; i < COUNT(lines); i++)
	{
		MigrWords words = {0};

		migr_words_split(ctx, migr_span(lines[i]), &words);
		ctx->err.code = MIGR_OK;
	}
}

/* Fill in templates, also wrong ones, and make files' names. */
static void
use_tmpl(MigrCtx *ctx)
{
	static const MigrTmplValue values[] = {{"revision", "a"}, {"none", NULL}};
	static const char *const texts[] = {"-- ${revision}${none} $$ $1\n",
										"\n${revisions}", "${revision"};
	static const char *const names[] = {
		"%(year)d_%(month).2d/%(rev)-8s_%(slug).3s%%%(epoch)#x",
		"%(no)s",
		"%(rev)r",
		"%(slug)d",
		"%(day)256d",
		"%",
		"",
		"/x",
		"../x",
		"a\nb",
	};
	MigrTmplFile file = {"a", NULL, -75, 2026, 7, 2, 9, 5, 59};

	file.slug = migr_tmpl_slug(&ctx->arena, "Add a Table, then drop it", 12);
	for (size_t i = 0; i < COUNT(texts); i++)
	{
		MigrStr str;

		migr_str_init(&str, &ctx->arena);
		migr_tmpl_expand(ctx, migr_span(texts[i]), "x", values, COUNT(values),
						 &str);
		ctx->err.code = MIGR_OK;
	}
	for (size_t i = 0; i < COUNT(names); i++)
	{
		const char *name;

		migr_tmpl_file_name(ctx, names[i], &file, &name);
		ctx->err.code = MIGR_OK;
	}
}

#define ROW_A "INSERT INTO alembic_version (version_num) VALUES ('a1');\n"
#define RUN_A "-- Running upgrade  -> a1\n\n"

/* Take apart what Alembic prints, also where it is wrong. */
static void
use_import(MigrCtx *ctx)
{
	static const char upgrade[] =
		"SET x TO y;\n\nBEGIN;\n\n"
		"INFO  [alembic.runtime.migration] Running upgrade  -> a1, one\n" RUN_A
		"CREATE TABLE t (i int);\n\nSELECT $q$;$q$, E'\\\\;', \"b;\" /* ; */;\n\n"
		"COMMIT;\n\nVACUUM;\n\nBEGIN;\n\n"
		"SELECT '%%', :p, 'a\\\\b', 'NULL' -- c;\n\n" ROW_A
		"-- Running upgrade a1 -> b1\n\n-- migrate:upgrade\nROLLBACK;\n"
		"UPDATE alembic_version SET version_num='b1' WHERE "
		"alembic_version.version_num = 'a1';\n\nCOMMIT;\n";
	static const char downgrade[] =
		"-- Running downgrade c1 -> z1\n\nUPDATE alembic_version SET "
		"version_num='z1' WHERE alembic_version.version_num = 'c1';\n"
		"-- Running downgrade a1 -> \n\nDROP TABLE t;\n"
		"DELETE FROM alembic_version WHERE alembic_version.version_num = "
		"'a1';\n";
	static const char *const wrong[] = {
		"",
		"-- Running downgrade a1 -> \n",
		RUN_A ROW_A RUN_A ROW_A,
		"-- Running upgrade  -> a1, b1\n",
		"-- Running upgrade he\"ad -> a1\n",
		RUN_A "SELECT 1;\n",
		RUN_A "SELECT 'it;\n",
		RUN_A "SELECT (;\n" ROW_A,
		RUN_A "FAILED: no\n",
		RUN_A "SELECT '\xFF';\n" ROW_A,
	};
	static const char *const dialects[] = {"postgresql", "sqlite"};
	MigrSpan none = {NULL, 0};

	for (size_t i = 0; i < COUNT(dialects); i++)
	{
		MigrImportedList list = {0};

		migr_import_alembic(ctx, dialects[i], "\"alembic_version\"",
							migr_span(upgrade), migr_span(downgrade), &list);
		ctx->err.code = MIGR_OK;
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
	{
		MigrImportedList list = {0};

		migr_import_alembic(ctx, dialects[0], NULL, migr_span(wrong[i]), none,
							&list);
		ctx->err.code = MIGR_OK;
	}
}

/* The whole call. */
static void
work(Unit *unit)
{
	MigrRevisions revisions = {0};
	MigrGraph graph;

	use_scripts(&unit->ctx, &revisions);
	if (migr_graph_build(&unit->ctx, revisions.items, revisions.count, &graph))
	{
		use_graph(&graph);
		use_draw(&graph);
	}
	use_ini(&unit->ctx);
	use_words(&unit->ctx);
	use_tmpl(&unit->ctx);
	use_import(&unit->ctx);
}

/* Run with the chunk failing that countdown says; true when none did. */
static bool
run(long countdown)
{
	Unit unit;

	unit_open(&unit);
	unit.countdown = countdown;
	if (setjmp(unit.no_memory) != 0)
	{
		unit_close(&unit);
		return false;
	}
	work(&unit);
	unit_close(&unit);
	return true;
}

static void
test_every_chunk(void **state)
{
	long countdown = 1;

	(void) state;
	while (!run(countdown))
		countdown++;
	assert_true(countdown > 100);
	printf("%ld allocations failed, each once\n", countdown - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_chunk),
	};

	return cmocka_run_group_tests_name("oom", tests, NULL, NULL);
}
