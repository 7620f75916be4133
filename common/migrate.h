/*
 * migrate.h
 *	  All that a host includes: what it lends the core (MigrHost), what it gets
 *	  back (MigrResult), and the one door between them (migr_call).
 *
 * A host fills a MigrHost, hands a command's arguments to migr_call(), and
 * translates the result or the error.  The core keeps no state between calls
 * and no globals: whatever it allocates comes from the arena in host->ctx and
 * dies with the call.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include <stdint.h>

#include "base/err.h"
#include "base/instant.h"
#include "base/stmt.h"
#include "base/vec.h"

#define MIGR_VERSION "1.0"

/* ---- values ---------------------------------------------------------- */

typedef enum MigrType
{
	MIGR_TEXT,
	MIGR_INT,
	MIGR_BOOL,
	MIGR_INSTANT /* microseconds since 1970-01-01 00:00 UTC */
} MigrType;

typedef struct MigrValue
{
	MigrType type;
	bool null;
	MigrSpan text;	/* MIGR_TEXT: ends with a NUL behind len bytes */
	int64_t number; /* the other types */
} MigrValue;

extern MigrValue migr_text_value(const char *text); /* NULL: a null */
extern MigrValue migr_span_value(MigrSpan text);
extern MigrValue migr_int_value(int64_t number);
extern MigrValue migr_bool_value(bool flag);
extern MigrValue migr_instant_value(int64_t microseconds);
extern MigrValue migr_null_value(MigrType type);

/* Rows of a query or of a result, row by row, columns cells each. */
typedef struct MigrRows
{
	int columns;
	int count;
	MigrValue *cells;
	int64_t affected; /* rows that an INSERT, UPDATE or DELETE touched */
} MigrRows;

#define migr_cell(rows, row, column)                                           \
	((rows)->cells[(size_t) (row) * (size_t) (rows)->columns + (column)])

/* ---- what a host lends ------------------------------------------------ */

/* Statements over our own tables; each host has the texts in statements.c. */
typedef enum MigrSql
{
	/* () -> (exists boolean): can migrate.script be read? */
	MIGR_SQL_STORE_EXISTS,
	/* (): makes our tables.  Several statements; NULL where the host's
	 * installation made them. */
	MIGR_SQL_STORE_CREATE,
	/* (history) -> (revision, down_revision, branch_labels, depends_on,
	 * path), in the order of registration; lists are joined by ", ", NULL
	 * where empty.  path is the file of a script that came from the
	 * directory, NULL for a loaded one. */
	MIGR_SQL_SCRIPT_GRAPH,
	/* (history) -> the same, then (message, create_date text) */
	MIGR_SQL_SCRIPT_LIST,
	/* (history, revision) -> (script, path, stored_by, trusted boolean,
	 * message): trusted is false where the caller is a superuser and the script's
	 * keeper is none (hosts.md, decided 7).  No row: not stored. */
	MIGR_SQL_SCRIPT_TEXT,
	/* (history) -> (stored, with_deps): how many scripts are stored, as a
	 * boolean "any", and whether one of them has a depends_on.  Must not read
	 * the whole table. */
	MIGR_SQL_SCRIPT_SUMMARY,
	/* (history, revision, down_revision, branch_labels, depends_on, message,
	 * create_date, path, script): adds at the end of the order */
	MIGR_SQL_SCRIPT_INSERT,
	/* the same arguments: replaces the row, its place in the order kept */
	MIGR_SQL_SCRIPT_UPDATE,
	/* (history, revision) */
	MIGR_SQL_SCRIPT_DELETE,
	/* (history) -> (ddl, stored_by, trusted boolean): the model, as a script's
	 * text.  No row: there is none. */
	MIGR_SQL_MODEL_TEXT,
	/* (history, ddl): sets it */
	MIGR_SQL_MODEL_PUT,
	/* (history, around) -> (model, statements, facts): the facts that a model gave
	 * where all around it was the same, kept by the same role */
	MIGR_SQL_FACTS_GET,
	/* (history, around, model, statements, facts): keeps them in place of others */
	MIGR_SQL_FACTS_PUT,
	/* (history, revision, operation, from_revisions, to_revisions, applied_by,
	 * started_at instant, elapsed_ms int, statements int) */
	MIGR_SQL_LOG_INSERT,
	/* (history) -> (id, revision, operation, from_revisions, to_revisions,
	 * applied_by, started_at, elapsed_ms, statements), newest first */
	MIGR_SQL_LOG_LIST,
	/* (history) -> (started_at) of the newest entry */
	MIGR_SQL_LOG_LAST,
	/* Over the version table: %T stands for its quoted, qualified name and
	 * %C for its primary key's quoted name; the core puts them in. */
	MIGR_SQL_VERSION_CREATE,	  /* () with primary key */
	MIGR_SQL_VERSION_CREATE_BARE, /* () without (version_table_pk = false) */
	MIGR_SQL_VERSION_LIST,		  /* () -> (version_num) */
	MIGR_SQL_VERSION_INSERT,	  /* (version_num) */
	MIGR_SQL_VERSION_UPDATE,	  /* (old, new) */
	MIGR_SQL_VERSION_DELETE,	  /* (version_num) */
	MIGR_SQL_VERSION_PURGE,		  /* () deletes all rows */
	MIGR_SQL_COUNT
} MigrSql;

