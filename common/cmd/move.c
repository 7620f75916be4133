/*
 * move.c
 *	  The commands that move the database: upgrade, downgrade, stamp, and
 *	  ensure_version.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/walk.h"

/* so often may others move the database while it is being moved */
#define PLANS_MAX 100

bool
migr_check_target(MigrCall *call, const char *target)
{
	if (strchr(target, ':') == NULL)
		return true;
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT, "Range revision not allowed");
	return migr_hint(call->ctx, "Name the revision to go to; the database "
								"knows where it is.");
}

typedef bool (*Planner)(const MigrGraph *, const char *, const MigrRevs *,
						MigrPlan *);

/* Read the rows that another connection has left, to plan from there. */
static bool
follow_others(MigrCall *call)
{
	MigrRelative relative;

	/* first, so that it isn't the call as a whole that is tried again */
	if (!migr_relative_parse(NULL, migr_arg_text(call, 0), &relative))
		return migr_open_rows(call, true);
	migr_fail(call->ctx, MIGR_ERR_BUSY,
			  "another connection has moved the database meanwhile");
	return migr_hint(call->ctx,
					 "What was committed before stays. A relative target "
					 "means something else now: name the revision to go to.");
}

/* Let scripts ask for the options that the command was given. */
static void
publish(MigrCall *call)
{
	call->options.tag = migr_arg_text(call, 2);
	*call->host->options = &call->options;
}

/* Upgrade or downgrade: plan from the rows, and run. */
static bool
move(MigrCall *call, Planner plan)
{
	bool stale = true;
	int plans = 0;

	publish(call);
	if (!migr_check_target(call, migr_arg_text(call, 0)) ||
		!migr_open_writer(call, false, true) || !migr_keep_applied(call, false))
		return false;
	while (stale)
	{
		MigrPlan steps = {0};

		if (!plan(&call->graph, migr_arg_text(call, 0), &call->rows, &steps) ||
			!migr_run_plan(call, &steps, NULL, &stale) ||
			(stale && !follow_others(call)))
			return false;
		/* a script that takes its own row away would go on for ever */
		if (++plans > PLANS_MAX)
			return migr_fail(
				call->ctx, MIGR_ERR_STATE,
				"the rows of \"%s\" change whatever is run: does a "
				"script write to it?",
				call->version.name);
	}
	return true;
}

/* migrate_upgrade(revision): run the scripts that lead there. */
bool
migr_cmd_upgrade(MigrCall *call)
{
	if (migr_arg_bool(call, 1))
		return migr_offline_move(call, MIGR_UPGRADE);
	return move(call, migr_plan_upgrade);
}

/* migrate_downgrade(revision): undo what is above it. */
bool
migr_cmd_downgrade(MigrCall *call)
{
	if (migr_arg_bool(call, 1))
		return migr_offline_move(call, MIGR_DOWNGRADE);
	return move(call, migr_plan_downgrade);
}

/* Delete every row of the version table, known or not, and log it. */
static bool
purge_rows(MigrCall *call)
{
	int64_t now = call->host->now(call->host);
	MigrNames rows = {0};

	if (!call->version.exists)
		return true;
	if (!migr_version_list(call, &rows) ||
		!migr_query(call, MIGR_SQL_VERSION_PURGE, NULL, 0, NULL) ||
		!migr_store_create(call))
		return false;
	for (int i = 0; i < rows.count; i++)
	{
		MigrEntry entry = {
			rows.items[i], MIGR_STAMP, rows.items[i], NULL, now, 0, 0};

		if (!migr_log(call, &entry))
			return false;
	}
	return true;
}

/* Take over what the directory says of revisions that are stamped. */
static bool
take_over(MigrCall *call)
{
	return migr_keep_applied(call, true);
}

/* migrate_stamp(revisions, purge): write rows, run nothing. */
bool
migr_cmd_stamp(MigrCall *call)
{
	MigrPlan plan = {0};
	bool purge = migr_arg_bool(call, 3);
	bool stale;

	if (migr_arg_bool(call, 1))
		return migr_offline_stamp(call);
	publish(call);
	if (!migr_check_target(call, migr_arg_text(call, 0)) ||
		!migr_begin_writing(call) || !migr_open_settings(call) ||
		!migr_open_graph(call, false))
		return false;
	if (purge ? !purge_rows(call) : !migr_open_rows(call, true))
		return false;
	return migr_plan_stamp(&call->graph, migr_arg_text(call, 0), &call->rows,
						   &plan) &&
		   migr_run_plan(call, &plan, take_over, &stale);
}

/* migrate_ensure_version(): make the version table if it is missing. */
bool
migr_cmd_ensure_version(MigrCall *call)
{
	bool made;

	if (migr_arg_bool(call, 0))
		return migr_offline_ensure_version(call);
	if (!migr_begin_writing(call) || !migr_open_settings(call) ||
		!migr_version_create(call, &made))
		return false;
	if (made)
		migr_add_line(call,
					  migr_printf(&call->ctx->arena, "Created version table %s",
								  call->version.name));
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}
