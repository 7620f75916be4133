/*
 * edit_drop.c
 *	  DROP COLUMN, and what goes with the column.  See work.h.
 */
#include "schema/work.h"

#include "text/quote.h"

/* Does a foreign key refer to its own table? */
static bool
refers_to_itself(const MigrTableDef *table, const MigrConstraint *constraint)
{
	return constraint->rule == MIGR_RULE_FOREIGN_KEY &&
		   migr_same_name(constraint->table.name, table->name.name);
}

/* Append the columns that a foreign key to its own table refers to. */
static void
add_targets(const MigrChange *work, const MigrConstraint *constraint,
			MigrColumnIndexes *out)
{
	MigrRulePlace key;

	for (int i = 0; i < constraint->targets.count; i++)
	{
		int column = migr_mention_column(work->ctx, &work->columns,
										 constraint->targets.items[i].name);

		if (column >= 0)
			migr_vec_push(work->arena, out, column);
	}
	if (constraint->targets.count == 0 && migr_work_key(work->table, &key))
		migr_work_add_columns(work, key, out);
}

/* What goes with a column. */
typedef struct Drop
{
	MigrChange *work;
	bool *columns;			  /* is it gone? */
	MigrColumnIndexes order;  /* the gone ones, as they were found */
	MigrColumnIndexes *users; /* the generated columns that each is part of */
	bool *rules;		 /* constraints, in the order in which they stand */
	MigrRuleNames names; /* that constraints answer to */
} Drop;

/* Is any of some columns gone? */
static bool
is_any_gone(const Drop *drop, const MigrColumnIndexes *columns)
{
	for (int i = 0; i < columns->count; i++)
	{
		if (drop->columns[columns->items[i]])
			return true;
	}
	return false;
}

/* Note something of the table that depends on a column; of is its kind. */
static void
add_dependent(Drop *drop, const char *what, const char *name, const char *of,
			  int column)
{
	MigrChange *work = drop->work;
	const MigrTableDef *table = work->table;
	const MigrColumnDef *columns = table->columns.items;

	if (work->action->cascade)
		return;
	migr_edit_add_dependent(
		work->ctx, work->edit,
		migr_printf(work->arena, "column %s of table %s",
					columns[drop->order.items[0]].name.name, table->name.name),
		migr_printf(work->arena,
					"%s %s %s table %s depends on column %s of table %s", what,
					name, of, table->name.name, columns[column].name.name,
					table->name.name));
}

/* Let a column go, and the generated ones that are made of it. */
static void
drop_columns(Drop *drop, int column)
{
	MigrArena *arena = drop->work->arena;

	drop->users = migr_work_users(drop->work);
	drop->columns[column] = true;
	migr_vec_push(arena, &drop->order, column);
	for (int i = 0; i < drop->order.count; i++)
	{
		int at = drop->order.items[i];
		const MigrColumnIndexes *users = &drop->users[at];

		for (int k = 0; k < users->count; k++)
		{
			int user = users->items[k];

			if (drop->columns[user])
				continue;
			drop->columns[user] = true;
			migr_vec_push(arena, &drop->order, user);
			add_dependent(drop, "column",
						  drop->work->table->columns.items[user].name.name,
						  "of", at);
		}
	}
}

/* Find the name that a constraint answers to. */
static const char *
name_at(const MigrRuleNames *names, MigrRulePlace place)
{
	for (int i = 0; i < names->count; i++)
	{
		if (names->items[i].column == place.column &&
			names->items[i].at == place.at)
			return names->items[i].name;
	}
	return NULL;
}

/* Let go the constraints that are over columns that are gone; and foreign keys of
 * the table to itself that refer to such. */
static void
drop_rules_over(Drop *drop)
{
	MigrChange *work = drop->work;
	MigrRulePlace place = {0, -1};

	migr_ddl_names(work->ctx, work->table, &drop->names);
	for (int i = 0; migr_work_next(work->table, &place); i++)
	{
		const MigrConstraint *at = migr_work_at(work->table, place);
		MigrColumnIndexes over = {0};
		MigrColumnIndexes targets = {0};

		migr_work_add_columns(work, place, &over);
		drop->rules[i] = is_any_gone(drop, &over);
		if (drop->rules[i] || !refers_to_itself(work->table, at))
			continue;
		add_targets(work, at, &targets);
		drop->rules[i] = is_any_gone(drop, &targets);
		for (int k = 0; k < targets.count && drop->rules[i]; k++)
		{
			if (!drop->columns[targets.items[k]])
				continue;
			add_dependent(drop, "constraint", name_at(&drop->names, place),
						  "on", targets.items[k]);
			break;
		}
	}
}

