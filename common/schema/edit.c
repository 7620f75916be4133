/*
 * edit.c
 *	  Change the text of a CREATE TABLE by an action of ALTER TABLE.  See edit.h.
 *
 * An action takes the text apart into entries (listing.h), changes those (work.h),
 * and all of them are written.  What has come out is parsed again and compared
 * with what was meant; then it is known what the rows have to satisfy (demand.h).
 */
#include "schema/edit.h"

#include "schema/ddl_read.h"
#include "schema/demand.h"
#include "schema/rewrite.h"
#include "schema/work.h"

bool
migr_edit_begin(MigrCtx *ctx, MigrSpan text, MigrEdit *edit)
{
	memset(edit, 0, sizeof(*edit));
	if (!migr_ddl_table(ctx, text, &edit->table))
		return false;
	edit->text = text;
	edit->old = edit->table;
	for (int i = 0; i < edit->table.columns.count; i++)
	{
		const char *name = edit->table.columns.items[i].name.name;
		MigrSource source = {name, migr_quote_name(&ctx->arena, name)};

		if (migr_work_generation(&edit->table, i) == NULL)
			migr_vec_push(&ctx->arena, &edit->sources, source);
	}
	return true;
}

/* ---- what has come out ---- */

/* Is a text the table that was meant: these columns, so many constraints? */
static bool
parse_result(const MigrWork *work, MigrSpan text, MigrTableDef *out)
{
	const MigrListing *listing = &work->listing;
	bool same;

	if (!migr_ddl_table(work->ctx, text, out))
		return false;
	same =
		out->columns.count == listing->columns &&
		out->columns.count + out->constraints.count == listing->items.count &&
		out->without_rowid == work->table->without_rowid &&
		out->strict == work->table->strict;
	for (int i = 0; same && i < listing->columns; i++)
		same = migr_same_name(out->columns.items[i].name.name,
							  listing->items.items[i].name);
	return same || migr_fail(work->ctx, MIGR_ERR_INTERNAL,
							 "table \"%s\" has become another than was meant",
							 work->table->name.name);
}

/* Write a constraint's name in front of it. */
static void
pin(MigrCtx *ctx, const MigrTableDef *table, MigrRulePlace place,
	const char *name, MigrPatches *patches)
{
	MigrPatch patch = {{migr_work_at(table, place)->text.ptr, 0}, NULL};
	MigrToken token = migr_lex(migr_span(name));
	bool bare = token.kind == MIGR_TOKEN_WORD && token.len == strlen(name) &&
				!migr_is_reserved(migr_span(name));

	patch.text = migr_printf(&ctx->arena, "CONSTRAINT %s ",
							 bare ? name : migr_quote_name(&ctx->arena, name));
	migr_vec_push(&ctx->arena, patches, patch);
}

/* Which entry does a name belong to? */
static int
entry_of(const MigrTableDef *table, const MigrRuleName *name)
{
	return name->column >= 0 ? name->column : table->columns.count + name->at;
}

/*
 * Let constraints without a name that was written answer to the name that they
 * had: a constraint that is dropped or renamed leaves its name free, and one that
 * is added may take one.
 */
static bool
keep_names(const MigrWork *work, MigrSpan *text, MigrTableDef *table)
{
	MigrRuleNames names = {0};
	MigrPatches patches = {0};
	int entry = -1;
	int at = 0; /* in its rules */

	migr_ddl_names(work->ctx, table, &names);
	for (int i = 0; i < names.count; i++)
	{
		const MigrRuleName *name = &names.items[i];
		MigrRulePlace place = {name->column, name->at};
		const MigrEntry *of = &work->listing.items.items[entry_of(table, name)];

		at = entry == entry_of(table, name) ? at + 1 : 0;
		entry = entry_of(table, name);
		if (at < of->nrules && !migr_same_name(of->rules[at].name, name->name))
			pin(work->ctx, table, place, of->rules[at].name, &patches);
	}
	if (patches.count == 0)
		return true;
	*text = migr_patch(work->ctx, *text, &patches);
	return parse_result(work, *text, table);
}

