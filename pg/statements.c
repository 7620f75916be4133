/*
 * statements.c
 *	  Every statement over our own tables and the version table.
 *
 * They run with search_path pinned to pg_catalog, so operators and functions
 * need no schema; tables do.  What isn't text, bigint, boolean or timestamptz
 * is cast, as query.c knows no other type.
 */
#include "postgres.h"

#include "pg/pg.h"

const char *const migr_pg_sql[MIGR_SQL_COUNT] = {
	/* whoever may not read it shall hear so, not that there is none */
	[MIGR_SQL_STORE_EXISTS] = "SELECT true",
	[MIGR_SQL_STORE_CREATE] = NULL,
	[MIGR_SQL_SCRIPT_GRAPH] =
		"SELECT revision, down_revision, branch_labels, depends_on, path"
		" FROM migrate.script WHERE history = $1 ORDER BY \"position\"",
	[MIGR_SQL_SCRIPT_LIST] =
		"SELECT revision, down_revision, branch_labels, depends_on, path,"
		" message, create_date"
		" FROM migrate.script WHERE history = $1 ORDER BY \"position\"",
	[MIGR_SQL_SCRIPT_TEXT] =
		"SELECT s.script, s.path, s.stored_by::text, true, s.message"
		" FROM migrate.script s WHERE s.history = $1 AND s.revision = $2",
	/* min() takes the first entry of an index, whatever the planner guesses
	 * about a table that was never analyzed; EXISTS might scan it all */
	[MIGR_SQL_SCRIPT_SUMMARY] =
		"SELECT (SELECT min(\"position\") FROM migrate.script"
		"  WHERE history = $1) IS NOT NULL,"
		" (SELECT min(\"position\") FROM migrate.script"
		"  WHERE history = $1 AND depends_on IS NOT NULL) IS NOT NULL",
	[MIGR_SQL_SCRIPT_INSERT] =
		"INSERT INTO migrate.script (history, revision, down_revision,"
		" branch_labels, depends_on, message, create_date, path, script)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	[MIGR_SQL_SCRIPT_UPDATE] =
		"UPDATE migrate.script SET down_revision = $3, branch_labels = $4,"
		" depends_on = $5, message = $6, create_date = $7, path = $8,"
		" script = $9, stored_by = current_user"
		" WHERE history = $1 AND revision = $2",
	[MIGR_SQL_SCRIPT_DELETE] =
		"DELETE FROM migrate.script WHERE history = $1 AND revision = $2",
	[MIGR_SQL_MODEL_TEXT] = "SELECT m.ddl, m.stored_by::text, true"
							" FROM migrate.model m WHERE m.history = $1",
	[MIGR_SQL_MODEL_PUT] =
		"INSERT INTO migrate.model (history, ddl) VALUES ($1, $2)"
		" ON CONFLICT (history) DO UPDATE SET ddl = $2,"
		" stored_by = current_user",
	/* whoever can write there could have written anything: so each role has a row
	 * of its own, and trusts no other */
	[MIGR_SQL_FACTS_GET] =
		"SELECT f.model, f.statements, f.facts FROM migrate.facts f"
		" WHERE f.history = $1 AND f.stored_by = current_user"
		" AND f.around = $2",
	[MIGR_SQL_FACTS_PUT] =
		"INSERT INTO migrate.facts (history, around, model, statements, facts)"
		" VALUES ($1, $2, $3, $4, $5) ON CONFLICT (history, stored_by)"
		" DO UPDATE SET around = $2, model = $3, statements = $4, facts = $5",
	[MIGR_SQL_LOG_INSERT] =
		"INSERT INTO migrate.log (history, revision, operation,"
		" from_revisions, to_revisions, applied_by, started_at, elapsed_ms,"
		" statements) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
	[MIGR_SQL_LOG_LIST] =
		"SELECT id, revision, operation, from_revisions, to_revisions,"
		" applied_by, started_at, elapsed_ms, statements"
		" FROM migrate.log WHERE history = $1 ORDER BY id DESC",
	[MIGR_SQL_LOG_LAST] =
		"SELECT started_at FROM migrate.log WHERE history = $1"
		" ORDER BY id DESC LIMIT 1",
	[MIGR_SQL_VERSION_CREATE] =
		"CREATE TABLE %T (version_num character varying(32) NOT NULL,"
		" CONSTRAINT %C PRIMARY KEY (version_num))",
	[MIGR_SQL_VERSION_CREATE_BARE] =
		"CREATE TABLE %T (version_num character varying(32) NOT NULL)",
	[MIGR_SQL_VERSION_LIST] = "SELECT version_num::text FROM %T",
	[MIGR_SQL_VERSION_INSERT] = "INSERT INTO %T (version_num) VALUES ($1)",
	[MIGR_SQL_VERSION_UPDATE] =
		"UPDATE %T SET version_num = $2 WHERE version_num::text = $1",
	[MIGR_SQL_VERSION_DELETE] = "DELETE FROM %T WHERE version_num::text = $1",
	[MIGR_SQL_VERSION_PURGE] = "DELETE FROM %T",
};

/*
 * The process whose CALL migrates this database, or waits to: it holds a lock
 * on the log through its whole run, and has or wants the one on the scripts.
 * A VACUUM takes the same mode, but on one table at a time.
 */
const char *const migr_pg_sql_call_runs =
	"SELECT l.pid FROM pg_locks l JOIN pg_locks s USING (pid)"
	" WHERE l.relation = 'migrate.log'::regclass"
	" AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted"
	" AND s.relation = 'migrate.script'::regclass"
	" AND s.mode = 'ShareUpdateExclusiveLock'"
	" AND l.database = (SELECT oid FROM pg_database"
	"  WHERE datname = current_database())"
	" AND s.database = l.database LIMIT 1";

const char *const migr_pg_sql_log_newest =
	"SELECT coalesce((SELECT max(id) FROM migrate.log), 0)"
	" + coalesce((SELECT max(\"position\") FROM migrate.script), 0)";

/*
 * MIGR_SQL_SCRIPT_TEXT and MODEL_TEXT for whoever is a superuser: whose may run?
 * Without a backslash: what that means the database's owner can set.
 */
#define TRUSTED                                                                \
	" EXISTS (SELECT FROM pg_roles r"                                          \
	"  WHERE r.rolname = s.stored_by AND r.rolsuper)"                          \
	" OR coalesce(s.stored_by::text = ANY (regexp_split_to_array("             \
	"  btrim(current_setting('migrate.trust_scripts_of', true)),"              \
	"  '[[:space:]]*,[[:space:]]*')), false)"

const char *const migr_pg_sql_text_checked =
	"SELECT s.script, s.path, s.stored_by::text," TRUSTED ", s.message"
	" FROM migrate.script s WHERE s.history = $1 AND s.revision = $2";

const char *const migr_pg_sql_model_checked =
	"SELECT s.ddl, s.stored_by::text," TRUSTED
	" FROM migrate.model s WHERE s.history = $1";
