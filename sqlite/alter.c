/*
 * alter.c
 *	  Run ALTER TABLE as the SQL standard and PostgreSQL have it.
 *
 * The cheapest way that is safe: the engine's own ALTER TABLE; else a new text for
 * the table in sqlite_schema, where no row has to change; else all rows into a new
 * table.  What is to be done is decided in common/schema; here are the catalog,
 * the connection's settings, and what hangs on the table from outside.
 * The flags are set back at the end of a call, too, however it ends.
 */
#include "lite.h"

#include <string.h>

#include "base/map.h"
#include "schema/rewrite.h"
#include "text/quote.h"

/* One statement under way. */
typedef struct Alter
{
	MigrLite *lite;
	MigrAlter parsed;
	const char *schema; /* where the table is; NULL: nowhere */
	const char *name;	/* as it is stored */
	MigrSpan sql;		/* its text */
	bool virtual;		/* is it another module's? */
	MigrTableDef table;
	MigrEdit edit;
	bool surroundings;		   /* are the next two known? */
	MigrDependents indexes;	   /* all that the table has, and triggers */
	MigrDependents dependents; /* those that stay */
} Alter;

/* ---- reading the catalog --------------------------------------------------- */

/* Run a query of our own, once. */
static bool
ask(Alter *alter, MigrRows *rows, const MigrValue *args, int nargs,
	const char *sql)
{
	return migr_lite_query_once(alter->lite, sql, args, nargs, rows);
}

/* The name of a schema's catalog, quoted. */
static const char *
catalog(Alter *alter, const char *schema)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;

	return migr_printf(arena, "%s.sqlite_schema",
					   migr_quote_name(arena, schema));
}

/* The table's own name, quoted. */
static const char *
quoted(const Alter *alter)
{
	return migr_quote_qualified(&alter->lite->host.ctx.arena, alter->schema,
								alter->name);
}

/*
 * Fail where the table is a part of a virtual one: the module wouldn't know it any
 * more.  SQLite sees to that where SQLITE_DBCONFIG_DEFENSIVE is on, but not while
 * a function runs.  Only from 3.37 on it tells which tables are such; and that takes
 * a while, so by its name it has to be one.
 */
static bool
check_shadow(Alter *alter)
{
	MigrCtx *ctx = &alter->lite->host.ctx;
	MigrValue args[] = {migr_text_value(alter->name),
						migr_text_value(alter->schema)};
	const char *listed = "EXISTS (SELECT 1 FROM pragma_table_list(?1)"
						 " WHERE schema = ?2 AND type = 'shadow')";
	const char *known =
		"substr(?1, length(name) + 2) IN ('config', 'content', 'data',"
		" 'docsize', 'idx', 'node', 'parent', 'rowid', 'segdir', 'segments',"
		" 'stat') AND ?2 = ?2";
	MigrRows rows;

	if (!ask(alter, &rows, args, 2,
			 migr_printf(&ctx->arena,
						 "SELECT name FROM %s WHERE type = 'table'"
						 " AND rootpage = 0"
						 " AND substr(?1, 1, length(name) + 1) = name || '_'"
						 " COLLATE NOCASE AND %s ORDER BY length(name) DESC",
						 catalog(alter, alter->schema),
						 sqlite3_libversion_number() < 3037000 ? known
															   : listed)))
		return false;
	if (rows.count == 0)
		return true;
	migr_fail(ctx, MIGR_ERR_STATEMENT, "table %s may not be altered",
			  alter->name);
	return migr_detail(ctx, "It is a part of the virtual table %s.",
					   migr_cell(&rows, 0, 0).text.ptr);
}

/* Find the table. */
static bool
find_table(Alter *alter)
{
	MigrCtx *ctx = &alter->lite->host.ctx;
	MigrObjectName name = {alter->parsed.schema, alter->parsed.table};
	MigrStored found;

	if (!migr_lite_find(alter->lite, &name, MIGR_OBJECT_TABLE, &found))
		return false;
	if (found.name == NULL)
		return alter->parsed.if_exists ||
			   migr_fail(ctx, MIGR_ERR_STATEMENT, "no such table: %s%s%s",
						 name.schema.name != NULL ? name.schema.name : "",
						 name.schema.name != NULL ? "." : "", name.name.name);
	if (strcmp(found.type, "table") != 0)
		return migr_fail(ctx, MIGR_ERR_STATEMENT,
						 "ALTER TABLE: \"%s\" is a view", name.name.name);
	alter->schema = found.schema;
	alter->name = found.name;
	alter->sql = found.sql;
	alter->virtual = found.rootless;
	/* the engine would refuse, but not an edit of the text */
	if (sqlite3_strnicmp(alter->name, "sqlite_", 7) == 0)
		return migr_fail(ctx, MIGR_ERR_STATEMENT, "table %s may not be altered",
						 alter->name);
	return check_shadow(alter);
}

