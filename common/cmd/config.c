/*
 * config.c
 *	  migrate_config(): the settings of a database, and what they are.
 *
 * A history has its own value of each setting, so a product and its plugins
 * can live in one database; the setting "name" says which history is meant.
 */
#include <string.h>

#include "cmd/cmd.h"

const MigrSetting migr_settings[] = {
	{"name", "the history that commands work on (default alembic)", true, false,
	 false},
	{"script_location", "the script directory; unset: scripts are loaded",
	 false, false, true},
	{"version_locations",
	 "directories of revisions (default: versions/ in script_location)", false,
	 false, true},
	{"path_separator",
	 "what separates version_locations: os, :, ;, space or newline", false,
	 false, false},
	{"recursive_version_locations", "search sub-directories as well", false,
	 false, false},
	{"version_table",
	 "the version table's name (default: the history's name and _version)",
	 false, false, false},
	{"version_table_schema", "the version table's schema", false, false, false},
	{"version_table_pk", "make the version table with a primary key", false,
	 false, false},
	{"transaction_per_migration",
	 "commit after each revision, where the host can", false, false, false},
	{"trust_scripts_of",
	 "roles whose scripts a superuser runs (names, separated by commas)", true,
	 true, false},
	{NULL, NULL, false, false, false},
};

/* Settings that are booleans, and what they are when unset. */
static const struct
{
	const char *name;
	const char *initial;
} booleans[] = {{"recursive_version_locations", "false"},
				{"version_table_pk", "true"},
				{"transaction_per_migration", "false"}};

/* Read a boolean as Alembic's and PostgreSQL's configuration files spell it. */
static bool
read_bool(const char *text, bool *out)
{
	static const char *const words[] = {"true", "false", "on", "off",
										"yes",	"no",	 "1",  "0",
										"True", "False", "t",  "f"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text, words[i]) == 0)
		{
			*out = i % 2 == 0;
			return true;
		}
	return false;
}

/* The default of a setting for a history; NULL where there is none. */
static const char *
initial_of(const MigrCall *call, const char *history, const char *name)
{
	if (strcmp(name, "name") == 0)
		return MIGR_DEFAULT_HISTORY;
	if (strcmp(name, "version_table") == 0)
		return migr_printf(&call->ctx->arena, "%s_version", history);
	for (size_t i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++)
		if (strcmp(name, booleans[i].name) == 0)
			return booleans[i].initial;
	return NULL;
}

void
migr_open_history(MigrCall *call)
{
	call->history = call->host->setting(call->host, NULL, "name");
	if (call->history == NULL || call->history[0] == '\0')
		call->history = MIGR_DEFAULT_HISTORY;
}

const char *
migr_setting(const MigrCall *call, const char *name)
{
	const char *value = call->host->setting(call->host, call->history, name);

	return value != NULL && value[0] != '\0'
			   ? value
			   : initial_of(call, call->history, name);
}

bool
migr_setting_bool(MigrCall *call, const char *name, bool *out)
{
	const char *value = migr_setting(call, name);

	return read_bool(value, out) ||
		   migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
					 "setting \"%s\" is \"%s\", which is not a boolean", name,
					 value);
}

/* Find a setting by its name. */
static const MigrSetting *
find_setting(MigrCall *call, const char *name)
{
	MigrStr known;

	migr_str_init(&known, &call->ctx->arena);
	for (const MigrSetting *at = migr_settings; at->name != NULL; at++)
	{
		if (strcmp(at->name, name) == 0)
			return at;
		migr_str_printf(&known, "%s%s", known.len > 0 ? ", " : "", at->name);
	}
	migr_fail(call->ctx, MIGR_ERR_UNKNOWN, "there is no setting \"%s\"", name);
	migr_hint(call->ctx, "The settings are %s.", known.data);
	return NULL;
}

/*
 * Check a history's name: it becomes part of a setting's name, so it has to be
 * an identifier on every host.
 */
static bool
check_history(MigrCall *call, const char *name)
{
	size_t len = strlen(name);
	bool ok = len > 0 && len < 64 && !(name[0] >= '0' && name[0] <= '9');

	for (size_t i = 0; ok && i < len; i++)
		ok = (name[i] >= 'a' && name[i] <= 'z') ||
			 (name[i] >= 'A' && name[i] <= 'Z') ||
			 (name[i] >= '0' && name[i] <= '9') || name[i] == '_';
	return ok || migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						   "\"%s\" can't name a history: only letters, digits "
						   "and _ may stand in it, no digit first",
						   name);
}

/* Check a value before it is kept. */
static bool
check_value(MigrCall *call, const char *name, const char *value)
{
	bool flag;

	if (strcmp(name, "name") == 0)
		return check_history(call, value);
	for (size_t i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++)
		if (strcmp(name, booleans[i].name) == 0 && !read_bool(value, &flag))
			return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
							 "\"%s\" is not a boolean, which setting \"%s\" "
							 "needs",
							 value, name);
	if (strcmp(name, "path_separator") != 0 || strcmp(value, "os") == 0 ||
		strcmp(value, ":") == 0 || strcmp(value, ";") == 0 ||
		strcmp(value, "space") == 0 || strcmp(value, "newline") == 0)
		return true;
	return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
					 "path_separator must be os, :, ;, space or newline");
}

/* migrate_config(name [, value]): read or set a setting of this database. */
bool
migr_cmd_config(MigrCall *call)
{
	const char *name = migr_arg_text(call, 0);
	const char *value = migr_arg_text(call, 1);
	const MigrSetting *setting = find_setting(call, name);
	const char *history;

	if (setting == NULL)
		return false;
	migr_open_history(call);
	history = setting->common ? NULL : call->history;
	if (call->given == 1)
		value = call->host->setting(call->host, history, name);
	else if ((value != NULL && !check_value(call, name, value)) ||
			 !call->host->tx(call->host, MIGR_TX_WRITE) ||
			 !call->host->set(call->host, history, name, value) ||
			 !call->host->tx(call->host, MIGR_TX_COMMIT))
		return false;
	if (value == NULL || value[0] == '\0')
		value = initial_of(call, call->history, name);
	*migr_add_row(call) = migr_text_value(value);
	return true;
}

/* migrate_version(): which version of migrate this is. */
bool
migr_cmd_version(MigrCall *call)
{
	migr_add_line(call, MIGR_VERSION);
	return true;
}
