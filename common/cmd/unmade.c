/*
 * unmade.c
 *	  Tables that were there before the first revision.
 *
 * An Alembic project may have begun with a database that was there: then a new
 * database needs more than its revisions.  What DO blocks and functions make is
 * looked for in their texts, too; where these put a name together, nobody can tell.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "text/cursor.h"
#include "text/lex.h"

/* How far behind a word a table's name is looked for. */
#define FAR 1000

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

/* Take a table's name, with its schema or without, and give it folded. */
static bool
take_name(MigrCall *call, MigrCursor *cursor, MigrSpan *out)
{
	MigrArena *arena = &call->ctx->arena;
	MigrSpan name;

	do
	{
		if (!migr_cursor_name(cursor, &name))
			return false;
	} while (migr_cursor_char(cursor, '.'));
	*out = fold(arena, migr_lex_name(arena, name));
	return true;
}

/* Is it a copy that Alembic fills, to put it in a table's place? */
static bool
is_copy(MigrSpan name)
{
	return migr_span_starts(name, "_alembic_tmp_");
}

/* Go behind ALTER TABLE ... RENAME TO.  A copy that comes into a table's place makes
 * none. */
static bool
go_behind_rename(MigrCall *call, MigrCursor *cursor)
{
	MigrSpan name;

	if (!migr_cursor_word(cursor, "TABLE"))
		return false;
	if (migr_cursor_word(cursor, "IF"))
		(void) migr_cursor_word(cursor, "EXISTS");
	(void) migr_cursor_word(cursor, "ONLY");
	return take_name(call, cursor, &name) && !is_copy(name) &&
		   migr_cursor_word(cursor, "RENAME") && migr_cursor_word(cursor, "TO");
}

/* Go behind CREATE ... TABLE or INTO. */
static bool
go_behind_create(MigrCursor *cursor, bool into)
{
	static const char *const between[] = {"TEMP",	"TEMPORARY", "LOCAL",
										  "GLOBAL", "UNLOGGED",	 "FOREIGN",
										  "VIRTUAL"};

	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++)
		(void) migr_cursor_word(cursor, between[i]);
	if (!migr_cursor_word(cursor, "TABLE"))
		return into;
	if (migr_cursor_word(cursor, "IF"))
		return migr_cursor_word(cursor, "NOT") &&
			   migr_cursor_word(cursor, "EXISTS");
	return true;
}

/* Note the table that is made at the cursor, if one is; into: by SELECT INTO. */
static void
note_name(MigrCall *call, MigrCursor cursor, bool into, MigrMap *made)
{
	MigrSpan name;
	bool found;

	into = into && migr_cursor_word(&cursor, "INTO");
	if (into || migr_cursor_word(&cursor, "CREATE"))
		found = go_behind_create(&cursor, into);
	else
		found = migr_cursor_word(&cursor, "ALTER") &&
				go_behind_rename(call, &cursor);
	if (found && take_name(call, &cursor, &name))
		migr_map_put(made, name, 0);
}

/* Is a statement's first word among these?  They end with NULL. */
static bool
begins_with(MigrCursor cursor, const char *const *words)
{
	for (; *words != NULL; words++)
		if (migr_cursor_word(&cursor, *words))
			return true;
	return false;
}

/* Note the tables that a statement makes, wherever in its text: a DO block, the body
 * of a function and a string that is run have theirs in it.  *unsure: it may make
 * others. */
static void
note_made(MigrCall *call, MigrSpan text, MigrMap *made, bool *unsure)
{
	static const char *const rows[] = {"INSERT", "UPDATE", "DELETE", "COMMENT",
									   NULL};
	static const char *const calls[] = {"DO", "CALL", "SELECT", NULL};
	MigrCursor whole = {text.ptr, text.ptr + text.len,
						migr_dialect(call) == MIGR_POSTGRESQL};
	bool inside = false; /* of a word? */
	bool into;

	if (begins_with(whole, rows))
		return;
	*unsure |= begins_with(whole, calls);
	into = begins_with(whole, calls + 2);
	for (size_t i = 0; i < text.len; i++)
	{
		MigrCursor here = {text.ptr + i, whole.end, whole.pg};
		bool name = migr_is_name((unsigned char) text.ptr[i]);

		/* what stands in a string may be open at its end */
		if (text.len - i > FAR)
			here.end = here.at + FAR;
		if (name && !inside)
			note_name(call, here, into, made);
		inside = name;
	}
}

/* Note the tables that a script's upgrade makes. */
static bool
note_script(MigrCall *call, const MigrRevision *script, MigrMap *made,
			bool *unsure)
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
					  made, unsure);
	}
	return true;
}

/* Is it the version table of a history, maybe another one?  Who runs that makes it. */
static bool
is_version_table(const MigrObject *table)
{
	bool found = false;

	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_COLUMN && strcmp(part->name, "version_num") != 0)
			return false;
		found |= part->kind == MIGR_COLUMN;
	}
	return found;
}

bool
migr_find_unmade(MigrCall *call, const MigrRevisions *scripts, MigrNames *out,
				 bool *unsure)
{
	MigrArena *arena = &call->ctx->arena;
	MigrSchema live;
	MigrScope scope;
	MigrMap made;

	*unsure = false;
	migr_map_init(&made, arena, 0);
	for (int i = 0; i < scripts->count; i++)
		if (!note_script(call, scripts->items[i], &made, unsure))
			return false;
	if (!migr_read_scope(call, &scope) || !migr_read_live(call, &scope, &live))
		return false;
	for (int i = 0; i < live.objects.count; i++)
	{
		const MigrObject *object = live.objects.items[i];

		MigrSpan name = fold(arena, object->name);

		if (object->kind == MIGR_TABLE && !is_copy(name) &&
			!is_version_table(object) &&
			migr_map_get(&made, name) == MIGR_MAP_NONE)
			migr_vec_push(arena, out, object->sql);
	}
	return true;
}
