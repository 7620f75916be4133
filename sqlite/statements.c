/*
 * statements.c
 *	  Every statement over our own tables and the version table.
 *
 * Each name has its schema, since a temporary table of the same name would go
 * first otherwise.  The index of scripts holds all that the graph needs and no
 * more: 20,000 revisions fit into SQLite's default page cache.
 *
 * The tables may have been made by somebody else: a file can come from
 * anywhere.  So where the core wants a text there is none but a text.
 */
#include "lite.h"

const char *const migr_lite_sql[MIGR_SQL_COUNT] = {
	[MIGR_SQL_STORE_EXISTS] =
		"SELECT EXISTS (SELECT 1 FROM main.sqlite_schema"
		" WHERE type = 'table' AND name = '_migrate_script' COLLATE NOCASE)",
	[MIGR_SQL_STORE_CREATE] =
		"CREATE TABLE IF NOT EXISTS main._migrate_script (\n"
		"  history TEXT NOT NULL,\n"
		"  position INTEGER NOT NULL,\n"
		"  revision TEXT NOT NULL,\n"
		"  down_revision TEXT,\n"
		"  branch_labels TEXT,\n"
		"  depends_on TEXT,\n"
		"  message TEXT,\n"
		"  create_date TEXT,\n"
		"  path TEXT,\n"
		"  stored_by TEXT,\n"
		"  script TEXT NOT NULL,\n"
		"  UNIQUE (history, revision)\n"
		");\n"
		"CREATE INDEX IF NOT EXISTS main._migrate_script_graph"
		" ON _migrate_script (history, position, revision, down_revision,"
		" branch_labels, depends_on, path);\n"
		"CREATE INDEX IF NOT EXISTS main._migrate_script_depends"
		" ON _migrate_script (history, depends_on)"
		" WHERE depends_on IS NOT NULL;\n"
		"CREATE TABLE IF NOT EXISTS main._migrate_log (\n"
		"  id INTEGER PRIMARY KEY,\n"
		"  history TEXT NOT NULL,\n"
		"  revision TEXT NOT NULL,\n"
		"  operation TEXT NOT NULL,\n"
		"  from_revisions TEXT,\n"
		"  to_revisions TEXT,\n"
		"  applied_by TEXT,\n"
		"  started_at TEXT NOT NULL,\n"
		"  elapsed_ms INTEGER NOT NULL,\n"
		"  statements INTEGER NOT NULL\n"
		");\n"
		"CREATE TABLE IF NOT EXISTS main._migrate_model (\n"
		"  history TEXT NOT NULL PRIMARY KEY,\n"
		"  ddl TEXT NOT NULL\n"
		");\n"
		"CREATE TABLE IF NOT EXISTS main._migrate_facts (\n"
		"  history TEXT NOT NULL PRIMARY KEY,\n"
		"  around TEXT NOT NULL,\n"
		"  model TEXT NOT NULL,\n"
		"  statements TEXT NOT NULL,\n"
		"  facts TEXT NOT NULL\n"
		");\n"
		"CREATE TABLE IF NOT EXISTS main._migrate_config (\n"
		"  history TEXT NOT NULL, -- '' for a setting of all histories\n"
		"  name TEXT NOT NULL,\n"
		"  value TEXT NOT NULL,\n"
		"  PRIMARY KEY (history, name)\n"
		");",
	[MIGR_SQL_SCRIPT_GRAPH] =
		"SELECT revision, down_revision, branch_labels, depends_on, path"
		" FROM main._migrate_script"
		" WHERE history = ?1 AND revision IS NOT NULL ORDER BY position",
	[MIGR_SQL_SCRIPT_LIST] =
		"SELECT revision, down_revision, branch_labels, depends_on, path,"
		" message, create_date FROM main._migrate_script"
		" WHERE history = ?1 AND revision IS NOT NULL ORDER BY position",
	/* who runs a script on SQLite has all the rights that there are */
	[MIGR_SQL_SCRIPT_TEXT] =
		"SELECT script, path, stored_by, 1, message FROM main._migrate_script"
		" WHERE history = ?1 AND revision = ?2 AND script IS NOT NULL",
	[MIGR_SQL_SCRIPT_SUMMARY] =
		"SELECT EXISTS (SELECT 1 FROM main._migrate_script"
		"  WHERE history = ?1),"
		" EXISTS (SELECT 1 FROM main._migrate_script"
		"  WHERE history = ?1 AND depends_on IS NOT NULL)",
	[MIGR_SQL_SCRIPT_INSERT] =
		"INSERT INTO main._migrate_script (history, revision, down_revision,"
		" branch_labels, depends_on, message, create_date, path, script,"
		" stored_by, position)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, :user,"
		" (SELECT coalesce(max(position), 0) + 1 FROM main._migrate_script"
		"  WHERE history = ?1))",
	[MIGR_SQL_SCRIPT_UPDATE] =
		"UPDATE main._migrate_script SET down_revision = ?3,"
		" branch_labels = ?4, depends_on = ?5, message = ?6,"
		" create_date = ?7, path = ?8, script = ?9, stored_by = :user"
		" WHERE history = ?1 AND revision = ?2",
	[MIGR_SQL_SCRIPT_DELETE] =
		"DELETE FROM main._migrate_script WHERE history = ?1"
		" AND revision = ?2",
	[MIGR_SQL_MODEL_TEXT] = "SELECT ddl, NULL, 1 FROM main._migrate_model"
							" WHERE history = ?1 AND ddl IS NOT NULL",
	[MIGR_SQL_MODEL_PUT] =
		"INSERT OR REPLACE INTO main._migrate_model (history, ddl)"
		" VALUES (?1, ?2)",
	[MIGR_SQL_FACTS_GET] =
		"SELECT model, statements, facts FROM main._migrate_facts"
		" WHERE history = ?1 AND around = ?2 AND model IS NOT NULL"
		" AND statements IS NOT NULL AND facts IS NOT NULL",
	[MIGR_SQL_FACTS_PUT] =
		"INSERT OR REPLACE INTO main._migrate_facts (history, around, model,"
		" statements, facts) VALUES (?1, ?2, ?3, ?4, ?5)",
	[MIGR_SQL_LOG_INSERT] =
		"INSERT INTO main._migrate_log (history, revision, operation,"
		" from_revisions, to_revisions, applied_by, started_at, elapsed_ms,"
		" statements) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[MIGR_SQL_LOG_LIST] =
		"SELECT id, revision, operation, from_revisions, to_revisions,"
		" applied_by, started_at, elapsed_ms, statements"
		" FROM main._migrate_log WHERE history = ?1 ORDER BY id DESC",
	[MIGR_SQL_LOG_LAST] =
		"SELECT started_at FROM main._migrate_log WHERE history = ?1"
		" ORDER BY id DESC LIMIT 1",
	[MIGR_SQL_VERSION_CREATE] = "CREATE TABLE %T (\n"
								"\tversion_num VARCHAR(32) NOT NULL,\n"
								"\tCONSTRAINT %C PRIMARY KEY (version_num)\n"
								")",
	[MIGR_SQL_VERSION_CREATE_BARE] = "CREATE TABLE %T (\n"
									 "\tversion_num VARCHAR(32) NOT NULL\n"
									 ")",
	[MIGR_SQL_VERSION_LIST] =
		"SELECT version_num FROM %T WHERE version_num IS NOT NULL",
	[MIGR_SQL_VERSION_INSERT] = "INSERT INTO %T (version_num) VALUES (?1)",
	[MIGR_SQL_VERSION_UPDATE] =
		"UPDATE %T SET version_num = ?2 WHERE version_num = ?1",
	[MIGR_SQL_VERSION_DELETE] = "DELETE FROM %T WHERE version_num = ?1",
	[MIGR_SQL_VERSION_PURGE] = "DELETE FROM %T",
};

