/*
 * edit.c
 *	  Change the text of a CREATE TABLE by an action of ALTER TABLE.  See edit.h.
 *
 * An action takes the text apart into entries (listing.h), changes those (work.h),
 * and all of them are written.  What has come out is parsed again and compared
 * with what was meant; then it is known what the rows have to satisfy (demand.h).
 */
#include "schema/edit.h"

#include "schema/affinity.h"
#include "schema/ddl_expr.h"
#include "schema/ddl_read.h"
#include "schema/demand.h"
#include "schema/work.h"
#include "text/quote.h"

/* Fail where a key has a member that is no column. */
static bool
check_member(MigrCtx *ctx, const MigrMap *columns, const MigrName *member)
{
	return (member->name != NULL &&
			migr_mention_column(ctx, columns, member->name) >= 0) ||
		   migr_fail(ctx, MIGR_ERR_STATEMENT, "unknown column \"%s\" in a key",
					 member->name != NULL ? member->name : "");
}

/* Look for what SQLite would never have stored, and what all here relies on: two
 * columns of a name, a key over what isn't there. */
static bool
check_table(MigrCtx *ctx, const MigrTableDef *table)
{
	MigrMap columns;

	migr_mention_init(ctx, table, &columns);
	for (int i = 0; i < table->columns.count; i++)
	{
		const char *name = table->columns.items[i].name.name;

		if (migr_mention_column(ctx, &columns, name) != i)
			return migr_fail(ctx, MIGR_ERR_STATEMENT,
							 "duplicate column name: %s", name);
	}
	for (int i = 0; i < table->constraints.count; i++)
	{
		const MigrConstraint *key = &table->constraints.items[i];

		for (int k = 0; k < key->parts.count; k++)
		{
			if (!check_member(ctx, &columns, &key->parts.items[k].column))
				return false;
		}
		for (int k = 0; k < key->columns.count; k++)
		{
			if (!check_member(ctx, &columns, &key->columns.items[k]))
				return false;
		}
	}
	return true;
}

bool
migr_edit_begin(MigrCtx *ctx, MigrSpan text, MigrEdit *edit)
{
	memset(edit, 0, sizeof(*edit));
	if (!migr_ddl_table(ctx, text, &edit->table) ||
		!check_table(ctx, &edit->table))
		return false;
	edit->text = text;
	edit->old = edit->table;
	for (int i = 0; i < edit->table.columns.count; i++)
	{
		const char *name = edit->table.columns.items[i].name.name;
		MigrSource source = {name, migr_quote_name(&ctx->arena, name), false};

		if (migr_work_generation(&edit->table, i) == NULL)
			migr_vec_push(&ctx->arena, &edit->sources, source);
	}
	return true;
}

/* ---- what has come out ---- */

/* Is a text the table that was meant: these columns, so many constraints? */
static bool
parse_result(const MigrChange *work, MigrSpan text, MigrTableDef *out)
{
	const MigrListing *listing = &work->listing;
	bool same;

	if (!migr_ddl_table(work->ctx, text, out))
		return false;
	same =
		out->columns.count == listing->columns &&
		out->columns.count + out->constraints.count == listing->items.count &&
		out->without_rowid == work->without_rowid &&
		out->strict == work->strict;
	for (int i = 0; same && i < listing->columns; i++)
		same = migr_same_name(out->columns.items[i].name.name,
							  listing->items.items[i].name);
	return same || migr_fail(work->ctx, MIGR_ERR_INTERNAL,
							 "table \"%s\" has become another than was meant",
							 work->table->name.name);
}

/* Write a constraint's name in front of it, or in place of the one that it has. */
static void
pin(MigrCtx *ctx, const MigrTableDef *table, MigrRulePlace place,
	const char *name, MigrPatches *patches)
{
	const MigrConstraint *at = migr_work_at(table, place);
	MigrSpan none = {NULL, 0};
	MigrPatch patch = {{at->text.ptr, 0}, NULL};

	if (at->name.name != NULL)
	{
		patch.at = at->name.text;
		patch.text = migr_work_name(ctx, name);
	}
	else
		patch.text = migr_work_named(ctx, name, none);
	migr_vec_push(&ctx->arena, patches, patch);
}

/* Find the entry that a name belongs to. */
static const MigrEntry *
entry_of(const MigrChange *work, const MigrTableDef *table,
		 const MigrRuleName *name)
{
	return &work->listing.items
				.items[name->column >= 0 ? name->column
										 : table->columns.count + name->at];
}

/* Set the names that constraints had before the action, where they stand now; NULL
 * for those that are new. */
