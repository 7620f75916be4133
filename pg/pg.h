/*
 * pg.h
 *	  What the PostgreSQL host's files share: a call in progress, and their
 *	  functions, grouped by file.  Include postgres.h first.
 */
#ifndef MIGR_PG_H
#define MIGR_PG_H

#include "datatype/timestamp.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "utils/resowner.h"
#include "utils/memutils.h"

#include "migrate.h"
#include "pg/compat.h"

/* A statement of our own, planned for the rest of the call. */
typedef struct MigrPgPlan
{
	const char *sql; /* its identity is the pointer's */
	SPIPlanPtr plan;
} MigrPgPlan;

/* What a call may do with the transaction. */
typedef enum MigrPgMode
{
	MIGR_PG_WHOLE, /* nothing: it is the caller's */
	MIGR_PG_STEPS, /* commit */
	MIGR_PG_DIRECT /* commit, and leave it: the client itself has called */
} MigrPgMode;

typedef struct MigrPgSettings MigrPgSettings;

/* An extension that was there when a scratch place was made. */
typedef struct MigrPgExtension
{
	Oid oid;
	const char *version;
	bool wanted;		/* does the model ask for it? */
	const char *schema; /* where; NULL: it doesn't say */
} MigrPgExtension;

/* A scratch place: a subtransaction. */
typedef struct MigrPgPlace
{
	ResourceOwner owner; /* outside of it */
	bool empty;			 /* EMPTY, not COPY */
	bool sequences;		 /* has what setval() does become transactional? */
	List *extensions;	 /* MigrPgExtension *: those that were there before */
	List *made;			 /* the oids of the schemas that it began with */
	List *schemas;		 /* char *: of them, what the model asks for by name */
	struct MigrPgWatch *watch; /* with ROWS: see explain.h */
} MigrPgPlace;

/* One call in progress.  host comes first: a MigrHost * is a MigrPg *. */
typedef struct MigrPg
{
	MigrHost host;
	MemoryContext memory;	 /* what lives as long as the call */
	MemoryContext work;		 /* the arena's chunks and the rows */
	MemoryContext scratch;	 /* garbage of one statement; reset after each */
	const char *caller_path; /* search_path as the caller has it */
	MigrPgMode mode;
	int level;				  /* GUC level of all that is ours, or 0 */
	int step;				  /* GUC level of the running revision, or 0 */
	bool outside;			  /* since MIGR_TX_LEAVE: not in SPI */
	Oid locked[2];			  /* the log and the scripts, for the session */
	int64_t left_at;		  /* migr_pg_log_newest() at MIGR_TX_LEAVE */
	Oid left_as;			  /* the role, then */
	int left_timeout;		  /* lock_timeout, then */
	bool trying;			  /* in a subtransaction of migr_pg_try_begin() */
	ResourceOwner owner;	  /* outside of that */
	List *prepared;			  /* statements of the session, before that */
	bool undone;			  /* does an error undo all that the statement
							   * outside of transactions did? */
	const char *reported;	  /* the step that the next commit is about */
	MigrPgSettings *settings; /* of the session, as they were; NULL: as now */
	bool writes;			  /* since MIGR_TX_WRITE: see the newest state */
	const char *caller_row_security; /* likewise */
	MigrPgPlace *place; /* the scratch place that it is in; NULL: in none */
	RangeVar *version;	/* the version table; NULL: not looked for yet */
	Oid version_owner;	/* whose rights the statements over it have;
						* InvalidOid: the caller's */
	struct
	{
		const char *name;
		const char *sql;
	} asked;			 /* a function of the user's, the last */
	MigrPlace failed_at; /* of the last error, or notice, of a script */
	const char *sql[MIGR_SQL_COUNT];
	MIGR_VEC(MigrPgPlan) plans;
	MemoryContextCallback free_plans;
} MigrPg;

/* A statement in a body, as the splitter sees it. */
typedef struct MigrPiece
{
	size_t offset; /* of its first token */
	size_t len;	   /* without the semicolon; 0: there is none left */
	int line;	   /* of its first token, as MigrPlace.line */
	size_t behind; /* where the text goes on, as MigrStmt.behind */
	bool rows;	   /* is it a COPY FROM STDIN? */
} MigrPiece;

