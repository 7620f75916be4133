/*
 * cmd.h
 *	  What the command files share: one call's state, and each other's
 *	  functions, grouped by file.
 *
 * Functions that return bool return false with call->ctx->err set, or leave by
 * the host's own error.
 */
#ifndef MIGR_CMD_H
#define MIGR_CMD_H

#include "migrate.h"
#include "rev/history.h"
#include "rev/plan.h"

#define MIGR_DEFAULT_HISTORY "alembic"

typedef struct MigrCall
{
	MigrHost *host;
	MigrCtx *ctx;
	const MigrCommand *command;
	const MigrValue *args; /* complete: one for each parameter */
	int given;			   /* how many the caller gave */
	MigrResult *result;
	int cells_cap; /* room in result->rows.cells */

	/* by migr_open_settings() */
	const char *history;
	const char *location;	/* the script directory; NULL where unset */
	MigrTable version;		/* the version table */
	const char *const *sql; /* statements, its name put in */
	bool has_store;			/* are there tables of ours? */

	const char *user; /* who runs it, for the log; asked for once */

	/* by migr_open_graph() */
	MigrRevisions revisions;
	MigrGraph graph;

	/* by migr_open_rows() */
	MigrNames row_texts; /* as the table has them */
	MigrRevs rows;		 /* the same, resolved; in map order */
	MigrSet row_set;	 /* the same as a set */
	MigrNames unknown;	 /* rows that no script answers to, left out above */
} MigrCall;

/* A command's handler: reads call->args, fills call->result. */
typedef bool (*MigrHandler)(MigrCall *call);

/* ---- call.c: arguments and results ----------------------------------------- */

/* The argument as text (NULL for null), or as a boolean. */
extern const char *migr_arg_text(const MigrCall *call, int param);
extern bool migr_arg_bool(const MigrCall *call, int param);

/* Append a row of null values, to be set; returns its first cell. */
extern MigrValue *migr_add_row(MigrCall *call);

/* Names joined by ", ", a null where there are none: how lists are shown and
 * stored. */
extern MigrValue migr_names_value(MigrCall *call, const MigrNames *names);

/* Append a row of one text. */
extern void migr_add_line(MigrCall *call, const char *line);

/* ---- config.c ---------------------------------------------------------------- */

/* Find the history that the call works on: sets call->history. */
extern void migr_open_history(MigrCall *call);

/* A setting of this call's history, or its default; NULL where it has none. */
extern const char *migr_setting(const MigrCall *call, const char *name);

/* The same for one that is a boolean; an error where it is set to none. */
extern bool migr_setting_bool(MigrCall *call, const char *name, bool *out);

/* ---- session.c: what a call works on ------------------------------------------ */

/* Read the settings and find the version table and the store. */
extern bool migr_open_settings(MigrCall *call);

/* Read scripts (store and directory) and build the graph.  full: with messages
 * and dates. */
extern bool migr_open_graph(MigrCall *call, bool full);

/* Read the version table's rows; strict: an unknown one is an error, else it
 * is warned about. */
extern bool migr_open_rows(MigrCall *call, bool strict);

/* All of the above, for a command that writes (strict) or reads. */
extern bool migr_open_writer(MigrCall *call, bool full, bool strict);
extern bool migr_open_reader(MigrCall *call, bool full);

/* ---- directory.c -------------------------------------------------------------- */

/* Read the script directory: every revision of it, in map order. */
extern bool migr_read_directory(MigrCall *call, MigrRevisions *out);

/* ---- store.c: our tables and the version table ----------------------------------- */

/* Run one of the host's statements. */
extern bool migr_query(MigrCall *call, MigrSql sql, const MigrValue *args,
					   int nargs, MigrRows *rows);

/* Make our tables where they are missing. */
extern bool migr_store_create(MigrCall *call);

/* Read the stored scripts' headers, in the order of registration. */
extern bool migr_store_list(MigrCall *call, bool full, MigrRevisions *out);

/* Read a stored script: no row where it isn't stored, else that of
 * MIGR_SQL_SCRIPT_TEXT. */
extern bool migr_store_text(MigrCall *call, const char *revision,
							MigrRows *rows);

/* Store a script (revision->text), in place of the stored one if there is. */
extern bool migr_store_put(MigrCall *call, MigrRevision *revision);
extern bool migr_store_drop(MigrCall *call, MigrRevision *revision);

/* Read the text of a revision, wherever it is: sets revision->text.  to_run:
 * an error where the caller must not run what its keeper stored. */
extern bool migr_need_text(MigrCall *call, MigrRevision *revision, bool to_run);

/* Read the version table's rows, as they are; one that is null says nothing,
 * and is left out. */
extern bool migr_version_list(MigrCall *call, MigrNames *out);

/* Make the version table where it is missing; *made may be NULL. */
extern bool migr_version_create(MigrCall *call, bool *made);

/* Change the version table's rows as a step does, and call->rows with them. */
extern bool migr_version_move(MigrCall *call, const MigrStep *step);

/* An entry of the log; times in microseconds. */
typedef struct MigrEntry
{
	const char *revision;
	MigrOperation operation;
	const char *from; /* revisions, joined; NULL: base */
	const char *to;
	int64_t started; /* since 1970 */
	int64_t elapsed;
	int statements;
} MigrEntry;

extern bool migr_log(MigrCall *call, const MigrEntry *entry);

/* ---- keep.c: what the store keeps of the script directory ------------------------- */

/*
 * Bring the store up to date with the directory about what is applied: store
 * what isn't yet (another tool applied it).  A script whose text has changed
 * since is an error, or with take its new text is taken over.
 */
extern bool migr_keep_applied(MigrCall *call, bool take);

/* Is a revision's text the same script as the stored one?  False where none is
 * stored.  trusted, unless NULL: would the caller run the stored one? */
extern bool migr_same_as_stored(MigrCall *call, const MigrRevision *revision,
								bool *same, bool *trusted);

/* Fail: an applied script would change. */
extern bool migr_fail_applied(MigrCall *call, const MigrRevision *revision);

/* Keep or let go of a script after a step applied or undid it. */
extern bool migr_keep_step(MigrCall *call, const MigrStep *step);

/* ---- move.c ---------------------------------------------------------------- */

/* Fail where a target is a range: those are for offline SQL alone. */
extern bool migr_check_target(MigrCall *call, const char *target);

/* ---- run.c -------------------------------------------------------------------- */

/*
 * Check that every step of a plan can run, then run them: all scripts are read,
 * split and looked through before the first statement.  Adds a line a step.
 * Where the host commits between steps, another connection may move the
 * database meanwhile: then *stale is set, and what is left has to be planned
 * anew from the rows as they are.
 */
extern bool migr_run_plan(MigrCall *call, const MigrPlan *plan, bool *stale);

/* Check alone that every revision a plan undoes can be undone. */
extern bool migr_check_downgrades(MigrCall *call, const MigrPlan *plan);

/* ---- handlers, one for each line of commands.def -------------------------------- */

#define MIGR_COMMAND(name, result, access, params, columns)                    \
	extern bool migr_cmd_##name(MigrCall *call);
#include "cmd/commands.def"
#undef MIGR_COMMAND

#endif