/* What becomes of the transaction. */
typedef enum MigrTxOp
{
	/* The call only reads: what it reads shall be of one moment. */
	MIGR_TX_READ,
	/* The call writes (never after MIGR_TX_READ in one call): refuse on a read-only database or standby and inside a
	 * trigger, wait for other migrations, begin (or set a savepoint in the
	 * caller's transaction), and see the newest state from here on. */
	MIGR_TX_WRITE,
	/* A revision begins: settings that its script makes end with it. */
	MIGR_TX_STEP_BEGIN,
	/* It ended well. */
	MIGR_TX_STEP_END,
	/* Commit what is done, where the host can; else do nothing.  MIGR_TX_WRITE
	 * follows, and does what isn't done yet. */
	MIGR_TX_NEXT,
	/* Commit what is done and leave the transaction: until MIGR_TX_ENTER each
	 * statement of a script runs on its own.  Only where outside() said that
	 * this can be had. */
	MIGR_TX_LEAVE,
	/* A transaction again, with all that MIGR_TX_WRITE gives; others may have
	 * moved the database meanwhile. */
	MIGR_TX_ENTER,
	/* The call ends well: keep all. */
	MIGR_TX_COMMIT,
	/* Behind a MIGR_ERR_LOCKED: undo what was done since MIGR_TX_WRITE or ENTER
	 * (outside of a transaction, nothing), and let go of the locks; wait as long
	 * as host->pause says; and be where that left the call, but for what others
	 * did meanwhile. */
	MIGR_TX_AGAIN
} MigrTxOp;

/* The version table, as located for this call. */
typedef struct MigrTable
{
	const char *name;		/* as the setting spells it */
	const char *qualified;	/* quoted, with its schema: for SQL text */
	const char *constraint; /* quoted <name>_pkc */
	const char
		*plain; /* for SQL that runs elsewhere: quoted where it has to be,
						* with the schema where a setting names one */
	const char *plain_constraint; /* <name>_pkc likewise */
	bool exists;
} MigrTable;

/* An entry of a directory: whatever is no directory, or can't be looked at, is
 * for read() to say what is wrong with it. */
typedef struct MigrFile
{
	const char *name;
	bool directory;
} MigrFile;

typedef MIGR_VEC(MigrFile) MigrFiles;

/* What of a database is looked at. */
typedef struct MigrScope
{
	bool all_schemas; /* PostgreSQL: include_schemas; else the current one */
	bool owners;
	bool grants;
	bool publications;
} MigrScope;

/* Where models are built for real: see MigrHost. */
typedef enum MigrScratch
{
	MIGR_SCRATCH_EMPTY,
	MIGR_SCRATCH_COPY,
	MIGR_SCRATCH_ROWS,
	MIGR_SCRATCH_END
} MigrScratch;

