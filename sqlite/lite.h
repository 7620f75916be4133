/*
 * lite.h
 *	  What the files of the SQLite host share, grouped by file.
 *
 * A MigrConnection lives as long as our functions on a connection, a MigrLite
 * as long as one call and its result.  There are no globals but the API
 * pointer that SQLite's macros want, so connections in different threads
 * don't meet.
 */
#ifndef MIGR_LITE_H
#define MIGR_LITE_H

#include <dirent.h>
#include <setjmp.h>

#include "compat.h"
#include "migrate.h"
#include "schema/rewrite.h"
#include "schema/statement.h"

/*
 * What our tables look like.  A file goes from one version of migrate to
 * another, and back: a version that changes them so that this one would do harm
 * writes another layout into _migrate_config, under '' and 'layout', when it
 * changes a file's.  Without a row it is the first.  New tables, and columns that
 * may be left out, need none.
 */
#define MIGR_LITE_LAYOUT "1"

/* A chunk of the arena's memory; its bytes follow, aligned as SQLite aligns
 * its memory, to 8 at least. */
typedef struct MigrLiteChunk
{
	struct MigrLiteChunk *next;
	size_t size; /* of what follows */
} MigrLiteChunk;

/* The connection's flags that a script, or we, may change. */
enum
{
	MIGR_FLAG_FOREIGN_KEYS,
	MIGR_FLAG_LEGACY_ALTER_TABLE,
	MIGR_FLAG_DEFENSIVE,
	MIGR_FLAG_WRITABLE_SCHEMA,
	MIGR_FLAG_TRIGGERS, /* but for temporary ones, since 3.35 */
	MIGR_FLAG_COUNT
};

typedef struct MigrFlags
{
	int values[MIGR_FLAG_COUNT]; /* 1, 0; or -1: leave it as it is */
} MigrFlags;

/* What is noted of an application's statements; see capture.c. */
typedef struct MigrCapture
{
	bool on;
	bool busy; /* are we at it? */
	bool open; /* does the log say that a transaction block is open? */
	const sqlite3_stmt *begun;		/* the last to begin, till it is noted */
	int changes;					/* sqlite3_total_changes(), when it did */
	bool departed[MIGR_FLAG_COUNT]; /* flags that the log says are set so */
	char session[17]; /* the connection's word in the log; "": none yet */
} MigrCapture;

/* What we keep for a database connection. */
typedef struct MigrConnection
{
	sqlite3 *db;
	int bindings;				/* how many point here; the last one frees it */
	bool running;				/* is a call under way? */
	const MigrOptions *options; /* what that call was given for scripts */
	MigrLiteChunk *spare;		/* memory of past calls, for the next */
	size_t spare_size;			/* what it holds, in bytes */
	MigrCapture capture;
} MigrConnection;

/* A function or module as registered: what SQLite keeps for it. */
typedef struct MigrBinding
{
	MigrConnection *connection;
	MigrCommandId id;
} MigrBinding;

/* How a command is called. */
typedef enum MigrForm
{
	MIGR_FORM_SCALAR, /* one text is wanted */
	MIGR_FORM_TABLE	  /* rows are wanted */
} MigrForm;

/* What the call has begun, and has to end. */
typedef enum MigrLiteTx
{
	MIGR_LITE_NONE,
	MIGR_LITE_READING,	/* a transaction of ours */
	MIGR_LITE_WRITING,	/* the same, with the write lock */
	MIGR_LITE_SAVEPOINT /* a savepoint of ours in the caller's transaction */
} MigrLiteTx;

/* A statement of our own, prepared. */
typedef struct MigrLitePlan
{
	const char *sql; /* the same pointer is the same text */
	sqlite3_stmt *stmt;
	struct MigrLitePlan *next;
} MigrLitePlan;

typedef struct MigrStub MigrStub; /* see stub.c */

