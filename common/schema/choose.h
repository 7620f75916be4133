/*
 * choose.h
 *	  Which statements of a model have to be built again where a few have changed,
 *	  and what that makes of the facts that are kept.
 *
 * Statements that have to do with the same names (a table, its indexes, comments and
 * triggers, those that inherit from it) are a group.  Built again, all of it, is each
 * group of a statement that is new or gone, and each that mentions a name of those.
 * What these mention in turn has to be there: of such a group all is run that others
 * could see, without foreign keys, so that not everything hangs together.
 *
 * That groups which mention nothing of it are as they were holds while those between
 * come out as they were; else these count as changed too.
 */
#ifndef MIGR_CHOOSE_H
#define MIGR_CHOOSE_H

#include "base/stmt.h"
#include "schema/model.h"

/* A statement of a model, as it is kept. */
typedef struct MigrPiece
{
	const char *digest; /* of its text, and of all before it that reaches on */
	MigrAbout about;
} MigrPiece;

typedef MIGR_VEC(MigrPiece) MigrPieces;

/* Can parts of such a model be built?  Not with statements that may reach anywhere,
 * nor names that couldn't be found in a text. */
extern bool migr_piece_is_plain(const MigrAbout *about, MigrSpan text);

/* Say pieces as a text, and read it; false with an error where it is damaged. */
extern MigrSpan migr_pieces_write(MigrCtx *ctx, const MigrPieces *pieces);
extern bool migr_pieces_read(MigrCtx *ctx, MigrSpan text, MigrPieces *out);

/* A choice in progress. */
typedef struct MigrChoice MigrChoice;

/* Begin to choose, by the pieces as they were and are, and the texts of the latter;
 * all of them live as long.  NULL: the whole has to be built. */
extern MigrChoice *migr_choose(MigrCtx *ctx, const MigrPieces *old,
							   const MigrPieces *now, const MigrSpan *texts);

/* Has no statement changed? */
extern bool migr_choice_is_empty(const MigrChoice *choice);

/* Pick the statements; NULL: they are so many that the whole is better built. */
extern const MigrPick *migr_choice_pick(MigrChoice *choice);

/*
 * Join what is kept with what came of the statements that were picked.  False: the
 * whole has to be built; unless *again, where more has changed than it seemed: then
 * pick and build again.
 */
extern bool migr_choice_join(MigrChoice *choice, const MigrSchema *kept,
							 const MigrSchema *built, MigrSchema *out,
							 bool *again);

#endif
