/*
 * fuzz_words.c
 *	  Command lines from any bytes: words that are quoted again are the same
 *	  words; any text that is quoted is one word.
 */
#include "fuzz.h"

#include <string.h>

#include "text/words.h"
#include "unit.h"

/* Append a word in single quotes. */
static void
add_quoted(MigrStr *line, const char *word)
{
	migr_str_add_char(line, '\'');
	for (const char *c = word; *c != '\0'; c++)
		if (*c == '\'')
			migr_str_add(line, "'\\''");
		else
			migr_str_add_char(line, *c);
	migr_str_add_char(line, '\'');
}

/* Check that quoted words, joined by blanks, are split into those words. */
static void
check_quoted(Unit *unit, const MigrWords *words)
{
	MigrWords again = {0};
	MigrStr line;

	migr_str_init(&line, &unit->ctx.arena);
	for (int i = 0; i < words->count; i++)
	{
		if (i > 0)
			migr_str_add_char(&line, ' ');
		add_quoted(&line, words->items[i]);
	}
	fuzz_check(migr_words_split(&unit->ctx, migr_span(line.data), &again));
	fuzz_check(again.count == words->count);
	for (int i = 0; i < words->count; i++)
		fuzz_check(strcmp(again.items[i], words->items[i]) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MigrWords words = {0};
	MigrWords one = {0};
	MigrSpan line;
	Unit unit;
	/* without a NUL behind it, so that a read past its end is seen */
	char *copy = malloc(size > 0 ? size : 1);

	memcpy(copy, data, size);
	line.ptr = copy;
	line.len = size;
	unit_open(&unit);
	if (migr_words_split(&unit.ctx, line, &words))
	{
		fuzz_check(unit.ctx.err.code == MIGR_OK);
		fuzz_check(memchr(copy, 0, size) == NULL || size == 0);
		check_quoted(&unit, &words);
	}
	else
		fuzz_check(unit.ctx.err.code == MIGR_ERR_ARGUMENT &&
				   unit.ctx.err.message != NULL);
	unit_forget(&unit);
	migr_vec_push(&unit.ctx.arena, &one, migr_span_dup(&unit.ctx.arena, line));
	check_quoted(&unit, &one);
	unit_close(&unit);
	free(copy);
	return 0;
}