/* Put the sources into the new table's order. */
static bool
set_sources(MigrWork *work, const MigrTableDef *table)
{
	MigrSources *old = &work->edit->sources;
	MigrSources sources = {0};
	MigrMap columns;

	migr_mention_init(work->ctx, table, &columns);
	for (int i = 0; i < table->columns.count; i++)
	{
		MigrSource none = {table->columns.items[i].name.name, NULL};

		migr_vec_push(work->arena, &sources, none);
	}
	for (int i = 0; i < old->count; i++)
	{
		int column =
			migr_mention_column(work->ctx, &columns, old->items[i].column);

		if (column >= 0)
			sources.items[column].expr = old->items[i].expr;
	}
	if (work->source_of != NULL)
		sources.items[migr_mention_column(work->ctx, &columns, work->source_of)]
			.expr = work->source;
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

/* ---- demands ---- */

/* What is needed to say what the rows have to satisfy. */
typedef struct Asker
{
	MigrWork *work;
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
		migr_demand_not_null(
			&asker->rows,
			migr_ddl_column(asker->table, key->parts.items[i].column.name),
			out);
}

/* Demand that values are integers, of a key that is to be the rowid. */
static void
ask_integers(Asker *asker, const MigrConstraint *key, int column)
{
	if (column < 0)
		column = migr_ddl_column(asker->table, key->parts.items[0].column.name);
	migr_demand_integer(&asker->rows, column, &asker->work->edit->demands);
}

/* Demand what a constraint wants. */
static void
ask_rule(Asker *asker, MigrRulePlace place)
{
	const MigrConstraint *rule = migr_work_at(asker->table, place);
	const MigrWork *work = asker->work;
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
			if (work->becomes_full || work->becomes_alias)
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

/* Is a constraint over a column? */
static bool
is_over(const MigrWork *work, MigrRulePlace place, int column)
{
	MigrColumnIndexes over = {0};

	migr_work_add_columns(work, place, &over);
	for (int i = 0; i < over.count; i++)
	{
		if (over.items[i] == column)
			return true;
	}
	return false;
}

/*
 * Can the constraint of a column that is added be violated?  Not where the rows
 * get the rowid, or a NULL that the rule doesn't mind, or, for NOT NULL, a value.
 */
static bool
is_in_doubt(const MigrWork *work, const MigrConstraint *rule, int column)
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

/* Demand what the constraints of a column want, and those over it, whose values
 * are new. */
static void
ask_column(Asker *asker, const char *name)
{
	MigrWork *work = asker->work;
	int column = migr_ddl_column(asker->table, name);
	bool added = work->action->kind == MIGR_ADD_COLUMN;
	MigrRulePlace place = {0, -1};

	/* from here on the table is what it has become */
	work->table = asker->table;
	migr_mention_init(work->ctx, asker->table, &work->columns);
	while (migr_work_next(asker->table, &place))
	{
		const MigrConstraint *rule = migr_work_at(asker->table, place);

		if (added ? place.column != column || !is_in_doubt(work, rule, column)
				  : !is_over(work, place, column))
			continue;
		ask_rule(asker, place);
	}
}

/* Find what the rows have to satisfy now. */
static void
ask(MigrWork *work, const MigrTableDef *table)
{
	const MigrEdit *edit = work->edit;
	const MigrAction *action = work->action;
	Asker asker = {.work = work, .table = table};
	MigrRulePlace last = {-1, table->constraints.count - 1};

	if (work->cost == MIGR_COST_TEXT)
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
			ask_rule(&asker, last);
			break;
		default:
			break;
	}
}

/* Demand what a constraint that was never looked at wants: VALIDATE. */
static bool
validate(MigrWork *work)
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
		  MigrWork *work)
{
	memset(work, 0, sizeof(*work));
	work->ctx = ctx;
	work->arena = &ctx->arena;
	work->edit = edit;
	work->action = action;
	work->table = &edit->table;
	migr_mention_init(ctx, &edit->table, &work->columns);
	migr_listing_init(ctx, &edit->table, &work->listing);
}

/* Change the entries, as the action says. */
static bool
change(MigrWork *work)
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
		default:
			return migr_fail(work->ctx, MIGR_ERR_INTERNAL,
							 "RENAME is not done in a table's text");
	}
}

/* Write the text, and take it for the table's. */
static bool
finish(MigrWork *work)
{
	MigrEdit *edit = work->edit;
	MigrSpan text = migr_listing_render(work->ctx, &work->listing);
	MigrTableDef table;

	if (!parse_result(work, text, &table) || !keep_names(work, &text, &table) ||
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
	MigrWork work;

	init_work(ctx, edit, action, &work);
	return change(&work) && (!work.changed || finish(&work));
}

bool
migr_edit_pin(MigrCtx *ctx, MigrEdit *edit, const char *column)
{
	MigrRuleNames names = {0};
	MigrPatches patches = {0};
	MigrWork work;
	int at = -1;

	init_work(ctx, edit, NULL, &work);
	if (column != NULL && !migr_work_need_column(&work, column, &at))
		return false;
	migr_ddl_names(ctx, &edit->table, &names);
	for (int i = 0; i < names.count; i++)
	{
		MigrRulePlace place = {names.items[i].column, names.items[i].at};

		if (migr_work_at(&edit->table, place)->name.name == NULL &&
			(at < 0 || is_over(&work, place, at)))
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

/* Does SQLite's DROP COLUMN take a column? */
static bool
drops_natively(const MigrTableDef *table, const char *name)
{
	int column = migr_ddl_column(table, name);
	MigrRulePlace place = {0, -1};

	if (column < 0 || table->columns.count == 1)
		return false;
	while (migr_work_next(table, &place))
	{
		const MigrConstraint *rule = migr_work_at(table, place);

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