static void
old_names(const MigrChange *work, const MigrTableDef *table,
		  const MigrRuleNames *names, const char **wanted)
{
	const MigrEntry *entry = NULL;
	int at = 0; /* in its rules */

	for (int i = 0; i < names->count; i++)
	{
		const MigrEntry *of = entry_of(work, table, &names->items[i]);

		at = of == entry ? at + 1 : 0;
		entry = of;
		if (at < of->nrules)
			wanted[i] = of->rules[at].name;
	}
}

/* Choose a name that isn't taken, by a number behind it. */
static const char *
free_name(const MigrChange *work, const MigrMap *taken, const char *name)
{
	size_t len = strlen(name);
	const char *chosen;
	int number = 0;

	while (len > 0 && name[len - 1] >= '0' && name[len - 1] <= '9')
		len--;
	/* a number that isn't there to tell it from others is part of the name */
	chosen = migr_strndup(work->arena, name, len);
	if (migr_map_get(taken, migr_mention_key(work->ctx, chosen)) ==
		MIGR_MAP_NONE)
		len = strlen(name);
	do
		chosen = migr_printf(work->arena, "%.*s%d", (int) len, name, ++number);
	while (migr_map_get(taken, migr_mention_key(work->ctx, chosen)) !=
		   MIGR_MAP_NONE);
	return chosen;
}

/*
 * Set the names that constraints are to answer to: their old ones; a new one that
 * hasn't a name written gets one that isn't taken.
 */
static const char **
wanted_names(const MigrChange *work, const MigrTableDef *table,
			 const MigrRuleNames *names)
{
	const char **wanted = migr_alloc_array(
		work->arena, (size_t) names->count + 1, sizeof(*wanted));
	MigrMap taken;

	old_names(work, table, names, wanted);
	migr_map_init(&taken, work->arena, names->count);
	for (int i = 0; i < names->count; i++)
	{
		if (wanted[i] != NULL)
			migr_map_put(&taken, migr_mention_key(work->ctx, wanted[i]), i);
	}
	for (int i = 0; i < names->count; i++)
	{
		MigrRulePlace place = {names->items[i].column, names->items[i].at};

		if (wanted[i] != NULL)
			continue;
		wanted[i] = names->items[i].name;
		if (!migr_map_put(&taken, migr_mention_key(work->ctx, wanted[i]), i) &&
			migr_work_at(table, place)->name.name == NULL)
		{
			wanted[i] = free_name(work, &taken, wanted[i]);
			migr_map_put(&taken, migr_mention_key(work->ctx, wanted[i]), i);
		}
	}
	return wanted;
}

/*
 * Let constraints answer to the name that they had: a constraint that is dropped or
 * renamed leaves its name free, and one that is added may take one.  A name that is
 * written may change what others answer to in turn; but it stays.
 */
static bool
keep_names(const MigrChange *work, MigrSpan *text, MigrTableDef *table)
{
	const char **wanted = NULL;

	for (;;)
	{
		MigrRuleNames names = {0};
		MigrPatches patches = {0};

		migr_ddl_names(work->ctx, table, &names);
		if (wanted == NULL)
			wanted = wanted_names(work, table, &names);
		for (int i = 0; i < names.count; i++)
		{
			MigrRulePlace place = {names.items[i].column, names.items[i].at};

			if (!migr_same_name(wanted[i], names.items[i].name))
				pin(work->ctx, table, place, wanted[i], &patches);
		}
		if (patches.count == 0)
			return true;
		*text = migr_patch(work->ctx, *text, &patches);
		if (!parse_result(work, *text, table))
			return false;
	}
}

/* Put the sources into the new table's order. */
static bool
set_sources(MigrChange *work, const MigrTableDef *table)
{
	MigrSources *old = &work->edit->sources;
	MigrSources sources = {0};
	MigrMap columns;

	migr_mention_init(work->ctx, table, &columns);
	for (int i = 0; i < table->columns.count; i++)
	{
		MigrSource none = {table->columns.items[i].name.name, NULL, false};

		migr_vec_push(work->arena, &sources, none);
	}
	for (int i = 0; i < old->count; i++)
	{
		int column =
			migr_mention_column(work->ctx, &columns, old->items[i].column);

		if (column < 0)
			continue;
		sources.items[column].expr = old->items[i].expr;
		sources.items[column].numbers = old->items[i].numbers;
	}
	if (work->source_of != NULL)
	{
		MigrSource *source = &sources.items[migr_mention_column(
			work->ctx, &columns, work->source_of)];

		source->expr = work->source;
		source->numbers = work->numbers;
	}
	old->count = 0;
	for (int i = 0; i < sources.count; i++)
	{
		if (migr_work_generation(table, i) != NULL)
			continue;
		if (sources.items[i].expr == NULL)
			return migr_fail(work->ctx, MIGR_ERR_INTERNAL,
							 "column \"%s\" has no source",
							 sources.items[i].column);
		migr_vec_push(work->arena, old, sources.items[i]);
	}
	return true;
}