/* ---- the engine's own -------------------------------------------------------- */

/* Run a statement that we have made; an error shows it. */
static bool
run_sql(Alter *alter, const char *sql)
{
	return migr_lite_change(alter->lite, sql) ||
		   migr_detail(&alter->lite->host.ctx, "ALTER TABLE ran: %s", sql);
}

/* Write an action as the engine has it. */
static const char *
native_sql(Alter *alter, const MigrAction *action)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	const char *table = migr_printf(arena, "ALTER TABLE %s", quoted(alter));

	switch (action->kind)
	{
		case MIGR_RENAME_TABLE:
			return migr_printf(arena, "%s RENAME TO %s", table,
							   migr_span_dup(arena, action->other.text));
		case MIGR_RENAME_COLUMN:
			return migr_printf(arena, "%s RENAME COLUMN %s TO %s", table,
							   migr_span_dup(arena, action->name.text),
							   migr_span_dup(arena, action->other.text));
		case MIGR_DROP_COLUMN:
			return migr_printf(arena, "%s DROP COLUMN %s", table,
							   migr_span_dup(arena, action->name.text));
		default:
			return migr_printf(arena, "%s ADD COLUMN %s", table,
							   migr_span_dup(arena, action->column.text));
	}
}

/* Put a table of statistics right for a table's new name, and for those of its
 * indexes that SQLite names by it. */
static bool
move_statistics(Alter *alter, const char *statistics, const char *to)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	const char *old = migr_quote_text(arena, migr_span(alter->name));
	const char *new = migr_quote_text(arena, migr_span(to));

	return run_sql(
		alter,
		migr_printf(arena,
					"UPDATE %s SET tbl = %s, idx = CASE"
					" WHEN idx = tbl THEN %s"
					" WHEN substr(idx, 1, 18 + length(tbl)) ="
					" 'sqlite_autoindex_' || tbl || '_'"
					" THEN 'sqlite_autoindex_' || %s ||"
					" substr(idx, 18 + length(tbl)) ELSE idx END"
					" WHERE tbl = %s COLLATE NOCASE",
					migr_quote_qualified(arena, alter->schema, statistics), new,
					new, new, old));
}

/* Run an action as the engine has it.  It renames no statistics; that goes first,
 * for it reads them anew when it has renamed the table. */
static bool
run_engine(Alter *alter, const MigrAction *action)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	MigrRows rows = {0};

	if (action->kind == MIGR_RENAME_TABLE &&
		!ask(alter, &rows, NULL, 0,
			 migr_printf(arena,
						 "SELECT name FROM %s WHERE type = 'table'"
						 " AND name GLOB 'sqlite_stat[134]'",
						 catalog(alter, alter->schema))))
		return false;
	if (action->kind == MIGR_DROP_COLUMN)
		migr_lite_note_rebuilt(alter->lite, alter->name);
	for (int i = 0; i < rows.count; i++)
		if (!move_statistics(alter, migr_cell(&rows, i, 0).text.ptr,
							 action->other.name))
			return false;
	return run_sql(alter, native_sql(alter, action));
}

/* ---- what hangs on the table --------------------------------------------------- */

/* Take the indexes and triggers of the table that stay: an index goes with its
 * columns. */
static bool
read_dependents(Alter *alter, const char *schema, const char *types)
{
	MigrCtx *ctx = &alter->lite->host.ctx;
	MigrValue args[] = {migr_text_value(alter->name)};
	MigrRows rows;

	if (!ask(alter, &rows, args, 1,
			 migr_printf(&ctx->arena,
						 "SELECT type, name, sql FROM %s WHERE tbl_name = ?1"
						 " COLLATE NOCASE AND type IN (%s) AND sql IS NOT NULL"
						 " ORDER BY rowid",
						 catalog(alter, schema), types)))
		return false;
	for (int i = 0; i < rows.count; i++)
	{
		MigrDependent found = {
			schema, migr_cell(&rows, i, 1).text.ptr,
			migr_cell(&rows, i, 2).text,
			migr_span_is(migr_cell(&rows, i, 0).text, "trigger")};

		migr_vec_push(&ctx->arena, &alter->indexes, found);
		if (found.trigger ||
			!migr_lite_index_is_over(ctx, found.sql, &alter->edit.dropped))
			migr_vec_push(&ctx->arena, &alter->dependents, found);
	}
	return true;
}

/*
 * Read them, and the temporary triggers on any table of the name: those of another
 * are the same behind it.  Only for what needs them: to find them takes longer than
 * most that the engine does.
 */
static bool
need_surroundings(Alter *alter)
{
	if (alter->surroundings)
		return true;
	alter->surroundings = true;
	return read_dependents(alter, alter->schema, "'index', 'trigger'") &&
		   (strcmp(alter->schema, "temp") == 0 ||
			read_dependents(alter, "temp", "'trigger'"));
}