/* One call. */
typedef struct MigrLite
{
	MigrHost host; /* first: the core hands it back to us */
	MigrConnection *connection;
	sqlite3 *db;
	bool entered;		 /* is this the call that the connection runs? */
	bool in_transaction; /* was the caller in one? */
	bool was_reading;	 /* was another statement reading? */
	MigrFlags flags;	 /* as they were */
	MigrLiteTx tx;
	bool wrote;		  /* has anything been written in it? */
	bool outside;	  /* since MIGR_TX_LEAVE: no transaction */
	int busy_timeout; /* of the connection, where ours is another; else 0 */
	int lock;		  /* see lock.c; -1: none */
	const char *lock_name; /* its file */
	sqlite3_stmt *breaker; /* see tx.c */
	sqlite3_stmt *guard;   /* while that is stale; see tx.c */

	/* what is open: closed at the door, however the call ends */
	jmp_buf no_memory; /* where a chunk that can't be had jumps to */
	MigrLiteChunk *chunks;
	MigrArena at_first;			 /* the arena as migr_call() was given it */
	MigrLiteChunk *first_chunks; /* and its chunks */
	MigrLitePlan *plans;
	sqlite3_stmt *script;		/* the statement of a script that is running */
	sqlite3_stmt *lender;		/* whose values it has; see bound.c */
	sqlite3 *second;			/* a connection for VACUUM */
	struct MigrLite *scratches; /* see scratch.c */
	struct MigrLite *preview;	/* the one of a preview, among them */
	const char *lost;			/* why there is none any more */
	int skipped;				/* statements that weren't run in it, of late */
	struct MigrLite *place;		/* the one of build.c, among them */
	struct
	{
		const char *name;
		const char *sql;
	} asked;		/* a function of the application's, the last */
	bool stood_in;	/* has one asked how the database's tables are? */
	bool explained; /* has a statement been, in it? */
	DIR *directory;
	int file; /* -1: none */

	/* a scratch database's own; else NULL */
	struct MigrLite *outer; /* what it was opened for */
	struct MigrLite *next;	/* another of the same */
	MigrTexts *notes;		/* what is sent, while a preview asks; else NULL */
	MigrTexts *rebuilt;		/* tables whose rows are written anew, while
							 * explain.c asks; else NULL */
	MigrStub *stubs;		/* the virtual tables that aren't real there */
	int made;				/* objects, since the last that is aside */
	bool aside;				/* are there such?  See aside.c */

	/* what was asked for once */
	MigrRows config; /* _migrate_config: history, name, value */
	bool config_known;
	const char *user; /* NULL: not known */
	bool user_asked;

	/* what the caller gets */
	bool done; /* did all go well? */
	MigrResult result;
	MigrValue text;		 /* the result as one text, for a scalar */
	const char *message; /* the error; NULL where memory ran out */
} MigrLite;

/* ---- host.c: the door, and the small things lent to the core ----------- */

/*
 * Run a command.  Whatever happens, all that the call has begun is ended when
 * this returns.  Returns true with lite->result, and for a scalar lite->text,
 * set, or false with lite->message.  They live until migr_lite_free(), which
 * must follow in any case.
 */
extern bool migr_lite_run(MigrLite *lite, const MigrBinding *binding,
						  MigrForm form, sqlite3_value **args, int nargs);
extern void migr_lite_free(MigrLite *lite);

/* The same from without: begin to work on a connection, and end all of that. */
extern void migr_lite_open(MigrLite *lite, MigrConnection *connection);
extern void migr_lite_close(MigrLite *lite);

/* Free what we keep for a connection. */
extern void migr_lite_forget(MigrConnection *connection);

/* Find the host behind the core's pointer. */
extern MigrLite *migr_lite(MigrHost *host);

/* End the statements of our own. */
extern void migr_lite_close_plans(MigrLite *lite);

/* Leave the call: there is no memory. */
extern void migr_lite_no_memory(MigrLite *lite) __attribute__((noreturn));

/* ---- tx.c -------------------------------------------------------------- */

extern bool migr_lite_tx(MigrHost *host, MigrTxOp op);

/* Undo what the call has begun and not committed. */
extern void migr_lite_undo(MigrLite *lite);

/* Run a statement of ours that changes the schema: all can be undone still. */
extern bool migr_lite_change(MigrLite *lite, const char *sql);

/* ---- flags.c -------------------------------------------------------------- */

extern void migr_lite_read_flags(MigrLite *lite, MigrFlags *out);
extern void migr_lite_write_flags(MigrLite *lite, const MigrFlags *flags);

