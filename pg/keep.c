/*
 * keep.c
 *	  The session's settings around an autocommit section.
 *
 * A GUC level ends with its transaction, so it can't hold what the section's
 * statements set for those that follow.  There they are the session's, as they
 * would be in psql, and at the section's end all that has changed is set back.
 *
 * The server starts statement_timeout's clock once, for the whole call.  A value
 * that the section sets is for each of its statements, as it would be in psql.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/proc.h"
#include "utils/guc.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "base/map.h"
#include "pg/pg.h"

/* A setting as it was. */
typedef struct Kept
{
	const char *name;
	const char *value;
	bool session; /* was it set for the session? */
} Kept;

/* All of them, in memory of their own: a call may have many sections. */
struct MigrPgSettings
{
	MemoryContext memory;
	MigrArena arena;
	MigrMap known; /* name -> item */
	Kept *items;
	int count;
	int timeout; /* the value of statement_timeout */
	bool timed;	 /* has the section set its own? */
	long rest;	 /* of the call's time, in ms, at that moment; 0: no end */
};

/* Can a statement change it, for longer than its transaction? */
static bool
is_settable(const struct config_generic *setting)
{
	return (setting->context == PGC_USERSET || setting->context == PGC_SUSET) &&
		   strcmp(setting->name, "transaction_isolation") != 0 &&
		   strcmp(setting->name, "transaction_read_only") != 0 &&
		   strcmp(setting->name, "transaction_deferrable") != 0 &&
		   strcmp(setting->name, "seed") != 0;
}

/* Read a value; never NULL.  May take memory of CurrentMemoryContext. */
static const char *
value_of(const struct config_generic *setting)
{
	const char *value;

	/* the server would round it */
	if (setting->vartype == PGC_REAL)
		return psprintf("%.17g",
						*((const struct config_real *) setting)->variable);
	value = GetConfigOption(setting->name, true, false);
	return value != NULL ? value : "";
}

void
migr_pg_keep_settings(MigrPg *pg)
{
	MemoryContext memory = AllocSetContextCreate(pg->memory, "migrate settings",
												 ALLOCSET_DEFAULT_SIZES);
	MigrPgSettings *kept = MemoryContextAlloc(memory, sizeof(*kept));
	int count;
	struct config_generic **all = migr_guc_all(&count);

	kept->memory = memory;
	kept->count = 0;
	kept->timeout = StatementTimeout;
	kept->timed = false;
	migr_pg_arena_init(&kept->arena, memory);
	migr_map_init(&kept->known, &kept->arena, count);
	kept->items =
		migr_alloc_array(&kept->arena, (size_t) count + 1, sizeof(Kept));
	for (int i = 0; i < count; i++)
	{
		Kept *item = &kept->items[kept->count];

		if (!is_settable(all[i]))
			continue;
		item->name = migr_strdup(&kept->arena, all[i]->name);
		item->value = migr_strdup(&kept->arena, value_of(all[i]));
		item->session = all[i]->source == PGC_S_SESSION;
		migr_map_put(&kept->known, migr_span(item->name), kept->count++);
	}
	pg->settings = kept;
}

/* Has one changed?  No item: it wasn't known. */
static bool
has_changed(const struct config_generic *setting, const Kept *item)
{
	return item != NULL ? strcmp(value_of(setting), item->value) != 0
						: setting->source == PGC_S_SESSION;
}

/* Set one back.  Where that fails there is a warning, so that the others still
 * get their turn. */
static bool
set_back(const struct config_generic *setting, const Kept *item)
{
	return set_config_option(setting->name,
							 item != NULL && item->session ? item->value : NULL,
							 superuser() ? PGC_SUSET : PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SET, true, WARNING,
							 false) != 0;
}

/* Set one of those back that say who we are, if it or the one before has changed.
 * *changed: has it? */
static bool
set_role_back(const MigrPgSettings *kept, const char *name, bool *changed)
{
	int32_t at = migr_map_get(&kept->known, migr_span(name));
	const struct config_generic *setting = migr_guc_find(name);

	if (at == MIGR_MAP_NONE || setting == NULL)
		return true;
	*changed = *changed || has_changed(setting, &kept->items[at]);
	return !*changed || set_back(setting, &kept->items[at]);
}

/* Is it one of those? */
static bool
is_role(const char *name)
{
	return strcmp(name, "session_authorization") == 0 ||
		   strcmp(name, "role") == 0;
}

/* Set all others back. */
static void
set_rest_back(const MigrPgSettings *kept)
{
	int count;
	struct config_generic **all = migr_guc_all(&count);

	for (int i = 0; i < count; i++)
	{
		const Kept *item;
		int32_t at;

		if (!is_settable(all[i]) || is_role(all[i]->name))
			continue;
		at = migr_map_get(&kept->known, migr_span(all[i]->name));
		item = at != MIGR_MAP_NONE ? &kept->items[at] : NULL;
		if (has_changed(all[i], item))
			(void) set_back(all[i], item);
	}
}

/* Has a section set statement_timeout?  The call's own then stands still. */
static bool
is_timed(MigrPgSettings *kept)
{
	if (kept->timed || StatementTimeout == kept->timeout)
		return kept->timed;
	kept->timed = true;
	kept->rest = 0;
	if (get_timeout_active(STATEMENT_TIMEOUT))
		kept->rest = Max(1, (get_timeout_finish_time(STATEMENT_TIMEOUT) -
							 GetCurrentTimestamp()) /
								1000);
	return true;
}

void
migr_pg_start_timeout(MigrPg *pg)
{
	if (!is_timed(pg->settings))
		return;
	if (StatementTimeout > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, StatementTimeout);
	else
		disable_timeout(STATEMENT_TIMEOUT, false);
}

void
migr_pg_stop_timeout(MigrPg *pg)
{
	if (pg->settings != NULL && pg->settings->timed)
		disable_timeout(STATEMENT_TIMEOUT, false);
}

bool
migr_pg_return_settings(MigrPg *pg)
{
	MigrPgSettings *kept = pg->settings;
	bool changed = false;
	bool same;

	/* first who we are, which decides what else may be set; and of that the
	 * session's user first, as it takes the role away: releases before those of
	 * November 2024 go on calling that role the current one */
	same = set_role_back(kept, "session_authorization", &changed);
	same = set_role_back(kept, "role", &changed) && same;
	set_rest_back(kept);
	if (kept->timed && kept->rest > 0)
		enable_timeout_after(STATEMENT_TIMEOUT, (int) kept->rest);
	/* a transaction that failed would take them away again */
	migr_pg_renew();
	pg->settings = NULL;
	MemoryContextDelete(kept->memory);
	return same;
}