/* ---- flags ---------------------------------------------------------------------- */

/* For a rewrite: no action of a foreign key, nothing renamed in what others say, and
 * the catalog open. */
static const MigrFlags rewriting = {{0, 1, 0, -1, -1}};

/* To rename a column: a view that doesn't work is then an error that names it. */
static const MigrFlags renaming = {{-1, 0, -1, -1, -1}};

/* ---- doing it ---------------------------------------------------------------------- */

/* What an action takes away, in PostgreSQL's words; NULL: nothing.  *needed is
 * how it says what others depend on. */
static const char *
what_goes(Alter *alter, const MigrAction *action, const char **needed)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	const char *name = action->name.name;

	if (action->kind == MIGR_DROP_COLUMN)
	{
		*needed =
			migr_printf(arena, "column %s of table %s", name, alter->name);
		return *needed;
	}
	if (action->kind != MIGR_DROP_CONSTRAINT)
		return NULL;
	*needed = migr_printf(arena, "index %s", name);
	return migr_printf(arena, "constraint %s on table %s", name, alter->name);
}

/* Does an action take something away that others may need? */
static bool
takes_away(Alter *alter)
{
	const char *needed;

	for (int i = 0; i < alter->parsed.actions.count; i++)
		if (what_goes(alter, &alter->parsed.actions.items[i], &needed) != NULL)
			return true;
	return false;
}

/* Find the foreign key that an action adds; NULL: none.  Of a column with two it
 * is the first. */
static const MigrConstraint *
added_reference(const MigrAction *action)
{
	const MigrConstraints *own = &action->column.constraints;

	if (action->kind == MIGR_ADD_CONSTRAINT &&
		action->constraint.rule == MIGR_RULE_FOREIGN_KEY)
		return &action->constraint;
	for (int i = 0; action->kind == MIGR_ADD_COLUMN && i < own->count; i++)
		if (own->items[i].rule == MIGR_RULE_FOREIGN_KEY)
			return &own->items[i];
	return NULL;
}

/* Find the last foreign key that the actions add; NULL: none. */
static const MigrConstraint *
last_reference(const Alter *alter)
{
	const MigrConstraint *found = NULL;

	for (int i = 0; i < alter->parsed.actions.count; i++)
	{
		const MigrConstraint *at =
			added_reference(&alter->parsed.actions.items[i]);

		found = at != NULL ? at : found;
	}
	return found;
}

/* Is it a foreign key of the table to itself whose key is dropped?  What becomes of
 * that is seen to later. */
static bool
is_given_up(Alter *alter, const MigrConstraint *reference)
{
	MigrKeyed before = {&alter->table, &alter->indexes};
	MigrKeyed after = {&alter->edit.table, &alter->dependents};

	return takes_away(alter) && last_reference(alter) == NULL &&
		   migr_same_name(reference->table.name, alter->name) &&
		   migr_lite_loses_key(&alter->lite->host.ctx, &before, &after,
							   &reference->targets);
}

/* Check one thing that the rows of a table have to satisfy: this one, or one that
 * refers to it. */
static bool
check_demand(Alter *alter, const MigrDemand *demand, const char *table)
{
	MigrCtx *ctx = &alter->lite->host.ctx;
	MigrKeyed self = {&alter->edit.table, &alter->dependents};
	MigrColumnNames key = {0};
	const char *select;
	const char *found;
	MigrRows rows;

	if (demand->reference != NULL)
	{
		if (!need_surroundings(alter))
			return false;
		if (is_given_up(alter, demand->reference))
			return true;
		if (!migr_lite_can_refer(alter->lite, alter->schema, demand->reference,
								 demand->keys, &self, &key))
			return false;
	}
	if (demand->violating == NULL)
		return true;
	select = migr_demand_select(ctx, demand,
								migr_quote_name(&ctx->arena, alter->schema),
								table, demand->parent != NULL ? &key : NULL);
	if (select == NULL)
		return false;
	migr_lite_note_check(alter->lite, demand->message,
						 migr_printf(&ctx->arena, "EXISTS (%s)", select));
	if (!ask(alter, &rows, NULL, 0, select))
		return false;
	if (rows.count == 0)
		return true;
	found =
		migr_cell(&rows, 0, 0).null ? NULL : migr_cell(&rows, 0, 0).text.ptr;
	migr_fail(ctx, MIGR_ERR_STATEMENT, "%s%s", demand->message,
			  demand->joined && found != NULL ? found : "");
	return demand->joined || found == NULL || migr_detail(ctx, "%s", found);
}

/* Check all that the rows have to satisfy. */
static bool
check_demands(Alter *alter)
{
	for (int i = 0; i < alter->edit.demands.count; i++)
		if (!check_demand(alter, &alter->edit.demands.items[i],
						  quoted(alter)) ||
			alter->lite->host.ctx.err.code != MIGR_OK)
			return false;
	return true;
}

