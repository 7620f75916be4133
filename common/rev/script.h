/*
 * script.h
 *	  Revision scripts: text to value.
 *
 * The grammar is the project's own (README, "Revision scripts"): a directive
 * is a line that begins, at its first column, with "-- migrate:"; all else is
 * a comment or SQL.  A text may hold several scripts, each beginning at its
 * revision directive.
 */
#ifndef MIGR_SCRIPT_H
#define MIGR_SCRIPT_H

#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"

/* The version table's width: varchar(32). */
#define MIGR_ID_MAX 32

typedef MIGR_VEC(const char *) MigrNames;

typedef enum MigrDirection
{
	MIGR_UP,
	MIGR_DOWN
} MigrDirection;

/* "upgrade" or "downgrade". */
extern const char *migr_direction_word(MigrDirection direction);

typedef struct MigrSection
{
	MigrDirection direction;
	const char *dialect; /* "postgresql", "sqlite"; NULL for both */
	bool autocommit;
	bool unseen;   /* nobody knows what belongs here: it can't be run */
	MigrSpan text; /* the lines between this directive and the next */
	int line;	   /* where text begins, as MigrPlace.line */
} MigrSection;

typedef MIGR_VEC(MigrSection) MigrSections;

/* A revision's header: what the graph knows of it. */
typedef struct MigrRevision
{
	const char *id;
	MigrNames revises;	  /* parents' ids, in their order */
	MigrNames depends_on; /* ids or labels, in their order */
	MigrNames labels;
	const char *message; /* "" where there is none */
	bool dated;			 /* is created known? */
	int64_t created;	 /* microseconds since 1970-01-01 00:00 UTC */
	const char *path;	 /* its file; NULL for one loaded as text */
	int line;			 /* where its text begins in the file; 1 */
	MigrSpan text;		 /* the whole script; ptr is NULL where it wasn't
						  * read yet (the store has it) */
	bool stored;		 /* does the database's store hold it? */
	bool listed;		 /* does the script directory have it? */
	bool headless;		 /* has it no header, but its file's name? */
} MigrRevision;

typedef MIGR_VEC(MigrRevision *) MigrRevisions;

/*
 * Parse a text of one or several scripts, and append their headers to out.
 * path names the file in errors and headers, or is NULL.  Everything points
 * into text or the arena; the script texts are parts of text, so a NUL stands
 * behind none but the last.  A byte-order mark is skipped, line ends may be
 * \r\n.
 *
 * A file without any revision directive, but with sections, is one as other tools
 * have them: path's last part, <id>_<name>.sql, gives id and message.  It is
 * marked headless; what it revises is for the caller to say.
 *
 * Checked here: UTF-8 without NUL bytes, directives, ids and labels (length,
 * characters, reserved words), dates, sections.  Errors (MIGR_ERR_SCRIPT)
 * carry path, line and, once it is known, the revision.
 */
extern bool migr_script_parse(MigrCtx *ctx, MigrSpan text, const char *path,
							  MigrRevisions *out);

/*
 * Cut one script (revision->text) into its sections, in their order.  A text
 * that migr_script_parse() has accepted never fails here; one that comes from
 * a store that somebody edited may.
 */
extern bool migr_script_sections(MigrCtx *ctx, const MigrRevision *revision,
								 MigrSections *out);

/* Write a script's header: those of its fields that say something, and revises. */
extern void migr_script_header(MigrStr *str, const MigrRevision *revision);

/* Copy what a script, which has one, holds below its header: comments and
 * sections. */
extern const char *migr_script_behead(MigrArena *arena, MigrSpan text);

/*
 * The part of a script's text that makes it this script: from its first
 * directive to its last line that is neither blank nor a plain line comment.  Two
 * texts of which these parts are equal are the same script, however their files
 * were put together.
 */
extern MigrSpan migr_script_core(MigrSpan text);

/* Are two lists the same names in the same order? */
extern bool migr_same_names(const MigrNames *a, const MigrNames *b);

/*
 * Check an identifier (alembic.md 11.3): 1 to 32 characters, none of @ - + : ,
 * nor white space, quotes or control characters; not head, heads, base,
 * current.  Sets MIGR_ERR_SCRIPT without a place.
 */
extern bool migr_check_id(MigrCtx *ctx, MigrSpan id);

/*
 * Check a branch label: as an id, but of any length up to 128, and a - or +
 * may stand in it where no digit follows (it would read as a relative
 * identifier there).
 */
extern bool migr_check_label(MigrCtx *ctx, MigrSpan label);

#endif
