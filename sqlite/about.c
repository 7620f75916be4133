/*
 * about.c
 *	  What a statement of a model is about, as its first words say.
 *
 * Only what is known here is told: whatever else there is may reach anywhere.  So
 * does what renames, as SQLite writes the new name into others.
 */
#include "lite.h"

#include "schema/ddl_read.h"

/* A statement that is being looked at. */
typedef struct Looking
{
	MigrReader reader;
	MigrArena *arena;
	MigrAbout *out;
} Looking;

/* Take a name, behind its schema's if that is main; it is about what has it. */
static bool
take(Looking *at)
{
	MigrName name;

	if (!migr_read_name(&at->reader, MIGR_NAME_ANY, &name))
		return false;
	if (migr_read_char(&at->reader, '.'))
	{
		if (!migr_same_name(name.name, "main") ||
			!migr_read_name(&at->reader, MIGR_NAME_ANY, &name))
			return false;
	}
	migr_vec_push(at->arena, &at->out->names, name.name);
	return true;
}

/* Take IF NOT EXISTS or IF EXISTS, where it stands. */
static void
take_if(Looking *at)
{
	if (!migr_read_word(&at->reader, "IF"))
		return;
	(void) migr_read_word(&at->reader, "NOT");
	(void) migr_read_word(&at->reader, "EXISTS");
}

/* Note what stands behind each REFERENCES. */
static void
take_keys(Looking *at)
{
	MigrName name;

	while (at->reader.kind != MIGR_TOKEN_END)
	{
		if (!migr_read_word(&at->reader, "REFERENCES"))
			migr_read_next(&at->reader);
		else if (migr_read_name(&at->reader, MIGR_NAME_ANY, &name))
			migr_vec_push(at->arena, &at->out->keys, name.name);
	}
}

/* Go to a word, and behind it; false: it isn't there. */
static bool
go_behind(Looking *at, const char *word)
{
	while (at->reader.kind != MIGR_TOKEN_END)
	{
		if (migr_read_word(&at->reader, word))
			return true;
		migr_read_next(&at->reader);
	}
	return false;
}

/* CREATE has been read. */
static bool
look_at_create(Looking *at)
{
	MigrReader *reader = &at->reader;

	if (migr_read_word(reader, "TABLE"))
	{
		take_if(at);
		if (!take(at))
			return false;
		take_keys(at);
		return true;
	}
	if (migr_read_word(reader, "VIEW"))
	{
		take_if(at);
		return take(at);
	}
	if (migr_read_word(reader, "VIRTUAL"))
	{
		if (!migr_read_word(reader, "TABLE"))
			return false;
		take_if(at);
		return take(at);
	}
	at->out->spare = true;
	(void) migr_read_word(reader, "UNIQUE");
	if (!migr_read_word(reader, "INDEX") && !migr_read_word(reader, "TRIGGER"))
		return false;
	take_if(at);
	return take(at) && go_behind(at, "ON") && take(at);
}

/* DROP has been read. */
static bool
look_at_drop(Looking *at)
{
	static const char *const kinds[] = {"TABLE", "INDEX", "VIEW", "TRIGGER",
										NULL};

	if (migr_read_at_one(&at->reader, kinds) == NULL)
		return false;
	migr_read_next(&at->reader);
	take_if(at);
	return take(at) && at->reader.kind == MIGR_TOKEN_END;
}

/* ALTER has been read. */
static bool
look_at_alter(Looking *at)
{
	if (!migr_read_word(&at->reader, "TABLE"))
		return false;
	take_if(at);
	return take(at) && !go_behind(at, "RENAME");
}

/* COMMENT has been read. */
static bool
look_at_comment(Looking *at)
{
	static const char *const parts[] = {"CONSTRAINT", "TRIGGER"};
	static const char *const wholes[] = {"TABLE", "VIEW", "INDEX"};
	MigrReader *reader = &at->reader;
	MigrName name;

	at->out->spare = true;
	if (!migr_read_word(reader, "ON"))
		return false;
	for (size_t i = 0; i < sizeof(wholes) / sizeof(wholes[0]); i++)
		if (migr_read_word(reader, wholes[i]))
			return take(at);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (migr_read_word(reader, parts[i]))
			return migr_read_name(reader, MIGR_NAME_ANY, &name) &&
				   migr_read_word(reader, "ON") && take(at);
	if (!migr_read_word(reader, "COLUMN") ||
		!migr_read_name(reader, MIGR_NAME_ANY, &name) ||
		!migr_read_char(reader, '.'))
		return false;
	migr_vec_push(at->arena, &at->out->names, name.name);
	/* table.column, and no schema's name before it */
	return migr_read_name(reader, MIGR_NAME_ANY, &name) &&
		   !migr_read_at_char(reader, '.');
}

/* MigrHost.about */
bool
migr_lite_about(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
				MigrAbout *out)
{
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	Looking at = {.arena = &host->ctx.arena, .out = out};
	bool known = false;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	memset(out, 0, sizeof(*out));
	migr_read_begin(&at.reader, &host->ctx, text);
	if (migr_read_at(&at.reader, "PRAGMA"))
	{
		out->reach = MIGR_REACH_ON;
		return true;
	}
	if (migr_read_word(&at.reader, "CREATE"))
		known = look_at_create(&at);
	else if (migr_read_word(&at.reader, "DROP"))
		known = look_at_drop(&at);
	else if (migr_read_word(&at.reader, "ALTER"))
		known = look_at_alter(&at);
	else if (migr_read_word(&at.reader, "COMMENT"))
		known = look_at_comment(&at);
	out->reach = known ? MIGR_REACH_OWN : MIGR_REACH_ALL;
	migr_forget(&host->ctx);
	return true;
}
