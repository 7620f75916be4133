/*
 * captured.c
 *	  What clients ran, as the sections of revisions.  See captured.h.
 *
 * First the records become what was committed, in the order of the commits; then
 * each change of a version row closes a revision.  A change may be several rows:
 * Alembic deletes those of the other parents before it moves the last one to a
 * merge point, and inserts them before it moves back (alembic.md 3.5).
 */
#include "rev/captured.h"

#include <ctype.h>
#include <string.h>

#include "base/map.h"
#include "rev/printed.h"
#include "rev/rows.h"

/* ---- what was committed --------------------------------------------------------- */

/* A statement that was run for good. */
typedef struct Ran
{
	int session;
	bool outside;
	MigrSpan text;
	MigrSpan data; /* of a COPY; no ptr: none */
	int next;	   /* of the same session; -1: it was the last one */
	MigrPrintedKind kind;
	MigrPrintedRow row;
} Ran;

typedef MIGR_VEC(Ran) Rans;

/* A savepoint, and how much had been run when it was set. */
typedef struct Savepoint
{
	MigrSpan name;
	int count;
} Savepoint;

/* A setting of a connection, and which of the statements has set it last. */
typedef struct Setting
{
	const char *name;
	int ran;
} Setting;

/* A connection. */
typedef struct Session
{
	Rans pending; /* of the transaction block that is open */
	MIGR_VEC(Savepoint) savepoints;
	bool open;		   /* is a transaction block? */
	bool last_pending; /* was the last statement one of it? */
	int last;		   /* place in what was committed; -1: none */
	int first; /* where the revision at hand begins; -1: it has no statement */
	MIGR_VEC(Setting) settings; /* as they are there */
} Session;

typedef struct Capture
{
	MigrCtx *ctx;
	MigrMap names; /* session -> place in sessions */
	MIGR_VEC(Session) sessions;
	Rans rans; /* what was committed, in the order of the commits */
	MigrVersionTable table;
	MigrVersionTable any; /* another history's */
	const MigrRevisions *files;
	MigrMap ids; /* -> place in files and bodies */
	int rows;	 /* how many the version table has; -1: that isn't known */
	MigrCaptured *bodies;
	MigrSaySections say; /* NULL: they stay as they are */
	void *context;		 /* its own */
	MigrNames *warnings;
} Capture;

/* Find a connection, or make one. */
static Session *
find_session(Capture *capture, MigrSpan name)
{
	Session session = {.last = -1, .first = -1};
	int at = migr_map_get(&capture->names, name);

	if (at == MIGR_MAP_NONE)
	{
		at = capture->sessions.count;
		migr_map_put(&capture->names, name, at);
		migr_vec_push(&capture->ctx->arena, &capture->sessions, session);
	}
	return &capture->sessions.items[at];
}

/* Go back to a savepoint, or only forget it: the last one of the name counts, and
 * those behind it go as well. */
static void
end_savepoint(Session *session, MigrSpan name, bool back)
{
	for (int i = session->savepoints.count - 1; i >= 0; i--)
	{
		const Savepoint *one = &session->savepoints.items[i];

		if (one->name.len != name.len ||
			memcmp(one->name.ptr, name.ptr, name.len) != 0)
			continue;
		if (back)
			session->pending.count = one->count;
		session->savepoints.count = back ? i + 1 : i;
		return;
	}
}

/* End a transaction block. */
static void
end_block(Capture *capture, Session *session, bool commit)
{
	for (int i = 0; commit && i < session->pending.count; i++)
		migr_vec_push(&capture->ctx->arena, &capture->rans,
					  session->pending.items[i]);
	session->pending.count = 0;
	session->savepoints.count = 0;
	session->open = false;
}

/* Take in a statement. */
static void
add_statement(Capture *capture, Session *session, const MigrRecord *record)
{
	Ran ran = {.session = (int) (session - capture->sessions.items),
			   .outside = record->kind == MIGR_RECORD_OUTSIDE,
			   .text = record->text,
			   .next = -1};

	session->last_pending = session->open && !ran.outside;
	if (session->last_pending)
		migr_vec_push(&capture->ctx->arena, &session->pending, ran);
	else
		migr_vec_push(&capture->ctx->arena, &capture->rans, ran);
}

