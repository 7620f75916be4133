/*
 * config.c
 *	  migrate_config(): the settings of a database, and what they are.
 *
 * A history has its own value of each setting, so a product and its plugins
 * can live in one database; the setting "name" says which history is meant.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "text/ini.h"
#include "text/tmpl.h"

/* what marks a setting (see MigrSetting) */
#define COMMON true, false, false, false
#define COMMON_SUPERUSER true, true, false, false
#define PLAIN false, false, false, false
#define FILES false, false, true, false
#define CODE false, false, false, true

const MigrSetting migr_settings[] = {
	{"name", "the history that commands work on (default alembic)", COMMON},
	{"script_location", "the script directory; unset: scripts are loaded",
	 FILES},
	{"version_locations",
	 "directories of revisions (default: versions/ in script_location)", FILES},
	{"path_separator",
	 "what separates version_locations: os, :, ;, space or newline", PLAIN},
	{"recursive_version_locations", "search sub-directories as well", PLAIN},
	{"file_template", "the name of a new revision's file (%(rev)s_%(slug)s)",
	 PLAIN},
	{"truncate_slug_length", "the longest slug of a file's name (40)", PLAIN},
	{"timezone", "the time zone of a new revision's date (the session's)",
	 PLAIN},
	{"output_encoding", "the encoding of new files: utf-8 alone", PLAIN},
	{"version_table",
	 "the version table's name (default: the history's name and _version)",
	 PLAIN},
	{"version_table_schema", "the version table's schema", PLAIN},
	{"version_table_pk", "make the version table with a primary key", PLAIN},
	{"transaction_per_migration",
	 "commit after each revision, where the host can", PLAIN},
	{"lock_timeout",
	 "how long to wait for a lock, as in 200ms or 2s; 0: as long as it takes "
	 "(default: as the host has it)",
	 PLAIN},
	{"lock_retries",
	 "how often to undo, wait and try again where a lock isn't had in time (0)",
	 PLAIN},
	{"include_schemas",
	 "compare every schema, not the current one alone (PostgreSQL)", PLAIN},
	{"include_name",
	 "what is compared: patterns with * and ?, with ! in front to leave out",
	 PLAIN},
	{"include_object",
	 "an SQL function that says of each object whether it is compared", CODE},
	{"compare_type", "compare the types of columns", PLAIN},
	{"compare_server_default", "compare the defaults of columns", PLAIN},
	{"compare_owners", "compare owners (PostgreSQL)", PLAIN},
	{"compare_grants", "compare privileges (PostgreSQL)", PLAIN},
	{"compare_publications", "compare publications (PostgreSQL)", PLAIN},
	{"verify_model",
	 "build one in so many models though its facts are kept, as a proof (100; "
	 "1: always, 0: never)",
	 PLAIN},
	{"capture",
	 "note what clients run, for migrate_import_alembic_files() to take in",
	 COMMON},
	{"on_version_apply", "SQL to run after each step, inside its transaction",
	 CODE},
	{"trust_scripts_of",
	 "roles whose scripts a superuser runs (names, separated by commas)",
	 COMMON_SUPERUSER},
	{NULL, NULL, PLAIN},
};

#define SETTING_COUNT (sizeof(migr_settings) / sizeof(migr_settings[0]) - 1)

/* Settings that are booleans, and what they are when unset. */
static const struct
{
	const char *name;
	const char *initial;
} booleans[] = {{"recursive_version_locations", "false"},
				{"version_table_pk", "true"},
				{"include_schemas", "false"},
				{"compare_type", "true"},
				{"compare_server_default", "true"},
				{"compare_owners", "false"},
				{"compare_grants", "false"},
				{"compare_publications", "false"},
				{"transaction_per_migration", "false"},
				{"capture", "false"}};

/* Settings that are numbers. */
typedef struct Number
{
	const char *name;
	int min;
	int max;
} Number;

/* of a slug: a file's name has room for 255 bytes */
static const Number numbers[] = {{"truncate_slug_length", 1, 200},
								 {"lock_retries", 0, 1000},
								 {"verify_model", 0, 1000000}};

/* Is a text the word, in whatever case? */
static bool
is_word(const char *text, const char *word)
{
	for (; *word != '\0'; text++, word++)
		if ((*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text) != *word)
			return false;
	return *text == '\0';
}

bool
migr_read_bool(const char *text, bool *out)
{
	static const char *const words[] = {"true", "false", "on", "off",
										"yes",	"no",	 "1",  "0",
										"t",	"f",	 "y",  "n"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(text, words[i]))
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
	if (strcmp(name, "file_template") == 0)
		return "%(rev)s_%(slug)s";
	if (strcmp(name, "truncate_slug_length") == 0)
		return "40";
	if (strcmp(name, "lock_retries") == 0)
		return "0";
	if (strcmp(name, "verify_model") == 0)
		return "100";
	for (size_t i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++)
		if (strcmp(name, booleans[i].name) == 0)
			return booleans[i].initial;
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

	if (strcmp(name, "DEFAULT") == 0)
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "\"DEFAULT\" can't name a history: a file's section "
						 "of that name is for all");
	for (size_t i = 0; ok && i < len; i++)
		ok = (name[i] >= 'a' && name[i] <= 'z') ||
			 (name[i] >= 'A' && name[i] <= 'Z') ||
			 (name[i] >= '0' && name[i] <= '9') || name[i] == '_';
	return ok || migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						   "\"%s\" can't name a history: only letters, digits "
						   "and _ may stand in it, no digit first",
						   name);
}