/* ---- expressions ---- */

/* Is a name that isn't a column's a value, or the rowid? */
static bool
is_other_word(MigrSpan word)
{
	static const char *const words[] = {"TRUE", "FALSE", "ROWID", "_ROWID_",
										"OID"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		if (migr_lex_is(word, words[i]))
			return true;
	}
	return false;
}

/* Fail where an expression names a column that isn't there.  SQLite takes such a
 * name for a string if it is in double quotes. */
static bool
check_expression(MigrChange *work, const MigrMap *columns, MigrSpan expr)
{
	MigrExprReader reader;
	MigrName name;

	migr_expr_begin(&reader, work->ctx, expr);
	while (migr_expr_column(&reader, &name))
	{
		if (migr_lex(name.text).kind == MIGR_TOKEN_WORD &&
			migr_mention_column(work->ctx, columns, name.name) < 0 &&
			!is_other_word(name.text))
			return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
							 "column \"%s\" does not exist", name.name);
	}
	return true;
}

/* Fail where a column is generated of itself. */
static bool
check_loop(MigrChange *work, const MigrTableDef *table, const MigrMap *columns,
		   int column)
{
	bool *seen = migr_alloc_array(work->arena, (size_t) table->columns.count,
								  sizeof(bool));
	MigrColumnIndexes queue = {0};

	migr_vec_push(work->arena, &queue, column);
	for (int i = 0; i < queue.count; i++)
	{
		const MigrConstraint *made =
			migr_work_generation(table, queue.items[i]);
		MigrColumnIndexes of = {0};

		if (made != NULL)
			migr_mention_add(work->ctx, columns, made->expr, &of);
		for (int k = 0; k < of.count; k++)
		{
			if (of.items[k] == column)
				return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
								 "generated column loop on \"%s\"",
								 table->columns.items[column].name.name);
			if (!seen[of.items[k]])
				migr_vec_push(work->arena, &queue, of.items[k]);
			seen[of.items[k]] = true;
		}
	}
	return true;
}

/* Look at the expressions that the action has brought. */
static bool
check_expressions(MigrChange *work, const MigrTableDef *table)
{
	const MigrAction *action = work->action;
	MigrMap columns;
	int column;

	migr_mention_init(work->ctx, table, &columns);
	if (action->kind == MIGR_ADD_CONSTRAINT)
		return action->constraint.rule != MIGR_RULE_CHECK ||
			   check_expression(work, &columns, action->constraint.expr);
	if (action->kind == MIGR_SET_EXPRESSION)
		return check_expression(work, &columns, action->expr) &&
			   check_loop(
				   work, table, &columns,
				   migr_mention_column(work->ctx, &columns, action->name.name));
	if (action->kind != MIGR_ADD_COLUMN)
		return true;
	column = migr_mention_column(work->ctx, &columns, action->column.name.name);
	for (int i = 0; i < action->column.constraints.count; i++)
	{
		const MigrConstraint *rule = &action->column.constraints.items[i];

		if ((rule->rule == MIGR_RULE_CHECK ||
			 rule->rule == MIGR_RULE_GENERATED) &&
			!check_expression(work, &columns, rule->expr))
			return false;
	}
	return check_loop(work, table, &columns, column);
}

/* ---- foreign keys that set columns ---- */

/* Find what a foreign key does that would set its columns: "ON DELETE", "ON
 * UPDATE"; NULL: nothing. */
static const char *
setting_action(MigrCtx *ctx, const MigrConstraint *key)
{
	MigrReader reader;

	migr_read_begin(&reader, ctx, key->actions);
	while (reader.kind != MIGR_TOKEN_END)
	{
		bool update;

		if (!migr_read_word(&reader, "ON"))
		{
			migr_read_next(&reader);
			continue;
		}
		update = migr_read_at(&reader, "UPDATE");
		migr_read_next(&reader);
		if (migr_read_at(&reader, "SET") ||
			(update && migr_read_at(&reader, "CASCADE")))
			return update ? "ON UPDATE" : "ON DELETE";
	}
	return NULL;
}