/* The core counts from 1970, PostgreSQL from 2000; both in microseconds. */
#define MIGR_EPOCH                                                             \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/* ---- error.c ---------------------------------------------------------- */

/* Raise the context's error as PostgreSQL's own. */
pg_noreturn extern void migr_raise(MigrCtx *ctx);

/* ---- functions.c ------------------------------------------------------ */

/* Make a value that is no null a datum, in CurrentMemoryContext; and an argument
 * a value. */
extern Datum migr_pg_datum(const MigrValue *value);
extern MigrValue migr_pg_argument(FunctionCallInfo fcinfo, int i,
								  MigrType type);

/* ---- host.c ----------------------------------------------------------- */

/*
 * Begin a call, and run a command.  The result lives in memory, which the caller
 * made and deletes, and pg as long; any error is thrown.
 */
extern void migr_pg_init(MigrPg *pg, MemoryContext memory, MigrPgMode mode);
extern void migr_pg_call(MigrPg *pg, MigrCommandId id, const MigrValue *args,
						 int nargs, MigrResult *result);

/* Find one of our tables. */
extern Oid migr_pg_own_table(const char *name);

/* Make an arena whose memory goes with the context. */
extern void migr_pg_arena_init(MigrArena *arena, MemoryContext memory);

/* The search_path for all that is ours. */
#define MIGR_SAFE_PATH "pg_catalog, pg_temp"

/* Open a GUC level with this search_path and row_security; AtEOXact_GUC() closes
 * it. */
extern int migr_level_open(const char *path, const char *row_security);

/* ---- migrate.c -------------------------------------------------------- */

/* Throw unless the extension in this database is of the library's version. */
extern void migr_pg_check_version(void);

/* ---- procs.c ---------------------------------------------------------- */

/* Lock both tables for the session, commit between steps, and at the end commit
 * and let go of the locks. */
extern void migr_pg_steps_begin(MigrPg *pg, Oid log, Oid script);
extern void migr_pg_steps_next(MigrPg *pg);
extern void migr_pg_steps_end(MigrPg *pg);

/* Do something between two transactions, holding no more than those locks. */
extern void migr_pg_steps_pause(MigrPg *pg, void (*what)(MigrPg *));

/* MIGR_TX_LEAVE and MIGR_TX_ENTER. */
extern void migr_pg_leave(MigrPg *pg);
extern void migr_pg_enter(MigrPg *pg);

/* Behind any error, in a PG_CATCH: what MIGR_TX_LEAVE has left behind it is
 * brought back, if there is any, and the error thrown again. */
pg_noreturn extern void migr_pg_abandon(MigrPg *pg);

/*
 * Make sure, behind a statement outside of transactions, that the session's
 * locks are still held.  Throws if others have migrated without them.
 */
extern void migr_pg_keep_locks(MigrPg *pg);

extern bool migr_pg_outside(MigrHost *host, const MigrBody *body,
							const MigrStmts *stmts);

/* Show the application's own name in pg_stat_activity again. */
extern void migr_pg_untitle(void);

/* ---- again.c ---------------------------------------------------------- */

/* Let the call's setting lock_timeout count, until its GUC level ends; outside of
 * transactions, for the next statement. */
extern void migr_pg_lock_timeout(const MigrPg *pg);
extern void migr_pg_lock_timeout_outside(const MigrPg *pg);

/* Begin what may have to be undone, if there is another try; keep it. */
extern void migr_pg_try_begin(MigrPg *pg);
extern void migr_pg_try_end(MigrPg *pg);

/*
 * In a PG_CATCH: if a lock can't be had and there is another try, undo, set
 * MIGR_ERR_LOCKED and return false, with old for the memory context.  Otherwise
 * the error is thrown on.
 */
extern bool migr_pg_catch(MigrPg *pg, MemoryContext old);

/* Let an error of a statement be the core's, and free it.  Always false. */
extern bool migr_pg_fail(MigrCtx *ctx, ErrorData *error);

