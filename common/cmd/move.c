/*
 * move.c
 *	  The commands that move the database: upgrade, downgrade, stamp, and
 *	  ensure_version.
 */
#include <string.h>

#include "cmd/cmd.h"

/* Offline SQL isn't there yet: say so before anything happens. */
static bool
check_online(MigrCall *call, int param)
{
	if (!migr_arg_bool(call, param))
		return true;
	migr_fail(call->ctx, MIGR_ERR_UNSUPPORTED,
			  "%s can't write its SQL to a script in this version",
			  call->command->name);
	return migr_hint(call->ctx, "migrate_plan() shows the steps, and "
								"migrate_script() the SQL of each revision.");
}

/* A range is for offline SQL alone. */
static bool
check_range(MigrCall *call)
{
	if (strchr(migr_arg_text(call, 0), ':') == NULL)
		return true;
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT, "Range revision not allowed");
	return migr_hint(call->ctx, "Name the revision to go to; the database "
								"knows where it is.");
}

typedef bool (*Planner)(const MigrGraph *, const char *, const MigrRevs *,
						MigrPlan *);

/* Upgrade or downgrade: plan from the rows, run, commit. */
static bool
move(MigrCall *call, Planner plan)
{
	MigrPlan steps = {0};

	return check_online(call, 1) && check_range(call) &&
		   migr_open_writer(call, false, true) &&
		   migr_keep_applied(call, false) &&
		   plan(&call->graph, migr_arg_text(call, 0), &call->rows, &steps) &&
		   migr_run_plan(call, &steps) &&
		   call->host->tx(call->host, MIGR_TX_COMMIT);
}

/* migrate_upgrade(revision): run the scripts that lead there. */
bool
migr_cmd_upgrade(MigrCall *call)
{
	return move(call, migr_plan_upgrade);
}

/* migrate_downgrade(revision): undo what is above it. */
bool
migr_cmd_downgrade(MigrCall *call)
{
	return move(call, migr_plan_downgrade);
}

/* Delete every row of the version table, known or not. */
static bool
purge_rows(MigrCall *call)
{
	MigrRevs none = {0};
	MigrNames no_texts = {0};

	call->rows = none;
	call->row_texts = no_texts;
	return !call->version.exists ||
		   migr_query(call, MIGR_SQL_VERSION_PURGE, NULL, 0, NULL);
}

/* The targets of stamp: "current" says what the rows are already. */
static const char *
stamp_targets(MigrCall *call)
{
	const char *text = migr_arg_text(call, 0);

	if (!migr_span_is(migr_span_trim(migr_span(text)), "current"))
		return text;
	text = migr_revs_text(&call->graph, &call->rows);
	return text != NULL ? text : "base";
}

/* migrate_stamp(revisions, purge): write rows, run nothing. */
bool
migr_cmd_stamp(MigrCall *call)
{
	MigrPlan plan = {0};
	bool purge = migr_arg_bool(call, 3);

	if (!check_online(call, 1) || !check_range(call) ||
		!call->host->tx(call->host, MIGR_TX_WRITE) ||
		!migr_open_settings(call) || !migr_open_graph(call, false))
		return false;
	if (purge ? !purge_rows(call) : !migr_open_rows(call, true))
		return false;
	return migr_plan_stamp(&call->graph, stamp_targets(call), &call->rows,
						   &plan) &&
		   migr_run_plan(call, &plan) && migr_keep_applied(call, true) &&
		   call->host->tx(call->host, MIGR_TX_COMMIT);
}

/* migrate_ensure_version(): make the version table if it is missing. */
bool
migr_cmd_ensure_version(MigrCall *call)
{
	bool made;

	if (!check_online(call, 0) || !call->host->tx(call->host, MIGR_TX_WRITE) ||
		!migr_open_settings(call) || !migr_version_create(call, &made))
		return false;
	if (made)
		migr_add_line(call,
					  migr_printf(&call->ctx->arena, "Created version table %s",
								  call->version.name));
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}
