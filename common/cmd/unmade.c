/*
 * unmade.c
 *	  Tables that were there before the first revision.
 *
 * An Alembic project may have begun with a database that was there: then a new
 * database needs more than its revisions.
 */
#include "cmd/cmd.h"
#include "text/cursor.h"
#include "text/lex.h"

/* A name without quotes and in small letters: a table that is there in other
 * letters is nobody's baseline. */
static MigrSpan
fold(MigrArena *arena, const char *name)
{
	char *folded = migr_strdup(arena, name);

	for (char *c = folded; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	return migr_span(folded);
}

/* Go behind CREATE ... TABLE, or ALTER TABLE ... RENAME TO. */
static bool
go_to_name(MigrCursor *cursor)
{
	static const char *const between[] = {"TEMP",	"TEMPORARY", "LOCAL",
										  "GLOBAL", "UNLOGGED",	 "FOREIGN",
										  "VIRTUAL"};
	MigrLexeme token;

	if (migr_cursor_word(cursor, "CREATE"))
	{
		for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++)
			(void) migr_cursor_word(cursor, between[i]);
		if (!migr_cursor_word(cursor, "TABLE"))
			return false;
		if (migr_cursor_word(cursor, "IF"))
			return migr_cursor_word(cursor, "NOT") &&
				   migr_cursor_word(cursor, "EXISTS");
		return true;
	}
	if (!migr_cursor_word(cursor, "ALTER"))
		return false;
	do
	{
		if (migr_cursor_word(cursor, "RENAME") &&
			migr_cursor_word(cursor, "TO"))
			return true;
		token = migr_cursor_solid(cursor);
	} while (token.kind != MIGR_LEXEME_END);
	return false;
}

/* Note the table that a statement makes, if it is one that does. */
static void
note_made(MigrCall *call, MigrSpan text, MigrMap *made)
{
	MigrArena *arena = &call->ctx->arena;
	MigrCursor cursor = {text.ptr, text.ptr + text.len,
						 migr_dialect(call) == MIGR_POSTGRESQL};
	MigrSpan name;

	if (!go_to_name(&cursor) || !migr_cursor_name(&cursor, &name))
		return;
	while (migr_cursor_char(&cursor, '.'))
		if (!migr_cursor_name(&cursor, &name))
			return;
	migr_map_put(made, fold(arena, migr_lex_name(arena, name)), 0);
}

/* Note the tables that a script's upgrade makes. */
static bool
note_script(MigrCall *call, const MigrRevision *script, MigrMap *made)
{
	MigrSections sections = {0};

	if (!migr_script_sections(call->ctx, script, &sections))
		return false;
	for (int i = 0; i < sections.count; i++)
	{
		const MigrSection *section = &sections.items[i];
		MigrBody body = {.place.revision = script->id,
						 .place.line = section->line};
		MigrStmts stmts = {0};

		if (section->direction == MIGR_DOWN || section->unseen)
			continue;
		body.text = section->text;
		body.text.ptr = migr_span_dup(&call->ctx->arena, section->text);
		if (!call->host->parse(call->host, &body, &stmts))
			return migr_at(call->ctx, &body.place);
		for (int k = 0; k < stmts.count; k++)
			note_made(call,
					  (MigrSpan){body.text.ptr + stmts.items[k].offset,
								 stmts.items[k].len},
					  made);
	}
	return true;
}

bool
migr_find_unmade(MigrCall *call, const MigrRevisions *scripts, MigrNames *out)
{
	MigrArena *arena = &call->ctx->arena;
	MigrSchema live;
	MigrScope scope;
	MigrMap made;

	migr_map_init(&made, arena, 0);
	for (int i = 0; i < scripts->count; i++)
		if (!note_script(call, scripts->items[i], &made))
			return false;
	if (!migr_read_scope(call, &scope) || !migr_read_live(call, &scope, &live))
		return false;
	for (int i = 0; i < live.objects.count; i++)
	{
		const MigrObject *object = live.objects.items[i];

		if (object->kind == MIGR_TABLE &&
			migr_map_get(&made, fold(arena, object->name)) == MIGR_MAP_NONE)
			migr_vec_push(arena, out, object->sql);
	}
	return true;
}