/* In a PG_CATCH: if something is being tried, undo that and throw the error on.
 * The server would take the subtransaction for one that the client ends. */
extern void migr_pg_abandon_try(MigrPg *pg);

/* MIGR_TX_AGAIN, behind that. */
extern void migr_pg_again(MigrPg *pg);

/* ---- keep.c ----------------------------------------------------------- */

/* Note the session's settings. */
extern void migr_pg_keep_settings(MigrPg *pg);

/* Start and stop the clock of a statement_timeout that the section has set. */
extern void migr_pg_start_timeout(MigrPg *pg);
extern void migr_pg_stop_timeout(MigrPg *pg);

/* Set back those that have changed, and commit.  False: the role is another,
 * which a warning has said; so it does of any other that can't be set. */
extern bool migr_pg_return_settings(MigrPg *pg);

/* ---- toplevel.c ------------------------------------------------------- */

/* Commit outside of SPI, and begin a transaction that is as empty as the first
 * one was. */
extern void migr_pg_renew(void);

/* In a PG_CATCH, outside of SPI: give up the transaction, begin another, and
 * return the error, to be thrown again. */
extern ErrorData *migr_pg_take_error(MigrPg *pg);

/*
 * Run one statement, or a COPY FROM STDIN, between MIGR_TX_LEAVE and
 * MIGR_TX_ENTER, and commit.
 */
extern void migr_pg_toplevel(MigrPg *pg, const char *text);
extern void migr_pg_copy_toplevel(MigrPg *pg, const CopyStmt *stmt,
								  const char *text, MigrSpan data);

/* ---- query.c ---------------------------------------------------------- */

/* Prepare a call for queries.  pg has to live as long as its memory. */
extern void migr_pg_query_init(MigrPg *pg);

extern bool migr_pg_query(MigrHost *host, const char *sql,
						  const MigrValue *args, int nargs, MigrRows *rows);

extern bool migr_pg_ask(MigrHost *host, const char *name,
						const MigrPlace *place, const MigrValue *args,
						MigrValue *answer);

/* Run a query of the catalog, which sees what this call has done itself.  Its
 * columns may be oids, short numbers and "char"s, too, which come as numbers. */
extern void migr_pg_select(MigrPg *pg, const char *sql, const MigrValue *args,
						   int nargs, MigrRows *rows);

/* What to grant to the current role on our tables, as a hint. */
extern const char *migr_pg_grants(bool writes);

/* A number that grows with each migration, as a snapshot sees it. */
extern int64_t migr_pg_log_newest(Snapshot snapshot);

/* Has a migration committed that this transaction's snapshot can't see? */
extern bool migr_pg_log_moved(void);

/* ---- version.c -------------------------------------------------------- */

extern bool migr_pg_locate(MigrHost *host, const char *schema, const char *name,
						   MigrTable *table);

/* Before each statement over the version table: look whether it is one that may
 * be written to, and set pg->version_owner. */
extern void migr_pg_check_table(MigrPg *pg);

/* ---- statements.c ----------------------------------------------------- */

extern const char *const migr_pg_sql[MIGR_SQL_COUNT];
extern const char *const migr_pg_sql_text_checked;
extern const char *const migr_pg_sql_model_checked;
extern const char *const migr_pg_sql_call_runs;
extern const char *const migr_pg_sql_log_newest;

/* ---- script.c --------------------------------------------------------- */

extern bool migr_pg_parse(MigrHost *host, const MigrBody *body, MigrStmts *out);

/* Does a word occur in a text, in whatever case? */
extern bool migr_pg_mentions(const char *text, const char *word);

/* Does it take several transactions of its own, and no strong lock? */
extern bool migr_pg_works_concurrently(const Node *node);

extern bool migr_pg_same_sql(MigrHost *host, const MigrBody *a,
							 const MigrBody *b, bool *same);

/* ---- split.c ---------------------------------------------------------- */

typedef struct MigrPgSplit MigrPgSplit;

