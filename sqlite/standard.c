/*
 * standard.c
 *	  Run what PostgreSQL has and SQLite hasn't, or not so: lists in DROP, with CASCADE
 *	  and RESTRICT, TRUNCATE, CREATE OR REPLACE VIEW.  ALTER TABLE is alter.c's, and
 *	  COMMENT ON is comment.c's.
 *
 * All that a statement names is looked up before anything is done.  What hangs on it
 * is found as in depend.c: by trying it before and behind.  The errors are
 * PostgreSQL's.
 */
#include "lite.h"

#include <string.h>

#include "base/map.h"
#include "schema/mention.h"
#include "text/quote.h"

/* One statement under way. */
typedef struct Standard
{
	MigrLite *lite;
	MigrCtx *ctx;
	MigrStatement parsed;
	MigrStoreds stored; /* what it names, and TRUNCATE takes along */
	MigrMap known;		/* these, by key_of() */
	MigrTexts texts;	/* to be run */
} Standard;

/* What no row may notice: neither a trigger nor a foreign key. */
static const MigrFlags quiet = {{0, -1, -1, -1, 0}};

/* ---- what is stored ------------------------------------------------------------ */

/* Look for a name in a schema. */
static bool
look_in(MigrLite *lite, const char *schema, const char *name,
		MigrObjectKind kind, MigrStored *out)
{
	static const char *const types[] = {[MIGR_OBJECT_TABLE] = "'table', 'view'",
										[MIGR_OBJECT_VIEW] = "'table', 'view'",
										[MIGR_OBJECT_INDEX] = "'index'",
										[MIGR_OBJECT_TRIGGER] = "'trigger'"};
	MigrArena *arena = &lite->host.ctx.arena;
	MigrValue args[] = {migr_text_value(name)};
	MigrRows rows;

	if (!migr_lite_query_once(
			lite,
			migr_printf(arena,
						"SELECT type, name, tbl_name, sql, rootpage = 0 FROM"
						" %s.sqlite_schema WHERE name = ?1 COLLATE NOCASE"
						" AND type IN (%s)",
						migr_quote_name(arena, schema), types[kind]),
			args, 1, &rows))
		return false;
	if (rows.count == 0)
		return true;
	out->schema = schema;
	out->type = migr_cell(&rows, 0, 0).text.ptr;
	out->name = migr_cell(&rows, 0, 1).text.ptr;
	out->table = migr_cell(&rows, 0, 2).text.ptr;
	out->sql = migr_cell(&rows, 0, 3).text;
	out->rootless = migr_cell(&rows, 0, 4).number != 0;
	return true;
}

bool
migr_lite_find(MigrLite *lite, const MigrObjectName *name, MigrObjectKind kind,
			   MigrStored *out)
{
	MigrRows rows;

	memset(out, 0, sizeof(*out));
	if (!migr_lite_query_once(lite,
							  "SELECT name FROM pragma_database_list"
							  " ORDER BY CASE seq WHEN 1 THEN -1 ELSE seq END",
							  NULL, 0, &rows))
		return false;
	for (int i = 0; i < rows.count && out->name == NULL; i++)
	{
		const char *schema = migr_cell(&rows, i, 0).text.ptr;

		if ((name->schema.name == NULL ||
			 migr_same_name(name->schema.name, schema)) &&
			!look_in(lite, schema, name->name.name, kind, out))
			return false;
	}
	return true;
}

/* The key of an object among those that are known. */
static MigrSpan
key_of(Standard *at, const char *schema, const char *name)
{
	return migr_mention_key(
		at->ctx, migr_quote_qualified(&at->ctx->arena, schema, name));
}

/* Add an object, unless it is known. */
static void
add(Standard *at, const MigrStored *stored)
{
	if (migr_map_put(&at->known, key_of(at, stored->schema, stored->name),
					 at->stored.count))
		migr_vec_push(&at->ctx->arena, &at->stored, *stored);
}

/* An object's name, quoted. */
static const char *
quoted(Standard *at, const MigrStored *stored)
{
	return migr_quote_qualified(&at->ctx->arena, stored->schema, stored->name);
}