#define OURS                                                                   \
	"('_migrate_script', '_migrate_log', '_migrate_model', '_migrate_facts',"  \
	" '_migrate_config', '_migrate_comment')"

/*
 * A trigger or an expression would run functions of the application's when we
 * read or write there, and so would a trigger on a table that a foreign key
 * takes along.  Of our indexes none has a parenthesis within others.
 */
const char *const migr_lite_sql_others =
	"SELECT tbl_name, CASE WHEN type = 'view' THEN 'is a view'"
	" WHEN type = 'table' AND rootpage = 0 THEN 'is a virtual table'"
	" WHEN type = 'trigger' THEN 'has a trigger'"
	" ELSE 'has expressions' END FROM main.sqlite_schema AS s"
	" WHERE tbl_name COLLATE NOCASE IN " OURS
	" AND CASE type WHEN 'index' THEN sql LIKE '%(%(%'"
	"  WHEN 'table' THEN rootpage = 0 OR instr(upper(sql), 'CHECK')"
	"   OR EXISTS (SELECT 1 FROM pragma_table_xinfo(s.name, 'main')"
	"   WHERE hidden > 1 OR instr(dflt_value, '('))"
	"  ELSE 1 END"
	" UNION ALL SELECT f.\"table\", 'a foreign key refers to'"
	" FROM main.sqlite_schema AS s, pragma_foreign_key_list(s.name, 'main') AS f"
	" WHERE s.type = 'table' AND instr(upper(s.sql), '_MIGRATE_')"
	" AND f.\"table\" COLLATE NOCASE IN " OURS;