/* Take in the rows of a COPY, which is the session's last statement. */
static void
add_data(Capture *capture, Session *session, MigrSpan text)
{
	Rans *rans = session->last_pending ? &session->pending : &capture->rans;

	for (int i = rans->count - 1; i >= 0; i--)
		if (rans->items[i].session == (int) (session - capture->sessions.items))
		{
			rans->items[i].data = text;
			return;
		}
}

/* Take in a record. */
static void
add_record(Capture *capture, const MigrRecord *record)
{
	Session *session = find_session(capture, record->session);
	Savepoint savepoint = {record->text, session->pending.count};

	switch (record->kind)
	{
		case MIGR_RECORD_RUN:
		case MIGR_RECORD_OUTSIDE:
			add_statement(capture, session, record);
			break;
		case MIGR_RECORD_DATA:
			add_data(capture, session, record->text);
			break;
		case MIGR_RECORD_BEGIN:
			end_block(capture, session, false);
			session->open = true;
			break;
		case MIGR_RECORD_COMMIT:
		case MIGR_RECORD_ROLLBACK:
			end_block(capture, session, record->kind == MIGR_RECORD_COMMIT);
			break;
		case MIGR_RECORD_SAVEPOINT:
			migr_vec_push(&capture->ctx->arena, &session->savepoints,
						  savepoint);
			break;
		case MIGR_RECORD_BACK:
		case MIGR_RECORD_RELEASE:
			end_savepoint(session, record->text,
						  record->kind == MIGR_RECORD_BACK);
			break;
	}
}

/* Tell of each statement what it is, and which is the next of its session. */
static void
link_statements(Capture *capture)
{
	for (int i = 0; i < capture->rans.count; i++)
	{
		Ran *ran = &capture->rans.items[i];
		Session *session = &capture->sessions.items[ran->session];

		ran->kind = migr_printed_kind(&capture->table, ran->text, &ran->row);
		if (session->last >= 0)
			capture->rans.items[session->last].next = i;
		session->last = i;
	}
}

/* ---- which revision it was -------------------------------------------------------- */

/* What a change of version rows means. */
typedef struct Step
{
	int revision; /* place in files; -1: none that is known */
	MigrDirection direction;
	int last; /* the last of the statements that belong to it */
} Step;

/* Is it a name of the revision with an id: the id, or one of its labels? */
static bool
is_name_of(const Capture *capture, const char *name, MigrSpan id)
{
	int place = migr_map_get(&capture->ids, id);
	const MigrNames *labels;

	if (migr_span_is(id, name) || place == MIGR_MAP_NONE)
		return migr_span_is(id, name);
	labels = &capture->files->items[place]->labels;
	for (int i = 0; i < labels->count; i++)
		if (strcmp(labels->items[i], name) == 0)
			return true;
	return false;
}

/* Is it among the parents of a revision?  For version rows what a revision depends
 * on is one of them. */
static bool
is_parent(const Capture *capture, MigrSpan id, int revision)
{
	const MigrRevision *file = capture->files->items[revision];

	for (int i = 0; i < file->revises.count; i++)
		if (is_name_of(capture, file->revises.items[i], id))
			return true;
	for (int i = 0; i < file->depends_on.count; i++)
		if (is_name_of(capture, file->depends_on.items[i], id))
			return true;
	return false;
}

/* Read a change that moves a row. */
static bool
read_move(const Capture *capture, const MigrPrintedRow *row, Step *step)
{
	int come = migr_map_get(&capture->ids, row->come);
	int gone = migr_map_get(&capture->ids, row->gone);

	if (come != MIGR_MAP_NONE && is_parent(capture, row->gone, come))
		*step = (Step){come, MIGR_UP, step->last};
	else if (gone != MIGR_MAP_NONE && is_parent(capture, row->come, gone))
		*step = (Step){gone, MIGR_DOWN, step->last};
	else
		return false;
	return true;
}

