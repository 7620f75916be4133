/*
 * check.c
 *	  migrate_check(): what autogenerate would write, a row a change.
 */
#include <string.h>

#include "cmd/cmd.h"

/* Changes, to be said, and to be found by their objects. */
typedef struct Index
{
	MigrRender render;
	MigrChange **by_from; /* indexed by the object's number */
	MigrChange **by_to;
} Index;

/* Index changes whose sides have so many objects. */
static Index
make_index(MigrCall *call, const MigrChanges *changes, int from, int to)
{
	MigrArena *arena = &call->ctx->arena;
	Index index;

	migr_render_init(call->ctx, migr_dialect(call), changes, &index.render);
	index.by_from =
		migr_alloc_array(arena, (size_t) from + 1, sizeof(MigrChange *));
	index.by_to =
		migr_alloc_array(arena, (size_t) to + 1, sizeof(MigrChange *));
	for (int i = 0; i < changes->count; i++)
	{
		MigrChange *change = changes->items[i];

		/* what stands in for an object has no number */
		if ((change->verb == MIGR_DROP || change->verb == MIGR_ALTER) &&
			change->from->number >= 0)
			index.by_from[change->from->number] = change;
		if (change->verb == MIGR_CREATE && change->to->number >= 0)
			index.by_to[change->to->number] = change;
	}
	return index;
}

/* The change of the way back that undoes this one; NULL: there is none. */
static const MigrChange *
find_inverse(const Index *down, const MigrChange *change)
{
	const MigrObject *object =
		change->verb == MIGR_DROP ? change->from : change->to;

	if (object == NULL || object->number < 0)
		return NULL;
	switch (change->verb)
	{
		case MIGR_CREATE:
		case MIGR_ALTER:
			return down->by_from[object->number];
		case MIGR_DROP:
			return down->by_to[object->number];
		case MIGR_RENAME:
			break;
	}
	return NULL;
}

/* The statements of a change, as one text; a null where it has none. */
static MigrValue
sql_value(MigrCall *call, MigrRender *render, const MigrChange *change)
{
	MigrArena *arena = &call->ctx->arena;
	MigrTexts texts = {0};

	if (change != NULL)
		migr_render_change(render, change, &texts);
	if (texts.count == 0)
		return migr_null_value(MIGR_TEXT);
	return migr_text_value(migr_printf(
		arena, "%s;", migr_join(arena, texts.items, texts.count, ";\n")));
}

/* Add the rows of a change. */
static void
add_change(MigrCall *call, MigrRender *up, Index *down,
		   const MigrChange *change)
{
	MigrArena *arena = &call->ctx->arena;
	MigrDescriptions found = {0};

	migr_describe(call->ctx, change, &found);
	for (int i = 0; i < found.count; i++)
	{
		const MigrDescription *what = &found.items[i];
		MigrValue *row = migr_add_row(call);

		row[0] = migr_text_value(what->operation);
		row[1] = migr_text_value(what->object);
		row[2] = migr_text_value(
			what->loss != NULL ? migr_printf(arena, "%s; loses %s",
											 what->description, what->loss)
							   : what->description);
		row[3] = sql_value(call, up, change);
		row[4] = sql_value(call, &down->render, find_inverse(down, change));
	}
}

/* Add the rows of the renames that the model asks for. */
static void
add_renames(MigrCall *call, const MigrCompared *compared)
{
	MigrArena *arena = &call->ctx->arena;

	for (int i = 0; i < compared->renames.count; i++)
	{
		MigrValue *row = migr_add_row(call);

		row[0] = migr_text_value("rename");
		row[2] = migr_text_value(
			migr_printf(arena, "rename: %s", compared->renames.items[i]));
		row[3] = migr_text_value(
			migr_printf(arena, "%s;", compared->renames.items[i]));
		row[4] = migr_text_value(
			migr_printf(arena, "%s;", compared->renames_back.items[i]));
	}
}

/* migrate_check(): compare the database with its model. */
bool
migr_cmd_check(MigrCall *call)
{
	MigrCompared compared;
	MigrModel model;
	MigrRender up;
	Index down;

	if (!migr_open_reader(call, false) || !migr_check_at_head(call) ||
		!migr_read_model(call, &model))
		return false;
	if (model.part.stmts.count == 0)
		return migr_fail_no_model(call, &model);
	if (!migr_compare(call, &model, &compared))
		return false;
	down = make_index(call, &compared.down, compared.model.objects.count,
					  compared.live.objects.count);
	migr_render_init(call->ctx, migr_dialect(call), &compared.up, &up);
	add_renames(call, &compared);
	for (int i = 0; i < compared.up.count; i++)
		add_change(call, &up, &down, compared.up.items[i]);
	return migr_keep_facts(call);
}

bool
migr_fail_changed(MigrCall *inner)
{
	const MigrRows *rows = &inner->result->rows;
	MigrTexts found = {0};

	if (rows->count == 0)
		return true;
	for (int i = 0; i < rows->count; i++)
		migr_vec_push(&inner->ctx->arena, &found,
					  migr_cell(rows, i, 2).text.ptr);
	migr_fail(inner->ctx, MIGR_ERR_STATE, "New upgrade operations detected: %s",
			  migr_join(&inner->ctx->arena, found.items, found.count, ", "));
	return migr_hint(inner->ctx, "migrate_revision(message, true) writes a "
								 "revision that does them.");
}