/* Take the triggers of a table or view that a schema holds. */
static bool
read_triggers(Standard *at, const char *schema, const char *table,
			  MigrDependents *out)
{
	MigrArena *arena = &at->ctx->arena;
	MigrValue args[] = {migr_text_value(table)};
	MigrRows rows;

	if (!migr_lite_query_once(
			at->lite,
			migr_printf(arena,
						"SELECT name, sql FROM %s.sqlite_schema WHERE type ="
						" 'trigger' AND tbl_name = ?1 COLLATE NOCASE"
						" ORDER BY rowid",
						migr_quote_name(arena, schema)),
			args, 1, &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
	{
		MigrDependent found = {schema, migr_cell(&rows, i, 0).text.ptr,
							   migr_cell(&rows, i, 1).text, true};

		migr_vec_push(arena, out, found);
	}
	return true;
}

/* ---- running ----------------------------------------------------------------------- */

/* Put a statement with one name at its end into the list. */
static void
say(Standard *at, const char *words, const char *name)
{
	migr_vec_push(&at->ctx->arena, &at->texts,
				  migr_printf(&at->ctx->arena, "%s %s", words, name));
}

/* The same for triggers: drop them. */
static void
say_drop(Standard *at, const MigrDependents *triggers)
{
	for (int i = 0; i < triggers->count; i++)
		say(at, "DROP TRIGGER",
			migr_quote_qualified(&at->ctx->arena, triggers->items[i].schema,
								 triggers->items[i].name));
}

/* Make them again. */
static bool
say_again(Standard *at, const MigrDependents *triggers)
{
	for (int i = 0; i < triggers->count; i++)
	{
		const char *sql = migr_rewrite_create(at->ctx, &triggers->items[i]);

		if (sql == NULL)
			return false;
		migr_vec_push(&at->ctx->arena, &at->texts, sql);
	}
	return true;
}

/* Run the list. */
static bool
run_texts(Standard *at)
{
	for (int i = 0; i < at->texts.count; i++)
		if (!migr_lite_change(at->lite, at->texts.items[i]))
			return migr_detail(at->ctx, "SQLite ran: %s", at->texts.items[i]);
	return true;
}

/* Run it with neither triggers nor foreign keys.  After an error the flags are set
 * back when all is undone: that goes first. */
static bool
run_quietly(Standard *at)
{
	MigrFlags before;

	return migr_lite_is_settled(at->lite) &&
		   migr_lite_set_flags(at->lite, &quiet, &before) && run_texts(at) &&
		   migr_lite_set_flags(at->lite, &before, NULL);
}

/* ---- DROP --------------------------------------------------------------------------- */

/* Fail: the name is that of something else. */
static bool
fail_type(Standard *at, const MigrStored *stored)
{
	const char *word = migr_object_words[at->parsed.object];

	return migr_fail(at->ctx, MIGR_ERR_STATEMENT, "\"%s\" is not a%s %s",
					 stored->name, *word == 'i' ? "n" : "", word);
}

/* The same where the other could be dropped as well. */
static bool
fail_drop_type(Standard *at, const MigrStored *stored)
{
	static const char *const ways[] = {"Use DROP TABLE to remove a table.",
									   "Use DROP VIEW to remove a view.",
									   "Use DROP INDEX to remove an index."};

	fail_type(at, stored);
	for (int i = 0; i < MIGR_OBJECT_TRIGGER; i++)
		if (strcmp(stored->type, migr_object_words[i]) == 0)
			migr_hint(at->ctx, "%s", ways[i]);
	return false;
}

/* Is a trigger on the table that the statement says, if it says one? */
static bool
check_on(Standard *at, MigrStored *trigger)
{
	const MigrObjectName *on = &at->parsed.on;
	MigrStored table;

	if (on->name.name == NULL)
		return true;
	if (!migr_lite_find(at->lite, on, MIGR_OBJECT_TABLE, &table))
		return false;
	if (table.name == NULL && !at->parsed.if_exists)
		return migr_fail(at->ctx, MIGR_ERR_STATEMENT,
						 "relation \"%s\" does not exist", on->name.name);
	/* a temporary trigger may be on a table of any schema */
	if (table.name == NULL || trigger->name == NULL ||
		!migr_same_name(trigger->table, table.name) ||
		(strcmp(trigger->schema, "temp") != 0 &&
		 strcmp(trigger->schema, table.schema) != 0))
		trigger->name = NULL;
	return true;
}

/* Find what the statement's kind of object has a name, or else what else has it. */
static bool
find_relation(Standard *at, const MigrObjectName *name, MigrStored *out)
{
	MigrObjectKind kind = at->parsed.object;

	if (!migr_lite_find(at->lite, name, kind, out))
		return false;
	return out->name != NULL || kind == MIGR_OBJECT_TRIGGER ||
		   migr_lite_find(at->lite, name,
						  kind == MIGR_OBJECT_INDEX ? MIGR_OBJECT_TABLE
													: MIGR_OBJECT_INDEX,
						  out);
}

/* Look up a name that is to be dropped. */
static bool
find_dropped(Standard *at, const MigrObjectName *name)
{
	const MigrStatement *parsed = &at->parsed;
	const char *word = migr_object_words[parsed->object];
	MigrStored stored;

	if (!find_relation(at, name, &stored) || !check_on(at, &stored))
		return false;
	if (stored.name != NULL && strcmp(stored.type, word) != 0)
		return fail_drop_type(at, &stored);
	if (stored.name != NULL)
		add(at, &stored);
	if (stored.name != NULL || parsed->if_exists)
		return true;
	if (parsed->on.name.name != NULL)
		return migr_fail(at->ctx, MIGR_ERR_STATEMENT,
						 "trigger \"%s\" for table \"%s\" does not exist",
						 name->name.name, parsed->on.name.name);
	return migr_fail(at->ctx, MIGR_ERR_STATEMENT, "%s \"%s\" does not exist",
					 word, name->name.name);
}

/* What others depend on: "table t". */
static const char *
needed(Standard *at, const MigrStored *stored)
{
	return migr_printf(&at->ctx->arena, "%s %s", stored->type, stored->name);
}

/* Fail, naming what depends on what is to be dropped: lines. */
static bool
fail_needed(Standard *at, const char *dependents)
{
	const char *what = at->stored.count == 1 ? needed(at, &at->stored.items[0])
											 : "desired object(s)";

	migr_fail(at->ctx, MIGR_ERR_STATEMENT,
			  "cannot drop %s because other objects depend on %s", what,
			  at->stored.count == 1 ? "it" : "them");
	migr_detail(at->ctx, "%s", dependents);
	return migr_hint(at->ctx,
					 "Use DROP ... CASCADE to drop the dependent objects too.");
}

/* Begin a line of that text. */
static void
begin_line(MigrStr *lines)
{
	if (lines->len > 0)
		migr_str_add_char(lines, '\n');
}

/* Note a foreign key that depends on what is dropped, and drop it with CASCADE. */
static bool
let_go(Standard *at, const MigrStored *stored, const MigrForeignKey *key,
	   MigrStr *lines)
{
	begin_line(lines);
	migr_str_printf(lines, "constraint %s on table %s depends on %s", key->name,
					key->child, needed(at, stored));
	return !at->parsed.cascade || migr_lite_cut(at->lite, stored->schema, key);
}

/* Let go of foreign keys of other tables that refer to one that is dropped. */
static bool
cut_keys(Standard *at, const MigrStored *stored, MigrStr *lines)
{
	MigrForeignKeys keys = {0};

	if (!migr_lite_references(at->lite, stored->schema, stored->name, &keys))
		return false;
	for (int i = 0; i < keys.count; i++)
	{
		const MigrForeignKey *key = &keys.items[i];

		if (migr_map_get(&at->known, key_of(at, stored->schema, key->child)) !=
			MIGR_MAP_NONE)
			continue;
		if (!let_go(at, stored, key, lines))
			return false;
	}
	return true;
}

/* Let go of foreign keys that refer to the columns of an index that is dropped. */
static bool
cut_index_keys(Standard *at, const MigrStored *stored, MigrStr *lines)
{
	MigrForeignKeys keys = {0};
	MigrDependents indexes = {0};
	MigrDependents left = {0};
	MigrTableDef table;
	MigrKeyed before = {&table, &indexes};
	MigrKeyed after = {&table, &left};
	MigrDependent index = {stored->schema, stored->name, stored->sql, false};
	MigrDependents own = {&index, 1, 1};
	MigrTableDef none = {.text = {NULL, 0}};

	if (!migr_lite_references(at->lite, stored->schema, stored->table, &keys))
		return false;
	if (keys.count == 0)
		return true;
	if (!migr_lite_read_table(at->lite, stored->schema, stored->table, &table,
							  &indexes))
		return false;
	for (int i = 0; i < indexes.count; i++)
		if (migr_map_get(&at->known,
						 key_of(at, stored->schema, indexes.items[i].name)) ==
			MIGR_MAP_NONE)
			migr_vec_push(&at->ctx->arena, &left, indexes.items[i]);
	for (int i = 0; i < keys.count; i++)
	{
		const MigrForeignKey *key = &keys.items[i];

		if (!migr_lite_has_key(&none, &own, &key->rule->targets, at->ctx) ||
			!migr_lite_loses_key(at->ctx, &before, &after, &key->rule->targets))
			continue;
		if (!let_go(at, stored, key, lines))
			return false;
	}
	return true;
}

/* Let go of all such foreign keys. */
static bool
cut_references(Standard *at)
{
	MigrStr lines;

	migr_str_init(&lines, &at->ctx->arena);
	for (int i = 0; i < at->stored.count; i++)
	{
		const MigrStored *stored = &at->stored.items[i];
		bool index = at->parsed.object == MIGR_OBJECT_INDEX;

		if (!(index ? cut_index_keys : cut_keys)(at, stored, &lines))
			return false;
	}
	return lines.len == 0 || at->parsed.cascade || fail_needed(at, lines.data);
}

/* Say what a view or a trigger is: "trigger g on table t". */
static const char *
describe(Standard *at, const MigrHanging *hanging)
{
	MigrArena *arena = &at->ctx->arena;
	MigrStored table = {0};

	if (!hanging->trigger)
		return migr_printf(arena, "view %s", hanging->name);
	look_in(at->lite, hanging->table_schema, hanging->table, MIGR_OBJECT_TABLE,
			&table);
	return migr_printf(arena, "trigger %s on %s %s", hanging->name,
					   table.name != NULL ? table.type : "table",
					   hanging->table);
}

/* What that goes does it need?  Where that can't be told, the first will do. */
static const char *
needs_what(Standard *at, const MigrHanging *hanging, const MigrHangings *broken)
{
	for (int i = 0; i < at->stored.count; i++)
		if (migr_ddl_mentions(hanging->sql, at->stored.items[i].name))
			return needed(at, &at->stored.items[i]);
	for (int i = 0; i < broken->count; i++)
	{
		const MigrHanging *other = &broken->items[i];

		if (!other->trigger && other->name != hanging->name &&
			migr_ddl_mentions(hanging->sql, other->name))
			return describe(at, other);
	}
	return needed(at, &at->stored.items[0]);
}

/* Take the views and triggers that don't work any more, and didn't go along. */
static bool
find_broken(Standard *at, const MigrHangings *before, MigrHangings *out)
{
	static const MigrColumnNames none = {0};
	MigrHangings broken = {0};
	MigrMap found;

	migr_lite_broken(at->lite, "", &none, before, &broken);
	migr_map_init(&found, &at->ctx->arena, broken.count);
	for (int i = 0; i < broken.count; i++)
	{
		const MigrHanging *hanging = &broken.items[i];
		MigrStored stored = {0};

		if (!look_in(at->lite, hanging->schema, hanging->name,
					 hanging->trigger ? MIGR_OBJECT_TRIGGER : MIGR_OBJECT_VIEW,
					 &stored))
			return false;
		/* what is in temp has been found with each schema */
		if (stored.name != NULL &&
			migr_map_put(
				&found,
				migr_span(migr_printf(&at->ctx->arena, "%d %s",
									  hanging->trigger, quoted(at, &stored))),
				i))
			migr_vec_push(&at->ctx->arena, out, *hanging);
	}
	return true;
}

/* Put DROP of the triggers, or of the views, into the list of what is run. */
static void
say_broken(Standard *at, const MigrHangings *broken, bool triggers)
{
	for (int i = 0; i < broken->count; i++)
		if (broken->items[i].trigger == triggers)
			say(at, triggers ? "DROP TRIGGER" : "DROP VIEW",
				migr_quote_qualified(&at->ctx->arena, broken->items[i].schema,
									 broken->items[i].name));
}

/* Let go of the views and triggers that don't work any more: views last, as a
 * view's triggers go along with it. */
static bool
drop_broken(Standard *at, const MigrHangings *before)
{
	MigrHangings broken = {0};
	MigrStr lines;

	if (!find_broken(at, before, &broken))
		return false;
	migr_str_init(&lines, &at->ctx->arena);
	for (int i = 0; i < broken.count; i++)
	{
		begin_line(&lines);
		migr_str_printf(&lines, "%s depends on %s",
						describe(at, &broken.items[i]),
						needs_what(at, &broken.items[i], &broken));
	}
	if (lines.len > 0 && !at->parsed.cascade)
		return fail_needed(at, lines.data);
	at->texts.count = 0;
	say_broken(at, &broken, true);
	say_broken(at, &broken, false);
	return run_texts(at);
}

/* Find what may hang on objects of a list: that is in their schemas, or in temp. */
static bool
find_hanging(Standard *at, MigrHangings *out)
{
	MigrMap schemas;

	migr_map_init(&schemas, &at->ctx->arena, 4);
	for (int i = 0; i < at->stored.count; i++)
	{
		const char *schema = at->stored.items[i].schema;

		if (migr_map_put(&schemas, migr_span(schema), i) &&
			!migr_lite_hanging(at->lite, schema, NULL, out))
			return false;
	}
	return true;
}

/* Run DROP. */
static bool
drop(Standard *at)
{
	MigrObjectKind object = at->parsed.object;
	bool relations = object == MIGR_OBJECT_TABLE || object == MIGR_OBJECT_VIEW;
	MigrHangings hanging = {0};

	for (int i = 0; i < at->parsed.names.count; i++)
		if (!find_dropped(at, &at->parsed.names.items[i]))
			return false;
	if (relations && !find_hanging(at, &hanging))
		return false;
	if ((object == MIGR_OBJECT_TABLE || object == MIGR_OBJECT_INDEX) &&
		!cut_references(at))
		return false;
	for (int i = 0; i < at->stored.count; i++)
		say(at,
			migr_printf(&at->ctx->arena, "DROP %s", at->stored.items[i].type),
			quoted(at, &at->stored.items[i]));
	if (!(object == MIGR_OBJECT_TABLE ? run_quietly : run_texts)(at))
		return false;
	return !relations || drop_broken(at, &hanging);
}

/* ---- TRUNCATE ------------------------------------------------------------------------- */

/* Take the tables along that refer to one, or refuse. */
static bool
follow_keys(Standard *at, const MigrStored *stored)
{
	MigrForeignKeys keys = {0};

	if (!migr_lite_references(at->lite, stored->schema, stored->name, &keys))
		return false;
	for (int i = 0; i < keys.count; i++)
	{
		MigrStored child = {.schema = stored->schema,
							.type = "table",
							.name = keys.items[i].child};

		if (at->parsed.cascade)
		{
			add(at, &child);
			continue;
		}
		if (migr_map_get(&at->known, key_of(at, child.schema, child.name)) !=
			MIGR_MAP_NONE)
			continue;
		migr_fail(at->ctx, MIGR_ERR_STATEMENT,
				  "cannot truncate a table referenced in a foreign key"
				  " constraint");
		migr_detail(at->ctx, "Table \"%s\" references \"%s\".", child.name,
					stored->name);
		return migr_hint(at->ctx,
						 "Truncate table \"%s\" at the same time, or use"
						 " TRUNCATE ... CASCADE.",
						 child.name);
	}
	return true;
}

/* Look up what is to be truncated. */
static bool
find_truncated(Standard *at)
{
	for (int i = 0; i < at->parsed.names.count; i++)
	{
		const MigrObjectName *name = &at->parsed.names.items[i];
		MigrStored stored;

		if (!find_relation(at, name, &stored))
			return false;
		if (stored.name == NULL)
			return migr_fail(at->ctx, MIGR_ERR_STATEMENT,
							 "relation \"%s\" does not exist", name->name.name);
		if (strcmp(stored.type, "table") != 0)
			return fail_type(at, &stored);
		add(at, &stored);
	}
	for (int i = 0; i < at->stored.count; i++)
	{
		/* the list may grow, and move */
		MigrStored stored = at->stored.items[i];

		if (!follow_keys(at, &stored))
			return false;
	}
	return true;
}

/* Begin a table's numbers anew. */
static bool
restart(Standard *at, const MigrStored *stored)
{
	MigrArena *arena = &at->ctx->arena;
	MigrStored sequence = {0};

	if (!look_in(at->lite, stored->schema, "sqlite_sequence", MIGR_OBJECT_TABLE,
				 &sequence))
		return false;
	if (sequence.name != NULL)
		say(at, "DELETE FROM",
			migr_printf(arena, "%s WHERE name = %s", quoted(at, &sequence),
						migr_quote_text(arena, migr_span(stored->name))));
	return true;
}

/*
 * Run TRUNCATE.  Temporary triggers can't be switched off, so they are dropped, and
 * made again.
 */
static bool
truncate(Standard *at)
{
	MigrDependents triggers = {0};

	if (!find_truncated(at))
		return false;
	for (int i = 0; i < at->stored.count; i++)
		if (!read_triggers(at, "temp", at->stored.items[i].name, &triggers))
			return false;
	say_drop(at, &triggers);
	for (int i = 0; i < at->stored.count; i++)
	{
		say(at, "DELETE FROM", quoted(at, &at->stored.items[i]));
		if (at->parsed.restart && !restart(at, &at->stored.items[i]))
			return false;
	}
	return say_again(at, &triggers) && run_quietly(at);
}

/* ---- CREATE OR REPLACE VIEW -------------------------------------------------------------- */

/* Find the schema that a view is to be in. */
static bool
find_schema(Standard *at, const char **out)
{
	const char *schema = at->parsed.names.items[0].schema.name;

	if (at->parsed.temporary && schema != NULL &&
		!migr_same_name(schema, "temp"))
		return migr_fail(
			at->ctx, MIGR_ERR_STATEMENT,
			"cannot create temporary relation in non-temporary schema");
	*out = schema != NULL ? schema : at->parsed.temporary ? "temp" : "main";
	return true;
}

/* Which columns are gone? */
static void
find_gone(Standard *at, const MigrColumnNames *before,
		  const MigrColumnNames *after, MigrColumnNames *out)
{
	MigrMap left;

	migr_map_init(&left, &at->ctx->arena, after->count);
	for (int i = 0; i < after->count; i++)
		migr_map_put(&left, migr_mention_key(at->ctx, after->items[i]), i);
	for (int i = 0; i < before->count; i++)
		if (migr_map_get(&left, migr_mention_key(at->ctx, before->items[i])) ==
			MIGR_MAP_NONE)
			migr_vec_push(&at->ctx->arena, out, before->items[i]);
}

/* See that all that worked with the old view does with the new one. */
static bool
check_hanging(Standard *at, const MigrStored *old,
			  const MigrColumnNames *columns, const MigrHangings *before)
{
	MigrColumnNames gone = {0};
	MigrHangings broken = {0};
	MigrColumnNames now = {0};
	MigrStr lines;

	migr_lite_columns(at->lite, old->schema, old->name, &now);
	find_gone(at, columns, &now, &gone);
	migr_lite_broken(at->lite, old->name, &gone, before, &broken);
	if (broken.count == 0)
		return true;
	migr_str_init(&lines, &at->ctx->arena);
	for (int i = 0; i < broken.count; i++)
	{
		begin_line(&lines);
		migr_str_printf(&lines, "%s depends on view %s",
						describe(at, &broken.items[i]), old->name);
	}
	migr_fail(at->ctx, MIGR_ERR_STATEMENT,
			  "cannot replace view %s because other objects depend on it",
			  old->name);
	return migr_detail(at->ctx, "%s", lines.data);
}

/* Make the view, and see that it works. */
static bool
make_view(Standard *at, const char *name)
{
	MigrArena *arena = &at->ctx->arena;
	MigrRows unwanted;

	return migr_lite_change(
			   at->lite, migr_printf(arena, "CREATE VIEW %s %s", name,
									 migr_span_dup(arena, at->parsed.body))) &&
		   migr_lite_query_once(
			   at->lite, migr_printf(arena, "EXPLAIN SELECT * FROM %s", name),
			   NULL, 0, &unwanted);
}

/* Replace a view that is there. */
static bool
replace_view(Standard *at, const MigrStored *old, const char *name)
{
	MigrDependents triggers = {0};
	MigrHangings hanging = {0};
	MigrColumnNames columns = {0};

	if (!read_triggers(at, old->schema, old->name, &triggers) ||
		(strcmp(old->schema, "temp") != 0 &&
		 !read_triggers(at, "temp", old->name, &triggers)) ||
		!migr_lite_hanging(at->lite, old->schema, NULL, &hanging))
		return false;
	migr_lite_columns(at->lite, old->schema, old->name, &columns);
	say_drop(at, &triggers);
	say(at, "DROP VIEW", quoted(at, old));
	if (!run_texts(at) || !make_view(at, name))
		return false;
	at->texts.count = 0;
	return say_again(at, &triggers) && run_texts(at) &&
		   check_hanging(at, old, &columns, &hanging);
}

/* Run CREATE OR REPLACE VIEW. */
static bool
create_view(Standard *at)
{
	MigrObjectName name = at->parsed.names.items[0];
	const char *schema = NULL;
	const char *new;
	MigrStored old;

	if (!find_schema(at, &schema))
		return false;
	name.schema.name = schema;
	/* as it is spelled: so it is stored */
	new = migr_printf(&at->ctx->arena, "%s.%s",
					  migr_quote_name(&at->ctx->arena, schema),
					  migr_span_dup(&at->ctx->arena, name.name.text));
	if (!migr_lite_find(at->lite, &name, MIGR_OBJECT_VIEW, &old))
		return false;
	if (old.name == NULL)
		return make_view(at, new);
	if (strcmp(old.type, "view") != 0)
		return fail_type(at, &old);
	return replace_view(at, &old, new);
}

/* ---- the door ------------------------------------------------------------------------------ */

/* Run a statement that is parsed here. */
static bool
run_parsed(MigrLite *lite, MigrSpan text)
{
	Standard at = {.lite = lite, .ctx = &lite->host.ctx};

	if (!migr_statement_parse(at.ctx, text, &at.parsed))
		return false;
	migr_map_init(&at.known, &at.ctx->arena, at.parsed.names.count);
	switch (at.parsed.kind)
	{
		case MIGR_STATEMENT_DROP:
			return drop(&at);
		case MIGR_STATEMENT_TRUNCATE:
			return truncate(&at);
		case MIGR_STATEMENT_REPLACE_VIEW:
			return create_view(&at);
		default:
			return migr_lite_comment(lite, &at.parsed);
	}
}

/* Run one of any kind, and let go of comments on what is gone. */
static bool
run(MigrLite *lite, MigrStatementKind kind, MigrSpan text)
{
	if (kind == MIGR_STATEMENT_ALTER_TABLE)
		return migr_lite_alter(lite, text) && migr_lite_tidy_comments(lite);
	if (kind == MIGR_STATEMENT_PLAIN_DROP)
		return migr_lite_tidy_comments(lite);
	return run_parsed(lite, text) && migr_lite_tidy_comments(lite);
}

/* Run it in a transaction of its own. */
static bool
run_alone(MigrLite *lite, MigrStatementKind kind, MigrSpan text)
{
	MigrFlags before;
	bool ok;

	migr_lite_read_flags(lite, &before);
	if (!migr_lite_begin_statement(lite))
		return false;
	ok = migr_lite_end_statement(lite, run(lite, kind, text));
	/* the section's own, for the statements that follow */
	migr_lite_write_flags(lite, &before);
	return ok;
}

bool
migr_lite_standard(MigrLite *lite, MigrStatementKind kind, MigrSpan text)
{
	if (kind == MIGR_STATEMENT_PLAIN_DROP && !migr_lite_has_comments(lite))
		return true;
	/* elsewhere an error undoes all that isn't committed */
	return lite->outside && sqlite3_get_autocommit(lite->db)
			   ? run_alone(lite, kind, text)
			   : run(lite, kind, text);
}
