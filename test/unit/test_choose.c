/*
 * test_choose.c
 *	  Which statements of a model are built again, and how what comes of them is
 *	  joined with what is kept.
 *
 * A model is written a statement a line: its names, behind > what its foreign keys
 * refer to, a colon, its text.  A + in front reaches on, a - is spare.
 */
#include "unit.h"

#include "base/digest.h"
#include "schema/choose.h"

/* A model. */
typedef struct Model
{
	MigrPieces pieces;
	MIGR_VEC(MigrSpan) texts;
} Model;

/* Read a model. */
static Model
read_model(Unit *unit, const char *text)
{
	MigrArena *arena = &unit->ctx.arena;
	Model model = {0};

	while (*text != '\0')
	{
		size_t head = strcspn(text, ":");
		size_t len = strcspn(text, "\n");
		MigrSpan names = {text, head};
		MigrSpan body = {text + head + 1, len - head - 1};
		MigrPiece piece = {0};
		MigrTexts *list = &piece.about.names;
		MigrSpan word;

		piece.digest = migr_digest(arena, body);
		piece.about.reach = *text == '+' ? MIGR_REACH_ON : MIGR_REACH_OWN;
		piece.about.spare = *text == '-';
		if (*text == '+' || *text == '-')
		{
			names.ptr++;
			names.len--;
		}
		while (migr_span_word(&names, &word))
		{
			if (migr_span_is(word, ">"))
				list = &piece.about.keys;
			else
				migr_vec_push(arena, list, migr_span_dup(arena, word));
		}
		migr_vec_push(arena, &model.pieces, piece);
		migr_vec_push(arena, &model.texts, body);
		text += len + (text[len] == '\n');
	}
	return model;
}

/* Choose between two models. */
static MigrChoice *
choose(Unit *unit, const char *old, const char *now)
{
	Model *was = migr_alloc(&unit->ctx.arena, sizeof(Model));
	Model *is = migr_alloc(&unit->ctx.arena, sizeof(Model));

	*was = read_model(unit, old);
	*is = read_model(unit, now);
	return migr_choose(&unit->ctx, &was->pieces, &is->pieces, is->texts.items);
}

/* What is picked: W whole, b bare, a dot for nothing, of each statement. */
static const char *
picks_of(Unit *unit, const char *old, const char *now)
{
	MigrChoice *choice = choose(unit, old, now);
	Model is = read_model(unit, now);
	const MigrPick *picks;
	MigrStr str;

	if (choice == NULL)
		return "all";
	if (migr_choice_is_empty(choice))
		return "none";
	picks = migr_choice_pick(choice);
	if (picks == NULL)
		return "all";
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < is.pieces.count; i++)
		migr_str_add_char(&str, ".bW"[picks[i]]);
	return str.data;
}

/* A chain of foreign keys, with something on each table. */
#define CHAIN                                                                  \
	"+:set path\n"                                                             \
	"a > b:create table a (x references b)\n"                                  \
	"b > c:create table b (x references c)\n"                                  \
	"c > d:create table c (x references d, m mood)\n"                          \
	"d:create table d (x)\n"                                                   \
	"-ai a:create index ai on a\n"                                             \
	"-ci c:create index ci on c\n"                                             \
	"ck c:alter table c add constraint ck unique (x)\n"                        \
	"mood:create type mood\n"                                                  \
	"v:create view v as select \"A\".x from \"A\"\n"

