/*
 * oom.c
 *	  No memory: every allocation of a whole call fails once.
 *
 * The chunk function jumps out at the first chunk, then at the second, and so
 * on until a run gets through, as SQLite's door does.  Built with
 * -DMIGR_ARENA_DEBUG, so that each allocation is a chunk, and run under
 * AddressSanitizer: nothing may leak, and nothing be used that isn't there.
 */
#include "edit.h"

#include <stdio.h>
#include <string.h>

#include "rev/captured.h"
#include "rev/draw.h"
#include "rev/import.h"
#include "schema/rebuild.h"
#include "schema/rewrite.h"
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

/* Take statements apart that make tables and indexes, also wrong ones. */
static void
use_ddl(MigrCtx *ctx)
{
	static const char *const tables[] = {
		"CREATE TABLE t (a int PRIMARY KEY, b, UNIQUE (b), CHECK (a > b))",
		"CREATE TABLE t (a int REFERENCES u (x) ON DELETE CASCADE) STRICT",
		"CREATE TABLE t (a AS (b) STORED, b DEFAULT (1 + 1)) WITHOUT ROWID",
		"CREATE TABLE t (a int",
		"CREATE TABLE t (a, PRIMARY b)",
	};
	static const char *const indexes[] = {
		"CREATE UNIQUE INDEX i ON t (a DESC, lower(b) COLLATE nocase) WHERE a",
		"CREATE INDEX i ON t (",
	};

	for (size_t i = 0; i < COUNT(tables); i++)
	{
		MigrTableDef table;
		MigrRuleNames names = {0};

		if (migr_ddl_table(ctx, migr_span(tables[i]), &table))
			migr_ddl_names(ctx, &table, &names);
		ctx->err.code = MIGR_OK;
	}
	for (size_t i = 0; i < COUNT(indexes); i++)
	{
		MigrIndexDef index;

		migr_ddl_index(ctx, migr_span(indexes[i]), &index);
		ctx->err.code = MIGR_OK;
	}
}

/* Write what makes a table what it was edited to, and looks at its rows. */
static void
use_edit(MigrCtx *ctx, const MigrEdit *edit)
{
	MigrDependent index = {"main", "i", {NULL, 0}, false};
	MigrRewrite rewrite = {.schema = "main", .name = "t", .from = &edit->old};
	MigrColumnNames key = {0};
	MigrTexts texts = {0};

	index.sql = migr_span("CREATE INDEX i ON t (b)");
	rewrite.edit = edit;
	migr_vec_push(&ctx->arena, &rewrite.dependents, index);
	migr_vec_push(&ctx->arena, &key, "x");
	migr_rewrite_text(ctx, &rewrite, &texts);
	migr_rewrite_rebuild(ctx, &rewrite, &texts);
	migr_rewrite_view(ctx, &rewrite.dependents.items[0], &key, 1, &texts);
	for (int i = 0; i < edit->demands.count; i++)
		if (edit->demands.items[i].violating != NULL)
			migr_demand_select(ctx, &edit->demands.items[i], "main", "t", &key);
}

/* What is done to a table, also where it isn't possible. */
static const char *const actions[] = {
	"ADD d int NOT NULL DEFAULT (1) REFERENCES u UNIQUE CHECK (d > a) FIRST",
	"ADD COLUMN IF NOT EXISTS a int, ADD e int AS (b) STORED REFERENCES u",
	"DROP a, DROP c",
	"DROP b CASCADE, DROP g, DROP c, DROP a CASCADE, ADD z int",
	"ALTER b TYPE int USING length(b), ALTER a TYPE text COLLATE nocase",
	"ALTER a SET DEFAULT 1 + 2, ALTER b DROP DEFAULT, ALTER b SET NOT NULL",
	"ALTER b DROP NOT NULL, ALTER c ADD GENERATED ALWAYS AS (a)",
	"ALTER g DROP EXPRESSION, ALTER c SET NOT NULL",
	"ADD CHECK (a < c), ADD UNIQUE (c, a), ADD FOREIGN KEY (a) REFERENCES u",
	"ADD FOREIGN KEY (a) REFERENCES u (x) NOT VALID, ALTER COLUMN g FIRST",
	"DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (b, c)",
	"RENAME CONSTRAINT u TO v",
	"DROP CONSTRAINT IF EXISTS nosuch, VALIDATE CONSTRAINT t_c_check",
	"ADD CHECK (nosuch)",
	"ADD d serial",
	"ALTER a TYPE",
};

/* Alter a table by one of them. */
static void
use_alter(Unit *unit, const char *action)
{
	static const char create[] =
		"CREATE TABLE t (\n\ta int PRIMARY KEY, -- one\n"
		"\tb text NOT NULL COLLATE nocase DEFAULT 'x',\n"
		"\tg int AS (c * 2),\n\tc int CHECK (c > 0) REFERENCES t,\n"
		"\tCONSTRAINT u UNIQUE (b, c)\n)";
	MigrCtx *ctx = &unit->ctx;
	MigrEdit edit;

	if (migr_edit_begin(ctx, migr_span(create), &edit) &&
		edit_alter(unit, &edit, action) && migr_edit_pin(ctx, &edit, NULL))
		use_edit(ctx, &edit);
}

