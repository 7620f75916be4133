/*
 * keep.c
 *	  The session's settings around an autocommit section.
 *
 * A GUC level ends with its transaction, so it can't hold what the section's
 * statements set for those that follow.  There they are the session's, as they
 * would be in psql, and at the section's end all that has changed is set back.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "access/xact.h"
#include "utils/guc.h"

#include "base/map.h"
#include "pg/pg.h"

/* A setting as it was. */
struct MigrPgSetting
{
	const char *name;
	const char *value;
	bool session; /* was it set for the session? */
};

/* Can a statement change it, for longer than its transaction? */
static bool
is_settable(const struct config_generic *setting)
{
	return (setting->context == PGC_USERSET || setting->context == PGC_SUSET) &&
		   strncmp(setting->name, "transaction_", 12) != 0 &&
		   strcmp(setting->name, "seed") != 0;
}

/* Read a value; never NULL. */
static const char *
value_of(const struct config_generic *setting)
{
	const char *value = GetConfigOption(setting->name, true, false);

	return value != NULL ? value : "";
}

void
migr_pg_keep_settings(MigrPg *pg)
{
	MigrArena *arena = &pg->host.ctx.arena;
	int count;
	struct config_generic **all = migr_guc_all(&count);

	pg->settings =
		migr_alloc_array(arena, (size_t) count + 1, sizeof(*pg->settings));
	pg->settings_count = 0;
	for (int i = 0; i < count; i++)
	{
		MigrPgSetting *kept = &pg->settings[pg->settings_count];

		if (!is_settable(all[i]))
			continue;
		kept->name = migr_strdup(arena, all[i]->name);
		kept->value = migr_strdup(arena, value_of(all[i]));
		kept->session = all[i]->source == PGC_S_SESSION;
		pg->settings_count++;
	}
}

/* Set one back; kept is NULL where it wasn't known. */
static void
set_back(const struct config_generic *setting, const MigrPgSetting *kept)
{
	(void) set_config_option(setting->name,
							 kept != NULL && kept->session ? kept->value : NULL,
							 superuser() ? PGC_SUSET : PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SET, true, 0, false);
}

/* Is it one that says who we are?  Those decide what else may be set. */
static bool
is_role(const char *name)
{
	return strcmp(name, "session_authorization") == 0 ||
		   strcmp(name, "role") == 0;
}

/* Set back what has changed: roles, or all that is none. */
static void
set_all_back(MigrPg *pg, const MigrMap *known, bool roles)
{
	int count;
	struct config_generic **all = migr_guc_all(&count);

	for (int i = 0; i < count; i++)
	{
		int32_t at;
		const MigrPgSetting *kept;

		if (!is_settable(all[i]) || is_role(all[i]->name) != roles)
			continue;
		at = migr_map_get(known, migr_span(all[i]->name));
		kept = at != MIGR_MAP_NONE ? &pg->settings[at] : NULL;
		if (kept != NULL ? strcmp(value_of(all[i]), kept->value) != 0
						 : all[i]->source == PGC_S_SESSION)
			set_back(all[i], kept);
	}
}

void
migr_pg_return_settings(MigrPg *pg)
{
	MemoryContext context = CurrentMemoryContext;
	MigrMap known;

	migr_map_init(&known, &pg->host.ctx.arena, pg->settings_count);
	for (int i = 0; i < pg->settings_count; i++)
		migr_map_put(&known, migr_span(pg->settings[i].name), i);
	set_all_back(pg, &known, true);
	set_all_back(pg, &known, false);
	/* a transaction that failed would take them away again */
	CommitTransactionCommand();
	StartTransactionCommand();
	MemoryContextSwitchTo(context);
}