/* Begin to cut a body into statements.  The splitter lives in
 * CurrentMemoryContext; what the tokens of a statement need is taken from that of
 * each migr_pg_split_next(). */
extern MigrPgSplit *migr_pg_split_begin(MigrCtx *ctx, const MigrBody *body);

/* Find the next statement. */
extern bool migr_pg_split_next(MigrPgSplit *split, MigrPiece *piece);

/*
 * Find the data of a COPY FROM STDIN whose statement, with its semicolon,
 * ends at offset at: the lines below up to a line "\.", or the text's end.
 * Returns the offset behind them.
 */
extern size_t migr_pg_split_data(MigrSpan text, size_t at, MigrSpan *data);

/* ---- exec.c ----------------------------------------------------------- */

extern bool migr_pg_exec(MigrHost *host, const MigrBody *body,
						 const MigrStmt *stmt, int number, size_t *end);

/* Where an error comes from, for the two who look at statements. */
typedef struct MigrWhere
{
	MigrCtx *ctx;
	MigrPlace place;
	const char *counted; /* the text that error positions count in */
	const char *text;	 /* the statement, somewhere in it */
	const MigrPg *runs;	 /* the call that runs it; NULL: it is looked at */
	bool sets;			 /* is it a SET, or may it be? */
	ErrorContextCallback callback;
} MigrWhere;

/* Add place and statement to errors until migr_where_end(). */
extern void migr_where_begin(MigrWhere *where);
extern void migr_where_end(MigrWhere *where);

/* Say of an error on its way up what would help, if it is that a lock can't be
 * had. */
extern void migr_pg_hint_lock(const MigrHost *host);

/* ---- scratch.c -------------------------------------------------------- */

/* What the live schemas are called while a scratch place has their names. */
#define MIGR_ASIDE "migrate live "

extern bool migr_pg_scratch(MigrHost *host, const MigrScope *scope,
							MigrScratch what);

/* Is a schema to be read, though nothing may be in it?  In an EMPTY place not if
 * it was there without the model asking for it. */
extern bool migr_pg_wants_schema(const MigrPg *pg, Oid oid, const char *name);

/* Behind an error: leave the scratch place, if there is one. */
extern void migr_pg_leave_scratch(MigrPg *pg);

/* Have an extension be in another schema, in the scratch place. */
extern void migr_pg_move_extension(MigrPg *pg, Oid extension, Oid to);

/*
 * In a COPY place: let nothing that setval() and nextval() do outlive it.  Where the
 * caller owns a sequence, others wait for it meanwhile.
 */
extern void migr_pg_keep_sequences(MigrPg *pg);

/* Find an extension among those that were there when the place was made; NULL:
 * it wasn't, or there is no place. */
extern MigrPgExtension *migr_pg_extension(const MigrPg *pg, Oid oid);

/* Is a schema to be read, though nothing may be in it?  In an EMPTY place not if
 * it was there without the model asking for it. */
extern bool migr_pg_wants_schema(const MigrPg *pg, Oid oid, const char *name);

/* Behind an error: leave the scratch place, if there is one. */
extern void migr_pg_leave_scratch(MigrPg *pg);

/* ---- build.c ------------------------------------------------------------ */

extern bool migr_pg_build(MigrHost *host, const MigrBody *body,
						  const MigrStmts *stmts);
extern bool migr_pg_build_part(MigrHost *host, const MigrBody *body,
							   const MigrStmts *stmts, const MigrPick *picks);

/* Return the text of a statement for a place without rows: it leaves a materialized
 * view unfilled, as those are that it may read. */
extern const char *migr_pg_emptied(const char *text);

/* Is it a SELECT of nothing but calls of a function of the server's, with literals?
 * A dump has some of set_config() and setval(). */
extern bool migr_pg_calls_only(const SelectStmt *select, const char *name);

/* ---- about.c ------------------------------------------------------------ */

extern bool migr_pg_about(MigrHost *host, const MigrBody *body,
						  const MigrStmt *stmt, MigrAbout *out);

/* Does a statement do nothing but define something of this database? */
extern bool migr_pg_defines(const Node *node);

/* ---- guard.c ------------------------------------------------------------ */