/* What clients ran, as base/record.h has it. */
typedef struct Noted
{
	MigrRecordKind kind;
	const char *text;
} Noted;

static const Noted noted[] = {
	{MIGR_RECORD_OUTSIDE, "CREATE TABLE t (a int, b text DEFAULT 'x')"},
	{MIGR_RECORD_BEGIN, ""},
	{MIGR_RECORD_SAVEPOINT, "p"},
	{MIGR_RECORD_RUN, "SELECT '\001'"},
	{MIGR_RECORD_BACK, "p"},
	{MIGR_RECORD_RUN, "SET \"a\".b TO 1"},
	{MIGR_RECORD_RUN, "COPY t FROM stdin"},
	{MIGR_RECORD_DATA, "1\n-- migrate:up\n"},
	{MIGR_RECORD_RUN, "UPDATE t SET a = 2"},
	{MIGR_RECORD_RUN, "INSERT INTO alembic_version (version_num) VALUES ('a')"},
	{MIGR_RECORD_COMMIT, ""},
	{MIGR_RECORD_OUTSIDE, "VACUUM"},
	{MIGR_RECORD_RUN, "CREATE TABLE _alembic_tmp_t (a int NOT NULL, c text)"},
	{MIGR_RECORD_RUN,
	 "INSERT INTO _alembic_tmp_t (a, c) SELECT t.a, t.b FROM t"},
	{MIGR_RECORD_RUN, "DROP TABLE t"},
	{MIGR_RECORD_RUN, "ALTER TABLE _alembic_tmp_t RENAME TO t"},
	{MIGR_RECORD_RUN, "UPDATE alembic_version SET version_num='b' WHERE "
					  "alembic_version.version_num = 'a'"},
	{MIGR_RECORD_RUN, "DELETE FROM alembic_version"},
	{MIGR_RECORD_RUN, "INSERT INTO alembic_version (version_num) VALUES ('z')"},
};

/* Say the rebuilds of tables in another way. */
static const char *
say_rebuilds(void *context, const char *sections, MigrTexts *notes)
{
	return migr_rebuild_say(context, sections, notes);
}

/* Take a log apart. */
static void
use_captured(Unit *unit, const char *dialect)
{
	MigrRevisions files = unit_revisions(unit, "a; b(a)");
	MigrCapturedList found = {0};
	MigrNames warnings = {0};
	MigrTables tables;
	MigrStr log;

	migr_str_init(&log, &unit->ctx.arena);
	for (size_t i = 0; i < COUNT(noted); i++)
		migr_record_add(&log, "s", noted[i].kind, migr_span(noted[i].text));
	migr_tables_init(&unit->ctx, &tables);
	migr_captured_read(&unit->ctx, dialect, NULL, migr_span(log.data), &files,
					   say_rebuilds, &tables, &found, &warnings);
	assert_int_equal(found.count, 2);
	assert_non_null(strstr(found.items[1].sections[MIGR_UP], "RENAME COLUMN"));
}

/* The rest, all at once. */
static void
use_rest(Unit *unit, const char *unused)
{
	MigrRevisions revisions = {0};
	MigrGraph graph;

	(void) unused;
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
	use_ddl(&unit->ctx);
}

/* A call; what has many allocations is one of its own, as it is run for each. */
typedef void (*Work)(Unit *unit, const char *what);

/* Run with the chunk failing that countdown says; true when none did. */
static bool
run(long countdown, Work work, const char *what)
{
	Unit unit;

	unit_open(&unit);
	unit.countdown = countdown;
	if (setjmp(unit.no_memory) != 0)
	{
		unit_close(&unit);
		return false;
	}
	work(&unit, what);
	unit_close(&unit);
	return true;
}

/* Fail each allocation of a call; returns how many there are. */
static long
walk(Work work, const char *what)
{
	long countdown = 1;

	while (!run(countdown, work, what))
		countdown++;
	return countdown - 1;
}

static void
test_every_chunk(void **state)
{
	long count = walk(use_rest, NULL);

	(void) state;
	assert_true(count > 100);
	printf("%ld allocations failed, each once\n", count);
}

static void
test_alter(void **state)
{
	(void) state;
	for (size_t i = 0; i < COUNT(actions); i++)
		assert_true(walk(use_alter, actions[i]) > 0);
}

static void
test_captured(void **state)
{
	(void) state;
	assert_true(walk(use_captured, "sqlite") > 0);
	assert_true(walk(use_captured, "postgresql") > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_chunk),
		cmocka_unit_test(test_alter),
		cmocka_unit_test(test_captured),
	};

	return cmocka_run_group_tests_name("oom", tests, NULL, NULL);
}