/* What a statement did in a scratch place with rows. */
typedef struct MigrSeen
{
	const char *locks;	   /* those it took; NULL: none */
	const char *rewritten; /* tables whose storage is another; NULL: none */
	int64_t rows;		   /* that it wrote or deleted */
	int64_t elapsed;	   /* in microseconds */
	const char *warning;   /* who of a big table would wait; NULL: nobody */
} MigrSeen;

/* What a path names. */
typedef enum MigrPathKind
{
	MIGR_PATH_NONE,
	MIGR_PATH_FILE, /* or whatever else is no directory */
	MIGR_PATH_DIRECTORY
} MigrPathKind;

/*
 * What the running command was given for scripts to ask for: migrate_x() and
 * migrate_tag().
 */
typedef struct MigrOptions
{
	MIGR_VEC(const char *) x; /* as given: key=value, or a key alone */
	const char *tag;		  /* NULL: none */
} MigrOptions;

/* Which schema a script starts from. */
typedef enum MigrOrigin
{
	MIGR_FROM_HERE,		/* the database's, as it is */
	MIGR_FROM_NOTHING,	/* an empty one */
	MIGR_FROM_ELSEWHERE /* one that nobody knows */
} MigrOrigin;

/* What a run would send in place of a script's statement, as far as that is known. */
typedef struct MigrPreview
{
	bool rewritten; /* are these run instead?  None: nothing is */
	MigrTexts
		texts; /* without semicolons; what begins with "." is the shell's */
	const char *why; /* why nobody knows; NULL where that isn't so */
} MigrPreview;

/*
 * What a host lends the core.  Each call that returns bool returns true, or
 * sets host->ctx.err and returns false, or doesn't return at all (PostgreSQL
 * throws).  So hold nothing across a call that the arena doesn't own.  Texts
 * that a call returns live in host->ctx.arena.  On a failed call the host
 * undoes whatever MIGR_TX_WRITE began; the core never rolls back.
 */
struct MigrSchema; /* schema/model.h */

#define MIGR_ASK_ARGS 5

typedef struct MigrHost MigrHost;

struct MigrHost
{
	MigrCtx ctx;
	const char *dialect;	/* the word for sections: postgresql, sqlite */
	const char *const *sql; /* MIGR_SQL_COUNT texts */
	bool steps;				/* the caller wants MIGR_TX_NEXT after each step */

	/*
	 * The core wants to report what a script in the scratch place does wrong: then
	 * parse() and exec() return false for it, and the place is left.  Set by the core.
	 */
	bool guarded;

	/*
	 * Who has read can't wait for a lock any more in this call: no setting is
	 * read before MIGR_TX_WRITE, and those about locks don't count.
	 */
	bool reads_late;

	/*
	 * How long to wait for a lock, in milliseconds (0: as long as it takes, -1:
	 * as the host does by itself), and how often to begin again from where
	 * MIGR_TX_AGAIN gets to.  The core sets them before MIGR_TX_WRITE.  While
	 * tried < lock_retries, a lock that can't be had in time is MIGR_ERR_LOCKED.
	 */
	int lock_timeout;
	int lock_retries;
	int tried; /* so often; the host sets it to 0 when it has committed */
	int pause; /* for MIGR_TX_AGAIN, in milliseconds */

	/*
	 * Where the session (SQLite: the connection) keeps the options of the
	 * command that it runs; NULL stands there between commands.  The core puts
	 * them there, the host takes them away when the call ends, however it does.
	 */
	const MigrOptions **options;

	/* Split a body into statements, each with place and kind.  Runs nothing.
	 * An error's place is completed by the core. */
	bool (*parse)(MigrHost *, const MigrBody *, MigrStmts *);

	/*
	 * Run one statement of a body with the caller's rights and settings.
	 * number counts from 1.  *end is set to the offset in the body where the
	 * host saw the statement end: the core skips statements that begin before
	 * it, so that the host's own splitter has the last word.
	 */
	bool (*exec)(MigrHost *, const MigrBody *, const MigrStmt *, int number,
				 size_t *end);