static void
test_picks(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_string_equal(picks_of(&unit, CHAIN, CHAIN), "none");
	/* a spare one on the first: the table, who mentions it, what it refers to; and
	 * no further, as there foreign keys are left out */
	assert_string_equal(picks_of(&unit, CHAIN, CHAIN "-a:comment on a\n"),
						"WWb..W...WW");
	/* in the middle: who refers to it is built, what it refers to is found */
	assert_string_equal(picks_of(&unit, CHAIN, CHAIN "-b:comment on b\n"),
						"WWWb.W.bb.W");
	/* a type: who mentions it, and who mentions that isn't asked */
	assert_string_equal(picks_of(&unit, CHAIN, CHAIN "-mood:comment on mood\n"),
						"W..Wb.WWW.W");
	/* what is gone */
	assert_string_equal(picks_of(&unit, CHAIN "-d:comment on d\n", CHAIN),
						"W..WW.WWb.");
	/* a new table that nobody mentions */
	assert_string_equal(picks_of(&unit, CHAIN, CHAIN "n:create table n\n"),
						"W.........W");
	/* a name that was free was mentioned before */
	assert_string_equal(
		picks_of(&unit, "t:create table t (a)\nf:function f as 'n'\n",
				 "t:create table t (a)\nf:function f as 'n'\nn:table N\n"),
		".WW");
	/* what reaches on */
	assert_string_equal(picks_of(&unit, CHAIN, "+:set other\n" CHAIN), "all");
	assert_string_equal(picks_of(&unit, "+:set other\n" CHAIN, CHAIN), "all");
	/* the order counts */
	assert_string_equal(picks_of(&unit, "a:create a\nb:create b\nc:create c\n",
								 "b:create b\nc:create c\na:create a\n"),
						"..W");
	/* so does a statement that stands there twice */
	assert_string_equal(picks_of(&unit, "a:create a\nb:create b\n",
								 "a:create a\nb:create b\na:create a\n"),
						"W.W");
	/* an array has its type's name */
	assert_string_equal(picks_of(&unit, "m:type m\na:table a (x __m)\n",
								 "m:type m 2\na:table a (x __m)\n"),
						"WW");
	/* a table that has a column of the name of what it refers to needs it there */
	assert_string_equal(
		picks_of(&unit,
				 "a > b:a (x references b)\nb > c:b (x references c)\n"
				 "c:c\n",
				 "a > b:a (y references b)\nb > c:b (x references c)\nc:c\n"),
		"Wb.");
	assert_string_equal(
		picks_of(&unit,
				 "a > b:a (x references b)\nb > c:b (c references c)\n"
				 "c:c\n",
				 "a > b:a (y references b)\nb > c:b (c references c)\nc:c\n"),
		"Wbb");
	unit_close(&unit);
}

/* Most of it: rather all of it. */
static void
test_many(void **state)
{
	Unit unit;
	MigrStr old;
	MigrStr now;

	(void) state;
	unit_open(&unit);
	migr_str_init(&old, &unit.ctx.arena);
	migr_str_init(&now, &unit.ctx.arena);
	for (int i = 0; i < 20; i++)
	{
		migr_str_printf(&old, "t%d:create table t%d\n", i, i);
		migr_str_printf(&now, "t%d:create table t%d%s\n", i, i,
						i < 11 ? " again" : "");
	}
	assert_string_equal(picks_of(&unit, old.data, now.data), "all");
	unit_close(&unit);
}

/* Which statements let parts be built at all. */
static void
test_plain(void **state)
{
	MigrAbout about = {.reach = MIGR_REACH_OWN};
	const char *name = "Job_1$";
	MigrSpan text = migr_span("create table u & \"job\"");

	(void) state;
	about.names.items = &name;
	about.names.count = 1;
	assert_true(migr_piece_is_plain(&about, text));
	assert_false(migr_piece_is_plain(&about, migr_span("table U&\"job\"")));
	name = "two words";
	assert_false(migr_piece_is_plain(&about, text));
	name = "caf\xc3\xa9";
	assert_false(migr_piece_is_plain(&about, text));
	name = "n123456789012345678901234567890123456789012345678901234567890"
		   "12";
	assert_false(migr_piece_is_plain(&about, text));
	name = "job";
	about.reach = MIGR_REACH_ALL;
	assert_false(migr_piece_is_plain(&about, text));
}

/* Pieces as a text, there and back; damage shows. */
static void
test_text(void **state)
{
	Unit unit;
	Model model;
	MigrPieces back;
	MigrSpan text;
	MigrSpan again;
	char *copy;

	(void) state;
	unit_open(&unit);
	model = read_model(&unit, CHAIN);
	text = migr_pieces_write(&unit.ctx, &model.pieces);
	assert_true(migr_pieces_read(&unit.ctx, text, &back));
	assert_int_equal(back.count, model.pieces.count);
	again = migr_pieces_write(&unit.ctx, &back);
	assert_int_equal(again.len, text.len);
	assert_memory_equal(again.ptr, text.ptr, text.len);
	copy = migr_span_dup(&unit.ctx.arena, text);
	for (size_t i = 0; i < text.len; i++)
	{
		copy[i] ^= 1;
		again.ptr = copy;
		assert_false(migr_pieces_read(&unit.ctx, again, &back));
		unit_forget(&unit);
		copy[i] ^= 1;
		again.len = i;
		assert_false(migr_pieces_read(&unit.ctx, again, &back));
		unit_forget(&unit);
		again.len = text.len;
	}
	/* nor may somebody write one of names that no statement can have */
	again.ptr = migr_printf(&unit.ctx.arena, "%032d.. n%063d /\n", 0, 0);
	again.len = strlen(again.ptr);
	again.ptr = migr_printf(&unit.ctx.arena, "%s%s", again.ptr,
							migr_digest(&unit.ctx.arena, again));
	again.len = strlen(again.ptr);
	assert_false(migr_pieces_read(&unit.ctx, again, &back));
	unit_close(&unit);
}

