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
#include "schema/change.h"
#include "text/words.h"

#define MIGR_DEFAULT_HISTORY "alembic"

/* What a command line says besides a command's arguments. */
typedef struct MigrLine
{
	const char *config;	 /* -c: a configuration file; NULL: none */
	const char *history; /* -n; NULL: as set */
	bool quiet;
	bool verbose;
	bool indicate_current;
	bool check_heads;
} MigrLine;

/* Settings read from a file: values by their places in migr_settings[]. */
typedef struct MigrFileSettings
{
	const char *path; /* NULL: there is none */
	const char **values;
} MigrFileSettings;

typedef struct MigrCall
{
	MigrHost *host;
	MigrCtx *ctx;
	const MigrCommand *command;
	const MigrValue *args; /* complete: one for each parameter */
	int given;			   /* how many the caller gave */
	const MigrLine *line;  /* NULL: called as a function of its own */
	MigrResult *result;
	int cells_cap;		 /* room in result->rows.cells */
	MigrOptions options; /* for scripts to ask for */
	MigrNames said;		 /* what a command line prints of the command's work */

	/* by migr_open_settings() */
	const char *history;
	MigrFileSettings file;	/* of -c, or migrate.ini in the directory */
	const char *location;	/* the script directory; NULL where unset */
	MigrTable version;		/* the version table */
	const char *const *sql; /* statements, its name put in */
	bool has_store;			/* are there tables of ours? */

	const char *user;		/* who runs it, for the log; asked for once */
	const MigrValue *facts; /* for MIGR_SQL_FACTS_PUT; NULL: none to keep */
	bool committed;			/* has a part of the call's work been committed? */
	MigrMap left_out;		/* by migr_ask_objects() */

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

/*
 * Begin a command within another call: args are nargs values by position.  It
 * has a result of its own, and the outer call's line and options.  *inner is
 * ready for migr_run_handler().
 */
extern bool migr_begin_inner(const MigrCall *outer, MigrCommandId id,
							 const MigrValue *args, int nargs, MigrCall *inner);

/* Run the command's handler. */
extern bool migr_run_handler(MigrCall *call);

/* ---- config.c ---------------------------------------------------------------- */

/* Find the history that the call works on: sets call->history.  An error where
 * that can be no history's name. */
extern bool migr_open_history(MigrCall *call);

/*
 * Read the settings' file: that of -c, or migrate.ini in the script directory,
 * if it is there.  Sets call->location as well.
 */
extern bool migr_open_file(MigrCall *call);

/*
 * A setting of this call's history, or its default; NULL where it has none.
 * What the command line's file says comes first, then what the database says,
 * then migrate.ini.
 */
extern const char *migr_setting(const MigrCall *call, const char *name);

/* The same for one that is a boolean; an error where it is set to none. */
extern bool migr_setting_bool(MigrCall *call, const char *name, bool *out);

/* The same for one that is a number: truncate_slug_length, lock_retries or
 * verify_model. */
extern bool migr_setting_number(MigrCall *call, const char *name, int *out);

/* lock_timeout in milliseconds, -1 where it is unset, and lock_retries. */
extern bool migr_setting_locks(MigrCall *call, int *timeout, int *retries);

/* Fail where output_encoding is any but UTF-8. */
extern bool migr_check_encoding(MigrCall *call);

/* ---- session.c: what a call works on ------------------------------------------ */

/* Read the settings and find the version table and the store. */
extern bool migr_open_settings(MigrCall *call);

/* Read scripts (store and directory) and build the graph.  full: with messages
 * and dates. */
extern bool migr_open_graph(MigrCall *call, bool full);

/* Read the version table's rows; strict: an unknown one is an error, else it is
 * set apart. */
extern bool migr_open_rows(MigrCall *call, bool strict);

/* Warn about rows that a command which moves would refuse. */
extern void migr_warn_about_rows(MigrCall *call);

/* Begin to write, with the settings about locks. */
extern bool migr_begin_writing(MigrCall *call);

/* All of the above, for a command that moves (strict), writes or reads; who reads
 * is warned. */
extern bool migr_open_writer(MigrCall *call, bool full, bool strict);
extern bool migr_open_reader(MigrCall *call, bool full);

/* ---- directory.c -------------------------------------------------------------- */

/* Put a directory and a name together. */
extern const char *migr_join_path(MigrCall *call, const char *directory,
								  const char *name);

/* What separates the entries of version_locations where path_separator is word; NULL:
 * unset.  *out is a set of characters. */
extern bool migr_read_separator(MigrCall *call, const char *word,
								const char **out);

/* A path without what doesn't matter: "./", "//", a "/" at the end. */
extern const char *migr_plain_path(MigrCall *call, const char *path);

/* The directories that revisions are in; call->location has to be set. */
extern bool migr_version_locations(MigrCall *call, MigrNames *out);

/*
 * Read the files of a directory that wanted() says yes to, in the order of their
 * names, and then those of its sub-directories, where that is wanted; hidden ones
 * are left out.
 */
typedef bool (*MigrFileTest)(const char *name);
typedef bool (*MigrFileReader)(MigrCall *call, const char *path, void *context);
extern bool migr_walk_files(MigrCall *call, const char *directory,
							bool recursive, MigrFileTest wanted,
							MigrFileReader read, void *context);

/* Read the script directory: every revision of it, in map order. */
extern bool migr_read_directory(MigrCall *call, MigrRevisions *out);

/* ---- headless.c ---------------------------------------------------------------- */

/* Give the directory's revisions without a header their parents; stored are the
 * scripts that the database keeps. */
extern void migr_join_headless(MigrCall *call, const MigrRevisions *stored);

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

/* Fail: what (the script of ..., the model) was stored by a role that has less
 * rights than the caller; instead is how to store it oneself. */
extern bool migr_fail_untrusted(MigrCall *call, const char *what,
								const char *instead, const MigrValue *keeper);

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

/* ---- load.c --------------------------------------------------------------------- */

/* What is taken in: scripts as they stand, or such as differ from those that are
 * known in their headers alone. */
typedef enum MigrTaking
{
	MIGR_TAKE_SCRIPTS,
	MIGR_TAKE_HEADERS
} MigrTaking;

/* Find a revision by its id, whole; NULL: there is none. */
extern MigrRevision *migr_find_known(const MigrCall *call, const char *id);

/*
 * Store scripts, by a call that is open to write.  All of them or none: the graph
 * that they make with those that there are is built, and so checked, before the
 * first is stored.  Adds a line for each that is new or changed; commits.
 */
extern bool migr_take_in(MigrCall *call, const MigrRevisions *loaded,
						 MigrTaking taking);

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

/*
 * Do two scripts of a revision run the same SQL in the same place of the graph?
 * Comments, message and labels may differ, and what is for the other host.
 */
extern bool migr_runs_alike(MigrCall *call, const MigrRevision *old,
							const MigrRevision *new, bool *same);

/* Has a script, whose text is read, a section that nobody has seen? */
extern bool migr_is_unseen(MigrCall *call, const MigrRevision *revision,
						   bool *out);

/* Fail: an applied script would change. */
extern bool migr_fail_applied(MigrCall *call, const MigrRevision *revision);

/* Keep or let go of a script after a step applied or undid it. */
extern bool migr_keep_step(MigrCall *call, const MigrStep *step);

/* ---- init.c ---------------------------------------------------------------------- */

/* The template of new scripts, where a directory has none. */
extern const char *const migr_script_template;

/* ---- prepare.c ------------------------------------------------------------------ */

/* A section that a step runs, split. */
typedef struct MigrPart
{
	MigrBody body;
	MigrStmts stmts;
	bool autocommit;
} MigrPart;

/* What a step runs. */
typedef struct MigrWork
{
	const MigrStep *step;
	MIGR_VEC(MigrPart) parts;
	bool leaves;		 /* does a part run outside of a transaction? */
	const char *reaches; /* what a statement does that no rollback undoes */
	bool was_stored;	 /* was the script in the store before? */
	MigrEntry entry;	 /* for the log, once it ran */
} MigrWork;

/* Complete an error with the place of a statement.  Always false. */
extern bool migr_at_stmt(MigrCall *call, const MigrBody *body,
						 const MigrStmt *stmt, int number);

/* Read, split and look through what a step runs.  offline: it won't run here, so
 * any autocommit section is all right. */
extern bool migr_prepare_step(MigrCall *call, const MigrStep *step,
							  bool offline, MigrWork *work);

/* Check alone that every revision a plan undoes can be undone. */
extern bool migr_check_downgrades(MigrCall *call, const MigrPlan *plan);

/*
 * Split a text that stands alone, and look through it.  section names it in
 * errors; NULL: the command does.
 */
extern bool migr_prepare_text(MigrCall *call, MigrSpan text,
							  const char *section, MigrPart *part);

/* Split a model, and refuse transaction control; what else can't be in it, the
 * host's build() knows.  path is its file, or NULL. */
extern bool migr_prepare_model(MigrCall *call, MigrSpan text, const char *path,
							   MigrPart *part);

/*
 * The user's own SQL after each step, the setting on_version_apply: $1 is the
 * revision, $2 the operation, $3 and $4 the revisions it led from and to, $5 the
 * rows of the version table after it, $6 the message.
 */
#define MIGR_HOOK "on_version_apply"
#define MIGR_HOOK_ARGS 6

/* Split the hook; it has no statements where the setting is unset. */
extern bool migr_prepare_hook(MigrCall *call, MigrPart *hook);

/* Put a step into the hook's parameters; call->rows are those after it. */
extern void migr_bind_hook(MigrCall *call, const MigrStep *step,
						   MigrPart *hook);

/* ---- option.c ----------------------------------------------------------------- */

/* What a list of words may hold: options and words in their places, as in
 * MigrParam. */
typedef struct MigrOption
{
	const MigrParam *param;
	MigrValue value; /* null: not given; several are joined by blanks */
	MigrWords all;	 /* each of them */
} MigrOption;

/*
 * Read words as options and places, as Python's argparse does: long options may
 * be abbreviated, "--opt=value", "-ovalue", several switches in one, "--".
 * first is the index of the first word to read; where stop is set, reading ends
 * at the first word that is no option, and *first is its index.  who names the
 * command in errors, usage is their hint.
 */
extern bool migr_read_options(MigrCtx *ctx, const MigrWords *words, int *first,
							  bool stop, MigrOption *options, int count,
							  const char *who, const char *usage);

/* How to call it: "usage: migrate upgrade [-h] [--sql] [--tag TAG] revision" */
extern const char *migr_usage(MigrCtx *ctx, const char *who,
							  const MigrOption *options, int count);

/* The same, then what each of them means, a line each. */
extern void migr_add_help(MigrCall *call, const char *who, const char *help,
						  const MigrOption *options, int count);

/* ---- read.c: which revisions a command shows ------------------------------------- */

/* Open what a reader needs, and find the revisions, in the order shown. */
typedef bool (*MigrFinder)(MigrCall *call, MigrRevs *out);

extern bool migr_find_heads(MigrCall *call, MigrRevs *out);
extern bool migr_find_branches(MigrCall *call, MigrRevs *out);
extern bool migr_find_history(MigrCall *call, MigrRevs *out);
extern bool migr_find_show(MigrCall *call, MigrRevs *out);
extern bool migr_find_current(MigrCall *call, MigrRevs *out);

/* ---- output.c: as Alembic prints it ------------------------------------------------ */

/* Print what a reading command shows; inner is that command's call, and out
 * gets the lines. */
extern bool migr_print_revisions(MigrCall *inner, MigrCall *out);

/* Does it print for this command? */
extern bool migr_prints(const MigrCommand *command);

/* ---- again.c -------------------------------------------------------------------- */

/*
 * May what has failed be tried again, and is all that isn't committed undone?
 * Then the error is forgotten, and a while has passed.
 */
extern bool migr_try_again(MigrCall *call);

/* ---- run.c ---------------------------------------------------------------------- */

/* Run the statements of a section; adds to *count. */
extern bool migr_run_part(MigrCall *call, const MigrPart *part, int *count);

/*
 * Prepare every step of a plan, run them, and what finish does (unless NULL),
 * and commit.  Adds a line a step.  Where the run commits on its way, between
 * steps or around an autocommit section, another connection may move the
 * database meanwhile: then *stale is set, and what is left has to be planned anew
 * from the rows as they are.
 */
extern bool migr_run_plan(MigrCall *call, const MigrPlan *plan,
						  MigrHandler finish, bool *stale);

/* ---- move.c --------------------------------------------------------------------- */

/* Fail where a target is a range: those are for offline SQL alone. */
extern bool migr_check_target(MigrCall *call, const char *target);

/* ---- offline.c ------------------------------------------------------------------ */

/* Add the lines of the script that does what the command would: for
 * upgrade or downgrade (planner's work), stamp and ensure_version. */
extern bool migr_offline_move(MigrCall *call, MigrOperation operation);
extern bool migr_offline_stamp(MigrCall *call);
extern bool migr_offline_ensure_version(MigrCall *call);

/* ---- model.c -------------------------------------------------------------------- */

/* The target model. */
typedef struct MigrModel
{
	const char *path; /* its file; NULL: it is in the store */
	MigrSpan text;	  /* no ptr: there is none */
	MigrPart part;	  /* the same, split */
} MigrModel;

/* Read the model, where there is one. */
extern bool migr_read_model(MigrCall *call, MigrModel *out);

/* Fail: there is no model, or an empty one. */
extern bool migr_fail_no_model(MigrCall *call, const MigrModel *model);

/* A schema as CREATE statements. */
extern const char *migr_render_schema(MigrCall *call, const MigrSchema *schema);

/* ---- compare.c ------------------------------------------------------------------ */

/* The live schema and the model, and what leads from one to the other. */
typedef struct MigrCompared
{
	MigrScope scope;
	bool extensions;  /* does the model speak of any? */
	MigrSchema start; /* the live schema */
	MigrSchema live;  /* the same behind the renames */
	MigrSchema model;
	MigrTexts renames;		/* statements, without semicolons */
	MigrTexts renames_back; /* one for each, in the same order */
	MigrChanges up;			/* from live to model, in order */
	MigrChanges down;
} MigrCompared;

extern MigrDialect migr_dialect(const MigrCall *call);

/* What is looked at, by the settings. */
extern bool migr_read_scope(MigrCall *call, MigrScope *out);

/* Read what is there: the live schema, or that of the scratch place; without what
 * the settings leave out and the version table. */
extern bool migr_read_live(MigrCall *call, const MigrScope *scope,
						   MigrSchema *out);

/* Run a text of ours in the scratch place; section names it in errors. */
extern bool migr_run_text(MigrCall *call, const char *text,
						  const char *section);

/* Leave out what the settings leave out, and the version table. */
extern void migr_filter_schema(MigrCall *call, MigrSchema *schema);

/* Compare the live schema with the model: fills *out. */
extern bool migr_compare(MigrCall *call, const MigrModel *model,
						 MigrCompared *out);

/* Find the changes of a comparison whose schemas are there. */
extern bool migr_compare_both(MigrCall *call, MigrCompared *compared);

/* Describe in what one schema differs from another. */
extern bool migr_compare_schemas(MigrCall *call, const MigrSchema *a,
								 const MigrSchema *b, MigrDescriptions *out);

/* ---- include.c ------------------------------------------------------------------ */

/*
 * Ask the function of the setting include_object, if there is one, about what is to be
 * compared; the answers are those of both schemas together.  Not in an EMPTY place.
 */
extern bool migr_ask_objects(MigrCall *call, const MigrSchema *live,
							 const MigrSchema *model);

/* By its answers: is an object left out?  Leave all of those out. */
extern bool migr_is_left_out(MigrCall *call, const MigrObject *object);
extern void migr_leave_out(MigrCall *call, MigrSchema *schema);

/* Read what is there, of what is compared and all that it needs. */
extern bool migr_read_needed(MigrCall *call, const MigrScope *scope,
							 const MigrSchema *compared, MigrSchema *out);

/* ---- kept.c ---------------------------------------------------------------------- */

/*
 * Find out the facts of the model: those that are kept, where nothing has changed
 * since, else by building it in a scratch place.  Of those that are new,
 * migr_keep_facts() keeps them.
 */
extern bool migr_model_facts(MigrCall *call, const MigrModel *model,
							 const MigrScope *scope, MigrSchema *out);

/* Keep the facts that the call has found out, where that can be done at once.  False
 * with an error only where the call is interrupted. */
extern bool migr_keep_facts(MigrCall *call);

/* ---- autogenerate.c -------------------------------------------------------------- */

/* The sections of a new revision. */
typedef struct MigrGenerated
{
	const char *upgrade;
	const char *downgrade;
	bool baseline; /* the live schema itself: the new revision is applied */
	bool alone; /* of a directory for both hosts: they are for this one alone */
} MigrGenerated;

/* Fail unless the database is at all heads. */
extern bool migr_check_at_head(MigrCall *call);

/* The text of a section that leads to the model, or back. */
extern const char *migr_upgrade_text(MigrCall *call,
									 const MigrCompared *compared);
extern const char *migr_downgrade_text(MigrCall *call,
									   const MigrCompared *compared);

/*
 * Write the sections that make the database its model, prove them, and say what was
 * found (call->said).  both: for a directory that serves both hosts, so what they
 * both run is wanted.
 */
extern bool migr_autogenerate(MigrCall *call, bool both, MigrGenerated *out);

/* ---- complete.c ------------------------------------------------------------------ */

/*
 * Find the revision that isn't applied, alone of all, and was written for the other
 * host: its script has something to upgrade there and nothing here.  Else
 * MIGR_NO_REVISION.
 */
extern bool migr_find_half(MigrCall *call, int32_t *out);

/* Autogenerate what such a revision lacks: sections for this host. */
extern bool migr_complete(MigrCall *call, int32_t rev);

/* ---- edit.c ---------------------------------------------------------------------- */

/* Put a text in the place of a revision's script, in its file or in the store.
 * applied: it has run here, so only what doesn't run may differ. */
extern bool migr_replace_script(MigrCall *call, int32_t rev, MigrSpan text,
								bool applied);

/* ---- unmade.c ------------------------------------------------------------------- */

/* Find the live tables that no script's upgrade makes, as their texts say.  *unsure:
 * one of them runs code that may make a table whose name it puts together. */
extern bool migr_find_unmade(MigrCall *call, const MigrRevisions *scripts,
							 MigrNames *out, bool *unsure);

/* ---- verify.c --------------------------------------------------------------------- */

/* Behind an error while the host is guarded: take it, in one line, where a script's own
 * doing is to blame.  False: it goes on. */
extern bool migr_take_failure(MigrCall *call, const char **line);

/* ---- check.c ---------------------------------------------------------------------- */

/* Fail if migrate_check()'s call has found anything, as alembic check does. */
extern bool migr_fail_changed(MigrCall *inner);

/* ---- handlers, one for each line of commands.def -------------------------------- */

#define MIGR_COMMAND(name, ...) extern bool migr_cmd_##name(MigrCall *call);
#include "cmd/commands.def"
#undef MIGR_COMMAND

#endif
