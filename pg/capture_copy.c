/*
 * capture_copy.c
 *	  COPY ... FROM stdin whose rows are kept as the client sends them.
 *
 * The server's own COPY reads them where nobody else can look.  So while a capture is
 * on, the client is asked for them here, by the same messages.  Other modules' hooks
 * don't see such a COPY.
 */
#include "postgres.h"

/* or libpq.h would ask for the headers of these; what it knows of them isn't used */
#undef ENABLE_GSS
#undef USE_OPENSSL

#include "commands/copy.h"
#include "libpq/libpq.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "pg/pg.h"

/* What the client sends for the running COPY: its callback has no argument. */
static struct
{
	StringInfoData message; /* from its cursor on, what COPY hasn't taken yet */
	StringInfo kept;
	bool done; /* has the client said that this is all? */
} client;

/* How many columns do the rows have? */
static int
count_columns(Relation rel, const CopyStmt *stmt)
{
	TupleDesc row = RelationGetDescr(rel);
	int count = 0;

	if (stmt->attlist != NIL)
		return list_length(stmt->attlist);
	for (int i = 0; i < row->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(row, i);

		count += !column->attisdropped && !column->attgenerated;
	}
	return count;
}

/* Tell the client to begin. */
static void
ask(Relation rel, const CopyStmt *stmt)
{
	int columns = count_columns(rel, stmt);
	StringInfoData message;

	pq_beginmessage(&message, 'G');
	pq_sendbyte(&message, 0); /* text */
	pq_sendint16(&message, (uint16) columns);
	for (int i = 0; i < columns; i++)
		pq_sendint16(&message, 0);
	pq_endmessage(&message);
	pq_flush();
}

/* Read a message; returns its kind. */
static int
read_message(void)
{
	int kind;

	/* a cancel in between would leave the two at odds */
	HOLD_CANCEL_INTERRUPTS();
	pq_startmsgread();
	kind = pq_getbyte();
	if (kind == EOF ||
		pq_getmessage(&client.message, kind == 'd' ? PQ_LARGE_MESSAGE_LIMIT
												   : PQ_SMALL_MESSAGE_LIMIT))
		ereport(ERROR, (errcode(ERRCODE_CONNECTION_FAILURE),
						errmsg("unexpected EOF on client connection with an "
							   "open transaction")));
	RESUME_CANCEL_INTERRUPTS();
	return kind;
}

/* Keep what a message has brought. */
static void
keep(void)
{
	StringInfo kept = client.kept;
	size_t len = (size_t) client.message.len;

	if ((size_t) kept->len <= MIGR_PG_MOST_ROWS)
		appendBinaryStringInfo(
			kept, client.message.data,
			(int) Min(len, MIGR_PG_MOST_ROWS + 1 - (size_t) kept->len));
}

/* Wait for more rows. */
static void
read_rows(void)
{
	switch (read_message())
	{
		case 'd':
			keep();
			break;
		case 'c':
			client.done = true;
			break;
		case 'f':
			ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED),
							errmsg("COPY from stdin failed: %s",
								   pq_getmsgstring(&client.message))));
			break;
		case 'H':
		case 'S':
			/* a client that speaks the extended protocol may send these */
			client.message.len = 0;
			break;
		default:
			ereport(ERROR, (errcode(ERRCODE_PROTOCOL_VIOLATION),
							errmsg("unexpected message type during COPY from "
								   "stdin")));
	}
}

/* Give COPY the next bytes. */
static int
next_rows(void *out, int least, int most)
{
	StringInfo message = &client.message;
	int count = 0;

	while (count < least)
	{
		int len = Min(message->len - message->cursor, most - count);

		if (len > 0)
		{
			memcpy((char *) out + count, message->data + message->cursor,
				   (size_t) len);
			message->cursor += len;
			count += len;
		}
		else if (client.done)
			break;
		else
		{
			CHECK_FOR_INTERRUPTS();
			read_rows();
		}
	}
	return count;
}

/* What a COPY says of an option; NULL: nothing. */
static const char *
option_of(const CopyStmt *stmt, const char *name)
{
	ListCell *cell;

	foreach(cell, stmt->options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return defGetString(option);
	}
	return NULL;
}

bool
migr_pg_copy_is_plain(const CopyStmt *stmt)
{
	const char *format = option_of(stmt, "format");

	return stmt->whereClause == NULL &&
		   (format == NULL || strcmp(format, "binary") != 0);
}

/* Cut the rows off at a line "\.": for the server, too, they end there. */
static void
cut(StringInfo kept)
{
	const char *end;

	for (char *line = kept->data; line[0] != '\0'; line += end + 1 - line)
	{
		end = strchr(line, '\n');
		if (end == NULL)
			end = kept->data + kept->len;
		if (line[0] == '\\' &&
			migr_span_is(
				migr_span_trim((MigrSpan){line, (size_t) (end - line)}), "\\."))
			kept->len = (int) (line - kept->data);
		if (kept->len <= end - kept->data)
			break;
	}
	kept->data[kept->len] = '\0';
}

/* Bring the rows into the server's encoding, and into the form that they have in a
 * script: each on a line, without a "\.". */
static void
finish(StringInfo kept, int encoding)
{
	char *own = pg_any_to_server(kept->data, kept->len, encoding);

	if (own != kept->data)
	{
		resetStringInfo(kept);
		appendStringInfoString(kept, own);
		pfree(own);
	}
	cut(kept);
	if (kept->len > 0 && kept->data[kept->len - 1] != '\n')
		appendStringInfoChar(kept, '\n');
}

uint64
migr_pg_copy_client(const CopyStmt *stmt, const char *text, StringInfo kept)
{
	const char *encoding = option_of(stmt, "encoding");
	uint64 count;

	if (encoding == NULL)
		encoding = pg_get_client_encoding_name();
	initStringInfo(&client.message);
	client.kept = kept;
	client.done = false;
	count = migr_pg_copy(stmt, text, next_rows, encoding, ask);
	while (!client.done) /* what stands behind a "\." */
		read_rows();
	finish(kept, pg_char_to_encoding(encoding));
	return count;
}