/* Take all that is gone out of the list. */
static void
take_out(Drop *drop)
{
	MigrChange *work = drop->work;
	const MigrTableDef *table = work->table;
	bool *gone = migr_alloc_array(
		work->arena, (size_t) work->listing.items.count, sizeof(bool));
	int rule = 0; /* its index in drop->rules */

	for (int i = 0; i < table->columns.count; i++)
	{
		int count = table->columns.items[i].constraints.count;
		bool any = false;

		gone[i] = drop->columns[i];
		for (int k = 0; k < count; k++)
			any |= drop->rules[rule + k];
		if (any && !gone[i])
			migr_work_cut(work, i, drop->rules + rule);
		rule += count;
	}
	for (int i = 0; i < table->constraints.count; i++)
		gone[table->columns.count + i] = drop->rules[rule + i];
	migr_listing_remove(work->ctx, &work->listing, gone);
}

/* Leave a column in the place of the last one: no text is a table without any. */
static void
vacate(Drop *drop)
{
	MigrChange *work = drop->work;
	MigrEntry *entry;
	MigrPatches none = {0};

	drop->columns[drop->order.items[0]] = false;
	take_out(drop);
	drop->columns[drop->order.items[0]] = true;
	entry = &work->listing.items.items[0];
	entry->name = MIGR_WORK_VACANT;
	entry->text = migr_span(migr_quote_name(work->arena, MIGR_WORK_VACANT));
	entry->patches = none;
	entry->nrules = 0;
	work->source_of = MIGR_WORK_VACANT;
	work->source = "NULL";
	work->edit->vacant =
		work->table->columns.items[drop->order.items[0]].name.name;
}

/* Keep the CHECKs that only stand in a column that is gone, and are over others:
 * PostgreSQL doesn't care where one stood. */
static void
keep_checks(Drop *drop)
{
	MigrChange *work = drop->work;
	MigrRulePlace place = {0, -1};

	for (int i = 0; migr_work_next(work->table, &place); i++)
	{
		const MigrConstraint *at = migr_work_at(work->table, place);
		MigrSpan text = at->text;

		if (place.column < 0 || !drop->columns[place.column] ||
			at->rule != MIGR_RULE_CHECK || drop->rules[i])
			continue;
		if (at->name.name == NULL)
			text = migr_span(migr_work_named(
				work->ctx, name_at(&drop->names, place), at->body));
		migr_listing_insert(work->ctx, &work->listing,
							work->listing.items.count, NULL, text);
	}
}

/* Note the columns that are gone. */
static void
note_dropped(const Drop *drop)
{
	MigrChange *work = drop->work;
	MigrColumnNames *fresh = &work->edit->fresh;
	int count = 0;

	for (int i = 0; i < drop->order.count; i++)
		migr_vec_push(
			work->arena, &work->edit->dropped,
			work->table->columns.items[drop->order.items[i]].name.name);
	for (int i = 0; i < fresh->count; i++)
	{
		int column =
			migr_mention_column(work->ctx, &work->columns, fresh->items[i]);

		if (column < 0 || !drop->columns[column])
			fresh->items[count++] = fresh->items[i];
	}
	fresh->count = count;
}

/* Count all constraints. */
static size_t
count_rules(const MigrTableDef *table)
{
	size_t count = (size_t) table->constraints.count;

	for (int i = 0; i < table->columns.count; i++)
		count += (size_t) table->columns.items[i].constraints.count;
	return count;
}

bool
migr_work_drop_column(MigrChange *work)
{
	const MigrTableDef *table = work->table;
	const char *name = work->action->name.name;
	Drop drop = {.work = work};
	int column = migr_mention_column(work->ctx, &work->columns, name);

	if (column < 0 && work->action->if_exists)
		return migr_work_skip(work, "column", name, "does not exist");
	if (!migr_work_need_column(work, name, &column))
		return false;
	drop.columns = migr_alloc_array(work->arena, (size_t) table->columns.count,
									sizeof(bool));
	drop.rules =
		migr_alloc_array(work->arena, count_rules(table) + 1, sizeof(bool));
	drop_columns(&drop, column);
	drop_rules_over(&drop);
	if (drop.order.count == table->columns.count)
		vacate(&drop);
	else
		take_out(&drop);
	keep_checks(&drop);
	note_dropped(&drop);
	work->cost = MIGR_COST_REBUILD;
	work->changed = true;
	return true;
}