/* Read a schema's version. */
static bool
read_version(Alter *alter, const char *schema, int64_t *out)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	MigrRows rows;

	if (!ask(alter, &rows, NULL, 0,
			 migr_printf(arena, "PRAGMA %s.schema_version",
						 migr_quote_name(arena, schema))))
		return false;
	*out = migr_cell(&rows, 0, 0).number;
	return true;
}

/* Run statements that we have made. */
static bool
run_all(Alter *alter, const MigrTexts *texts)
{
	for (int i = 0; i < texts->count; i++)
		if (!run_sql(alter, texts->items[i]))
			return false;
	return true;
}

/* Run the statements that make the table what it was edited to. */
static bool
rewrite(Alter *alter)
{
	MigrCtx *ctx = &alter->lite->host.ctx;
	MigrRewrite what = {.schema = alter->schema,
						.name = alter->name,
						.from = &alter->table,
						.edit = &alter->edit};
	MigrTexts texts = {0};
	MigrRows rows;

	if (!read_version(alter, alter->schema, &what.version))
		return false;
	if (alter->edit.cost == MIGR_COST_REBUILD)
	{
		what.dependents = alter->dependents;
		if (!migr_rewrite_rebuild(ctx, &what, &texts))
			return false;
		migr_lite_note_rebuilt(alter->lite, alter->name);
	}
	else
		migr_rewrite_text(ctx, &what, &texts);
	/* a text that SQLite doesn't take is found when it is read the next time */
	return run_all(alter, &texts) &&
		   ask(alter, &rows, NULL, 0,
			   migr_printf(&ctx->arena, "SELECT 1 FROM %s LIMIT 1",
						   catalog(alter, alter->schema)));
}

/* Rewrite the table, with the connection's settings around it. */
static bool
rewrite_safely(Alter *alter)
{
	MigrLite *lite = alter->lite;
	MigrFlags before;

	if (!migr_lite_is_settled(lite))
		return false;
	if (alter->edit.cost == MIGR_COST_REBUILD && !need_surroundings(alter))
		return false;
	/* after an error they are set back when all is undone: that goes first */
	return migr_lite_set_flags(lite, &rewriting, &before) && rewrite(alter) &&
		   migr_lite_set_flags(lite, &before, NULL);
}

/* Fail: a foreign key refers to what is no key. */
static bool
fail_unmatched(Alter *alter, const char *table)
{
	return migr_fail(&alter->lite->host.ctx, MIGR_ERR_STATEMENT,
					 "there is no unique constraint matching given keys for"
					 " referenced table \"%s\"",
					 table);
}

/* Find the DROP COLUMN of a column; otherwise what it was. */
static const MigrAction *
find_drop(const Alter *alter, const char *column, const MigrAction *otherwise)
{
	for (int i = 0; i < alter->parsed.actions.count; i++)
	{
		const MigrAction *action = &alter->parsed.actions.items[i];

		if (action->kind == MIGR_DROP_COLUMN &&
			migr_same_name(action->name.name, column))
			return action;
	}
	return otherwise;
}

/* Find the action that takes away a column that a text mentions; NULL: none does.
 * What goes along with a column stands behind it in the list. */
static const MigrAction *
find_culprit(Alter *alter, MigrSpan text, const char **needed)
{
	const MigrColumnNames *dropped = &alter->edit.dropped;
	const MigrAction *action = NULL;

	for (int i = 0; i < dropped->count; i++)
	{
		action = find_drop(alter, dropped->items[i], action);
		if (!migr_ddl_mentions(text, dropped->items[i]))
			continue;
		*needed =
			migr_printf(&alter->lite->host.ctx.arena, "column %s of table %s",
						dropped->items[i], alter->name);
		return action;
	}
	return NULL;
}

/* Find the first action of a kind; else the first that takes anything away. */
static const MigrAction *
find_kind(Alter *alter, MigrActionKind kind, const char **needed)
{
	const MigrAction *found = NULL;

	for (int i = 0; i < alter->parsed.actions.count; i++)
	{
		const MigrAction *action = &alter->parsed.actions.items[i];

		if (what_goes(alter, action, needed) != NULL &&
			(found == NULL || (found->kind != kind && action->kind == kind)))
			found = action;
	}
	what_goes(alter, found, needed);
	return found;
}

/*
 * Note what hangs on the table, where it may not go along.  It goes all the same:
 * so it is in nobody's way while the others are looked for, and all is undone.
 */
static void
ask_leave(Alter *alter, const char *hanging, const MigrAction *culprit,
		  const char *needed)
{
	MigrCtx *ctx = &alter->lite->host.ctx;
	const char *unused;

	if (!culprit->cascade)
		migr_edit_add_dependent(
			ctx, &alter->edit, what_goes(alter, culprit, &unused),
			migr_printf(&ctx->arena, "%s depends on %s", hanging, needed));
}