	/*
	 * Run a statement of our own, one of sql[] (with the version table's name
	 * put in).  Name resolution is pinned: nothing that the caller owns can
	 * stand in for what the text names.  sql stays the same pointer for the
	 * same text through the call: a host may keep its plan.  rows may be NULL.
	 */
	bool (*query)(MigrHost *, const char *sql, const MigrValue *args, int nargs,
				  MigrRows *rows);

	bool (*tx)(MigrHost *, MigrTxOp);

	/*
	 * The call begins anew, behind MIGR_TX_AGAIN: free all that it has taken from
	 * the arena since migr_call(), and forget what has to do with it.
	 */
	void (*renew)(MigrHost *);

	/*
	 * Could the statements of this body run outside of any transaction in this
	 * call (MIGR_TX_LEAVE)?  An error says why they couldn't.  Changes nothing.
	 */
	bool (*outside)(MigrHost *, const MigrBody *, const MigrStmts *);

	/*
	 * Does a run send something else in place of this statement?  NULL, as the
	 * next two, where no run does.
	 */
	bool (*rewrites)(MigrHost *, MigrSpan text);

	/*
	 * Begin to look what a run would send.  settings and checks are for the head of
	 * a script of that: the former outside, the latter inside of its transaction.
	 */
	bool (*preview_begin)(MigrHost *, MigrOrigin, MigrTexts *settings,
						  MigrTexts *checks);

	/*
	 * Tell what a run would send for the next statement: called for each of a
	 * script in turn, but for those before *end, as exec() says.  outside: it runs
	 * outside of any transaction.  Changes nothing in the database.
	 */
	bool (*preview)(MigrHost *, const MigrBody *, const MigrStmt *, int number,
					bool outside, size_t *end, MigrPreview *);

	/*
	 * Tell who waits, or looks on, that a step begins: line is what the step
	 * is reported as, title says it in few words.  NULL: nobody would hear.
	 */
	void (*progress)(MigrHost *, const char *line, const char *title);

	/*
	 * Find the version table, or where it would be made: in schema, or where
	 * that is NULL as the host resolves an unqualified name for the caller.
	 * It is an error if the name belongs to something else than a table.
	 */
	bool (*locate)(MigrHost *, const char *schema, const char *name,
				   MigrTable *);

	/*
	 * Go to a scratch place: parse() and exec() work there, and introspect() reads
	 * it.  EMPTY: nothing is there, but the schemas that the scope takes in have
	 * the names of the live ones, and extensions are at hand.  COPY: the live
	 * schema's objects are there, with or without their rows.  ROWS: the same with
	 * them, for explain(); scope may be NULL.  END leaves it, and whatever was done
	 * there is as if it never was; so does an error.  One at a time.  An error where
	 * the caller may not make one.
	 */
	bool (*scratch)(MigrHost *, const MigrScope *, MigrScratch);

	/*
	 * exec() in a place with ROWS, and tell what the statement did.  Where it fails,
	 * the place is left, and PostgreSQL's error doesn't throw but is
	 * MIGR_ERR_STATEMENT, too; unless somebody has cancelled the call.
	 */
	bool (*explain)(MigrHost *, const MigrBody *, const MigrStmt *, int number,
					size_t *end, MigrSeen *);

	/*
	 * Run the statements of a model in an EMPTY place.  Those that can't be of use
	 * there, because what they make is there, are passed over; one that could reach
	 * outside of the database is an error.
	 */
	bool (*build)(MigrHost *, const MigrBody *, const MigrStmts *);

	/*
	 * Tell what a statement of a model is about, out of its text alone.  An error
	 * only where the call is interrupted.
	 */
	bool (*about)(MigrHost *, const MigrBody *, const MigrStmt *, MigrAbout *);

	/*
	 * Run some of a model's statements in an EMPTY place, of each what picks says.
	 * Whatever goes wrong there is a MIGR_ERR_STATEMENT, for the caller to forget,
	 * and has left the place; interrupts are as they always are.
	 */
	bool (*build_part)(MigrHost *, const MigrBody *, const MigrStmts *,
					   const MigrPick *picks);

