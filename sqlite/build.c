/*
 * build.c
 *	  Where models are built for real: a database in memory.
 *
 * While a call is in such a place, the statements of scripts and models run there,
 * and the schema is read from there; our own statements still go to the database.
 * Nothing that the place does is felt outside of it, and it goes away with its
 * connection.  An error leaves it.
 */
#include "lite.h"

#include <string.h>

#include "schema/ddl_read.h"

/* ---- the place ------------------------------------------------------------------- */

/* Leave the place. */
static void
leave(MigrLite *lite)
{
	if (lite->place != NULL)
		migr_lite_scratch_close(lite->place);
	lite->place = NULL;
}

bool
migr_lite_settle(MigrLite *lite, bool ok)
{
	const MigrErr *err = &lite->place->host.ctx.err;

	if (ok && err->code == MIGR_OK)
		return true;
	if (lite->host.ctx.err.code == MIGR_OK)
		lite->host.ctx.err = *err;
	leave(lite);
	return false;
}

bool
migr_lite_scratch(MigrHost *host, const MigrScope *scope, MigrScratch what)
{
	MigrLite *lite = migr_lite(host);
	bool ok = true;

	(void) scope;
	if (what == MIGR_SCRATCH_END)
		leave(lite);
	if (what == MIGR_SCRATCH_END)
		return true;
	if (host->ctx.err.code != MIGR_OK)
		return false;
	if (lite->place != NULL)
		return migr_fail(&host->ctx, MIGR_ERR_INTERNAL,
						 "there is a scratch place already");
	lite->place = migr_lite_scratch_open(lite, what == MIGR_SCRATCH_ROWS);
	if (lite->place == NULL)
		return false;
	if (what == MIGR_SCRATCH_COPY)
		ok = migr_lite_scratch_copy(lite->place, "main");
	else if (what == MIGR_SCRATCH_ROWS)
		ok = migr_lite_scratch_rows(lite->place);
	return migr_lite_settle(lite, ok && migr_lite_begin_statement(lite->place));
}

/* Does a virtual table need something that the application has added to a module? */
static bool
lacks_tokenizer(const MigrLite *place)
{
	const MigrErr *err = &place->host.ctx.err;

	return err->code != MIGR_OK &&
		   migr_span_starts(migr_span(err->message), "no such tokenizer");
}

/* Does a statement make a table, an index, a view or a trigger, and no more? */
static bool
only_makes(MigrCtx *ctx, MigrSpan text)
{
	static const char *const kinds[] = {"TABLE", "INDEX",	"UNIQUE",
										"VIEW",	 "TRIGGER", NULL};
	MigrReader reader;

	migr_read_begin(&reader, ctx, text);
	return migr_read_word(&reader, "CREATE") &&
		   migr_read_at_one(&reader, kinds) != NULL;
}

/* Run a statement there. */
static bool
run(MigrLite *place, const MigrBody *body, const MigrStmt *stmt, int number,
	size_t *end)
{
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};

	if (only_makes(&place->host.ctx, text))
		return migr_lite_exec(&place->host, body, stmt, number, end) &&
			   migr_lite_made(place);
	if (!migr_lite_whole(place))
		return false;
	if (!migr_lite_stand_in(place, text, false))
		return false;
	if (migr_lite_exec(&place->host, body, stmt, number, end))
		return true;
	if (!lacks_tokenizer(place))
		return false;
	migr_forget(&place->host.ctx);
	return migr_lite_stand_in(place, text, true) &&
		   migr_lite_exec(&place->host, body, stmt, number, end);
}

bool
migr_lite_exec_there(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
					 int number, size_t *end)
{
	MigrLite *lite = migr_lite(host);

	if (lite->place == NULL)
		return migr_lite_exec(host, body, stmt, number, end);
	return host->ctx.err.code == MIGR_OK &&
		   migr_lite_settle(lite, run(lite->place, body, stmt, number, end));
}

/* ---- models ------------------------------------------------------------------------- */

/* Take CREATE TABLE and the name's first word; false: it is something else. */
static bool
read_table(MigrReader *reader, MigrName *name)
{
	if (!migr_read_word(reader, "CREATE") || !migr_read_word(reader, "TABLE"))
		return false;
	if (migr_read_word(reader, "IF"))
	{
		migr_read_next(reader);
		migr_read_next(reader);
	}
	return migr_read_name(reader, MIGR_NAME_ANY, name);
}

/* Say that a statement is refused.  Always false. */
static bool
refuse(MigrCtx *ctx, const char *what)
{
	migr_fail(ctx, MIGR_ERR_STATEMENT, "%s must not stand in a model", what);
	return migr_hint(ctx,
					 "A model is built to be compared: it says what there "
					 "shall be, and does nothing that couldn't be undone.");
}