/* Let go of a foreign key whose key is gone. */
static bool
cut_reference(Alter *alter, const MigrForeignKey *key,
			  const MigrNameList *targets)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	const MigrAction *culprit;
	const char *needed;
	MigrStr names;

	migr_str_init(&names, arena);
	for (int i = 0; i < targets->count; i++)
		migr_str_printf(&names, "%s ",
						migr_quote_name(arena, targets->items[i].name));
	culprit = find_culprit(alter, migr_span(names.data), &needed);
	if (culprit == NULL)
		culprit = find_kind(alter, MIGR_DROP_CONSTRAINT, &needed);
	ask_leave(
		alter,
		migr_printf(arena, "constraint %s on table %s", key->name, key->child),
		culprit, needed);
	return migr_lite_cut(alter->lite, alter->schema, key);
}

/* The same for all: other tables', and its own. */
static bool
cut_references(Alter *alter)
{
	MigrLite *lite = alter->lite;
	MigrCtx *ctx = &lite->host.ctx;
	MigrKeyed before = {&alter->table, &alter->indexes};
	MigrKeyed after = {&alter->edit.table, &alter->dependents};
	MigrForeignKeys keys = {0};
	MigrNameList primary = {0};

	if (!migr_lite_references(lite, alter->schema, alter->name, &keys))
		return false;
	migr_lite_primary_key(&ctx->arena, &alter->table, &primary);
	for (int i = 0; i < keys.count; i++)
	{
		const MigrForeignKey *key = &keys.items[i];

		if (migr_lite_loses_key(ctx, &before, &after, &key->rule->targets) &&
			!cut_reference(alter, key,
						   key->rule->targets.count > 0 ? &key->rule->targets
														: &primary))
			return false;
	}
	return true;
}

/* Find what the rows of a foreign key's table have to satisfy. */
static const MigrDemand *
demand_of(Alter *alter, const MigrForeignKey *key)
{
	MigrDemands demands = {0};

	migr_demand_of_key(&alter->lite->host.ctx, key->table, key->rule,
					   key->column, key->name, &demands);
	return &demands.items[0];
}

/* Fail: a foreign key has a row that refers to nothing, which is shown. */
static bool
fail_dangling(Alter *alter, const MigrForeignKey *key, const MigrDemand *demand)
{
	MigrCtx *ctx = &alter->lite->host.ctx;

	return check_demand(
			   alter, demand,
			   migr_quote_qualified(&ctx->arena, alter->schema, key->child)) &&
		   migr_fail(ctx, MIGR_ERR_STATEMENT, "%s", demand->message);
}

/* Does a foreign key find what it has found before? */
static bool
check_key(Alter *alter, const MigrForeignKeys *before, int was,
		  const MigrForeignKey *after)
{
	const MigrDemand *demand;

	if (before->items[was].dangling < 0)
		return true;
	if (after->dangling < 0)
		return fail_unmatched(alter, alter->name);
	demand = demand_of(alter, after);
	migr_lite_note_violation(alter->lite, alter->schema, alter->name, was,
							 after, demand->message);
	return after->dangling <= before->items[was].dangling ||
		   fail_dangling(alter, after, demand);
}

/* By what a foreign key is known before and behind. */
static MigrSpan
name_of_key(Alter *alter, const MigrForeignKey *key)
{
	return migr_span(migr_quote_qualified(&alter->lite->host.ctx.arena,
										  key->child, key->name));
}

/* Rewrite the table, and let go of foreign keys whose key is gone. */
static bool
rewrite_and_cut(Alter *alter)
{
	return rewrite_safely(alter) &&
		   (!takes_away(alter) || cut_references(alter));
}

/* The same; where values change, what refers to them has to stay right. */
static bool
rewrite_referred(Alter *alter)
{
	MigrLite *lite = alter->lite;
	MigrForeignKeys before = {0};
	MigrForeignKeys after = {0};
	MigrMap names;

	if (alter->edit.fresh.count == 0)
		return rewrite_and_cut(alter);
	if (!migr_lite_references(lite, alter->schema, alter->name, &before))
		return false;
	migr_lite_dangling(lite, alter->schema, alter->name, &before);
	migr_lite_note_dangling(lite, alter->schema, alter->name, &before);
	migr_map_init(&names, &lite->host.ctx.arena, before.count);
	for (int i = 0; i < before.count; i++)
		migr_map_put(&names, name_of_key(alter, &before.items[i]), i);
	if (!rewrite_and_cut(alter) ||
		!migr_lite_references(lite, alter->schema, alter->name, &after))
		return false;
	migr_lite_dangling(lite, alter->schema, alter->name, &after);
	for (int i = 0; i < after.count && alter->edit.kept == NULL; i++)
	{
		/* one that is new was looked at, or isn't to be */
		int was = migr_map_get(&names, name_of_key(alter, &after.items[i]));

		if (was != MIGR_MAP_NONE &&
			!check_key(alter, &before, was, &after.items[i]))
			return false;
	}
	migr_lite_note_settled(lite, &before);
	return true;
}