/* ---- joining ------------------------------------------------------------------------ */

/* What comes of joining: the paths of the objects, with what they need. */
static const char *
joined(Unit *unit, const char *old, const char *now, const char *kept,
	   const char *built)
{
	MigrChoice *choice = choose(unit, old, now);
	MigrSchema was = unit_schema(unit, kept);
	MigrSchema is = unit_schema(unit, built);
	MigrSchema out;
	MigrStr str;
	bool again;

	assert_non_null(choice);
	assert_non_null(migr_choice_pick(choice));
	if (!migr_choice_join(choice, &was, &is, &out, &again))
		return again ? "again" : "no";
	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < out.objects.count; i++)
	{
		const MigrObject *object = out.objects.items[i];

		migr_str_printf(&str, "%s%s", i > 0 ? " " : "",
						unit_path(unit, object));
		for (int j = 0; j < object->needs.count; j++)
		{
			const MigrObject *needed = object->needs.items[j];

			assert_ptr_equal(out.objects.items[needed->number], needed);
			migr_str_printf(&str, ">%s", unit_path(unit, needed));
		}
	}
	return str.data;
}

#define OLD                                                                    \
	"a:table a\nb > a:table b (x references a)\nv:view v as b\nc:table c\n"
#define NEW                                                                    \
	"a:table a (y)\nb > a:table b (x references a)\nv:view v as b\nc:table c\n"
#define KEPT                                                                   \
	"table a; column a.x; table b; column b.x; constraint b.k > a.x;"          \
	"view v > b.x; table c"

static void
test_join(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	/* what needs something that was built finds it, wherever it is */
	assert_string_equal(
		joined(&unit, OLD, NEW, KEPT,
			   "table a; column a.x; column a.y; table b; column b.x;"
			   "constraint b.k > a.x"),
		"a a.x a.y b b.x b.k>a.x v>b.x c");
	/* what mentions it has changed as well */
	assert_string_equal(
		joined(
			&unit, OLD, NEW, KEPT,
			"table a; column a.x; table b; column b.z; constraint b.k > a.x"),
		"again");
	assert_string_equal(
		joined(&unit, OLD, NEW, KEPT,
			   "table a; column a.x; table b; column b.x; column b.z;"
			   "constraint b.k > a.x"),
		"again");
	assert_string_equal(joined(&unit, OLD, NEW, KEPT,
							   "table a; column a.x; column a.y; table b;"
							   "column b.x; constraint b.k > a.y"),
						"again");
	/* something that no statement has named */
	assert_string_equal(joined(&unit, OLD, NEW, KEPT,
							   "table a; column a.x; table b; column b.x;"
							   "constraint b.k > a.x; table other"),
						"no");
	/* what is there for others is taken from what is kept */
	assert_string_equal(joined(&unit, "a:table a\nv:view v as a\n",
							   "a:table a\nv:view v as a 2\n",
							   "table a; column a.x; view v",
							   "table a; view v > a"),
						"a a.x v>a");
	/* a place is no statement's */
	assert_string_equal(joined(&unit, "a:table a\n+:schema s\n",
							   "a:table a 2\n+:schema s\n",
							   "schema s; comment s.# text=1 on=s; table a",
							   "schema s; table a; column a.x"),
						"s s.# a a.x");
	unit_close(&unit);
}

/* Names that are made up. */
static void
test_names(void **state)
{
	static const char old[] = "a:table a\nb:table b\n";
	static const char now[] = "a:table a 2\nb:table b\n";
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_string_equal(joined(&unit, old, now,
							   "table a; table b; index b.x_idx",
							   "table a; index a.y_idx"),
						"a a.y_idx b b.x_idx");
	/* it would have got another number, with the rest there */
	assert_string_equal(joined(&unit, old, now,
							   "table a; table b; index b.x_idx",
							   "table a; index a.x_idx"),
						"no");
	/* and the rest would have, without it */
	assert_string_equal(
		joined(&unit, old, now,
			   "table a; index a.x_idx; table b; index b.x_idx12", "table a"),
		"no");
	assert_string_equal(joined(&unit, old, now,
							   "table a; column a.s serial=t; table b;"
							   "sequence a_s_seq",
							   "table a"),
						"no");
	/* one that is said is as it is */
	assert_string_equal(joined(&unit, "a:table a\nt1:table t1\n",
							   "a:table a\nt1:table t1\nt2:table t2\n",
							   "table a; table t1", "table t2"),
						"a t1 t2");
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_picks), cmocka_unit_test(test_many),
		cmocka_unit_test(test_plain), cmocka_unit_test(test_text),
		cmocka_unit_test(test_join),  cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