/* Fail where a foreign key would set a generated column: SQLite takes it, and then
 * no row of the other table can be changed. */
static bool
check_setting(const MigrChange *work, const MigrTableDef *table,
			  MigrRulePlace place)
{
	const MigrConstraint *key = migr_work_at(table, place);
	const char *action = setting_action(work->ctx, key);
	bool generated = false;

	if (place.column >= 0)
		generated = migr_work_generation(table, place.column) != NULL;
	for (int i = 0; i < key->columns.count; i++)
	{
		int column = migr_ddl_column(table, key->columns.items[i].name);

		generated |= column >= 0 && migr_work_generation(table, column) != NULL;
	}
	return action == NULL || !generated ||
		   migr_fail(work->ctx, MIGR_ERR_STATEMENT,
					 "invalid %s action for foreign key constraint containing"
					 " generated column",
					 action);
}

/* Check that of the foreign key that an action makes, or of those of the table
 * where it makes a generated column. */
static bool
check_settings(const MigrChange *work, const MigrTableDef *table)
{
	const MigrAction *action = work->action;
	MigrRulePlace last = {-1, table->constraints.count - 1};
	MigrRulePlace place = {0, -1};

	if (action->kind == MIGR_ADD_CONSTRAINT)
		return action->constraint.rule != MIGR_RULE_FOREIGN_KEY ||
			   check_setting(work, table, last);
	if (action->kind != MIGR_ADD_COLUMN && action->kind != MIGR_SET_EXPRESSION)
		return true;
	while (migr_work_next(table, &place))
	{
		if (migr_work_at(table, place)->rule == MIGR_RULE_FOREIGN_KEY &&
			!check_setting(work, table, place))
			return false;
	}
	return true;
}

/* ---- demands ---- */

/* What is needed to say what the rows have to satisfy. */
typedef struct Asker
{
	MigrChange *work;
	const MigrTableDef *table; /* as it has become */
	MigrRows rows;
	MigrRuleNames names;
	int next; /* in names: no constraint before has one from here on */
} Asker;

/* Find the name that a constraint answers to; they are asked for in order. */
static const char *
name_of(Asker *asker, MigrRulePlace place)
{
	for (; asker->next < asker->names.count; asker->next++)
	{
		const MigrRuleName *name = &asker->names.items[asker->next];

		if (name->column == place.column && name->at == place.at)
			return name->name;
	}
	return "";
}

/* Demand that the members of a primary key aren't NULL. */
static void
ask_full_key(Asker *asker, const MigrConstraint *key, int column)
{
	MigrDemands *out = &asker->work->edit->demands;

	/* a column's own NOT NULL is asked for by itself */
	if (column >= 0 && migr_work_rule(&asker->table->columns.items[column],
									  MIGR_RULE_NOT_NULL) == NULL)
		migr_demand_not_null(&asker->rows, column, out);
	for (int i = 0; i < key->parts.count; i++)
	{
		int part =
			migr_ddl_column(asker->table, key->parts.items[i].column.name);

		if (!migr_work_is_nullable(asker->work, part))
			migr_demand_not_null(&asker->rows, part, out);
	}
}

/* Demand that values are integers, of a key that is to be the rowid. */
static void
ask_integers(Asker *asker, const MigrConstraint *key, int column)
{
	if (column < 0)
		column = migr_ddl_column(asker->table, key->parts.items[0].column.name);
	migr_demand_integer(&asker->rows, column, &asker->work->edit->demands);
}

/* Does the primary key mean NOT NULL?  One that is added does, by words. */
static bool
is_full_key(const Asker *asker)
{
	const MigrChange *work = asker->work;

	return work->becomes_alias || work->action->kind == MIGR_ADD_COLUMN ||
		   work->action->kind == MIGR_ADD_CONSTRAINT ||
		   (work->becomes_full && migr_work_key_is_full(asker->table));
}

/* Demand what a constraint wants. */
static void
ask_rule(Asker *asker, MigrRulePlace place)
{
	const MigrConstraint *rule = migr_work_at(asker->table, place);
	const MigrChange *work = asker->work;
	MigrDemands *out = &work->edit->demands;

	switch (rule->rule)
	{
		case MIGR_RULE_NOT_NULL:
			if (work->becomes_full)
				migr_demand_not_null(&asker->rows, place.column, out);
			break;
		case MIGR_RULE_CHECK:
			migr_demand_check(&asker->rows, rule, name_of(asker, place), out);
			break;
		case MIGR_RULE_PRIMARY_KEY:
			if (is_full_key(asker))
				ask_full_key(asker, rule, place.column);
			if (work->becomes_alias)
				ask_integers(asker, rule, place.column);
			migr_demand_unique(&asker->rows, rule, place.column,
							   name_of(asker, place), out);
			break;
		case MIGR_RULE_UNIQUE:
			migr_demand_unique(&asker->rows, rule, place.column,
							   name_of(asker, place), out);
			break;
		case MIGR_RULE_FOREIGN_KEY:
			migr_demand_foreign_key(&asker->rows, rule, place.column,
									name_of(asker, place), out);
			break;
		default:
			break;
	}
}