bool
migr_open_history(MigrCall *call)
{
	call->history = call->line != NULL && call->line->history != NULL
						? call->line->history
						: call->host->setting(call->host, NULL, "name");
	if (call->history == NULL || call->history[0] == '\0')
		call->history = MIGR_DEFAULT_HISTORY;
	return check_history(call, call->history);
}

/* What the settings' file says; NULL where it says nothing. */
static const char *
file_setting(const MigrCall *call, const char *name)
{
	if (call->file.path == NULL)
		return NULL;
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (strcmp(migr_settings[i].name, name) == 0)
			return call->file.values[i];
	return NULL;
}

const char *
migr_setting(const MigrCall *call, const char *name)
{
	bool file_first = call->line != NULL && call->line->config != NULL;
	const char *value = file_first ? file_setting(call, name) : NULL;

	if (value == NULL || value[0] == '\0')
		value = call->host->setting(call->host, call->history, name);
	if ((value == NULL || value[0] == '\0') && !file_first)
		value = file_setting(call, name);
	return value != NULL && value[0] != '\0'
			   ? value
			   : initial_of(call, call->history, name);
}

bool
migr_setting_bool(MigrCall *call, const char *name, bool *out)
{
	const char *value = migr_setting(call, name);

	return migr_read_bool(value, out) ||
		   migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
					 "setting \"%s\" is \"%s\", which is not a boolean", name,
					 value);
}

/* ---- a file of settings ---------------------------------------------------------- */

/* The directory that a file is in, as its path names it. */
static const char *
directory_of(MigrCall *call, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return ".";
	if (slash == path)
		return "/";
	return migr_strndup(&call->ctx->arena, path, (size_t) (slash - path));
}

/* Scripts have one encoding. */
static bool
check_encoding(MigrCall *call, const char *value)
{
	return is_word(value, "utf-8") || is_word(value, "utf8") ||
		   is_word(value, "utf_8") ||
		   migr_fail(call->ctx, MIGR_ERR_UNSUPPORTED,
					 "output_encoding \"%s\": scripts are UTF-8 alone", value);
}

bool
migr_check_encoding(MigrCall *call)
{
	const char *value = migr_setting(call, "output_encoding");

	return value == NULL || check_encoding(call, value);
}

/* Check what Alembic would take and we can't. */
static bool
check_file_value(MigrCall *call, const char *name, const char *value)
{
	MigrPathKind kind;

	if (strcmp(name, "output_encoding") == 0)
		return check_encoding(call, value);
	if (strcmp(name, "script_location") != 0 || strchr(value, ':') == NULL)
		return true;
	if (!call->host->look(call->host, value, &kind))
		return false;
	if (kind == MIGR_PATH_DIRECTORY)
		return true;
	migr_fail(call->ctx, MIGR_ERR_UNSUPPORTED,
			  "script_location \"%s\" is in a Python package", value);
	return migr_hint(call->ctx, "Name the directory by its path.");
}

/* Take the settings out of a file's section; what they are is checked when
 * they are used. */
static bool
take_settings(MigrCall *call, const MigrIni *ini, const char *here)
{
	call->file.values = migr_alloc_array(&call->ctx->arena, SETTING_COUNT + 1,
										 sizeof(const char *));
	for (size_t i = 0; i < SETTING_COUNT; i++)
	{
		const MigrSetting *setting = &migr_settings[i];
		const char **value = &call->file.values[i];

		/* a file must not say whom to trust, nor which history this is */
		if (setting->common)
			continue;
		if (!migr_ini_get(call->ctx, ini, call->history, setting->name, here,
						  value))
			return false;
		/* its older name */
		if (*value == NULL && strcmp(setting->name, "path_separator") == 0 &&
			!migr_ini_get(call->ctx, ini, call->history,
						  "version_path_separator", here, value))
			return false;
		if (*value != NULL && (*value)[0] != '\0' &&
			!check_file_value(call, setting->name, *value))
			return false;
	}
	return true;
}

/* Read the settings in a file. */
static bool
read_settings(MigrCall *call, const char *path)
{
	MigrPlace place = {0};
	MigrSpan text;
	MigrIni *ini;

	place.path = path;
	if (!call->host->read(call->host, path, &text) ||
		!migr_ini_parse(call->ctx, text, path, &ini))
		return migr_at(call->ctx, &place);
	if (!migr_ini_has_section(ini, call->history))
	{
		migr_fail(call->ctx, MIGR_ERR_FILE,
				  "there is no section [%s] in \"%s\"", call->history, path);
		return migr_hint(call->ctx,
						 "The section of a history has its name, as -n or the "
						 "setting \"name\" gives it.");
	}
	call->file.path = path;
	return take_settings(call, ini, directory_of(call, path)) ||
		   migr_at(call->ctx, &place);
}