/* Set them in a transaction, and note what they were, unless before is NULL. */
extern bool migr_lite_set_flags(MigrLite *lite, const MigrFlags *flags,
								MigrFlags *before);

/* See that no row refers to one that is still to come: without foreign keys that
 * couldn't be settled any more. */
extern bool migr_lite_is_settled(MigrLite *lite);

/* ---- lock.c: waiting, and keeping other migrations out ------------------ */

/* Let the setting lock_timeout count for the rest of the call, and no more. */
extern void migr_lite_lock_timeout(MigrLite *lite);
extern void migr_lite_lock_timeout_back(MigrLite *lite);

/* For the rest of the call, don't wait for any lock. */
extern void migr_lite_hurry(MigrLite *lite);

/* How long the call waits for a lock, in milliseconds. */
extern int migr_lite_patience(MigrLite *lite);

/*
 * Behind a result of SQLite's: is it that a lock is held, and is it up to us to
 * wait for it, and is there time left?  Then some has passed, which is added to
 * *waited, in milliseconds.
 */
extern bool migr_lite_wait(MigrLite *lite, int rc, int *waited);

/* Sleep for a while that grows with what has passed, and add it to *waited; false
 * where that is most already, or somebody interrupts. */
extern bool migr_lite_nap(MigrLite *lite, int most, int *waited);

/* Sleep until MIGR_TX_AGAIN is over.  False where that is interrupted. */
extern bool migr_lite_pause(MigrLite *lite);

/*
 * Keep others out while no lock of SQLite's is held.  Taken with the write lock
 * held; given up with it held, or when the call ends.
 */
extern bool migr_lite_hold(MigrLite *lite);
extern void migr_lite_release(MigrLite *lite);

/* Does another connection do that?  An error where that can't be told. */
extern bool migr_lite_is_held(MigrLite *lite, bool *held);

/* ---- alter.c ------------------------------------------------------------ */

/* Run an ALTER TABLE. */
extern bool migr_lite_alter(MigrLite *lite, MigrSpan text);

/* ---- standard.c: what PostgreSQL has and SQLite hasn't, or not so ------------ */

/* Run a statement that isn't SQLite's own; behind a DROP that is, see to what is
 * ours.  Outside of a transaction it has one to itself. */
extern bool migr_lite_standard(MigrLite *lite, MigrStatementKind kind,
							   MigrSpan text);

/* What a schema holds under a name. */
typedef struct MigrStored
{
	const char *schema;
	const char *type;  /* table, view, index, trigger */
	const char *name;  /* as it is stored; NULL: there is no such thing */
	const char *table; /* of an index or trigger: its table's, or view's */
	MigrSpan sql;
	bool rootless; /* a view, or a virtual table */
} MigrStored;

typedef MIGR_VEC(MigrStored) MigrStoreds;

/* Find a trigger, an index, or else a table or view (whichever of them is asked for),
 * as SQLite looks for a name: in temp, main, then the others. */
extern bool migr_lite_find(MigrLite *lite, const MigrObjectName *name,
						   MigrObjectKind kind, MigrStored *out);

/* ---- comment.c: COMMENT ON ------------------------------------------------ */

/* Is there a table of comments? */
extern bool migr_lite_has_comments(MigrLite *lite);

/* Run COMMENT ON. */
extern bool migr_lite_comment(MigrLite *lite, const MigrStatement *parsed);

/* Let comments go by a new name, behind RENAME; before: the table as it was, without
 * a name where it couldn't be read, and its name. */
extern bool migr_lite_rename_comments(MigrLite *lite,
									  const MigrTableDef *before,
									  const char *table,
									  const MigrAction *action);

/* Let go of comments on what isn't there any more. */
extern bool migr_lite_tidy_comments(MigrLite *lite);

/* ---- depend.c: what hangs on a table from outside ------------------------ */

/* A view or a trigger. */
typedef struct MigrHanging
{
	bool trigger;
	const char *schema;
	const char *name;
	const char *table_schema; /* of a trigger: the table's, or view's */
	const char *table;
	MigrSpan sql;
	bool worked; /* could it be used, before? */
	bool lost;	 /* does it wait for a column that is gone? */
} MigrHanging;