	/*
	 * Read what is there: the live schema, or that of the scratch place.  The
	 * texts are the same for the same thing in either.  Our own tables and what
	 * belongs to extensions are left out.
	 */
	bool (*introspect)(MigrHost *, const MigrScope *, struct MigrSchema *);

	/*
	 * Call a function of the user's, which gives a boolean, with the caller's rights
	 * and settings; name is one, or two with a dot.  place is for an error.  The same
	 * pointer for the same function.
	 */
	bool (*ask)(MigrHost *, const char *name, const MigrPlace *,
				const MigrValue args[MIGR_ASK_ARGS], MigrValue *answer);

	/*
	 * Tell all that the facts of a model depend on besides its text: the host's
	 * version, settings, what of the database it may refer to though the scope
	 * leaves it out.  Where any of that changes, so does the text.
	 */
	bool (*surroundings)(MigrHost *, const MigrScope *, MigrStr *out);

	/*
	 * Can MIGR_SQL_FACTS_GET or FACTS_PUT run now, with the caller's rights, and
	 * without waiting for anybody?  It is no error where it can't, and FACTS_PUT may
	 * fail still: nothing is kept then.  To be asked before the latter each time.
	 */
	bool (*ready)(MigrHost *, MigrSql);

	/* List a directory, in any order, "." and ".." left out. */
	bool (*list)(MigrHost *, const char *path, MigrFiles *);

	/* Read a whole regular file. */
	bool (*read)(MigrHost *, const char *path, MigrSpan *);

	/* Tell what a path names; an error only where that can't be told. */
	bool (*look)(MigrHost *, const char *path, MigrPathKind *);

	/*
	 * Write a file, whole or not at all, so that it outlives a crash.  Never
	 * over one that is there, unless replace.
	 */
	bool (*write)(MigrHost *, const char *path, MigrSpan text, bool replace);

	/* Make a directory, and those above it that are missing. */
	bool (*make_directory)(MigrHost *, const char *path);

	/*
	 * Are two bodies the same SQL, but for comments and white space (and what
	 * else the host's parser doesn't tell apart)?  Data of a COPY counts.
	 */
	bool (*same_sql)(MigrHost *, const MigrBody *, const MigrBody *,
					 bool *same);

	/*
	 * A setting of this database, for a history (NULL: for all of them); NULL
	 * where it isn't set.
	 */
	const char *(*setting)(MigrHost *, const char *history, const char *name);

	/*
	 * Read what was noted of what clients ran, while the setting capture was on:
	 * the whole log, as rev/captured.h has it; ptr is NULL where there is none.
	 */
	bool (*captured)(MigrHost *, MigrSpan *log);

	/* A text as an SQL literal; NULL gives NULL. */
	const char *(*literal)(MigrHost *, const char *text);

	/* Set it for the database and this session; NULL takes it away. */
	bool (*set)(MigrHost *, const char *history, const char *name,
				const char *value);

	/* The name of who runs this, for the log. */
	const char *(*user)(MigrHost *);

	/* The time, in microseconds since 1970-01-01 00:00 UTC. */
	int64_t (*now)(MigrHost *);

	/*
	 * What a time zone (a name of the IANA's; NULL: the session's or system's
	 * own) is ahead of UTC at an instant, in seconds.  An error where there is
	 * no such zone.
	 */
	bool (*zone)(MigrHost *, const char *name, int64_t instant, int *seconds);

	/* Fill a buffer with random bytes, good enough for identifiers. */
	bool (*random)(MigrHost *, void *bytes, size_t count);

	/* Tell the user something that is no error. */
	void (*warn)(MigrHost *, const char *message);

	/* Let an interrupt in; may not return. */
	bool (*poll)(MigrHost *);
};

/* ---- commands ---------------------------------------------------------- */

