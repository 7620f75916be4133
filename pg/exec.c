/*
 * exec.c
 *	  Run a statement of a script, and say where an error comes from.
 *
 * Errors are never caught: a callback adds the place to whatever goes up.
 * SPI shows the cursor within the statement's own text by itself; where we
 * parse on our own, the callback has to, or psql would point into the
 * statement that the user typed.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "pg/pg.h"

void
migr_pg_hint_lock(const MigrHost *host)
{
	if (geterrcode() != ERRCODE_LOCK_NOT_AVAILABLE)
		return;
	if (host->tried > 0)
		errhint("Tried %d times, as the setting lock_retries has it.",
				host->tried + 1);
	else if (host->lock_retries > 0)
		errhint("It isn't tried again: what it may have committed stays.");
	else
		errhint("With the settings lock_timeout and lock_retries a run gives "
				"up all its locks for a while, and tries again.");
}

/* Say what would help where a statement can't run in this transaction. */
static void
add_hint(const MigrWhere *where)
{
	const char *section = where->place.section;

	if (where->runs != NULL)
		migr_pg_hint_lock(&where->runs->host);
	if (where->runs == NULL || where->runs->outside || section == NULL ||
		strstr(section, "grade") == NULL) /* the hook's are as they are */
		return;
	if (geterrcode() == ERRCODE_ACTIVE_SQL_TRANSACTION && !where->sets)
		errhint(
			"It needs a section that is marked autocommit: \"-- migrate:%s autocommit\".",
			section);
	if (geterrcode() != ERRCODE_UNSAFE_NEW_ENUM_VALUE_USAGE)
		return;
	if (where->runs->mode == MIGR_PG_WHOLE)
		errhint(
			"New enum values must be committed before they can be used: CALL migrate.%s(), which commits after each revision.",
			section);
	else
		errhint(
			"New enum values must be committed before they can be used: use it in the next revision.");
}

/* Complete an error (or notice) on its way up. */
static void
add_where(void *arg)
{
	MigrWhere *where = arg;
	int position = geterrposition();
	const char *place;

	/* the context is the first of a host, which is the first of a MigrPg */
	((MigrPg *) where->ctx)->failed_at = where->place;
	if (position > 0 && where->text != NULL)
	{
		errposition(0);
		internalerrposition(
			position -
			pg_mbstrlen_with_len(where->counted, where->text - where->counted));
		internalerrquery(where->text);
	}
	place = migr_place_text(&where->ctx->arena, &where->place);
	if (place != NULL)
		errcontext("%s", place);
	add_hint(where);
}

void
migr_where_begin(MigrWhere *where)
{
	where->callback.callback = add_where;
	where->callback.arg = where;
	where->callback.previous = error_context_stack;
	error_context_stack = &where->callback;
}

void
migr_where_end(MigrWhere *where)
{
	error_context_stack = where->callback.previous;
}

/* Run one statement with texts for its parameters. */
static int
execute_with_args(const char *text, const MigrValue *args, int nargs)
{
	Oid *types = palloc(sizeof(Oid) * nargs);
	Datum *values = palloc(sizeof(Datum) * nargs);
	char *nulls = palloc(nargs);
	int rc;

	for (int i = 0; i < nargs; i++)
	{
		types[i] = TEXTOID;
		nulls[i] = args[i].null ? 'n' : ' ';
		values[i] = args[i].null ? (Datum) 0 : migr_pg_datum(&args[i]);
	}
	rc = SPI_execute_with_args(text, nargs, types, values, nulls, false, 0);
	SPI_freetuptable(SPI_tuptable);
	return rc;
}

/* Run one statement that is no COPY FROM STDIN. */
static bool
run_plain(MigrCtx *ctx, const char *text, const MigrBody *body)
{
	int rc = body->nargs > 0 ? execute_with_args(text, body->args, body->nargs)
							 : migr_spi_execute(text);

	if (rc == SPI_ERROR_TRANSACTION)
		return migr_fail(ctx, MIGR_ERR_TRANSACTION,
						 "transaction control cannot be in a revision");
	if (rc < 0)
		return migr_fail(ctx, MIGR_ERR_UNSUPPORTED,
						 "the statement cannot run in a revision (%s)",
						 SPI_result_code_string(rc));
	return true;
}

/* The text of a statement, as it is to be run. */
static const char *
statement_text(const MigrPg *pg, const MigrBody *body, const MigrStmt *stmt)
{
	const char *text = pnstrdup(body->text.ptr + stmt->offset, stmt->len);

	return pg->place != NULL && pg->place->empty ? migr_pg_emptied(text) : text;
}

/* Run one statement of a body. */
static bool
run_stmt(MigrPg *pg, const MigrBody *body, const MigrStmt *stmt, int number,
		 size_t *end)
{
	MigrHost *host = &pg->host;
	const char *text = statement_text(pg, body, stmt);
	MigrWhere where = {.ctx = &host->ctx,
					   .place = body->place,
					   .counted = text,
					   .text = text,
					   .runs = pg,
					   .sets = stmt->sets};
	CopyStmt *copy;
	MigrSpan data;
	bool ok = true;

	where.place.line = stmt->line;
	where.place.statement = number;
	*end = stmt->offset + stmt->len;
	migr_where_begin(&where);
	if (pg->place != NULL && migr_pg_mentions(text, "setval"))
		migr_pg_keep_sequences(pg);
	if (pg->outside)
		migr_pg_start_timeout(pg);
	copy = migr_pg_copy_parse(text);
	if (copy != NULL)
		*end = migr_pg_split_data(body->text, *end, &data);
	if (copy != NULL && pg->outside)
		migr_pg_copy_toplevel(pg, copy, text, data);
	else if (copy != NULL)
		migr_pg_copy_run(copy, text, data);
	else if (pg->outside)
		migr_pg_toplevel(pg, text);
	else
		ok = run_plain(&host->ctx, text, body);
	if (pg->outside)
	{
		/* it may just have ended: say so while it is known */
		CHECK_FOR_INTERRUPTS();
		migr_pg_stop_timeout(pg);
	}
	migr_where_end(&where);
	return ok;
}

/* MigrHost.exec */
bool
migr_pg_exec(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
			 int number, size_t *end)
{
	MigrPg *pg = (MigrPg *) host;
	MemoryContext old = MemoryContextSwitchTo(pg->scratch);
	volatile bool ok = false;

	PG_TRY();
	{
		ok = run_stmt(pg, body, stmt, number, end);
	}
	PG_CATCH();
	{
		ok = migr_pg_catch(pg, old);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	return ok;
}