typedef MIGR_VEC(MigrHanging) MigrHangings;

/* Does a text mention one of the columns? */
extern bool migr_lite_mentions(MigrSpan text, const MigrColumnNames *columns);

/* Is an index over one of the columns, by its statement? */
extern bool migr_lite_index_is_over(MigrCtx *ctx, MigrSpan text,
									const MigrColumnNames *columns);

/*
 * Find the views whose columns others name, and that may have a column of a table's:
 * when that is renamed there, SQLite lets a view's own column follow, and those
 * others fail.
 */
extern bool migr_lite_named_views(MigrLite *lite, const char *schema,
								  const char *table, const char *column,
								  MigrDependents *out);

/* Append the columns of a table or view; one that doesn't work has none. */
extern void migr_lite_columns(MigrLite *lite, const char *schema,
							  const char *name, MigrColumnNames *out);

/* Find what may hang on columns of a table, and whether it works; columns NULL: all
 * views and triggers. */
extern bool migr_lite_hanging(MigrLite *lite, const char *schema,
							  const MigrColumnNames *columns,
							  MigrHangings *out);

/* Can it be used?  All triggers of a table, with one of them. */
extern bool migr_lite_works(MigrLite *lite, const MigrHanging *at);

/* Which of that doesn't any more, now that the columns are gone? */
extern void migr_lite_broken(MigrLite *lite, const char *table,
							 const MigrColumnNames *columns,
							 const MigrHangings *before, MigrHangings *out);

/* A foreign key that refers to a table: another's, or its own. */
typedef struct MigrForeignKey
{
	const char *child;
	const char *name;
	const MigrTableDef *table; /* the child */
	const MigrConstraint *rule;
	int column;	   /* that it stands in; -1: none */
	int number;	   /* as PRAGMA foreign_key_check has it */
	long dangling; /* rows whose key isn't there, if they are counted;
					* -1: it refers to no key at all */
} MigrForeignKey;

typedef MIGR_VEC(MigrForeignKey) MigrForeignKeys;

/* Find those that refer to a table. */
extern bool migr_lite_references(MigrLite *lite, const char *schema,
								 const char *table, MigrForeignKeys *out);

/* Drop one of them. */
extern bool migr_lite_cut(MigrLite *lite, const char *schema,
						  const MigrForeignKey *key);

/*
 * In a preview: note how many rows of each of them refer to nothing; behind a
 * change, that the script stops with a message where there are more of one, which is
 * behind as it says; and that those numbers aren't needed any more.
 */
extern void migr_lite_note_dangling(MigrLite *lite, const char *schema,
									const char *table,
									const MigrForeignKeys *keys);
extern void migr_lite_note_violation(MigrLite *lite, const char *schema,
									 const char *table, int which,
									 const MigrForeignKey *behind,
									 const char *message);
extern void migr_lite_note_settled(MigrLite *lite, const MigrForeignKeys *keys);

/* Count the rows of each that refer to nothing. */
extern void migr_lite_dangling(MigrLite *lite, const char *schema,
							   const char *table, MigrForeignKeys *keys);

/* Do all foreign keys of a table refer to what SQLite takes for a key, where there
 * is such a table?  It sees to that when rows change, not before. */
extern bool migr_lite_refers(MigrLite *lite, const char *schema,
							 const char *table);

/* Has a table a key of these columns, by a constraint or a unique index? */
extern bool migr_lite_has_key(const MigrTableDef *table,
							  const MigrDependents *indexes,
							  const MigrNameList *columns, MigrCtx *ctx);

/* Append the columns of a table's primary key. */
extern void migr_lite_primary_key(MigrArena *arena, const MigrTableDef *table,
								  MigrNameList *out);

/* Read a table, and its indexes. */
extern bool migr_lite_read_table(MigrLite *lite, const char *schema,
								 const char *name, MigrTableDef *table,
								 MigrDependents *indexes);

/* What a table has keys by. */
typedef struct MigrKeyed
{
	const MigrTableDef *table;
	const MigrDependents *indexes;
} MigrKeyed;

/*
 * Is what a foreign key refers to gone?  If that is the primary key, without
 * columns, then it is when another takes its place: the rows would refer to others.
 */