typedef enum MigrResultKind
{
	MIGR_RESULT_TEXT,  /* one value */
	MIGR_RESULT_LINES, /* one column; where one text is wanted, joined by \n */
	MIGR_RESULT_LIST,  /* one column; where one text is wanted, joined by ", ",
						* null where there is none */
	MIGR_RESULT_TABLE
} MigrResultKind;

typedef enum MigrAccess
{
	MIGR_ASKS, /* for the running command's options alone: a script may call it */
	MIGR_READS,
	MIGR_TRIES, /* reads, and makes things in a scratch place */
	MIGR_WRITES
} MigrAccess;

/*
 * A parameter.  On the command line of migrate() it is an option ("-m,
 * --message"), which is a switch where the type is MIGR_BOOL; or, where option
 * is NULL, a word in its place.  An option that ends with "..." may be given
 * several times, and so may a word whose option is just that: the values are
 * joined by blanks.
 */
typedef struct MigrParam
{
	const char *name;
	MigrType type;
	bool required;
	const char *initial; /* the default, as text; NULL for null */
	const char *option;
	const char *help; /* one line; NULL: not on the command line */
} MigrParam;

typedef struct MigrColumn
{
	const char *name;
	MigrType type;
} MigrColumn;

#define MIGR_MAX_PARAMS 10
#define MIGR_MAX_COLUMNS 14
#define MIGR_MAX_SWITCHES 3

typedef struct MigrCommand
{
	const char *name; /* of the SQL function */
	MigrResultKind result;
	MigrAccess access;
	MigrParam params[MIGR_MAX_PARAMS];	   /* ends with a NULL name */
	MigrColumn columns[MIGR_MAX_COLUMNS];  /* ends with a NULL name */
	MigrParam switches[MIGR_MAX_SWITCHES]; /* the command line's alone: how to
											* print; end with a NULL name */
	const char *word;					   /* on the command line; NULL: none */
	const char *help;					   /* one line */
} MigrCommand;

/* One number for each line of commands.def: MIGR_CMD_upgrade, … */
#define MIGR_COMMAND(name, ...) MIGR_CMD_##name,
typedef enum MigrCommandId
{
#include "cmd/commands.def"
	MIGR_CMD_COUNT
} MigrCommandId;
#undef MIGR_COMMAND

/* The table itself, indexed by MigrCommandId. */
extern const MigrCommand migr_commands[MIGR_CMD_COUNT];

/* How many parameters or columns a command has. */
extern int migr_param_count(const MigrCommand *command);
extern int migr_column_count(const MigrCommand *command);

/* ---- settings ----------------------------------------------------------- */

/*
 * A setting of a database.  All are texts to the host, NULL where unset; the
 * core reads booleans out of them.
 */
typedef struct MigrSetting
{
	const char *name;	 /* PostgreSQL: the GUC migrate.<name> */
	const char *summary; /* one line */
	bool common;		 /* one for all histories ("name"), else one each */
	bool superuser;		 /* only a superuser may set it */
	bool files;			 /* names files: only who may read them may set it */
	bool code;			 /* holds SQL: a superuser doesn't take it from
						  * what somebody else has set for the database */
} MigrSetting;

/* All of them; ends with a NULL name. */
extern const MigrSetting migr_settings[];

/* Read a boolean as Alembic's and PostgreSQL's configuration files spell it. */
extern bool migr_read_bool(const char *text, bool *out);

/* ---- the door ------------------------------------------------------------ */

/* What a command gave: the rows of its columns. */
typedef struct MigrResult
{
	const MigrCommand *command;
	MigrRows rows;
} MigrResult;

/*
 * Run a command.  args are nargs values by position; those left out take the
 * default, and so does a null for a parameter that has one.  Returns false
 * with host->ctx.err set.  The result lives in host->ctx.arena.
 */
extern bool migr_call(MigrHost *host, MigrCommandId id, const MigrValue *args,
					  int nargs, MigrResult *result);

/*
 * The result as one text, for a scalar function (see MigrResultKind).  A null
 * value where there is nothing to say and the kind has it so.
 */
extern MigrValue migr_result_text(MigrArena *arena, const MigrResult *result);

#endif