/*
 * Read a change that begins with a row that comes or goes: rows of the other
 * parents of a merge point come or go, one behind the other, before the last one
 * is moved.
 */
static bool
read_merge(const Capture *capture, int first, Step *step)
{
	const Ran *rans = capture->rans.items;
	bool insert = rans[first].row.gone.ptr == NULL;
	int at = first;

	while (at >= 0 && rans[at].kind == MIGR_PRINTED_ROW &&
		   (rans[at].row.gone.ptr == NULL || rans[at].row.come.ptr == NULL))
		at = rans[at].next;
	if (at < 0 || rans[at].kind != MIGR_PRINTED_ROW)
		return false;
	step->last = at;
	if (!read_move(capture, &rans[at].row, step) ||
		step->direction != (insert ? MIGR_DOWN : MIGR_UP))
		return false;
	for (int i = first; i != at; i = rans[i].next)
		if ((rans[i].row.gone.ptr == NULL) != insert ||
			!is_parent(capture, insert ? rans[i].row.come : rans[i].row.gone,
					   step->revision))
			return false;
	return true;
}

/*
 * Is a row that comes, or goes, a stamp's?  Beside no other row only that of a base
 * does so by itself.
 */
static bool
is_stamped(const Capture *capture, int revision, bool insert)
{
	const MigrRevision *file = capture->files->items[revision];

	return capture->rows == (insert ? 0 : 1) &&
		   file->revises.count + file->depends_on.count > 0;
}

/* Tell what the change of a version row means. */
static Step
read_step(const Capture *capture, int at)
{
	const MigrPrintedRow *row = &capture->rans.items[at].row;
	Step step = {-1, MIGR_UP, at};

	if (row->gone.ptr != NULL && row->come.ptr != NULL)
	{
		if (!read_move(capture, row, &step))
			step.revision = -1;
	}
	else if (read_merge(capture, at, &step))
		return step;
	else
	{
		bool insert = row->gone.ptr == NULL;
		int known = migr_map_get(&capture->ids, insert ? row->come : row->gone);

		if (known == MIGR_MAP_NONE || is_stamped(capture, known, insert))
			known = -1;
		step = (Step){known, insert ? MIGR_UP : MIGR_DOWN, at};
	}
	return step;
}

/* ---- its sections ------------------------------------------------------------------- */

/* The first word of a statement, in capitals. */
static bool
begins_with(const Capture *capture, MigrSpan text, const char *word)
{
	MigrCursor cursor = {text.ptr, text.ptr + text.len, capture->table.pg};

	return migr_cursor_word(&cursor, word);
}

/* Does it fill the table that Alembic rebuilds one in, on SQLite?  Then by the
 * columns of the old one. */
static bool
fills_rebuilt(const Capture *capture, const Ran *ran)
{
	static const char prefix[] = "_alembic_tmp_";
	MigrCursor cursor = {ran->text.ptr, ran->text.ptr + ran->text.len,
						 capture->table.pg};
	MigrSpan name;

	if (!migr_cursor_word(&cursor, "INSERT") ||
		!migr_cursor_word(&cursor, "INTO") || !migr_cursor_name(&cursor, &name))
		return false;
	if (name.len > 0 && *name.ptr == '"')
	{
		name.ptr++;
		name.len--;
	}
	return migr_span_starts(name, prefix);
}

/* Does it put values into rows? */
static bool
is_on_data(const Capture *capture, const Ran *ran)
{
	static const char *const words[] = {"INSERT", "UPDATE", "DELETE", "MERGE",
										"REPLACE"};

	if (fills_rebuilt(capture, ran))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (begins_with(capture, ran->text, words[i]))
			return true;
	return ran->data.ptr != NULL;
}

/* Is it SQLite's PRAGMA foreign_keys? */
static bool
sets_foreign_keys(MigrSpan text)
{
	MigrCursor cursor = {text.ptr, text.ptr + text.len, false};

	return migr_cursor_word(&cursor, "PRAGMA") &&
		   migr_cursor_word(&cursor, "FOREIGN_KEYS");
}