extern bool migr_lite_loses_key(MigrCtx *ctx, const MigrKeyed *before,
								const MigrKeyed *after,
								const MigrNameList *columns);

/*
 * Can a foreign key of so many columns refer to what it names?  In PostgreSQL's
 * words where it can't.  *key: the columns of the other table's primary key.
 */
extern bool migr_lite_can_refer(MigrLite *lite, const char *schema,
								const MigrConstraint *reference, int columns,
								const MigrKeyed *self, MigrColumnNames *key);

/* ---- scratch.c: a database in memory, beside the caller's ------------------- */

/*
 * Open an empty one, in memory or, with rows, in a temporary file, whose statements and errors are its own: a MigrLite like the
 * call's, for all that takes one.  It has the flags that the connection has, and
 * stands in for its functions (they give NULL) and for any collation; it can't
 * ATTACH a file.  Memory is the call's, and it is closed with that, or before.
 * NULL with the error in lite.
 */
extern MigrLite *migr_lite_scratch_open(MigrLite *lite, bool rows);
extern void migr_lite_scratch_close(MigrLite *scratch);

/* Hand its error over to whom it is for.  Always false. */
extern bool migr_lite_scratch_fail(MigrLite *scratch);

/*
 * Make there what a schema of the connection's has, main or an attached one's: the
 * tables without their rows, indexes, views and triggers in their order, and its
 * schema_version.  Virtual tables are as stub.c makes them; SQLite's own tables come
 * with those that need them.  False with the error in lite.
 */
extern bool migr_lite_scratch_copy(MigrLite *scratch, const char *schema);

/* ---- preview.c: what would run, for an offline script ------------------------- */

/*
 * Note what has to stand in a script, if a preview runs; else do nothing.
 * migr_lite_command() notes what it runs: who runs a statement in another's place
 * sends all that writes through it, without parameters.  A text that begins with
 * "." is for the sqlite3 shell.
 */
extern void migr_lite_note(MigrLite *lite, const char *text);

/* Before the connection's flags change: those of them that aren't so yet. */
extern void migr_lite_note_flags(MigrLite *lite, const MigrFlags *flags);

/* The script stops with a message; violated, what stands behind a SELECT, gives a
 * row that isn't 0 then. */
extern void migr_lite_note_check(MigrLite *lite, const char *message,
								 const char *violated);

/* MigrHost.rewrites, .preview_begin, .preview */
extern bool migr_lite_rewrites(MigrHost *host, MigrSpan text);
extern bool migr_lite_preview_begin(MigrHost *host, MigrOrigin origin,
									MigrTexts *settings, MigrTexts *checks);
extern bool migr_lite_preview(MigrHost *host, const MigrBody *body,
							  const MigrStmt *stmt, int number, bool outside,
							  size_t *end, MigrPreview *out);
/* ---- kept.c ----------------------------------------------------------------- */

extern bool migr_lite_surroundings(MigrHost *host, const MigrScope *scope,
								   MigrStr *out);
extern bool migr_lite_ready(MigrHost *host, MigrSql sql);

/* ---- capture.c: what an application runs --------------------------------------- */

/* MigrHost.captured */
extern bool migr_lite_captured(MigrHost *host, MigrSpan *log);

/* The setting capture becomes a value; NULL: it is taken away, and the log with it. */
extern bool migr_lite_set_capture(MigrLite *lite, const char *value);

/* Capture what a connection runs, if the setting says so; stop that. */
extern void migr_lite_capture_begin(MigrConnection *connection);
extern void migr_lite_capture_end(MigrConnection *connection);

/* ---- bound.c -------------------------------------------------------------------- */

/* Write a statement with the values of its parameters as literals. */
extern bool migr_lite_bound_text(MigrLite *lite, sqlite3_stmt *stmt,
								 MigrSpan *out);

/* Give the values back to the statement that they are from: wherever a call ends. */
extern void migr_lite_lend_back(MigrLite *lite);

/* ---- stub.c ----------------------------------------------------------------- */

/*
 * Before a CREATE VIRTUAL TABLE runs in a scratch database: let its module be there,
 * as a stand-in where it isn't, or where it may reach out of the database; or
 * always.  Does nothing for another statement.
 */