/* Is a constraint over any of some columns? */
static bool
is_over(const MigrChange *work, MigrRulePlace place, const bool *columns)
{
	MigrColumnIndexes over = {0};

	migr_work_add_columns(work, place, &over);
	for (int i = 0; i < over.count; i++)
	{
		if (columns[over.items[i]])
			return true;
	}
	return false;
}

/* Flags for a column, and for those that are generated of it. */
static bool *
flag_column(const MigrChange *work, int column)
{
	bool *flags = migr_alloc_array(
		work->arena, (size_t) work->table->columns.count, sizeof(bool));
	const MigrColumnIndexes *users = migr_work_users(work);
	MigrColumnIndexes queue = {0};

	flags[column] = true;
	migr_vec_push(work->arena, &queue, column);
	for (int i = 0; i < queue.count; i++)
	{
		const MigrColumnIndexes *of = &users[queue.items[i]];

		for (int k = 0; k < of->count; k++)
		{
			if (!flags[of->items[k]])
				migr_vec_push(work->arena, &queue, of->items[k]);
			flags[of->items[k]] = true;
		}
	}
	return flags;
}

/*
 * Can the constraint of a column that is added be violated?  Not where the rows
 * get the rowid, or a NULL that the rule doesn't mind, or, for NOT NULL, a value.
 */
static bool
is_in_doubt(const MigrChange *work, const MigrConstraint *rule, int column)
{
	const MigrColumnDef *def = &work->table->columns.items[column];
	const MigrConstraint *value = migr_work_rule(def, MIGR_RULE_DEFAULT);
	bool null = migr_lex_is(migr_span(work->source), "NULL");

	if (migr_work_generation(work->table, column) != NULL)
		return true;
	if (migr_work_is_alias(work->table, column, def->type) && value == NULL)
		return rule->rule == MIGR_RULE_CHECK ||
			   rule->rule == MIGR_RULE_FOREIGN_KEY;
	switch (rule->rule)
	{
		case MIGR_RULE_NOT_NULL:
			return null || value->expr.ptr[0] == '(';
		case MIGR_RULE_UNIQUE:
		case MIGR_RULE_FOREIGN_KEY:
			return !null;
		default:
			return true;
	}
}

/* Demand what the constraints of a column want that is added. */
static void
ask_added(Asker *asker, int column)
{
	MigrChange *work = asker->work;
	const MigrConstraints *all =
		&asker->table->columns.items[column].constraints;

	for (int i = 0; i < all->count; i++)
	{
		MigrRulePlace place = {column, i};

		if (is_in_doubt(work, &all->items[i], column))
			ask_rule(asker, place);
		else if (all->items[i].rule == MIGR_RULE_FOREIGN_KEY)
			migr_demand_reference(&asker->rows, &all->items[i], column,
								  &work->edit->demands);
	}
}

/* Demand what the constraints want over a column whose values are new. */
static void
ask_changed(Asker *asker, int column)
{
	const bool *columns = flag_column(asker->work, column);
	MigrRulePlace place = {0, -1};

	while (migr_work_next(asker->table, &place))
	{
		if (is_over(asker->work, place, columns))
			ask_rule(asker, place);
	}
}

/* Demand what goes with a column. */
static void
ask_column(Asker *asker, const char *name)
{
	MigrChange *work = asker->work;
	int column = migr_ddl_column(asker->table, name);

	/* from here on the table is what it has become */
	work->table = asker->table;
	migr_mention_init(work->ctx, asker->table, &work->columns);
	if (work->action->kind == MIGR_ADD_COLUMN)
		ask_added(asker, column);
	else
		ask_changed(asker, column);
}