/* Take what a SET or RESET is about; NULL: not a setting of the session. */
static const char *
take_setting(const Capture *capture, MigrCursor *cursor)
{
	MigrArena *arena = &capture->ctx->arena;
	bool session = migr_cursor_word(cursor, "SESSION");
	MigrSpan part;
	MigrStr name;

	if (session && migr_cursor_word(cursor, "AUTHORIZATION"))
		return "session authorization";
	if (migr_cursor_word(cursor, "TIME"))
		return migr_cursor_word(cursor, "ZONE") ? "timezone" : NULL;
	if (migr_cursor_word(cursor, "LOCAL") ||
		migr_cursor_word(cursor, "TRANSACTION") ||
		migr_cursor_word(cursor, "CONSTRAINTS"))
		return NULL;
	migr_str_init(&name, arena);
	do
	{
		if (!migr_cursor_name(cursor, &part))
			return NULL;
		for (size_t i = 0; i < part.len; i++)
			if (part.ptr[i] != '"')
				migr_str_add_char(&name,
								  (char) tolower((unsigned char) part.ptr[i]));
	} while (migr_cursor_char(cursor, '.'));
	return strcmp(name.data, "schema") == 0 ? "search_path" : name.data;
}

/* Which setting of its session does a statement change, on PostgreSQL?  NULL: none;
 * "all".  *reset: to what it is without a SET? */
static const char *
set_name(const Capture *capture, MigrSpan text, bool *reset)
{
	MigrCursor cursor = {text.ptr, text.ptr + text.len, true};
	const char *name;

	if (!capture->table.pg)
		return NULL;
	*reset = true;
	if (migr_cursor_word(&cursor, "DISCARD"))
		return migr_cursor_word(&cursor, "ALL") ? "all" : NULL;
	if (migr_cursor_word(&cursor, "RESET"))
		return take_setting(capture, &cursor);
	if (!migr_cursor_word(&cursor, "SET"))
		return NULL;
	name = take_setting(capture, &cursor);
	if (!migr_cursor_word(&cursor, "TO"))
		migr_cursor_char(&cursor, '=');
	*reset = migr_cursor_word(&cursor, "DEFAULT");
	return name;
}

/* Has it to be outside of a transaction?  On SQLite drivers leave most statements
 * there, so only what couldn't run inside of one.  What is set there would end with
 * the section. */
static bool
is_outside(const Capture *capture, const Ran *ran)
{
	bool reset;

	return ran->outside &&
		   (set_name(capture, ran->text, &reset) == NULL ||
			begins_with(capture, ran->text, "DISCARD")) &&
		   (capture->table.pg || begins_with(capture, ran->text, "VACUUM") ||
			begins_with(capture, ran->text, "ATTACH") ||
			begins_with(capture, ran->text, "DETACH") ||
			sets_foreign_keys(ran->text));
}

/* Does a text's last line end in a line comment? */
static bool
ends_in_comment(const Capture *capture, MigrSpan text, bool *semicolon)
{
	MigrCursor cursor = {text.ptr, text.ptr + text.len, capture->table.pg};
	MigrLexeme last = {0};

	*semicolon = false;
	for (;;)
	{
		MigrLexeme token = migr_cursor_read(&cursor);

		if (token.kind == MIGR_LEXEME_END)
			return last.kind == MIGR_LEXEME_LINE_COMMENT;
		if (migr_lexeme_is_solid(token.kind))
			*semicolon = token.kind == MIGR_LEXEME_SEMICOLON;
		last = token;
	}
}

/*
 * Write a text in which no line reads as a directive: with mark before those that
 * would.  Returns how many.
 */
static int
add_lines(MigrStr *str, MigrSpan text, const char *mark, size_t skip)
{
	static const char directive[] = "-- migrate:";
	int count = 0;

	while (text.len > 0)
	{
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t len = end == NULL ? text.len : (size_t) (end + 1 - text.ptr);
		bool marked = migr_span_starts(text, directive);

		if (marked)
			migr_str_add(str, mark);
		count += marked;
		migr_str_add_n(str, text.ptr + (marked ? skip : 0),
					   len - (marked ? skip : 0));
		text.ptr += len;
		text.len -= len;
	}
	return count;
}

