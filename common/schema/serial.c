/*
 * serial.c
 *	  The sequences that serial and identity columns count with; and those of serial
 *	  columns of one schema that are objects of their own in another: there they have
 *	  to be that in both, to be compared.
 *
 * A serial column's sequence is no object, as long as it is just what serial makes
 * of it.  With options of its own, without NOT NULL or an owner, it is one.
 */
#include "schema/change.h"
#include "schema/render.h"
#include "text/lex.h"
#include "text/quote.h"

bool
migr_counts(const MigrObject *column)
{
	return migr_object_get(column, MIGR_COLUMN_SERIAL) != NULL ||
		   migr_object_get(column, MIGR_COLUMN_IDENTITY) != NULL;
}

const char *
migr_counter_of(MigrArena *arena, const MigrObject *column, const char *table)
{
	static const char given[] = "SEQUENCE NAME ";
	const char *options = migr_object_get(column, MIGR_COLUMN_IDENTITY_OPTIONS);
	MigrSpan name;

	if (options != NULL && migr_span_starts(migr_span(options), given))
		return migr_first_name(arena, options + strlen(given));
	name = migr_span(migr_last_name(table));
	return migr_beside(
		arena, table,
		migr_sequence_name(arena, migr_lex_name(arena, name), column->name));
}

const char *
migr_counter_name(MigrArena *arena, const MigrObject *column)
{
	const char *sql;

	if (column->kind != MIGR_COLUMN || !migr_counts(column))
		return NULL;
	sql = migr_counter_of(arena, column, column->parent->sql);
	return migr_lex_name(arena, migr_span(migr_last_name(sql)));
}

/* Is an object a column that counts with a sequence of its own? */
static bool
is_serial(const MigrObject *object)
{
	return object->kind == MIGR_COLUMN &&
		   migr_object_get(object, MIGR_COLUMN_SERIAL) != NULL;
}

/* Make a column's sequence an object. */
static void
unfold(MigrCtx *ctx, MigrSchema *schema, MigrObject *column, const char *name)
{
	MigrArena *arena = &ctx->arena;
	MigrObject *table = column->parent;
	const char *sql = migr_beside(arena, table->sql, migr_strdup(arena, name));
	MigrObject *sequence = migr_schema_add(ctx, schema, MIGR_SEQUENCE,
										   table->schema, name, sql, NULL);
	MigrObject *owned;

	migr_object_set(sequence, MIGR_SEQUENCE_TYPE,
					migr_object_get(column, MIGR_COLUMN_TYPE));
	migr_object_set(sequence, MIGR_SEQUENCE_START, "1");
	migr_object_set(sequence, MIGR_SEQUENCE_INCREMENT, "1");
	migr_object_set(sequence, MIGR_SEQUENCE_CACHE, "1");
	migr_object_set(sequence, MIGR_SEQUENCE_UNLOGGED,
					migr_object_get(table, MIGR_TABLE_UNLOGGED));
	owned = migr_schema_add(ctx, schema, MIGR_OWNED_SEQUENCE, table->schema,
							"owned by", sql, sequence);
	migr_object_set(owned, MIGR_OWNED_SEQUENCE_COLUMN,
					migr_printf(arena, "%s.%s", table->sql, column->sql));
	migr_object_need(ctx, owned, column);
	migr_object_set(column, MIGR_COLUMN_SERIAL, NULL);
	migr_object_set(column, MIGR_COLUMN_DEFAULT,
					migr_printf(arena, "nextval(%s::regclass)",
								migr_quote_text(arena, migr_span(sql))));
	migr_object_need(ctx, column, sequence);
}

void
migr_unfold_serials(MigrCtx *ctx, MigrSchema *schema, const MigrSchema *other)
{
	int count = schema->objects.count;

	for (int i = 0; i < count; i++)
	{
		MigrObject *column = schema->objects.items[i];
		const char *name;

		if (!is_serial(column))
			continue;
		name =
			migr_sequence_name(&ctx->arena, column->parent->name, column->name);
		if (migr_schema_get(ctx, other, MIGR_SEQUENCE, column->parent->schema,
							NULL, name) != NULL)
			unfold(ctx, schema, column, name);
	}
}