/* triggers have names of their own */
const char *const migr_lite_sql_version =
	"SELECT CASE WHEN type = 'view' THEN 'is a view'"
	" WHEN type = 'index' THEN 'is an index'"
	" WHEN rootpage = 0 THEN 'is a virtual table'"
	" WHEN EXISTS (SELECT 1 FROM pragma_table_xinfo(?1, ?2)"
	"  WHERE hidden > 1 AND name = 'version_num' COLLATE NOCASE)"
	" THEN 'generates its rows' END FROM %s.sqlite_schema"
	" WHERE name = ?1 COLLATE NOCASE AND type <> 'trigger'";

const char *const migr_lite_sql_config =
	"SELECT history, name, value FROM main._migrate_config"
	" WHERE history IS NOT NULL AND name IS NOT NULL AND value IS NOT NULL";

const char *const migr_lite_sql_config_set =
	"INSERT OR REPLACE INTO main._migrate_config (history, name, value)"
	" VALUES (?1, ?2, ?3)";

const char *const migr_lite_sql_config_unset =
	"DELETE FROM main._migrate_config WHERE history = ?1 AND name = ?2";

const char *const migr_lite_sql_comment_create =
	"CREATE TABLE IF NOT EXISTS main._migrate_comment (\n"
	"  kind TEXT NOT NULL, -- table, view, index, trigger, column, constraint\n"
	"  name TEXT NOT NULL COLLATE NOCASE, -- of the last two its table's\n"
	"  part TEXT NOT NULL COLLATE NOCASE, -- its own; else ''\n"
	"  comment TEXT NOT NULL,\n"
	"  PRIMARY KEY (kind, name, part)\n"
	")";

const char *const migr_lite_sql_comment_set =
	"INSERT OR REPLACE INTO main._migrate_comment (kind, name, part, comment)"
	" VALUES (?1, ?2, ?3, ?4)";

const char *const migr_lite_sql_comment_unset =
	"DELETE FROM main._migrate_comment WHERE kind = ?1 AND name = ?2"
	" AND part = ?3";

/* What a comment is on, or on a part of, if it is there: by its type and name. */
#define COMMENTED                                                              \
	"(CASE kind WHEN 'constraint' THEN 'table' ELSE kind END, name)"
#define PRESENT                                                                \
	"(SELECT type, name FROM main.sqlite_schema"                               \
	" UNION ALL SELECT 'column', name FROM main.sqlite_schema"                 \
	" WHERE type IN ('table', 'view'))"

const char *const migr_lite_sql_comment_tidy =
	"DELETE FROM main._migrate_comment WHERE " COMMENTED " NOT IN " PRESENT;

const char *const migr_lite_sql_comments =
	"SELECT kind, name, part, comment FROM main._migrate_comment"
	" WHERE " COMMENTED " IN " PRESENT
	" AND part IS NOT NULL AND comment IS NOT NULL ORDER BY kind, name, part";