/* Write a statement. */
static void
add_ran(const Capture *capture, MigrStr *str, const Ran *ran,
		const MigrCaptured *body)
{
	MigrSpan text = migr_span_trim(ran->text);
	bool semicolon;
	bool comment = ends_in_comment(capture, text, &semicolon);

	if (add_lines(str, text, " ", 0) > 0 && body->id != NULL)
		migr_vec_push(&capture->ctx->arena, capture->warnings,
					  migr_printf(&capture->ctx->arena,
								  "revision %s: a blank was put before "
								  "\"-- migrate:\"",
								  body->id));
	if (!semicolon)
		migr_str_add(str, comment ? "\n;" : ";");
	migr_str_add_char(str, '\n');
	if (ran->data.ptr == NULL)
		return;
	/* in the rows of a COPY this is the same as a "-" */
	add_lines(str, ran->data, "\\x2d", 1);
	migr_str_add(str, "\\.\n");
}

/* Write what is to be looked at, above the first of some statements that put values
 * into rows.  Returns how many these are. */
static int
add_check(const Capture *capture, MigrStr *str, int first, int end)
{
	const Ran *rans = capture->rans.items;
	bool outside = is_outside(capture, &rans[first]);
	int count = 0;

	for (int i = first; i >= 0 && i != end; i = rans[i].next)
	{
		if (rans[i].kind != MIGR_PRINTED_PLAIN)
			continue;
		if (!is_on_data(capture, &rans[i]) ||
			is_outside(capture, &rans[i]) != outside)
			break;
		count++;
	}
	if (count == 1)
		migr_str_add(
			str,
			"-- check: its values may depend on the rows that there were\n");
	else if (count > 1)
		migr_str_printf(
			str,
			"-- check: the values of these %d statements may depend "
			"on the rows that there were\n",
			count);
	return count;
}

/* Begin with what the session had set before: each revision begins without. */
static void
add_settings(const Capture *capture, MigrStr *str, const Session *session,
			 MigrCaptured *body, MigrDirection direction)
{
	if (session->settings.count > 0)
		migr_str_printf(str, "-- migrate:%s\n", migr_direction_word(direction));
	for (int i = 0; i < session->settings.count; i++)
		add_ran(capture, str,
				&capture->rans.items[session->settings.items[i].ran], body);
}

/* Note what the session sets up to before end. */
static void
note_settings(Capture *capture, Session *session, int end)
{
	MigrArena *arena = &capture->ctx->arena;

	for (int i = session->first; i >= 0 && i != end;
		 i = capture->rans.items[i].next)
	{
		Setting setting = {NULL, i};
		bool reset;
		int kept = 0;

		setting.name = set_name(capture, capture->rans.items[i].text, &reset);
		if (setting.name == NULL)
			continue;
		for (int k = 0; k < session->settings.count; k++)
			if (strcmp(setting.name, "all") != 0 &&
				strcmp(session->settings.items[k].name, setting.name) != 0)
				session->settings.items[kept++] = session->settings.items[k];
		session->settings.count = kept;
		if (!reset)
			migr_vec_push(arena, &session->settings, setting);
	}
}

/* Write the sections of a step: what its session ran from first to before end.
 * body: the revision's; or one that is nobody's. */
