/*
 * body.c
 *	  What the body of a routine speaks of that isn't there yet.
 *
 * PostgreSQL keeps no list of what a body in quotes needs, so no order follows from
 * it; but a body in SQL is checked when the routine is made.  Every name in it is
 * looked up here among those that come later: that may take one for another, and
 * then a check is left out that would have passed.
 */
#include "schema/render.h"
#include "text/cursor.h"

/* Return the name that others call what a change makes by; of a column, its table's.
 * NULL: it has none. */
static const char *
called(const MigrRender *render, const MigrObject *object)
{
	switch (object->kind)
	{
		case MIGR_COLUMN:
			return object->parent->name;
		case MIGR_FUNCTION:
		case MIGR_PROCEDURE:
		case MIGR_AGGREGATE:
			return migr_strndup(render->arena, object->name,
								strcspn(object->name, "("));
		case MIGR_TABLE:
		case MIGR_VIEW:
		case MIGR_MATVIEW:
		case MIGR_SEQUENCE:
		case MIGR_ENUM:
		case MIGR_RANGE:
		case MIGR_COMPOSITE:
		case MIGR_DOMAIN:
			return object->name;
		default:
			return NULL;
	}
}

void
migr_body_note(MigrRender *render)
{
	migr_map_init(&render->names, render->arena, render->all->count);
	/* of several changes the last one counts, which so comes first */
	for (int i = render->all->count - 1; i >= 0; i--)
	{
		const MigrChange *change = render->all->items[i];
		const char *name =
			change->to != NULL ? called(render, change->to) : NULL;

		if (name != NULL && change->verb != MIGR_DROP)
			migr_map_put(&render->names, migr_span(name), i);
	}
}

/* Return the name that a token is; empty: it is none. */
static MigrSpan
name_of(const MigrRender *render, const MigrLexeme *lexeme)
{
	MigrSpan name = lexeme->text;
	char *copy;

	if (lexeme->kind == MIGR_LEXEME_QUOTED && name.len > 1)
	{
		name.ptr++;
		name.len -= 2;
		return name;
	}
	if (lexeme->kind != MIGR_LEXEME_WORD)
		return migr_span("");
	copy = migr_span_dup(render->arena, name);
	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	return migr_span(copy);
}

/* Does a text name what comes behind the change at hand? */
static bool
names_later(const MigrRender *render, MigrSpan text)
{
	MigrCursor cursor = {text.ptr, text.ptr + text.len, true};
	MigrLexeme lexeme;

	do
	{
		int at;

		lexeme = migr_cursor_solid(&cursor);
		at = migr_map_get(&render->names, name_of(render, &lexeme));
		if (at != MIGR_MAP_NONE && at > render->at)
			return true;
	} while (lexeme.kind != MIGR_LEXEME_END);
	return false;
}

/* Return what stands between $tag$ and $tag$. */
static MigrSpan
between(MigrSpan text)
{
	size_t tag = 1;

	while (tag < text.len && text.ptr[tag] != '$')
		tag++;
	tag++;
	if (text.len < 2 * tag)
		return migr_span("");
	text.ptr += tag;
	text.len -= 2 * tag;
	return text;
}

bool
migr_body_is_ahead(const MigrRender *render, const char *definition)
{
	MigrCursor cursor = {definition, definition + strlen(definition), true};
	MigrSpan body = migr_span("");
	bool sql = false;
	MigrLexeme lexeme;

	do
	{
		if (migr_cursor_word(&cursor, "LANGUAGE"))
			sql = migr_cursor_word(&cursor, "SQL");
		lexeme = migr_cursor_solid(&cursor);
		if (lexeme.kind == MIGR_LEXEME_DOLLAR)
			body = between(lexeme.text);
	} while (lexeme.kind != MIGR_LEXEME_END);
	return sql && names_later(render, body);
}