/* Find what the rows have to satisfy now. */
static void
ask(MigrChange *work, const MigrTableDef *table)
{
	const MigrEdit *edit = work->edit;
	const MigrAction *action = work->action;
	Asker asker = {.work = work, .table = table};
	MigrRulePlace last = {-1, table->constraints.count - 1};

	if (work->cost == MIGR_COST_TEXT && !action->not_valid)
		return;
	migr_rows_init(work->ctx, table, &edit->sources, &edit->fresh, &asker.rows);
	migr_ddl_names(work->ctx, table, &asker.names);
	switch (action->kind)
	{
		case MIGR_ADD_COLUMN:
			work->becomes_full = true;
			ask_column(&asker, action->column.name.name);
			break;
		case MIGR_SET_TYPE:
		case MIGR_SET_EXPRESSION:
			ask_column(&asker, action->name.name);
			break;
		case MIGR_SET_NOT_NULL:
			migr_demand_not_null(&asker.rows,
								 migr_ddl_column(table, action->name.name),
								 &work->edit->demands);
			break;
		case MIGR_ADD_CONSTRAINT:
			work->becomes_full = true;
			if (!action->not_valid)
				ask_rule(&asker, last);
			else if (action->constraint.rule == MIGR_RULE_FOREIGN_KEY)
				migr_demand_reference(&asker.rows, migr_work_at(table, last),
									  -1, &work->edit->demands);
			break;
		default:
			break;
	}
}

/* Demand what a constraint that was never looked at wants: VALIDATE. */
static bool
validate(MigrChange *work)
{
	MigrEdit *edit = work->edit;
	Asker asker = {.work = work, .table = work->table};
	const MigrConstraint *rule;
	MigrRulePlace place;
	bool found;

	if (!migr_work_need_constraint(work, &place, &found))
		return false;
	if (!found)
		return true;
	rule = migr_work_at(work->table, place);
	if (rule->rule != MIGR_RULE_CHECK && rule->rule != MIGR_RULE_FOREIGN_KEY)
		return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
						 "constraint \"%s\" of relation \"%s\" is not a"
						 " foreign key or check constraint",
						 work->action->name.name, work->table->name.name);
	migr_rows_init(work->ctx, work->table, &edit->sources, &edit->fresh,
				   &asker.rows);
	migr_ddl_names(work->ctx, work->table, &asker.names);
	ask_rule(&asker, place);
	if (edit->cost < MIGR_COST_CHECK)
		edit->cost = MIGR_COST_CHECK;
	return true;
}

/* ---- doing ---- */

/* Begin to do an action. */
static void
init_work(MigrCtx *ctx, MigrEdit *edit, const MigrAction *action,
		  MigrChange *work)
{
	memset(work, 0, sizeof(*work));
	work->ctx = ctx;
	work->arena = &ctx->arena;
	work->edit = edit;
	work->action = action;
	work->table = &edit->table;
	work->without_rowid = edit->table.without_rowid;
	work->strict = edit->table.strict;
	migr_mention_init(ctx, &edit->table, &work->columns);
	migr_listing_init(ctx, &edit->table, &work->listing);
}

/* Change the entries, as the action says. */
static bool
change(MigrChange *work)
{
	switch (work->action->kind)
	{
		case MIGR_ADD_COLUMN:
			return migr_work_add_column(work);
		case MIGR_DROP_COLUMN:
			return migr_work_drop_column(work);
		case MIGR_SET_TYPE:
			return migr_work_set_type(work);
		case MIGR_SET_DEFAULT:
			return migr_work_set_default(work);
		case MIGR_DROP_DEFAULT:
			return migr_work_drop_default(work);
		case MIGR_SET_NOT_NULL:
			return migr_work_set_not_null(work);
		case MIGR_DROP_NOT_NULL:
			return migr_work_drop_not_null(work);
		case MIGR_SET_EXPRESSION:
			return migr_work_set_expression(work);
		case MIGR_DROP_EXPRESSION:
			return migr_work_drop_expression(work);
		case MIGR_ADD_CONSTRAINT:
			return migr_work_add_constraint(work);
		case MIGR_DROP_CONSTRAINT:
			return migr_work_drop_constraint(work);
		case MIGR_RENAME_CONSTRAINT:
			return migr_work_rename_constraint(work);
		case MIGR_VALIDATE_CONSTRAINT:
			return validate(work);
		case MIGR_MOVE_COLUMN:
			return migr_work_move_column(work);
		case MIGR_SET_STRICT:
		case MIGR_SET_WITHOUT_ROWID:
			return migr_work_set_option(work);
		case MIGR_SET_AUTOINCREMENT:
			return migr_work_set_autoincrement(work);
		default:
			return migr_fail(work->ctx, MIGR_ERR_INTERNAL,
							 "RENAME is not done in a table's text");
	}
}

