/*
 * mention.c
 *	  Which columns of a table an expression is about.  See mention.h.
 */
#include "schema/mention.h"

#include "schema/ddl_expr.h"

MigrSpan
migr_mention_key(MigrCtx *ctx, const char *text)
{
	char *copy = migr_strdup(&ctx->arena, text);

	for (char *c = copy; *c != '\0'; c++)
	{
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	}
	return migr_span(copy);
}

void
migr_mention_init(MigrCtx *ctx, const MigrTableDef *table, MigrMap *out)
{
	migr_map_init(out, &ctx->arena, table->columns.count);
	for (int i = 0; i < table->columns.count; i++)
		migr_map_put(
			out, migr_mention_key(ctx, table->columns.items[i].name.name), i);
}

int
migr_mention_column(MigrCtx *ctx, const MigrMap *columns, const char *name)
{
	return migr_map_get(columns, migr_mention_key(ctx, name));
}

void
migr_mention_add(MigrCtx *ctx, const MigrMap *columns, MigrSpan expr,
				 MigrColumnIndexes *out)
{
	MigrExprReader reader;
	MigrName name;

	migr_expr_begin(&reader, ctx, expr);
	while (migr_expr_column(&reader, &name))
	{
		int column = migr_mention_column(ctx, columns, name.name);

		if (column >= 0)
			migr_vec_push(&ctx->arena, out, column);
	}
}
