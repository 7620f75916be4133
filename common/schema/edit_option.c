/*
 * edit_option.c
 *	  What a SQLite table is as a whole: STRICT, WITHOUT ROWID, AUTOINCREMENT.
 *
 * Whatever is so already stays as it is.  All rows are written anew: STRICT looks
 * at every value, and what the rows are found by changes.
 */
#include "schema/ddl_read.h"
#include "schema/work.h"

/* Write the options behind the list. */
static void
set_options(MigrChange *work)
{
	MigrSpan options = work->table->options;
	MigrPatches patches = {0};
	MigrPatch patch = {options, ""};
	const char *end = work->listing.behind.ptr + 1;

	if (work->without_rowid || work->strict)
		patch.text =
			migr_printf(work->arena, "%s%s%s", options.ptr == NULL ? " " : "",
						work->without_rowid ? "WITHOUT ROWID" : "",
						!work->strict		  ? ""
						: work->without_rowid ? ", STRICT"
											  : "STRICT");
	else
		patch.at = migr_patch_cut(
			end, options, work->table->text.ptr + work->table->text.len);
	if (options.ptr == NULL)
	{
		patch.at.ptr = end;
		patch.at.len = 0;
	}
	migr_vec_push(work->arena, &patches, patch);
	work->listing.behind =
		migr_patch(work->ctx, work->listing.behind, &patches);
	work->changed = true;
	work->cost = MIGR_COST_REBUILD;
}

/* Write NOT NULL to the columns of the key, where SQLite took that for granted, as
 * where the key goes. */
static void
keep_full(MigrChange *work)
{
	MigrTableDef after = *work->table;

	after.without_rowid = work->without_rowid;
	after.strict = work->strict;
	for (int i = 0; i < after.columns.count; i++)
	{
		if (migr_work_is_full_member(work->table, i) &&
			!migr_work_is_full_member(&after, i))
			migr_work_fill(work, i);
	}
}

bool
migr_work_set_option(MigrChange *work)
{
	bool *option = work->action->kind == MIGR_SET_STRICT ? &work->strict
														 : &work->without_rowid;

	if (*option == work->action->on)
		return true;
	*option = work->action->on;
	keep_full(work);
	set_options(work);
	return true;
}

/* Find the primary key, and whether it is the one of a column. */
static bool
find_key(MigrChange *work, int column, MigrRulePlace *place)
{
	const MigrConstraint *key;

	if (!migr_work_key(work->table, place))
		return false;
	key = migr_work_at(work->table, *place);
	return place->column >= 0
			   ? place->column == column
			   : key->parts.count == 1 &&
					 migr_work_has_part(key, work->action->name.name);
}

/* Cut AUTOINCREMENT out of a key. */
static void
cut_word(MigrChange *work, int entry, const MigrConstraint *key)
{
	MigrReader reader;

	migr_read_begin(&reader, work->ctx, key->body);
	while (!migr_read_at(&reader, "AUTOINCREMENT"))
		migr_read_next(&reader);
	migr_work_patch(work, entry,
					migr_patch_cut(reader.last.ptr + reader.last.len,
								   reader.token,
								   reader.token.ptr + reader.token.len),
					"");
}

bool
migr_work_set_autoincrement(MigrChange *work)
{
	const MigrConstraint *key;
	MigrRulePlace place;
	MigrSpan end = {NULL, 0};
	bool found;
	int column;
	int entry;

	if (!migr_work_need_column(work, work->action->name.name, &column))
		return false;
	found = find_key(work, column, &place);
	if (!found && work->action->on)
		return migr_fail(work->ctx, MIGR_ERR_UNSUPPORTED,
						 "AUTOINCREMENT is only allowed on an INTEGER PRIMARY "
						 "KEY");
	if (!found)
		return true;
	key = migr_work_at(work->table, place);
	if (key->autoincrement == work->action->on)
		return true;
	entry = place.column >= 0 ? place.column
							  : work->table->columns.count + place.at;
	if (place.column >= 0)
		end.ptr = key->body.ptr + key->body.len;
	else
		end.ptr = key->parts.items[0].text.ptr + key->parts.items[0].text.len;
	if (work->action->on)
		migr_work_patch(work, entry, end, " AUTOINCREMENT");
	else
		cut_word(work, entry, key);
	work->changed = true;
	work->cost = MIGR_COST_REBUILD;
	return true;
}