/*
 * Find why a view or a trigger doesn't work: by its text, or else by that of a view
 * that it mentions, and that doesn't either.  culprits: of those before it.
 */
static const MigrAction *
find_breaker(Alter *alter, const MigrHangings *broken, int at,
			 const MigrAction *const *culprits, const char **needed)
{
	MigrSpan text = broken->items[at].sql;
	const MigrAction *found = find_culprit(alter, text, needed);

	for (int i = 0; i < at && found == NULL; i++)
		if (!broken->items[i].trigger &&
			migr_ddl_mentions(text, broken->items[i].name))
		{
			*needed = migr_printf(&alter->lite->host.ctx.arena, "view %s",
								  broken->items[i].name);
			return culprits[i];
		}
	return found != NULL ? found : find_kind(alter, MIGR_DROP_COLUMN, needed);
}

/* Drop a view or a trigger, which may have gone along with another. */
static bool
drop_hanging(Alter *alter, const MigrHanging *at)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;

	return run_sql(
		alter, migr_printf(arena, "DROP %s IF EXISTS %s",
						   at->trigger ? "TRIGGER" : "VIEW",
						   migr_quote_qualified(arena, at->schema, at->name)));
}

/*
 * Make a trigger anew that was dropped with others: it may be that only another one
 * of its table doesn't work.  *fine: it does, or it has gone with its view, which is
 * named.
 */
static bool
try_trigger(Alter *alter, const MigrHanging *at, bool *fine)
{
	MigrLite *lite = alter->lite;
	MigrDependent trigger = {at->schema, at->name, at->sql, true};
	MigrHanging of = {.schema = at->table_schema, .name = at->table};
	const char *create;

	*fine = at->trigger && !migr_lite_works(lite, &of);
	if (!at->trigger || at->lost || *fine)
		return true;
	create = migr_rewrite_create(&lite->host.ctx, &trigger);
	if (create == NULL || !run_sql(alter, create))
		return false;
	*fine = migr_lite_works(lite, at);
	return *fine || drop_hanging(alter, at);
}

/* Let go of the views and triggers that don't work any more. */
static bool
drop_broken(Alter *alter, const MigrHangings *before)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	MigrHangings broken = {0};
	const MigrAction **culprits;

	migr_lite_broken(alter->lite, alter->name, &alter->edit.dropped, before,
					 &broken);
	culprits = migr_alloc_array(arena, (size_t) broken.count + 1,
								sizeof(const MigrAction *));
	for (int i = 0; i < broken.count; i++)
		if (!drop_hanging(alter, &broken.items[i]))
			return false;
	for (int i = 0; i < broken.count; i++)
	{
		const MigrHanging *at = &broken.items[i];
		const char *whose =
			at->trigger ? migr_printf(arena, " on table %s", at->table) : "";
		const char *needed;
		bool fine;

		culprits[i] = find_breaker(alter, &broken, i, culprits, &needed);
		if (!try_trigger(alter, at, &fine))
			return false;
		if (!fine)
			ask_leave(alter,
					  migr_printf(arena, "%s %s%s",
								  at->trigger ? "trigger" : "view", at->name,
								  whose),
					  culprits[i], needed);
	}
	return true;
}

/* Has anything changed?  The rows may have where the text hasn't: TYPE ... USING. */
static bool
is_changed(const Alter *alter)
{
	return alter->edit.cost == MIGR_COST_REBUILD ||
		   alter->edit.text.len != alter->sql.len ||
		   memcmp(alter->edit.text.ptr, alter->sql.ptr, alter->sql.len) != 0;
}

/* How many of the constraints have a name? */
static int
count_named(const MigrConstraints *constraints)
{
	int count = 0;

	for (int i = 0; i < constraints->count; i++)
		count += constraints->items[i].name.name != NULL;
	return count;
}

/* The same for all of a table. */
static int
count_all_named(const MigrTableDef *table)
{
	int count = count_named(&table->constraints);

	for (int i = 0; i < table->columns.count; i++)
		count += count_named(&table->columns.items[i].constraints);
	return count;
}

/* Has the edit written down names that others answer to, because a new column
 * brings one that would take them? */
static bool
writes_names(const Alter *alter, const MigrColumnDef *column)
{
	return count_all_named(&alter->edit.table) !=
		   count_all_named(&alter->table) + count_named(&column->constraints);
}

/* Read the texts of all other tables that have generated columns, if the engine's
 * RENAME COLUMN could change them. */