/* Write the text, and take it for the table's. */
static bool
finish(MigrChange *work)
{
	MigrEdit *edit = work->edit;
	MigrSpan text = migr_listing_render(work->ctx, &work->listing);
	MigrTableDef table;

	if (!parse_result(work, text, &table) || !check_expressions(work, &table) ||
		!check_settings(work, &table) || !keep_names(work, &text, &table) ||
		!set_sources(work, &table))
		return false;
	ask(work, &table);
	edit->text = text;
	edit->table = table;
	if (edit->cost < work->cost)
		edit->cost = work->cost;
	return true;
}

bool
migr_edit_apply(MigrCtx *ctx, MigrEdit *edit, const MigrAction *action)
{
	MigrChange work;

	init_work(ctx, edit, action, &work);
	return change(&work) && (!work.changed || finish(&work));
}

void
migr_edit_add_dependent(MigrCtx *ctx, MigrEdit *edit, const char *kept,
						const char *line)
{
	if (edit->kept == NULL)
		edit->kept = kept;
	migr_vec_push(&ctx->arena, &edit->dependents, line);
}

bool
migr_edit_check_dependents(MigrCtx *ctx, const MigrEdit *edit)
{
	MigrStr lines;

	if (edit->kept == NULL)
		return true;
	migr_str_init(&lines, &ctx->arena);
	for (int i = 0; i < edit->dependents.count; i++)
		migr_str_printf(&lines, "%s%s", i > 0 ? "\n" : "",
						edit->dependents.items[i]);
	migr_fail(ctx, MIGR_ERR_STATEMENT,
			  "cannot drop %s because other objects depend on it", edit->kept);
	migr_detail(ctx, "%s", lines.data);
	return migr_hint(ctx,
					 "Use DROP ... CASCADE to drop the dependent objects too.");
}

bool
migr_edit_pin(MigrCtx *ctx, MigrEdit *edit, const char *column)
{
	MigrRuleNames names = {0};
	MigrPatches patches = {0};
	MigrChange work;
	bool *over;
	int at = 0;

	init_work(ctx, edit, NULL, &work);
	if (column != NULL && !migr_work_need_column(&work, column, &at))
		return false;
	over = migr_alloc_array(work.arena, (size_t) edit->table.columns.count,
							sizeof(bool));
	over[at] = true;
	migr_ddl_names(ctx, &edit->table, &names);
	for (int i = 0; i < names.count; i++)
	{
		MigrRulePlace place = {names.items[i].column, names.items[i].at};

		if (migr_work_at(&edit->table, place)->name.name == NULL &&
			(column == NULL || is_over(&work, place, over)))
			pin(ctx, &edit->table, place, names.items[i].name, &patches);
	}
	if (patches.count == 0)
		return true;
	edit->text = migr_patch(ctx, edit->text, &patches);
	return migr_ddl_table(ctx, edit->text, &edit->table);
}

/* Is a primary key the rowid by another name? */
static bool
is_rowid(const MigrTableDef *table, MigrRulePlace place)
{
	const MigrConstraint *key = migr_work_at(table, place);
	int column = place.column;

	if (column < 0)
		column = migr_ddl_column(table, key->parts.items[0].column.name);
	return column >= 0 &&
		   migr_work_is_alias(table, column, table->columns.items[column].type);
}

bool
migr_edit_end(MigrCtx *ctx, const MigrEdit *edit)
{
	const MigrTableDef *table = &edit->table;
	MigrRulePlace place;
	int generated = 0;

	if (edit->vacant != NULL)
		return migr_edit_check_dependents(ctx, edit) &&
			   migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
						 "cannot drop column \"%s\": no other columns exist",
						 edit->vacant);
	for (int i = 0; i < edit->nullable.count; i++)
	{
		int column = migr_ddl_column(table, edit->nullable.items[i]);

		if (column >= 0 && migr_work_is_full_member(table, column))
			return migr_fail(ctx, MIGR_ERR_STATEMENT,
							 "column \"%s\" is in a primary key",
							 table->columns.items[column].name.name);
	}
	for (int i = 0; i < table->columns.count; i++)
		generated += migr_work_generation(table, i) != NULL;
	if (generated == table->columns.count)
		return migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
						 "must have at least one non-generated column");
	if (!migr_work_key(table, &place))
	{
		if (!table->without_rowid)
			return true;
		migr_fail(ctx, MIGR_ERR_UNSUPPORTED, "PRIMARY KEY missing on table %s",
				  table->name.name);
		return migr_hint(ctx, "A table WITHOUT ROWID needs one: add the new"
							  " one in the same ALTER TABLE.");
	}
	return !migr_work_at(table, place)->autoincrement ||
		   is_rowid(table, place) ||
		   migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
					 "AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY");
}

