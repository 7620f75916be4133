/*
 * err.c
 *	  Errors as data.  See err.h.
 */
#include "base/err.h"

#include <string.h>

/* Print into the context's arena. */
static const char *print(MigrCtx *ctx, const char *fmt, va_list args)
	MIGR_PRINTF(2, 0);

static const char *
print(MigrCtx *ctx, const char *fmt, va_list args)
{
	MigrStr str;

	migr_str_init(&str, &ctx->arena);
	migr_str_vprintf(&str, fmt, args);
	return str.data;
}

bool
migr_fail(MigrCtx *ctx, MigrCode code, const char *fmt, ...)
{
	va_list args;

	if (ctx->err.code != MIGR_OK)
		return false;
	va_start(args, fmt);
	ctx->err.message = print(ctx, fmt, args);
	va_end(args);
	ctx->err.code = code;
	return false;
}

bool
migr_detail(MigrCtx *ctx, const char *fmt, ...)
{
	va_list args;

	if (ctx->err.detail != NULL)
		return false;
	va_start(args, fmt);
	ctx->err.detail = print(ctx, fmt, args);
	va_end(args);
	return false;
}

bool
migr_hint(MigrCtx *ctx, const char *fmt, ...)
{
	va_list args;

	if (ctx->err.hint != NULL)
		return false;
	va_start(args, fmt);
	ctx->err.hint = print(ctx, fmt, args);
	va_end(args);
	return false;
}

void
migr_forget(MigrCtx *ctx)
{
	memset(&ctx->err, 0, sizeof(ctx->err));
}

bool
migr_at(MigrCtx *ctx, const MigrPlace *place)
{
	MigrPlace *own = &ctx->err.place;

	if (own->revision == NULL)
		own->revision = place->revision;
	if (own->path == NULL)
		own->path = place->path;
	if (own->section == NULL)
		own->section = place->section;
	if (own->line == 0)
		own->line = place->line;
	if (own->statement == 0)
		own->statement = place->statement;
	if (own->text == NULL)
		own->text = place->text;
	return false;
}

const char *
migr_place_text(MigrArena *arena, const MigrPlace *place)
{
	MigrStr str;

	migr_str_init(&str, arena);
	if (place->revision != NULL)
		migr_str_printf(&str, "revision %s", place->revision);
	if (place->path != NULL)
		migr_str_printf(&str, str.len ? " (%s)" : "file %s", place->path);
	if (place->section != NULL)
		migr_str_printf(&str, "%s%s", str.len ? ", " : "", place->section);
	if (place->statement > 0)
		migr_str_printf(&str, "%sstatement %d", str.len ? ", " : "",
						place->statement);
	if (place->line > 0)
		migr_str_printf(&str, "%sline %d", str.len ? ", " : "", place->line);
	return str.len > 0 ? str.data : NULL;
}
