/*
 * import.c
 *	  Alembic's offline SQL as revision scripts.  See import.h.
 *
 * The scripts are written when both texts were read (printed.c), since
 * whether each % was doubled shows only then.
 */
#include "rev/import.h"

#include <string.h>

#include "rev/printed.h"

#define DIRECTIVE "-- migrate:"

/* Take the next line, with its line end, off *rest. */
static MigrSpan
take_line(MigrSpan *rest)
{
	const char *end = memchr(rest->ptr, '\n', rest->len);
	MigrSpan line = *rest;

	if (end != NULL)
		line.len = (size_t) (end - rest->ptr) + 1;
	rest->ptr += line.len;
	rest->len -= line.len;
	return line;
}

/* Warn of lines that would read as directives. */
static void
check_directives(MigrPrint *print, MigrPrinted *step, MigrPrintedPart *part,
				 const char *path)
{
	for (int i = 0; i < part->pieces.count; i++)
	{
		MigrSpan rest = part->pieces.items[i].text;

		for (int line = part->pieces.items[i].line; rest.len > 0; line++)
			if (migr_span_starts(take_line(&rest), DIRECTIVE))
				migr_print_warn(
					print, step, &part->checks,
					migr_printf(&print->ctx->arena,
								"%s, line %d: a blank was put before "
								"\"" DIRECTIVE "\"",
								path, line));
	}
}

/* Write a piece; halve: with one % for two. */
static void
write_piece(MigrStr *out, const MigrPrintedPiece *piece, bool halve)
{
	MigrSpan rest = piece->text;

	while (rest.len > 0)
	{
		MigrSpan line = take_line(&rest);

		if (migr_span_starts(line, DIRECTIVE))
			migr_str_add_char(out, ' ');
		while (halve && line.len > 0)
		{
			const char *at = memchr(line.ptr, '%', line.len);
			size_t len = at != NULL ? (size_t) (at - line.ptr) + 1 : line.len;

			migr_str_add_n(out, line.ptr, len);
			if (at != NULL && len < line.len && at[1] == '%')
				len++;
			line.ptr += len;
			line.len -= len;
		}
		migr_str_add_n(out, line.ptr, line.len);
	}
	migr_str_add(out, piece->bare ? "\n;\n" : "\n");
}

/* Write a section. */
static void
write_part(const MigrPrint *print, MigrStr *out, MigrDirection direction,
		   const MigrPrintedPart *part)
{
	bool halve = print->odd == 0 && print->doubled.count > 0;

	migr_str_printf(out, "\n" DIRECTIVE "%s%s\n",
					direction == MIGR_UP ? "upgrade" : "downgrade",
					part->autocommit ? " autocommit" : "");
	for (int i = 0; i < part->checks.count; i++)
		migr_str_printf(out, "-- check: %s\n", part->checks.items[i]);
	for (int i = 0; i < part->pieces.count; i++)
	{
		if (i > 0)
			migr_str_add_char(out, '\n');
		write_piece(out, &part->pieces.items[i], halve);
	}
}

/* Write the header, and what is to be said of the whole. */
static void
write_header(MigrStr *out, const MigrPrinted *step, const char *message)
{
	MigrRevision revision = {.id = step->id,
							 .revises = step->revises,
							 .depends_on = step->depends_on,
							 .message = message};

	migr_script_header(out, &revision);
	for (int i = 0; i < step->notes.count; i++)
		migr_str_printf(out, "-- check: %s\n", step->notes.items[i]);
}

/* Write a script. */
static void
write_script(MigrPrint *print, MigrPrinted *step, bool both,
			 MigrImportedList *out)
{
	MigrImported imported = {.id = step->id,
							 .revises = step->revises,
							 .depends_on = step->depends_on,
							 .message = ""};
	int message = migr_map_get(&print->documented, migr_span(step->id));
	MigrStr str;

	if (message != MIGR_MAP_NONE)
		imported.message = print->messages.items[message];
	for (int d = MIGR_UP; d <= MIGR_DOWN; d++)
	{
		const char *path = migr_print_path((MigrDirection) d);

		if (!step->given[d] && (d == MIGR_UP || both))
			migr_print_warn(
				print, step, &step->notes,
				migr_printf(&print->ctx->arena, "not in the %s", path));
		for (int i = 0; i < step->parts[d].count; i++)
			check_directives(print, step, &step->parts[d].items[i], path);
	}
	migr_str_init(&str, &print->ctx->arena);
	write_header(&str, step, imported.message);
	for (int d = MIGR_UP; d <= MIGR_DOWN; d++)
	{
		MigrPrintedPart empty = {0};

		if (step->given[d] && step->parts[d].count == 0)
			write_part(print, &str, (MigrDirection) d, &empty);
		for (int i = 0; i < step->parts[d].count; i++)
			write_part(print, &str, (MigrDirection) d,
					   &step->parts[d].items[i]);
	}
	imported.script = str.data;
	imported.warnings = step->warnings;
	migr_vec_push(&print->ctx->arena, out, imported);
}

/* Warn of doubled %: those that stay, or the first that was halved. */
static void
judge_percents(MigrPrint *print)
{
	int count = print->odd > 0 ? print->doubled.count : 1;

	for (int i = 0; i < count && i < print->doubled.count; i++)
	{
		const MigrPrintedSpot *spot = &print->doubled.items[i];
		MigrPrinted *step = &print->steps.items[spot->step];

		migr_print_warn(
			print, step, &step->parts[spot->direction].items[spot->part].checks,
			migr_printf(&print->ctx->arena, "%s, line %d: %s",
						migr_print_path(spot->direction), spot->line,
						print->odd > 0
							? "%% was left as it is, since other % "
							  "aren't doubled"
							: "%% was read as %, here and elsewhere, "
							  "since each % is doubled"));
	}
}

bool
migr_import_alembic(MigrCtx *ctx, const char *dialect,
					const char *version_table, MigrSpan upgrade,
					MigrSpan downgrade, MigrImportedList *out)
{
	MigrPrint print = {.ctx = ctx};
	bool both = downgrade.ptr != NULL;
	int forward;

	migr_map_init(&print.ids, &ctx->arena, 0);
	migr_map_init(&print.documented, &ctx->arena, 0);
	print.table = migr_version_table(
		&ctx->arena, strcmp(dialect, "postgresql") == 0, version_table);
	if (!migr_print_read(&print, MIGR_UP, upgrade))
		return false;
	forward = print.steps.count;
	if (both && !migr_print_read(&print, MIGR_DOWN, downgrade))
		return false;
	judge_percents(&print);
	for (int i = 0; i < print.early.count; i++)
		migr_print_warn(&print, &print.steps.items[0],
						&print.steps.items[0].notes, print.early.items[i]);
	for (int i = 0; i < forward; i++)
		write_script(&print, &print.steps.items[i], both, out);
	for (int i = print.steps.count - 1; i >= forward; i--)
		if (!print.steps.items[i].again)
			write_script(&print, &print.steps.items[i], both, out);
	return true;
}