extern bool migr_lite_stand_in(MigrLite *scratch, MigrSpan sql, bool always);

/* ---- aside.c ----------------------------------------------------------------- */

/* Behind a CREATE of a table, index, view or trigger in a scratch database. */
extern bool migr_lite_made(MigrLite *scratch);

/* Have all its rows in one table: sqlite_schema, or where they are aside. */
extern bool migr_lite_gather(MigrLite *scratch, const char **table);

/* Before anything else there: let sqlite_schema be whole. */
extern bool migr_lite_whole(MigrLite *scratch);

/* ---- build.c: where models are built for real --------------------------------- */

/* MigrHost.scratch, .build */
extern bool migr_lite_scratch(MigrHost *host, const MigrScope *scope,
							  MigrScratch what);
extern bool migr_lite_build(MigrHost *host, const MigrBody *body,
							const MigrStmts *stmts);
extern bool migr_lite_build_part(MigrHost *host, const MigrBody *body,
								 const MigrStmts *stmts, const MigrPick *picks);

/* ---- about.c ---------------------------------------------------------------- */

extern bool migr_lite_about(MigrHost *host, const MigrBody *body,
							const MigrStmt *stmt, MigrAbout *out);

/* ---- build.c again ---------------------------------------------------------- */

/* MigrHost.exec: in the scratch place, or in the database. */
extern bool migr_lite_exec_there(MigrHost *host, const MigrBody *body,
								 const MigrStmt *stmt, int number, size_t *end);

/* Behind something done in the scratch place: did it go well?  Else the error is
 * handed over, and the place left. */
extern bool migr_lite_settle(MigrLite *lite, bool ok);

/* ---- explain.c ------------------------------------------------------------------ */

/*
 * Make a scratch database what the connection's main one is, with all rows.  False
 * with the error in scratch, or in what it was opened for.
 */
extern bool migr_lite_scratch_rows(MigrLite *scratch);

/* Note that an ALTER TABLE writes a table's rows anew, if somebody asks. */
extern void migr_lite_note_rebuilt(MigrLite *lite, const char *table);

/* MigrHost.explain */
extern bool migr_lite_explain(MigrHost *host, const MigrBody *body,
							  const MigrStmt *stmt, int number, size_t *end,
							  MigrSeen *seen);

/* ---- catalog.c ------------------------------------------------------------------ */

/* MigrHost.introspect */
extern bool migr_lite_introspect(MigrHost *host, const MigrScope *scope,
								 struct MigrSchema *out);

/* ---- outside.c: autocommit sections ------------------------------------ */

extern bool migr_lite_outside(MigrHost *host, const MigrBody *body,
							  const MigrStmts *stmts);

/* Run a statement if it is a VACUUM; *done: it is. */
extern bool migr_lite_vacuum(MigrLite *lite, const MigrBody *body,
							 const MigrStmt *stmt, bool *done);
extern void migr_lite_close_second(MigrLite *lite);

/* The database's file; NULL where it has none. */
extern const char *migr_lite_file(MigrLite *lite);

/* A transaction for one statement of a section outside of any. */
extern bool migr_lite_begin_statement(MigrLite *lite);
extern bool migr_lite_end_statement(MigrLite *lite, bool ok);

/* Around what makes prepared statements stale (see query.c): all can be undone
 * still. */
extern bool migr_lite_before_stale(MigrLite *lite);
extern bool migr_lite_behind_stale(MigrLite *lite);

/* ---- query.c: statements, the script's and our own --------------------- */

extern bool migr_lite_exec(MigrHost *host, const MigrBody *body,
						   const MigrStmt *stmt, int number, size_t *end);
extern bool migr_lite_query(MigrHost *host, const char *sql,
							const MigrValue *args, int nargs, MigrRows *rows);

extern bool migr_lite_ask(MigrHost *host, const char *name,
						  const MigrPlace *place, const MigrValue *args,
						  MigrValue *answer);

/* Does a statement make all prepared ones stale?  A PRAGMA may. */
extern bool migr_lite_makes_stale(MigrLite *lite, MigrSpan sql);

/* The same for a statement that is run once in a call. */
extern bool migr_lite_query_once(MigrLite *lite, const char *sql,
								 const MigrValue *args, int nargs,
								 MigrRows *rows);

