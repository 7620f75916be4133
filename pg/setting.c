/*
 * setting.c
 *	  Settings are GUCs: migrate.<name>, and migrate.<history>.<name> for a
 *	  history other than alembic.
 *
 * So SET, ALTER ROLE, ALTER DATABASE and the configuration file work as for
 * any of PostgreSQL's own.  The empty text counts as unset: that is how some
 * versions show a GUC that has none.  The prefix isn't reserved: that would
 * throw away the histories' settings when a session loads the library.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "access/parallel.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "pg/pg.h"

/* Marks what we have defined apart from placeholders, which have more. */
#define OURS GUC_NOT_IN_SAMPLE

/* Are values being taken over that were set before we were loaded? */
static bool defining = false;

/* Was a value not set in this session, nor brought along by it? */
static bool
is_stored(GucSource source)
{
	return source < PGC_S_INTERACTIVE && source != PGC_S_CLIENT;
}

/*
 * Who may not read the server's files may not say which are to be read either:
 * the next to call may be a superuser.  A value that was stored was checked when
 * it was (PGC_S_TEST).  What the session has brought along from its start, or
 * from before we were loaded, is its user's, whoever the current role is: a
 * SECURITY DEFINER function may have loaded us.
 */
static bool
check_files(char **value, void **extra, GucSource source)
{
	bool brought = defining || source == PGC_S_CLIENT;

	if (*value == NULL || **value == '\0' || is_stored(source) ||
		InitializingParallelWorker || !IsTransactionState() ||
		(has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES) &&
		 (!brought ||
		  has_privs_of_role(GetSessionUserId(), ROLE_PG_READ_SERVER_FILES))))
		return true;
	GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
	GUC_check_errmsg("permission denied to name files of the server");
	GUC_check_errhint("Grant the role pg_read_server_files, or hand the "
					  "scripts over as text with migrate_load().");
	return false;
}

/*
 * What all clients run is only for the database's owner to read.  Whoever the session
 * is may be another one where the value is used: see migr_pg_capture_is_allowed().
 */
static bool
check_capture(char **value, void **extra, GucSource source)
{
	bool on = false;

	if (*value == NULL || **value == '\0')
		return true;
	if (!parse_bool(*value, &on))
	{
		GUC_check_errdetail("It has to be on or off.");
		return false;
	}
	if (!on || is_stored(source) || InitializingParallelWorker ||
		!IsTransactionState() || migr_owns_database(GetUserId()))
		return true;
	GUC_check_errcode(ERRCODE_INSUFFICIENT_PRIVILEGE);
	GUC_check_errmsg("permission denied to record what clients run");
	GUC_check_errhint("Only the database's owner and superusers may.");
	return false;
}

/* Is it the setting that capture.c waits for? */
static bool
is_capture(const MigrSetting *setting)
{
	return strcmp(setting->name, "capture") == 0;
}

/* Define one; the server keeps its own copy of the name. */
static void
define(const char *guc, const MigrSetting *setting)
{
	bool capture = is_capture(setting);
	char **value = MemoryContextAllocZero(TopMemoryContext, sizeof(char *));

	defining = true; /* a value that is refused is a warning, no error */
	DefineCustomStringVariable(guc, setting->summary, NULL, value, NULL,
							   setting->superuser ? PGC_SUSET : PGC_USERSET,
							   OURS,
							   capture			? check_capture
							   : setting->files ? check_files
												: NULL,
							   capture ? migr_pg_capture_assign : NULL, NULL);
	defining = false;
}

void
migr_settings_define(void)
{
	char guc[NAMEDATALEN];

	for (const MigrSetting *s = migr_settings; s->name != NULL; s++)
	{
		snprintf(guc, sizeof(guc), "migrate.%s", s->name);
		define(guc, s);
	}
}

/* Find what is known of a setting. */
static const MigrSetting *
find(const char *name)
{
	for (const MigrSetting *s = migr_settings; s->name != NULL; s++)
	{
		if (strcmp(s->name, name) == 0)
			return s;
	}
	elog(ERROR, "unknown setting \"%s\"", name);
	return NULL;
}

/* May a history's name be a part of a GUC's? */
static bool
is_identifier(const char *name)
{
	if (!isalpha((unsigned char) *name) && *name != '_')
		return false;
	while (isalnum((unsigned char) *name) || *name == '_' || *name == '$')
		name++;
	return *name == '\0';
}

/* Return the GUC of a setting for a history; NULL: it can't be one. */
static const char *
guc_name(MigrHost *host, const char *history, const MigrSetting *setting)
{
	MigrArena *arena = &host->ctx.arena;

	if (history == NULL || setting->common || strcmp(history, "alembic") == 0)
		return migr_printf(arena, "migrate.%s", setting->name);
	if (!is_identifier(history))
		return NULL;
	return migr_printf(arena, "migrate.%s.%s", history, setting->name);
}

/* Is whoever may set something for this database a superuser anyway? */
static bool
superuser_owns_database(void)
{
	HeapTuple row =
		SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId));
	Oid owner;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "cache lookup failed for database %u", MyDatabaseId);
	owner = ((Form_pg_database) GETSTRUCT(row))->datdba;
	ReleaseSysCache(row);
	return superuser_arg(owner);
}

/* Did somebody without a superuser's rights set it, as far as can be told? */
static bool
set_by_others(const struct config_generic *found)
{
	switch (found->source)
	{
		case PGC_S_DATABASE:
			return !superuser_owns_database();
		case PGC_S_DATABASE_USER:
			return !superuser_owns_database() ||
				   !superuser_arg(GetSessionUserId());
		case PGC_S_USER:
		case PGC_S_CLIENT:
			return !superuser_arg(GetSessionUserId());
		case PGC_S_INTERACTIVE:
		case PGC_S_SESSION:
			return !superuser_arg(GetSessionUserId()) ||
				   !superuser_arg(migr_guc_role(found));
		default:
			return false;
	}
}

