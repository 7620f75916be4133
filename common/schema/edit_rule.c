/*
 * edit_rule.c
 *	  The actions of ALTER TABLE that are about a constraint.  See work.h.
 */
#include "schema/work.h"

#include "schema/affinity.h"

/* Are the members of a key columns, each of them once? */
static bool
check_parts(MigrChange *work, const MigrConstraint *key)
{
	bool primary = key->rule == MIGR_RULE_PRIMARY_KEY;
	bool *seen = migr_alloc_array(
		work->arena, (size_t) work->table->columns.count, sizeof(bool));

	for (int i = 0; i < key->parts.count; i++)
	{
		const char *name = key->parts.items[i].column.name;
		int column;

		if (name == NULL)
			return migr_fail(
				work->ctx, MIGR_ERR_STATEMENT,
				"expressions prohibited in PRIMARY KEY and UNIQUE constraints");
		column = migr_mention_column(work->ctx, &work->columns, name);
		if (column < 0)
			return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
							 "column \"%s\" named in key does not exist", name);
		if (seen[column])
			return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
							 "column \"%s\" appears twice in %s constraint",
							 name, primary ? "primary key" : "unique");
		if (primary && migr_work_generation(work->table, column) != NULL)
			return migr_fail(
				work->ctx, MIGR_ERR_UNSUPPORTED,
				"generated columns cannot be part of the PRIMARY KEY");
		seen[column] = true;
	}
	return true;
}

/* Are the columns of a foreign key there, and as many as it refers to? */
static bool
check_foreign_key(MigrChange *work, const MigrConstraint *key)
{
	for (int i = 0; i < key->columns.count; i++)
	{
		const char *name = key->columns.items[i].name;

		if (migr_mention_column(work->ctx, &work->columns, name) < 0)
			return migr_fail(
				work->ctx, MIGR_ERR_STATEMENT,
				"column \"%s\" referenced in foreign key constraint does not"
				" exist",
				name);
	}
	return key->targets.count == 0 ||
		   key->targets.count == key->columns.count ||
		   migr_fail(work->ctx, MIGR_ERR_STATEMENT,
					 "number of referencing and referenced columns for foreign"
					 " key disagree");
}

/* Write NOT NULL to the columns of a primary key, as PostgreSQL has it: SQLite
 * would let NULLs in. */
static void
fill_key(MigrChange *work, const MigrConstraint *key)
{
	for (int i = 0; i < key->parts.count; i++)
		migr_work_fill(work,
					   migr_mention_column(work->ctx, &work->columns,
										   key->parts.items[i].column.name));
}

/* Is the key to be the rowid by another name? */
static bool
is_alias_key(const MigrChange *work, const MigrConstraint *key)
{
	int column = migr_mention_column(work->ctx, &work->columns,
									 key->parts.items[0].column.name);

	return key->parts.count == 1 && !work->table->without_rowid &&
		   migr_is_integer(work->table->columns.items[column].type);
}

bool
migr_work_add_constraint(MigrChange *work)
{
	const MigrConstraint *add = &work->action->constraint;
	bool key = add->rule == MIGR_RULE_PRIMARY_KEY;

	if (add->name.name != NULL && !migr_work_need_free(work, add->name.name))
		return false;
	if (key && !migr_work_need_no_key(work))
		return false;
	if (!check_parts(work, add) || !check_foreign_key(work, add))
		return false;
	if (key)
	{
		work->becomes_alias = is_alias_key(work, add);
		if (!work->becomes_alias && !migr_work_key_is_full(work->table))
			fill_key(work, add);
	}
	migr_listing_insert(work->ctx, &work->listing, work->listing.items.count,
						NULL, add->text);
	work->cost = key || add->rule == MIGR_RULE_UNIQUE ? MIGR_COST_REBUILD
				 : work->action->not_valid			  ? MIGR_COST_TEXT
													  : MIGR_COST_CHECK;
	work->changed = true;
	return true;
}

/*
 * Write NOT NULL to the columns of a primary key that goes, where SQLite took that
 * for granted.  PostgreSQL's columns stay NOT NULL too.
 */
static void
keep_full(MigrChange *work, MigrRulePlace key)
{
	MigrColumnIndexes columns = {0};

	migr_work_add_columns(work, key, &columns);
	for (int i = 0; i < columns.count; i++)
	{
		if (migr_work_is_full_member(work->table, columns.items[i]))
			migr_work_fill(work, columns.items[i]);
	}
}

/* Cut a constraint out, wherever it stands. */
static void
cut_constraint(MigrChange *work, MigrRulePlace place)
{
	size_t count = place.column < 0
					   ? (size_t) work->listing.items.count
					   : (size_t) work->table->columns.items[place.column]
							 .constraints.count;
	bool *gone = migr_alloc_array(work->arena, count, sizeof(bool));

	if (place.column >= 0)
	{
		gone[place.at] = true;
		migr_work_cut(work, place.column, gone);
		return;
	}
	gone[work->listing.columns + place.at] = true;
	migr_listing_remove(work->ctx, &work->listing, gone);
	work->changed = true;
}

bool
migr_work_drop_constraint(MigrChange *work)
{
	const MigrConstraint *at;
	MigrRulePlace place;
	bool found;

	if (!migr_work_need_constraint(work, &place, &found))
		return false;
	if (!found)
		return true;
	at = migr_work_at(work->table, place);
	if (at->rule == MIGR_RULE_NOT_NULL)
		migr_work_set_nullable(work, place.column, true);
	if (at->rule == MIGR_RULE_PRIMARY_KEY)
		keep_full(work, place);
	if (at->rule == MIGR_RULE_PRIMARY_KEY || at->rule == MIGR_RULE_UNIQUE)
		work->cost = MIGR_COST_REBUILD;
	cut_constraint(work, place);
	return true;
}

/* Set the name that a constraint of an entry answers to. */
static void
set_rule(MigrChange *work, int entry, int at, const char *name)
{
	MigrEntry *of = &work->listing.items.items[entry];

	for (int i = 0; i < of->nrules; i++)
	{
		if (of->rules[i].at == at)
			of->rules[i].name = name;
	}
}

bool
migr_work_rename_constraint(MigrChange *work)
{
	const MigrName *to = &work->action->other;
	const MigrConstraint *at;
	MigrRulePlace place;
	MigrSpan before;
	bool found;
	int entry;

	if (!migr_work_need_constraint(work, &place, &found))
		return false;
	if (!found)
		return true;
	if (!migr_work_need_free(work, to->name))
		return false;
	at = migr_work_at(work->table, place);
	entry = place.column >= 0 ? place.column : work->listing.columns + place.at;
	before.ptr = at->text.ptr;
	before.len = 0;
	if (at->name.name != NULL)
		migr_work_patch(work, entry, at->name.text,
						migr_span_dup(work->arena, to->text));
	else
		migr_work_patch(work, entry, before,
						migr_printf(work->arena, "CONSTRAINT %.*s ",
									(int) to->text.len, to->text.ptr));
	set_rule(work, entry, place.at, to->name);
	return true;
}