static const char *
make_sections(Capture *capture, const Session *session, MigrCaptured *body,
			  MigrDirection direction, int first, int end)
{
	const char *word = migr_direction_word(direction);
	bool outside = false;
	int checked = 0; /* statements to come below the last comment */
	MigrStr str;

	migr_str_init(&str, &capture->ctx->arena);
	body->on_data[direction] = 0;
	body->notes[direction].count = 0;
	for (int i = first; i >= 0 && i != end; i = capture->rans.items[i].next)
	{
		const Ran *ran = &capture->rans.items[i];

		if (ran->kind != MIGR_PRINTED_PLAIN)
			continue;
		if (str.len == 0)
			add_settings(capture, &str, session, body, direction);
		if (str.len == 0 || outside != is_outside(capture, ran))
		{
			outside = is_outside(capture, ran);
			migr_str_printf(&str, "%s-- migrate:%s%s\n",
							str.len > 0 ? "\n" : "", word,
							outside ? " autocommit" : "");
		}
		if (checked == 0)
		{
			checked = add_check(capture, &str, i, end);
			body->on_data[direction] += checked;
		}
		checked -= checked > 0;
		add_ran(capture, &str, ran, body);
	}
	if (str.len == 0)
		migr_str_printf(&str, "-- migrate:%s\n", word);
	if (capture->say == NULL)
		return str.data;
	return capture->say(capture->context, str.data, &body->notes[direction]);
}

/* How many statements has a session run, from first to before end? */
static int
count_statements(const Capture *capture, int first, int end)
{
	int count = 0;

	for (int i = first; i >= 0 && i != end; i = capture->rans.items[i].next)
		count += capture->rans.items[i].kind == MIGR_PRINTED_PLAIN;
	return count;
}

/* Give a step's statements to its revision, unless there are none, and it has some:
 * then the version table was stamped. */
static void
set_sections(Capture *capture, const Session *session, const Step *step,
			 int end)
{
	MigrCaptured *body = &capture->bodies[step->revision];

	if (body->seen[step->direction] &&
		count_statements(capture, session->first, end) == 0)
		return;
	body->seen[step->direction] = true;
	body->sections[step->direction] = make_sections(
		capture, session, body, step->direction, session->first, end);
}

/* Tell of statements that are in no revision. */
static void
warn_of_lost(Capture *capture, const Session *session, int end,
			 const MigrPrintedRow *row)
{
	MigrArena *arena = &capture->ctx->arena;
	const char *gone =
		row->gone.ptr != NULL ? migr_span_line(arena, row->gone) : "nothing";
	const char *come =
		row->come.ptr != NULL ? migr_span_line(arena, row->come) : "nothing";
	MigrCaptured nobody = {.id = NULL};
	int count = count_statements(capture, session->first, end);

	if (capture->say != NULL)
		make_sections(capture, session, &nobody, MIGR_UP, session->first, end);
	migr_vec_push(
		arena, capture->warnings,
		migr_printf(arena,
					"the version table went from %s to %s, which is no "
					"revision's step (stamped, or changed by hand?); "
					"%d statement%s before it %s in no revision",
					gone, come, count, count == 1 ? "" : "s",
					count == 1 ? "is" : "are"));
}

/* Keep count of the version table's rows; tell of what changes them in another way than
 * Alembic's steps do. */
static void
count_rows(Capture *capture, const Ran *ran)
{
	MigrArena *arena = &capture->ctx->arena;
	MigrCursor cursor = {ran->text.ptr, ran->text.ptr + ran->text.len,
						 capture->table.pg};

	if (ran->kind == MIGR_PRINTED_TABLE)
		capture->rows = migr_cursor_word(&cursor, "CREATE") &&
								migr_cursor_word(&cursor, "TABLE") &&
								!migr_cursor_word(&cursor, "IF")
							? 0
							: -1;
	else if (ran->kind == MIGR_PRINTED_ROW && capture->rows >= 0)
		capture->rows +=
			(ran->row.gone.ptr == NULL) - (ran->row.come.ptr == NULL);
	if (ran->kind != MIGR_PRINTED_MENTION)
		return;
	capture->rows = -1;
	migr_vec_push(
		arena, capture->warnings,
		migr_printf(arena,
					"the version table was changed by \"%s\", which is "
					"no revision's step (stamped, or changed by hand?)",
					migr_print_shown(arena, ran->text)));
}

/* Does a statement change the version row of another history?  What came before it
 * is that one's. */
