/*
 * split.h
 *	  Where SQLite's statements end, for texts that can't be prepared yet.
 *
 * SQLite's own sqlite3_prepare_v3() has the last word when a section runs; but
 * it can't look at a statement before the ones above it ran.  So this finds
 * the statements beforehand, to refuse what must not stand in a section.
 * PostgreSQL's text never comes here: its own parser is at hand.
 */
#ifndef MIGR_SPLIT_H
#define MIGR_SPLIT_H

#include "base/stmt.h"

/*
 * Split body->text into statements as SQLite reads it: strings, quoted
 * names, comments; CREATE TRIGGER … END as one statement (the rules of
 * sqlite3_complete(), https://sqlite.org/c3ref/complete.html).  Empty
 * statements (nothing but white space and comments) are left out; a last one
 * without semicolon counts.  kind and words are set: transaction control is
 * MIGR_STMT_TRANSACTION, what has no effect or fails inside a transaction is
 * MIGR_STMT_AUTOCOMMIT.  A PRAGMA with a value sets.  Linear in the text's
 * length.
 */
extern bool migr_split(MigrCtx *ctx, const MigrBody *body, MigrStmts *out);

#endif