/*
 * Refuse SQL that a superuser would run with rights that whoever set it hasn't:
 * the database's owner for all sessions, or a session's user who calls a
 * superuser's SECURITY DEFINER function.
 */
static void
check_code(const char *guc)
{
	const struct config_generic *found = migr_guc_find(guc);

	if (found == NULL || !superuser() || !set_by_others(found))
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		 errmsg(
			 "the SQL of setting \"%s\" was set by a role that is no superuser",
			 guc),
		 errdetail(
			 "A superuser would run it with rights that the role hasn't."),
		 errhint("Reset it, and set it as a superuser or in migrate.ini.")));
}

/*
 * The owner who has switched it on for the whole database shan't learn what a
 * superuser runs there.
 */
bool
migr_pg_capture_is_allowed(void)
{
	const struct config_generic *found = migr_guc_find("migrate.capture");

	return found != NULL && migr_owns_database(GetSessionUserId()) &&
		   (!superuser_arg(GetSessionUserId()) || !set_by_others(found));
}

/*
 * Refuse files that somebody names who may not read them.  Another history's
 * setting may be a placeholder, which nobody has checked when it was set; one
 * that is stored only a superuser could store.
 */
static void
check_placeholder(const char *guc)
{
	const struct config_generic *found = migr_guc_find(guc);

	if (found == NULL || (found->flags & GUC_CUSTOM_PLACEHOLDER) == 0 ||
		is_stored(found->source) ||
		has_privs_of_role(GetSessionUserId(), ROLE_PG_READ_SERVER_FILES) ||
		!has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		return; /* who may not read them either is refused then */
	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					errmsg("permission denied to name files of the server"),
					errdetail("Setting \"%s\" was set by a role that may not "
							  "read them.",
							  guc)));
}

/* Who has set a value in this session, or for himself? */
static Oid
setter_of(const struct config_generic *found)
{
	return found->source >= PGC_S_INTERACTIVE ? migr_guc_role(found)
											  : GetSessionUserId();
}

/*
 * Refuse to be steered, inside a SECURITY DEFINER function, by settings of
 * whoever calls it: which table counts as the version table, which history is
 * meant.  What is set for the database, or by the function, holds.
 */
static void
check_caller(const char *guc)
{
	const struct config_generic *found = migr_guc_find(guc);

	if (!InLocalUserIdChange() || found == NULL ||
		found->source <= PGC_S_DATABASE ||
		has_privs_of_role(setter_of(found), GetUserId()))
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
		 errmsg("setting \"%s\" was set by a role without the rights of "
				"%s, whose function this runs in",
				guc, quote_identifier(GetUserNameFromId(GetUserId(), false))),
		 errhint("Reset it, or let the function SET it.")));
}

/* MigrHost.setting */
const char *
migr_pg_setting(MigrHost *host, const char *history, const char *name)
{
	const MigrSetting *setting = find(name);
	const char *guc = guc_name(host, history, setting);
	const char *value;

	value = guc != NULL ? GetConfigOption(guc, true, false) : NULL;
	if (value == NULL || *value == '\0')
		return NULL;
	if (setting->code)
		check_code(guc);
	if (setting->files)
		check_placeholder(guc);
	check_caller(guc);
	return migr_strdup(&host->ctx.arena, value);
}

/* Quote a GUC's name for SQL, part by part. */
static const char *
quote_guc(const char *guc)
{
	StringInfoData buf;

	initStringInfo(&buf);
	while (*guc != '\0')
	{
		size_t len = strcspn(guc, ".");

		appendStringInfo(&buf, "%s%s", buf.len > 0 ? "." : "",
						 quote_identifier(pnstrdup(guc, len)));
		guc += len;
		guc += strspn(guc, ".");
	}
	return buf.data;
}

/* Store the value for the database's future sessions. */
static void
store(const char *guc, const char *value)
{
	const char *database = quote_identifier(get_database_name(MyDatabaseId));
	char *sql;
	int rc;

	if (value != NULL)
		sql = psprintf("ALTER DATABASE %s SET %s = %s", database,
					   quote_guc(guc), quote_literal_cstr(value));
	else
		sql = psprintf("ALTER DATABASE %s RESET %s", database, quote_guc(guc));
	rc = SPI_execute(sql, false, 0);
	if (rc != SPI_OK_UTILITY)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(rc));
}

/*
 * MigrHost.set.  A history's GUC has to be defined first: only a superuser may
 * store one that nobody has.
 */
bool
migr_pg_set(MigrHost *host, const char *history, const char *name,
			const char *value)
{
	const MigrSetting *setting = find(name);
	const char *guc = guc_name(host, history, setting);
	int known = GUC_NOT_IN_SAMPLE | GUC_CUSTOM_PLACEHOLDER;

	if (guc == NULL)
	{
		migr_fail(&host->ctx, MIGR_ERR_ARGUMENT,
				  "a history named \"%s\" cannot have settings", history);
		return migr_hint(&host->ctx,
						 "Use a name of letters, digits and underscores.");
	}
	if ((GetConfigOptionFlags(guc, true) & known) != OURS)
		define(guc, setting);
	store(guc, value);
	(void) set_config_option(guc, value != NULL ? value : "",
							 superuser() ? PGC_SUSET : PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
	if (is_capture(setting) && value == NULL)
		migr_pg_forget_captured();
	return true;
}