/* As migr_pg_exec(), for a DO of a model: an error where it goes for what no rollback
 * undoes. */
extern bool migr_pg_exec_guarded(MigrHost *host, const MigrBody *body,
								 const MigrStmt *stmt, int number, size_t *end);

/* Is a language one in which a function can do what SQL can, and no more?  So are C and
 * the server's own, whose functions are known by what they do. */
extern bool migr_pg_trusts_language(Oid oid);

/* ---- kept.c ------------------------------------------------------------- */

extern bool migr_pg_surroundings(MigrHost *host, const MigrScope *scope,
								 MigrStr *out);
extern bool migr_pg_ready(MigrHost *host, MigrSql sql);

/* ---- explain.c ---------------------------------------------------------- */

/* Begin to look what statements do, in a scratch place. */
extern void migr_pg_watch_begin(MigrPg *pg);

extern bool migr_pg_explain(MigrHost *host, const MigrBody *body,
							const MigrStmt *stmt, int number, size_t *end,
							MigrSeen *seen);

/* ---- catalog.c ---------------------------------------------------------- */

extern bool migr_pg_introspect(MigrHost *host, const MigrScope *scope,
							   struct MigrSchema *out);

/* ---- copy.c ----------------------------------------------------------- */

/* Return the COPY FROM STDIN that text is, or NULL. */
extern CopyStmt *migr_pg_copy_parse(const char *text);

/* Run it with data as what the client would have sent. */
extern void migr_pg_copy_run(const CopyStmt *stmt, const char *text,
							 MigrSpan data);

/*
 * Run it with the rows that a callback gives, in an encoding.  begun (NULL: none) is
 * called when all is ready for them.  Returns how many there were.
 */
extern uint64 migr_pg_copy(const CopyStmt *stmt, const char *text,
						   copy_data_source_cb rows, const char *encoding,
						   void (*begun)(Relation, const CopyStmt *));

/* ---- capture_copy.c --------------------------------------------------- */

/* Can its rows be kept?  They have to be text, and all are taken. */
extern bool migr_pg_copy_is_plain(const CopyStmt *stmt);

/* As much of a statement and its rows can be kept, in bytes. */
#define MIGR_PG_MOST_ROWS ((size_t) 256 * 1024 * 1024)

/*
 * Run it with the rows that the client sends, and keep them, in the server's
 * encoding; where it is more than MIGR_PG_MOST_ROWS, not all of them, but as much as
 * that.  Returns how many there were.
 */
extern uint64 migr_pg_copy_client(const CopyStmt *stmt, const char *text,
								  StringInfo kept);

/* ---- capture.c -------------------------------------------------------- */

/* migrate.capture has another value. */
extern void migr_pg_capture_assign(const char *value, void *extra);

/* ---- capture_log.c ---------------------------------------------------- */

extern bool migr_pg_captured(MigrHost *host, MigrSpan *log);

/* Empty the log. */
extern void migr_pg_forget_captured(void);

/* ---- setting.c -------------------------------------------------------- */

/* Make the GUCs of migr_settings[]. */
extern void migr_settings_define(void);

extern const char *migr_pg_setting(MigrHost *host, const char *history,
								   const char *name);
extern bool migr_pg_set(MigrHost *host, const char *history, const char *name,
						const char *value);

/* May what this session runs be recorded, by who it is and who has asked for it? */
extern bool migr_pg_capture_is_allowed(void);

/* ---- file.c ----------------------------------------------------------- */

extern bool migr_pg_list(MigrHost *host, const char *path, MigrFiles *out);
extern bool migr_pg_read(MigrHost *host, const char *path, MigrSpan *out);

/* Read a whole regular file as it is, with the server's rights. */
extern bool migr_pg_read_file(MigrCtx *ctx, const char *path, MigrSpan *out);
extern bool migr_pg_look(MigrHost *host, const char *path, MigrPathKind *out);
extern bool migr_pg_write(MigrHost *host, const char *path, MigrSpan text,
						  bool replace);
extern bool migr_pg_make_directory(MigrHost *host, const char *path);

#endif