/* Refuse a pragma, unless it is about how a file or a connection is kept; those say
 * nothing of the schema. */
static bool
check_pragma(MigrCtx *ctx, MigrReader *reader)
{
	static const char *const harmless[] = {
		"foreign_keys",		 "defer_foreign_keys", "recursive_triggers",
		"encoding",			 "user_version",	   "application_id",
		"page_size",		 "auto_vacuum",		   "journal_mode",
		"synchronous",		 "secure_delete",	   "legacy_alter_table",
		"busy_timeout",		 "cache_size",		   "temp_store",
		"foreign_key_check", "integrity_check",	   "quick_check"};
	MigrName name = {{NULL, 0}, ""};

	migr_read_name(reader, MIGR_NAME_ANY, &name);
	if (migr_read_char(reader, '.'))
		migr_read_name(reader, MIGR_NAME_ANY, &name);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (migr_same_name(name.name, harmless[i]))
			return true;
	return refuse(ctx, migr_printf(&ctx->arena, "PRAGMA %s", name.name));
}

/* Is it one of these words that a statement begins with?  NULL: none. */
static const char *
find_word(MigrReader *reader, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (migr_read_at(reader, words[i]))
			return words[i];
	return NULL;
}

/* Is a word among the rest of a statement? */
static bool
has_word(MigrReader *reader, const char *word)
{
	while (reader->kind != MIGR_TOKEN_END)
	{
		if (migr_read_word(reader, word))
			return true;
		migr_read_next(reader);
	}
	return false;
}

/*
 * Look at a statement of a model before it runs.  *skip: there is no use in running
 * it.  sqlite3's .schema lists tables of SQLite's own; and what is about rows says
 * nothing of the schema, but could call functions.  Refused is what only calls them,
 * which may be to define something, or reaches out of the database.
 */
static bool
check(MigrCtx *ctx, MigrSpan text, bool *skip)
{
	static const char *const rows[] = {"INSERT", "REPLACE", "UPDATE",
									   "DELETE", "ANALYZE", "REINDEX"};
	static const char *const reads[] = {"SELECT", "WITH"};
	static const char *const refused[] = {"ATTACH", "DETACH", "VACUUM",
										  "VALUES", "EXPLAIN"};
	MigrReader reader;
	const char *word;
	MigrName name;

	migr_read_begin(&reader, ctx, text);
	*skip = migr_read_at(&reader, "PRAGMA");
	if (migr_read_word(&reader, "PRAGMA"))
		return check_pragma(ctx, &reader);
	word = find_word(&reader, refused, sizeof(refused) / sizeof(refused[0]));
	if (word != NULL)
		return refuse(ctx, word);
	word = find_word(&reader, reads, sizeof(reads) / sizeof(reads[0]));
	*skip = word != NULL ||
			find_word(&reader, rows, sizeof(rows) / sizeof(rows[0])) != NULL;
	if (word != NULL && !has_word(&reader, "FROM"))
		return refuse(ctx, word);
	if (read_table(&reader, &name))
		*skip = sqlite3_strnicmp(name.name, "sqlite_", 7) == 0;
	return true;
}

/* Run a statement of a model. */
static bool
build_one(MigrLite *lite, const MigrBody *body, const MigrStmt *stmt,
		  int number, size_t *end)
{
	MigrCtx *ctx = &lite->host.ctx;
	MigrSpan text = {body->text.ptr + stmt->offset, stmt->len};
	bool skip;

	if (!lite->host.poll(&lite->host))
		return false;
	if (check(ctx, text, &skip))
		return skip ||
			   migr_lite_exec_there(&lite->host, body, stmt, number, end);
	leave(lite);
	return migr_lite_fail_at(lite, body, stmt, number, body->text.len);
}

bool
migr_lite_build(MigrHost *host, const MigrBody *body, const MigrStmts *stmts)
{
	size_t end = 0;

	for (int i = 0; i < stmts->count; i++)
		if (stmts->items[i].offset >= end &&
			!build_one(migr_lite(host), body, &stmts->items[i], i + 1, &end))
			return false;
	return true;
}

bool
migr_lite_build_part(MigrHost *host, const MigrBody *body,
					 const MigrStmts *stmts, const MigrPick *picks)
{
	MigrLite *lite = migr_lite(host);
	size_t end = 0;

	for (int i = 0; i < stmts->count; i++)
	{
		if (picks[i] == MIGR_PICK_NONE ||
			build_one(lite, body, &stmts->items[i], i + 1, &end))
			continue;
		if (host->ctx.err.code == MIGR_ERR_INTERRUPTED)
			return false;
		migr_forget(&host->ctx);
		return migr_fail(&host->ctx, MIGR_ERR_STATEMENT,
						 "it can't be built so");
	}
	return true;
}