/* ---- what SQLite does by itself ---- */

/* Is it a value, and not an expression or the time? */
static bool
is_constant(MigrSpan expr)
{
	return expr.ptr[0] != '(' && !migr_lex_is(expr, "CURRENT_DATE") &&
		   !migr_lex_is(expr, "CURRENT_TIME") &&
		   !migr_lex_is(expr, "CURRENT_TIMESTAMP");
}

/* Does SQLite's ADD COLUMN take a column? */
static bool
adds_natively(const MigrTableDef *table, const MigrAction *action)
{
	const MigrColumnDef *column = &action->column;
	const MigrConstraint *value = migr_work_rule(column, MIGR_RULE_DEFAULT);
	const MigrConstraint *made = migr_work_rule(column, MIGR_RULE_GENERATED);
	bool null = value == NULL || migr_lex_is(value->expr, "NULL");

	if (action->first || action->other.name != NULL ||
		migr_ddl_column(table, column->name.name) >= 0)
		return false;
	if (migr_work_rule(column, MIGR_RULE_PRIMARY_KEY) != NULL ||
		migr_work_rule(column, MIGR_RULE_UNIQUE) != NULL)
		return false;
	if (made != NULL)
		return !made->stored;
	if (value != NULL && !is_constant(value->expr))
		return false;
	/* 3.40 gives old rows the number 1, and integrity_check complains */
	if (value != NULL && migr_affinity(column->type) == MIGR_AFFINITY_TEXT &&
		(migr_lex_is(value->expr, "TRUE") || migr_lex_is(value->expr, "FALSE")))
		return false;
	return null ? migr_work_rule(column, MIGR_RULE_NOT_NULL) == NULL
				: migr_work_rule(column, MIGR_RULE_FOREIGN_KEY) == NULL;
}

/* Does a constraint have to do with a column that it doesn't stand in? */
static bool
involves(const MigrTableDef *table, const MigrConstraint *rule,
		 const char *name)
{
	/* its own table's column may be what a foreign key refers to */
	if (rule->rule == MIGR_RULE_FOREIGN_KEY &&
		migr_same_name(rule->table.name, table->name.name))
		return true;
	for (int i = 0; i < rule->columns.count; i++)
	{
		if (migr_same_name(rule->columns.items[i].name, name))
			return true;
	}
	return migr_work_has_part(rule, name) ||
		   (rule->expr.ptr != NULL && migr_ddl_mentions(rule->expr, name));
}

/*
 * Can SQLite take the last column out of the text?  It cuts from the comma before
 * it, and that it looks for backwards, in comments too.
 */
static bool
has_plain_comma(const MigrTableDef *table, int column)
{
	const MigrSpan before = table->columns.items[column - 1].text;
	int commas = 0;

	for (const char *at = before.ptr + before.len;
		 at < table->columns.items[column].text.ptr; at++)
		commas += *at == ',';
	return commas == 1;
}

/* Does SQLite's DROP COLUMN take a column? */
static bool
drops_natively(const MigrTableDef *table, const char *name)
{
	int column = migr_ddl_column(table, name);
	MigrRulePlace place = {0, -1};

	if (column < 0 || table->columns.count == 1 ||
		(column == table->columns.count - 1 && !has_plain_comma(table, column)))
		return false;
	while (migr_work_next(table, &place))
	{
		const MigrConstraint *rule = migr_work_at(table, place);

		/* PostgreSQL's doesn't go where it is over other columns alone */
		if (place.column == column && rule->rule == MIGR_RULE_CHECK &&
			!migr_ddl_mentions(rule->expr, name))
			return false;
		if (place.column != column ? involves(table, rule, name)
								   : rule->rule == MIGR_RULE_PRIMARY_KEY ||
										 rule->rule == MIGR_RULE_UNIQUE ||
										 rule->rule == MIGR_RULE_FOREIGN_KEY)
			return false;
	}
	return true;
}

bool
migr_edit_is_native(const MigrTableDef *table, const MigrAction *action)
{
	switch (action->kind)
	{
		case MIGR_ADD_COLUMN:
			return adds_natively(table, action);
		case MIGR_DROP_COLUMN:
			return drops_natively(table, action->name.name);
		case MIGR_RENAME_COLUMN:
		case MIGR_RENAME_TABLE:
			return true;
		default:
			return false;
	}
}
