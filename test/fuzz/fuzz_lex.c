/*
 * fuzz_lex.c
 *	  SQLite's tokens and statements in any bytes: tokens cover the text, and
 *	  statements lie in it one behind another.
 */
#include "fuzz.h"

#include <string.h>

#include "text/lex.h"
#include "text/split.h"
#include "unit.h"

/* Read all tokens; they take the text up, to its end. */
static void
check_tokens(Unit *unit, MigrSpan text)
{
	MigrToken token;

	do
	{
		MigrSpan part = text;

		token = migr_lex(text);
		fuzz_check(token.len <= text.len);
		fuzz_check((token.kind == MIGR_TOKEN_END) == (text.len == 0));
		fuzz_check(token.len > 0 || token.kind == MIGR_TOKEN_END);
		part.len = token.len;
		if (token.kind == MIGR_TOKEN_QUOTED || token.kind == MIGR_TOKEN_WORD)
			fuzz_check(strlen(migr_lex_name(&unit->ctx.arena, part)) <=
					   part.len);
		text.ptr += token.len;
		text.len -= token.len;
	} while (token.kind != MIGR_TOKEN_END);
}

/* Split, and check the statements' places. */
static void
check_statements(Unit *unit, MigrSpan text)
{
	MigrBody body = {.text = text, .place = {.line = 1}};
	MigrStmts stmts = {0};
	size_t end = 0;
	int line = 1;

	if (!migr_split(&unit->ctx, &body, &stmts))
	{
		fuzz_check(unit->ctx.err.code != MIGR_OK);
		return;
	}
	for (int i = 0; i < stmts.count; i++)
	{
		const MigrStmt *stmt = &stmts.items[i];

		fuzz_check(stmt->offset >= end && stmt->len > 0);
		fuzz_check(stmt->len <= text.len - stmt->offset);
		fuzz_check(stmt->line >= line);
		fuzz_check((stmt->kind == MIGR_STMT_PLAIN) == (stmt->words == NULL));
		end = stmt->offset + stmt->len;
		line = stmt->line;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Unit unit;
	MigrSpan text;
	char *exact = malloc(size > 0 ? size : 1);
	char *ended = calloc(size + 1, 1);

	memcpy(exact, data, size);
	memcpy(ended, data, size);
	unit_open(&unit);
	text.len = size;
	text.ptr = exact;
	check_tokens(&unit, text);
	text.ptr = ended;
	check_statements(&unit, text);
	unit_close(&unit);
	free(exact);
	free(ended);
	return 0;
}