static bool
read_generated(Alter *alter, MigrRows *rows)
{
	MigrArena *arena = &alter->lite->host.ctx.arena;
	MigrValue args[] = {migr_text_value(alter->schema),
						migr_text_value(alter->name)};

	memset(rows, 0, sizeof(*rows));
	return migr_lite_renames_well() ||
		   ask(alter, rows, args, 2,
			   migr_printf(
				   arena,
				   "WITH t (place, name, sql) AS (SELECT ?1, name, sql FROM %s"
				   " WHERE type = 'table' AND name <> ?2"
				   " UNION ALL SELECT 'temp', name, sql FROM temp.sqlite_schema"
				   " WHERE type = 'table' AND (name <> ?2 OR ?1 <> 'temp'))"
				   " SELECT name, sql FROM t WHERE EXISTS (SELECT 1"
				   " FROM pragma_table_xinfo(t.name, t.place)"
				   " WHERE hidden IN (2, 3))",
				   catalog(alter, alter->schema)));
}

/* Rename a column as the engine does it, unless that changes another table's
 * generated columns. */
static bool
rename_column(Alter *alter)
{
	MigrRows before;
	MigrRows after;

	if (!read_generated(alter, &before) ||
		!run_sql(alter, native_sql(alter, &alter->parsed.actions.items[0])) ||
		!read_generated(alter, &after))
		return false;
	for (int i = 0; i < before.count && i < after.count; i++)
	{
		MigrCtx *ctx = &alter->lite->host.ctx;

		if (migr_span_is(migr_cell(&before, i, 1).text,
						 migr_cell(&after, i, 1).text.ptr))
			continue;
		migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
				  "RENAME COLUMN has changed table \"%s\", which has generated "
				  "columns",
				  migr_cell(&before, i, 0).text.ptr);
		return migr_hint(ctx, "SQLite 3.35 and newer ones don't do that.");
	}
	return true;
}

/* Is it one action that the engine does itself? */
static bool
is_native(const Alter *alter, const MigrHangings *hanging)
{
	const MigrAction *action = &alter->parsed.actions.items[0];

	if (alter->parsed.actions.count != 1)
		return false;
	if (action->kind == MIGR_RENAME_TABLE || action->kind == MIGR_RENAME_COLUMN)
		return true;
	if (action->kind == MIGR_ADD_COLUMN && writes_names(alter, &action->column))
		return false;
	return migr_edit_is_native(&alter->table, action) &&
		   (action->kind != MIGR_DROP_COLUMN ||
			(hanging->count == 0 &&
			 alter->indexes.count == alter->dependents.count &&
			 sqlite3_libversion_number() >= 3035005));
}

/* Write down the names of a view's columns. */
static bool
pin_view(Alter *alter, const MigrDependent *view)
{
	MigrLite *lite = alter->lite;
	MigrColumnNames columns = {0};
	MigrTexts texts = {0};
	int64_t version;

	migr_lite_columns(lite, view->schema, view->name, &columns);
	return read_version(alter, view->schema, &version) &&
		   migr_rewrite_view(&lite->host.ctx, view, &columns, version,
							 &texts) &&
		   run_all(alter, &texts);
}

/*
 * Before a column is renamed: let the columns of views keep their names, as
 * PostgreSQL's do, where others name them.  SQLite would let them follow, and then
 * not find them.
 */
static bool
pin_views(Alter *alter, const char *column)
{
	MigrLite *lite = alter->lite;
	MigrDependents views = {0};
	MigrFlags before;

	if (!migr_lite_named_views(lite, alter->schema, alter->name, column,
							   &views))
		return false;
	if (views.count == 0)
		return true;
	if (!migr_lite_set_flags(lite, &rewriting, &before))
		return false;
	for (int i = 0; i < views.count; i++)
		if (!pin_view(alter, &views.items[i]))
			return false;
	return migr_lite_set_flags(lite, &before, NULL);
}

/*
 * Do one action as the engine does it.  Where a column is renamed, the names that
 * its constraints answer to are written down first, as they stay in PostgreSQL.
 * Not where a table is: that is how tables are often rebuilt by hand, and the
 * names would be those of a table that was never meant to last.
 */
static bool
run_native(Alter *alter)
{
	const MigrAction *action = &alter->parsed.actions.items[0];
	MigrLite *lite = alter->lite;
	MigrFlags before;

	if (action->kind != MIGR_RENAME_COLUMN)
		return run_engine(alter, action);
	if (!migr_edit_pin(&lite->host.ctx, &alter->edit, action->name.name))
		return false;
	return (!is_changed(alter) || rewrite_safely(alter)) &&
		   pin_views(alter, action->name.name) &&
		   migr_lite_set_flags(lite, &renaming, &before) &&
		   rename_column(alter) && migr_lite_set_flags(lite, &before, NULL);
}