static bool
is_elsewhere(const Capture *capture, const Ran *ran)
{
	MigrPrintedRow row = {{0}, {0}};

	return ran->kind == MIGR_PRINTED_PLAIN &&
		   migr_printed_kind(&capture->any, ran->text, &row) ==
			   MIGR_PRINTED_ROW;
}

/* Give what a session has run to the revision whose version row changes. */
static void
take_step(Capture *capture, Session *session, int at)
{
	Step step = read_step(capture, at);

	if (step.revision >= 0)
		set_sections(capture, session, &step, at);
	else
		warn_of_lost(capture, session, at, &capture->rans.items[at].row);
	note_settings(capture, session, at);
	session->last = step.last + 1;
	session->first = capture->rans.items[step.last].next;
}

/* Give each statement to the revision that it belongs to. */
static void
attribute(Capture *capture)
{
	for (int i = 0; i < capture->rans.count; i++)
	{
		const Ran *ran = &capture->rans.items[i];
		Session *session = &capture->sessions.items[ran->session];

		if (ran->kind == MIGR_PRINTED_ROW)
		{
			/* else it was taken along by a merge */
			if (i >= session->last)
				take_step(capture, session, i);
		}
		else if (is_elsewhere(capture, ran))
		{
			note_settings(capture, session, i);
			session->first = ran->next;
		}
		else if (session->first < 0)
			session->first = i;
		count_rows(capture, ran);
	}
}

/* Tell of what connections have run behind their last steps: a run that broke off, or
 * something beside it. */
static void
warn_of_rest(Capture *capture)
{
	MigrArena *arena = &capture->ctx->arena;
	const Ran *rans = capture->rans.items;
	int first = capture->rans.count;
	int count = 0;
	bool reset;

	for (int i = 0; i < capture->sessions.count; i++)
		for (int k = capture->sessions.items[i].first; k >= 0; k = rans[k].next)
			if (rans[k].kind == MIGR_PRINTED_PLAIN &&
				!sets_foreign_keys(rans[k].text) &&
				set_name(capture, rans[k].text, &reset) == NULL)
			{
				first = k < first ? k : first;
				count++;
			}
	if (count > 0)
		migr_vec_push(
			arena, capture->warnings,
			migr_printf(arena,
						"no revision has %d statement%s that ran behind "
						"the last step of a connection, from \"%s\" on",
						count, count == 1 ? "" : "s",
						migr_print_shown(arena, rans[first].text)));
}

void
migr_captured_read(MigrCtx *ctx, const char *dialect, const char *version_table,
				   MigrSpan log, const MigrRevisions *files,
				   MigrSaySections say, void *context, MigrCapturedList *out,
				   MigrNames *warnings)
{
	Capture capture = {.ctx = ctx,
					   .files = files,
					   .say = say,
					   .context = context,
					   .rows = -1,
					   .warnings = warnings};
	bool pg = strcmp(dialect, "postgresql") == 0;
	MigrSpan rest = log;
	MigrRecord record;

	capture.table = migr_version_table(&ctx->arena, pg, version_table);
	capture.any = capture.table;
	capture.any.name = capture.any.schema = NULL;
	migr_map_init(&capture.names, &ctx->arena, 0);
	migr_map_init(&capture.ids, &ctx->arena, files->count);
	capture.bodies = migr_alloc_array(&ctx->arena, (size_t) files->count + 1,
									  sizeof(MigrCaptured));
	for (int i = 0; i < files->count; i++)
	{
		migr_map_put(&capture.ids, migr_span(files->items[i]->id), i);
		capture.bodies[i].id = files->items[i]->id;
	}
	while (migr_record_read(&ctx->arena, &rest, &record))
		add_record(&capture, &record);
	link_statements(&capture);
	for (int i = 0; i < capture.sessions.count; i++)
		capture.sessions.items[i].last = -1;
	attribute(&capture);
	warn_of_rest(&capture);
	for (int i = 0; i < files->count; i++)
		if (capture.bodies[i].seen[MIGR_UP] ||
			capture.bodies[i].seen[MIGR_DOWN])
			migr_vec_push(&ctx->arena, out, capture.bodies[i]);
}
