/*
 * guess.h
 *	  Which new table or column may be one that goes, under another name.
 */
#ifndef MIGR_GUESS_H
#define MIGR_GUESS_H

#include "schema/change.h"

/*
 * Set "likely" of each CREATE that may be a rename: of all tables that go, just
 * one has the same columns; of all columns of the table that go, just one has the
 * type; and it is so the other way round.
 */
extern void migr_guess_renames(MigrCtx *ctx, MigrChanges *changes);

#endif