/* Edit the text by all actions. */
static bool
edit_all(Alter *alter)
{
	MigrCtx *ctx = &alter->lite->host.ctx;
	const MigrActions *actions = &alter->parsed.actions;

	if (!migr_edit_begin(ctx, alter->sql, &alter->edit))
		return false;
	for (int i = 0; i < actions->count; i++)
		if (actions->items[i].kind != MIGR_RENAME_TABLE &&
			actions->items[i].kind != MIGR_RENAME_COLUMN &&
			!migr_edit_apply(ctx, &alter->edit, &actions->items[i]))
			return false;
	return migr_edit_end(ctx, &alter->edit);
}

/* Leave an action to the engine, if it has that: what can't be taken apart here is
 * its to judge. */
static bool
run_unread(Alter *alter)
{
	MigrActionKind kind = alter->parsed.actions.items[0].kind;

	if (alter->parsed.actions.count != 1 ||
		(kind != MIGR_RENAME_TABLE && kind != MIGR_RENAME_COLUMN &&
		 kind != MIGR_ADD_COLUMN && kind != MIGR_DROP_COLUMN))
		return false;
	migr_forget(&alter->lite->host.ctx);
	return kind == MIGR_RENAME_COLUMN
			   ? rename_column(alter)
			   : run_engine(alter, &alter->parsed.actions.items[0]);
}

/* Rename a virtual table, as its module does it; nothing else can be done. */
static bool
run_virtual(Alter *alter)
{
	const MigrAction *action = &alter->parsed.actions.items[0];

	if (action->kind == MIGR_RENAME_TABLE && alter->parsed.actions.count == 1)
		return run_engine(alter, action);
	return migr_fail(&alter->lite->host.ctx, MIGR_ERR_UNSUPPORTED,
					 "ALTER TABLE: \"%s\" is a virtual table", alter->name);
}

/* See whether rows have to be written anew because they may lack a column.  A
 * preview doesn't know them. */
static bool
settle_cost(Alter *alter)
{
	const MigrNotices *lacking = &alter->edit.lacking;
	MigrRows rows = {0};

	if (lacking->count > 0 && alter->lite->notes != NULL)
		alter->edit.cost = MIGR_COST_REBUILD;
	for (int i = 0; i < lacking->count && rows.count == 0 &&
					alter->edit.cost != MIGR_COST_REBUILD;
		 i++)
		if (!ask(alter, &rows, NULL, 0,
				 migr_printf(&alter->lite->host.ctx.arena,
							 "SELECT 1 FROM %s WHERE %s LIMIT 1", quoted(alter),
							 lacking->items[i])))
			return false;
	if (rows.count > 0)
		alter->edit.cost = MIGR_COST_REBUILD;
	return true;
}

/* Do all actions, now that they are known to be possible. */
static bool
carry_out(Alter *alter, const MigrHangings *hanging)
{
	if (is_native(alter, hanging))
		return run_native(alter) &&
			   (!takes_away(alter) || cut_references(alter));
	return !is_changed(alter) || rewrite_referred(alter);
}

/* Do all actions. */
static bool
run(Alter *alter, MigrSpan text)
{
	MigrLite *lite = alter->lite;
	MigrCtx *ctx = &lite->host.ctx;
	MigrHangings hanging = {0};
	const MigrConstraint *added;
	bool matched;
	bool goes;

	if (!migr_alter_parse(ctx, text, &alter->parsed) || !find_table(alter))
		return false;
	if (alter->schema == NULL)
		return true;
	if (alter->virtual)
		return run_virtual(alter);
	if (!migr_ddl_table(ctx, alter->sql, &alter->table))
		return run_unread(alter);
	if (!edit_all(alter) ||
		(alter->edit.kept == NULL && !check_demands(alter)) ||
		!settle_cost(alter))
		return false;
	added = last_reference(alter);
	goes = takes_away(alter);
	if ((goes && !need_surroundings(alter)) ||
		!migr_lite_hanging(lite, alter->schema, &alter->edit.dropped, &hanging))
		return false;
	/* a key by another collation, say: not if that was so before */
	matched =
		added == NULL || migr_lite_refers(lite, alter->schema, alter->name);
	if (!carry_out(alter, &hanging))
		return false;
	if (added != NULL && matched &&
		!migr_lite_refers(lite, alter->schema, alter->name))
		return fail_unmatched(alter, added->table.name);
	return !goes || (drop_broken(alter, &hanging) &&
					 migr_edit_check_dependents(ctx, &alter->edit));
}

bool
migr_lite_alter(MigrLite *lite, MigrSpan text)
{
	Alter alter;

	memset(&alter, 0, sizeof(alter));
	alter.lite = lite;
	if (!run(&alter, text))
		return false;
	return alter.schema == NULL || strcmp(alter.schema, "main") != 0 ||
		   migr_lite_rename_comments(lite, &alter.table, alter.name,
									 &alter.parsed.actions.items[0]);
}