bool
migr_open_file(MigrCall *call)
{
	MigrPathKind kind;
	const char *path;

	if (call->line != NULL && call->line->config != NULL)
	{
		path = call->line->config;
		if (!call->host->look(call->host, path, &kind))
			return false;
		if (kind != MIGR_PATH_FILE)
		{
			migr_fail(call->ctx, MIGR_ERR_FILE,
					  "there is no configuration file \"%s\"", path);
			return migr_hint(call->ctx, "A relative path counts from the "
										"database process's directory.");
		}
		if (!read_settings(call, path))
			return false;
	}
	call->location = migr_setting(call, "script_location");
	if (call->location == NULL || call->file.path != NULL)
		return true;
	path = migr_join_path(call, call->location, "migrate.ini");
	return call->host->look(call->host, path, &kind) &&
		   (kind != MIGR_PATH_FILE || read_settings(call, path));
}

/* ---- migrate_config() ------------------------------------------------------------ */

/* Find a setting that is a number; NULL: it is none. */
static const Number *
find_number(const char *name)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (strcmp(numbers[i].name, name) == 0)
			return &numbers[i];
	return NULL;
}

/* Read one of them. */
static bool
read_number(MigrCall *call, const Number *number, const char *text, int *out)
{
	char *end;
	long value = strtol(text, &end, 10);

	*out = (int) value;
	return (end != text && *end == '\0' && value >= number->min &&
			value <= number->max) ||
		   migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
					 "%s is \"%s\"; it must be a number from %d to %d",
					 number->name, text, number->min, number->max);
}

bool
migr_setting_number(MigrCall *call, const char *name, int *out)
{
	return read_number(call, find_number(name), migr_setting(call, name), out);
}

/*
 * Read a time, in milliseconds, with one of PostgreSQL's units behind the number
 * or none.
 */
static bool
read_time(MigrCall *call, const char *name, const char *text, int *out)
{
	static const struct
	{
		const char *word;
		int64_t ms;
	} units[] = {{"", 1}, {"ms", 1}, {"s", 1000}, {"min", 60000}};
	char *end;
	long value = strtol(text, &end, 10);
	bool digits = end != text && *text >= '0' && *text <= '9';

	while (*end == ' ')
		end++;
	for (size_t i = 0; digits && i < sizeof(units) / sizeof(units[0]); i++)
	{
		if (strcmp(end, units[i].word) != 0 || value > INT_MAX / units[i].ms)
			continue;
		*out = (int) (value * units[i].ms);
		return true;
	}
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT, "%s is \"%s\", which is no time",
			  name, text);
	return migr_hint(call->ctx, "Write it as 200ms, 2s or 1min; a number alone "
								"is in milliseconds.");
}

bool
migr_setting_locks(MigrCall *call, int *timeout, int *retries)
{
	const char *time = migr_setting(call, "lock_timeout");

	*timeout = -1;
	return (time == NULL || read_time(call, "lock_timeout", time, timeout)) &&
		   migr_setting_number(call, "lock_retries", retries);
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

/* Check a template of files' names: it has to make one. */
static bool
check_template(MigrCall *call, const char *value)
{
	MigrTmplFile words = {"0", "x", 0, 2026, 1, 1, 0, 0, 0};
	const char *name;

	return migr_tmpl_file_name(call->ctx, value, &words, &name);
}

/* Check that there is such a time zone. */
static bool
check_zone(MigrCall *call, const char *value)
{
	int offset;

	return call->host->zone(call->host, value, call->host->now(call->host),
							&offset);
}

/* Check a value before it is kept. */
static bool
check_value(MigrCall *call, const char *name, const char *value)
{
	const Number *number = find_number(name);
	const char *between;
	bool flag;
	int unused;

	if (strcmp(name, "name") == 0)
		return check_history(call, value);
	for (size_t i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++)
		if (strcmp(name, booleans[i].name) == 0 &&
			!migr_read_bool(value, &flag))
			return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
							 "\"%s\" is not a boolean, which setting \"%s\" "
							 "needs",
							 value, name);
	if (strcmp(name, "output_encoding") == 0)
		return check_encoding(call, value);
	if (number != NULL)
		return read_number(call, number, value, &unused);
	if (strcmp(name, "lock_timeout") == 0)
		return read_time(call, name, value, &unused);
	if (strcmp(name, "file_template") == 0)
		return check_template(call, value);
	if (strcmp(name, "timezone") == 0)
		return check_zone(call, value);
	return strcmp(name, "path_separator") != 0 ||
		   migr_read_separator(call, value, &between);
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
	/* a name that is no history's has to be set right here */
	if (!migr_open_history(call))
	{
		if (!setting->common)
			return false;
		migr_forget(call->ctx);
	}
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