/* Run a statement of our own, and no more than one, that has no arguments, and whose
 * rows nobody wants; a preview notes it. */
extern bool migr_lite_command(MigrLite *lite, const char *sql);

/*
 * Complete the place of a failed statement.  offset is where in the body the error
 * is, or behind the statement where SQLite doesn't tell.  Always false.
 */
extern bool migr_lite_fail_at(MigrLite *lite, const MigrBody *body,
							  const MigrStmt *stmt, int number, size_t offset);

/* Fail with what SQLite says.  Always false; out of memory doesn't return. */
extern bool migr_lite_fail(MigrLite *lite, int rc);

/* ---- setting.c: what the database holds of ours ------------------------ */

extern bool migr_lite_locate(MigrHost *host, const char *schema,
							 const char *name, MigrTable *table);
extern const char *migr_lite_setting(MigrHost *host, const char *history,
									 const char *name);
extern bool migr_lite_set(MigrHost *host, const char *history, const char *name,
						  const char *value);

/* MigrHost.literal */
extern const char *migr_lite_literal(MigrHost *host, const char *text);

/* Check that our tables are ours, and as this module knows them. */
extern bool migr_lite_check_store(MigrLite *lite);

/* ---- file.c ------------------------------------------------------------ */

extern bool migr_lite_list(MigrHost *host, const char *path, MigrFiles *files);
extern bool migr_lite_read(MigrHost *host, const char *path, MigrSpan *text);
extern bool migr_lite_look(MigrHost *host, const char *path,
						   MigrPathKind *kind);
extern bool migr_lite_write(MigrHost *host, const char *path, MigrSpan text,
							bool replace);
extern bool migr_lite_make_directory(MigrHost *host, const char *path);

/* Close what an error has left open. */
extern void migr_lite_close_files(MigrLite *lite);

/* ---- zone.c ------------------------------------------------------------ */

extern bool migr_lite_zone(MigrHost *host, const char *name, int64_t instant,
						   int *seconds);

/* ---- error.c ----------------------------------------------------------- */

/* Write an error as one message. */
extern const char *migr_lite_error_text(MigrArena *arena, const MigrErr *err);

/* ---- statements.c ------------------------------------------------------ */

extern const char *const migr_lite_sql[MIGR_SQL_COUNT];

/* () -> (name, why): what has the name of a table of ours and isn't as we make it */
extern const char *const migr_lite_sql_others;

/* %s: a schema.  (name) -> (why): what is called so, and why it is no version
 * table; NULL: it is one. */
extern const char *const migr_lite_sql_version;

/* () -> (history, name, value) */
extern const char *const migr_lite_sql_config;

/* (history, name, value) */
extern const char *const migr_lite_sql_config_set;

/* (history, name) */
extern const char *const migr_lite_sql_config_unset;

/* The table of comments; it is there only if one was ever written. */
extern const char *const migr_lite_sql_comment_create;

/* (kind, name, part, comment) */
extern const char *const migr_lite_sql_comment_set;

/* (kind, name, part) */
extern const char *const migr_lite_sql_comment_unset;

/* Delete those on what isn't in main's schema; of a part, if its table isn't. */
extern const char *const migr_lite_sql_comment_tidy;

/*
 * () -> (kind, name, part, comment): those on what is there.  kind is a word of
 * migr_object_words; part is the column's or constraint's name, which may be gone,
 * else ''.  Names are as they were when the comment was written, in any case.
 */
extern const char *const migr_lite_sql_comments;

/* ---- functions.c and vtab.c: the two forms ----------------------------- */

/* SQLite's callback for every scalar function. */
extern void migr_lite_scalar(sqlite3_context *context, int nargs,
							 sqlite3_value **args);

/* Turn SQLite's arguments into the core's; NULL is one that is left out. */
extern bool migr_lite_arguments(MigrLite *lite, const MigrCommand *command,
								sqlite3_value **args, int nargs,
								MigrValue *values);

/* Hand a value to SQLite. */
extern void migr_lite_result(sqlite3_context *context, const MigrValue *value);

/* SQLite's callbacks for every table-valued one. */
extern const sqlite3_module migr_lite_module;

#endif
