/*
 * migrate.c
 *	  The extension's entry: registers every command of commands.def.
 *
 * A command that gives a text, lines or a list is a scalar function, one that
 * gives a table or a list is a table-valued function; a list is both.
 */
#include "lite.h"

#include <string.h>

SQLITE_EXTENSION_INIT1

/*
 * Rationale for SQLITE_DIRECTONLY: these functions run SQL and read files, so
 * they are for whoever writes the statement, and for nobody who writes a
 * database file.  Without the flag a view or trigger in a file from anywhere
 * could call them when an application merely reads or writes it.
 */
#define FLAGS (SQLITE_UTF8 | SQLITE_DIRECTONLY)

/* xDestroy: a function or module is gone, and the connection with the last. */
static void
free_binding(void *arg)
{
	MigrBinding *binding = arg;

	if (--binding->connection->bindings == 0)
		migr_lite_forget(binding->connection);
	sqlite3_free(binding);
}

/* Make a binding; NULL: no memory. */
static MigrBinding *
make_binding(MigrConnection *connection, MigrCommandId id)
{
	MigrBinding *binding = sqlite3_malloc64(sizeof(*binding));

	if (binding == NULL)
		return NULL;
	binding->connection = connection;
	binding->id = id;
	connection->bindings++;
	return binding;
}

/*
 * Register a command as a scalar function, for each number of arguments.
 * SQLite frees the binding, also when it fails.
 */
static int
add_scalar(MigrConnection *connection, MigrCommandId id)
{
	const MigrCommand *command = &migr_commands[id];
	int most = migr_param_count(command);
	int least = 0;
	int rc = SQLITE_OK;

	while (least < most && command->params[least].required)
		least++;
	for (int nargs = least; nargs <= most && rc == SQLITE_OK; nargs++)
	{
		MigrBinding *binding = make_binding(connection, id);

		if (binding == NULL)
			return SQLITE_NOMEM;
		rc = sqlite3_create_function_v2(connection->db, command->name, nargs,
										FLAGS, binding, migr_lite_scalar, NULL,
										NULL, free_binding);
	}
	return rc;
}

/* Register it as a table-valued function. */
static int
add_table(MigrConnection *connection, MigrCommandId id)
{
	MigrBinding *binding = make_binding(connection, id);

	if (binding == NULL)
		return SQLITE_NOMEM;
	return sqlite3_create_module_v2(connection->db, migr_commands[id].name,
									&migr_lite_module, binding, free_binding);
}

/* Register a command in the forms that it has. */
static int
add_command(MigrConnection *connection, MigrCommandId id)
{
	MigrResultKind kind = migr_commands[id].result;
	int rc = SQLITE_OK;

	if (kind == MIGR_RESULT_TABLE || kind == MIGR_RESULT_LIST)
		rc = add_table(connection, id);
	if (kind != MIGR_RESULT_TABLE && rc == SQLITE_OK)
		rc = add_scalar(connection, id);
	return rc;
}

/*
 * Is the extension loaded already?  Then it stays as it is: SQLite doesn't
 * replace functions while a statement runs, as SELECT load_extension() does.
 */
static bool
is_loaded(sqlite3 *db)
{
	sqlite3_stmt *stmt;
	int rc =
		sqlite3_prepare_v2(db, "SELECT migrate_version()", -1, &stmt, NULL);

	sqlite3_finalize(stmt);
	return rc == SQLITE_OK;
}

/*
 * Take back what was registered.  When the entry point fails, SQLite unloads
 * the library, so nothing must be left that points into it.
 */
static void
remove_commands(sqlite3 *db)
{
	for (int id = 0; id < MIGR_CMD_COUNT; id++)
	{
		const char *name = migr_commands[id].name;

		for (int nargs = 0; nargs <= MIGR_MAX_PARAMS; nargs++)
			sqlite3_create_function_v2(db, name, nargs, FLAGS, NULL, NULL, NULL,
									   NULL, NULL);
		sqlite3_create_module_v2(db, name, NULL, NULL, NULL);
	}
}

/* Register all commands. */
static int
add_commands(sqlite3 *db)
{
	MigrConnection *connection = sqlite3_malloc64(sizeof(*connection));
	int rc = SQLITE_OK;

	if (connection == NULL)
		return SQLITE_NOMEM;
	connection->db = db;
	connection->running = false;
	connection->options = NULL;
	connection->spare = NULL;
	connection->spare_size = 0;
	memset(&connection->capture, 0, sizeof(connection->capture));
	connection->bindings = 1; /* ours, while we work */
	for (int id = 0; id < MIGR_CMD_COUNT && rc == SQLITE_OK; id++)
		rc = add_command(connection, (MigrCommandId) id);
	if (rc != SQLITE_OK)
		remove_commands(db);
	else
		migr_lite_capture_begin(connection);
	if (--connection->bindings == 0)
		migr_lite_forget(connection);
	return rc;
}

#ifdef __GNUC__
__attribute__((visibility("default")))
#endif
int
sqlite3_migrate_init(sqlite3 *db, char **message,
					 const sqlite3_api_routines *api);

/* The entry point: its name is the file's, without digits. */
int
sqlite3_migrate_init(sqlite3 *db, char **message,
					 const sqlite3_api_routines *api)
{
	SQLITE_EXTENSION_INIT2(api);
	if (sqlite3_libversion_number() < MIGR_LITE_OLDEST)
	{
		*message = sqlite3_mprintf("migrate needs SQLite " MIGR_LITE_OLDEST_TEXT
								   " or newer; this is %s",
								   sqlite3_libversion());
		return SQLITE_ERROR;
	}
	return is_loaded(db) ? SQLITE_OK : add_commands(db);
}
