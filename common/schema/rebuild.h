/*
 * rebuild.h
 *	  The rebuilds of tables that Alembic does on SQLite ("batch mode"), said as
 *	  ALTER TABLE.
 *
 * SQLite's own ALTER TABLE does little, so Alembic makes the table anew:
 *
 *	  CREATE TABLE _alembic_tmp_t (...)
 *	  INSERT INTO _alembic_tmp_t (...) SELECT ... FROM t
 *	  DROP TABLE t
 *	  ALTER TABLE _alembic_tmp_t RENAME TO t
 *	  CREATE INDEX ... ON t ...
 *
 * What the table was before is known by the statements before; the difference is
 * said in SQL that both hosts run.  It is taken only where those statements, done
 * to the old table's text, lead to the new table.
 */
#ifndef MIGR_REBUILD_H
#define MIGR_REBUILD_H

#include "schema/tables.h"

/*
 * Say the rebuilds in some sections of a script, of one direction, in another way,
 * and follow all of their statements in tables.  The original stays as a comment.
 * One that can't be said so stays as it is, in a section for SQLite alone.  told:
 * what stays, and why, and what a rebuild has lost.
 */
extern const char *migr_rebuild_say(MigrTables *tables, const char *sections,
									MigrTexts *told);

#endif
