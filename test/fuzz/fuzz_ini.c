/*
 * fuzz_ini.c
 *	  Configuration files from any bytes.
 *
 * What is read must be a text, every key that a line may have can be asked
 * for, and each error has its line.
 */
#include "fuzz.h"

#include <string.h>

#include "text/ini.h"
#include "unit.h"

#define MOST_BYTES 8192
#define MOST_KEYS 100

/* Check that the error of a file is whole. */
static void
check_error(const MigrErr *err)
{
	fuzz_check(err->code == MIGR_ERR_FILE && err->message != NULL &&
			   err->place.path != NULL && err->place.line > 0);
}

/* Get a key.  What it takes is free again: values may be long. */
static void
get(const MigrIni *ini, const char *section, const char *key, bool expands)
{
	const char *value;
	Unit unit;

	unit_open(&unit);
	if (migr_ini_get(&unit.ctx, ini, section, key, "/here", &value))
	{
		fuzz_check(unit.ctx.err.code == MIGR_OK);
		fuzz_check(value == NULL || strcmp(section, "DEFAULT") == 0 ||
				   migr_ini_has_section(ini, section));
	}
	else
	{
		fuzz_check(expands && value == NULL);
		check_error(&unit.ctx.err);
	}
	unit_close(&unit);
}

/* Get what may be a key in one of the lines, in all sections. */
static void
get_keys(MigrArena *arena, const MigrIni *ini, const char *text)
{
	static const char *const sections[] = {"DEFAULT", "alembic", "a", "new"};
	bool expands = strchr(text, '%') != NULL;

	for (int i = 0; *text != '\0' && i < MOST_KEYS; i++)
	{
		MigrSpan key = {text, strcspn(text, "=:\r\n")};
		const char *name = migr_span_dup(arena, migr_span_trim(key));

		for (size_t k = 0; k < sizeof(sections) / sizeof(*sections); k++)
			get(ini, sections[k], name, expands);
		text += strcspn(text, "\r\n");
		text += strspn(text, "\r\n");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MigrSpan text;
	MigrIni *ini;
	Unit unit;
	char *copy;

	if (size > MOST_BYTES)
		return 0;
	/* without a NUL behind it, so that a read past its end is seen */
	copy = malloc(size > 0 ? size : 1);
	memcpy(copy, data, size);
	text.ptr = copy;
	text.len = size;
	unit_open(&unit);
	if (migr_ini_parse(&unit.ctx, text, "x.ini", &ini))
	{
		fuzz_check(unit.ctx.err.code == MIGR_OK);
		fuzz_check(migr_utf8_check(copy, size) == size);
		fuzz_check(size == 0 || memchr(copy, 0, size) == NULL);
		get_keys(&unit.ctx.arena, ini, migr_span_dup(&unit.ctx.arena, text));
	}
	else
		check_error(&unit.ctx.err);
	unit_close(&unit);
	free(copy);
	return 0;
}
