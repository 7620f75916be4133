/*
 * read.c
 *	  The commands that only look: current, heads, branches, history, show,
 *	  script, plan, graph, log, status.
 */
#include <string.h>

#include "cmd/cmd.h"
#include "rev/draw.h"

/* ---- rows of revisions ----------------------------------------------------------- */

/* Append a revision's row: the columns MIGR_REVISION_COLUMNS. */
static MigrValue *
add_revision(MigrCall *call, int32_t rev)
{
	const MigrGraph *graph = &call->graph;
	const MigrRevision *revision = graph->revisions[rev];
	MigrNames labels = {0};
	MigrValue *cell = migr_add_row(call);

	migr_labels_of(graph, rev, &labels);
	*cell++ = migr_text_value(revision->id);
	*cell++ = migr_names_value(call, &revision->revises);
	*cell++ = migr_names_value(call, &labels);
	*cell++ = migr_names_value(call, &revision->depends_on);
	*cell++ = migr_text_value(revision->message);
	*cell++ = revision->dated ? migr_instant_value(revision->created)
							  : migr_null_value(MIGR_INSTANT);
	*cell++ = migr_bool_value(migr_is_head(graph, rev));
	*cell++ = migr_bool_value(migr_is_base(graph, rev));
	*cell++ = migr_bool_value(migr_edge_count(&graph->up, rev) > 1);
	*cell++ = migr_bool_value(migr_edge_count(&graph->down, rev) > 1);
	*cell++ = migr_bool_value(migr_set_has(call->row_set, rev));
	*cell++ = migr_text_value(revision->path);
	return cell;
}

/* Append a row for each revision. */
static bool
add_revisions(MigrCall *call, MigrFinder find)
{
	MigrRevs revs = {0};

	if (!find(call, &revs))
		return false;
	for (int i = 0; i < revs.count; i++)
		add_revision(call, revs.items[i]);
	return true;
}

bool
migr_find_heads(MigrCall *call, MigrRevs *out)
{
	bool real = migr_arg_bool(call, 0);

	if (!migr_open_reader(call, true))
		return false;
	for (int32_t rev = 0; rev < call->graph.count; rev++)
		if (real ? migr_is_real_head(&call->graph, rev)
				 : migr_is_head(&call->graph, rev))
			migr_vec_push(&call->ctx->arena, out, rev);
	return true;
}

/* migrate_heads(resolve_dependencies): versioned heads, or real heads. */
bool
migr_cmd_heads(MigrCall *call)
{
	return add_revisions(call, migr_find_heads);
}

bool
migr_find_branches(MigrCall *call, MigrRevs *out)
{
	MigrRevs order = {0};

	if (!migr_open_reader(call, true) ||
		!migr_resolve_history(&call->graph, NULL, &call->rows, &order))
		return false;
	for (int i = 0; i < order.count; i++)
		if (migr_edge_count(&call->graph.up, order.items[i]) > 1)
			migr_vec_push(&call->ctx->arena, out, order.items[i]);
	return true;
}

/* migrate_branches(): the branch points, newest first. */
bool
migr_cmd_branches(MigrCall *call)
{
	return add_revisions(call, migr_find_branches);
}

bool
migr_find_history(MigrCall *call, MigrRevs *out)
{
	return migr_open_reader(call, true) &&
		   migr_resolve_history(&call->graph, migr_arg_text(call, 0),
								&call->rows, out);
}

/* migrate_history(rev_range): newest first. */
bool
migr_cmd_history(MigrCall *call)
{
	return add_revisions(call, migr_find_history);
}

/* -N leads down from every head, and may meet the same revision twice. */
bool
migr_find_show(MigrCall *call, MigrRevs *out)
{
	MigrRevs revs = {0};
	MigrSet shown;

	if (!migr_open_reader(call, true) ||
		!migr_resolve_show(&call->graph, migr_arg_text(call, 0), &call->rows,
						   &revs))
		return false;
	shown = migr_set_new(&call->graph);
	for (int i = 0; i < revs.count; i++)
	{
		if (migr_set_has(shown, revs.items[i]))
			continue;
		migr_set_add(shown, revs.items[i]);
		migr_vec_push(&call->ctx->arena, out, revs.items[i]);
	}
	return true;
}

/* migrate_show(revision): what an identifier names, script included. */
bool
migr_cmd_show(MigrCall *call)
{
	MigrRevs revs = {0};

	if (!migr_find_show(call, &revs))
		return false;
	for (int i = 0; i < revs.count; i++)
	{
		MigrRevision *revision = call->graph.revisions[revs.items[i]];

		if (!migr_need_text(call, revision, false))
			return false;
		*add_revision(call, revs.items[i]) = migr_span_value(revision->text);
	}
	return true;
}

/* migrate_script(revision): the script as it is stored, or in its file. */
bool
migr_cmd_script(MigrCall *call)
{
	MigrRevs revs = {0};
	MigrRevision *revision;

	if (!migr_open_reader(call, false) ||
		!migr_resolve_show(&call->graph, migr_arg_text(call, 0), &call->rows,
						   &revs))
		return false;
	if (revs.count == 0)
		return true;
	if (revs.count > 1)
	{
		migr_fail(call->ctx, MIGR_ERR_MULTIPLE_HEADS,
				  "\"%s\" names several revisions: %s", migr_arg_text(call, 0),
				  migr_revs_text(&call->graph, &revs));
		return migr_hint(call->ctx, "Name one of them.");
	}
	revision = call->graph.revisions[revs.items[0]];
	if (!migr_need_text(call, revision, false))
		return false;
	*migr_add_row(call) = migr_span_value(revision->text);
	return true;
}

/* ---- where the database is --------------------------------------------------------- */

/*
 * Answer from the version table alone, if it can be told that nothing more is
 * implied: one row, stored, and no stored script with deps.  So that asking
 * costs the same however many revisions there are.
 */
static bool
current_at_once(MigrCall *call, bool *done)
{
	MigrValue args[] = {migr_text_value(call->history), {0}};
	MigrNames names = {0};
	MigrRows found;

	*done = !call->version.exists;
	if (*done || !call->has_store)
		return true;
	if (!migr_version_list(call, &names))
		return false;
	*done = names.count == 0;
	if (names.count != 1)
		return true;
	if (!migr_query(call, MIGR_SQL_SCRIPT_SUMMARY, args, 1, &found))
		return false;
	if (found.count == 0 || migr_cell(&found, 0, 1).number != 0)
		return true;
	args[1] = migr_text_value(names.items[0]);
	if (!migr_query(call, MIGR_SQL_SCRIPT_TEXT, args, 2, &found))
		return false;
	*done = found.count == 1;
	if (*done)
		migr_add_line(call, names.items[0]);
	return true;
}

bool
migr_find_current(MigrCall *call, MigrRevs *out)
{
	if (!migr_open_reader(call, true))
		return false;
	migr_all_current(&call->graph, &call->rows, out);
	return true;
}

/* migrate_current(): where the database is (2.10). */
bool
migr_cmd_current(MigrCall *call)
{
	MigrRevs current = {0};
	bool done;

	if (!call->host->tx(call->host, MIGR_TX_READ) ||
		!migr_open_settings(call) || !current_at_once(call, &done))
		return false;
	if (done)
		return true;
	if (!migr_open_graph(call, false) || !migr_open_rows(call, false))
		return false;
	migr_warn_about_rows(call);
	migr_all_current(&call->graph, &call->rows, &current);
	for (int i = 0; i < current.count; i++)
		migr_add_line(call, call->graph.revisions[current.items[i]]->id);
	for (int i = 0; i < call->unknown.count; i++)
		migr_add_line(call, call->unknown.items[i]);
	return true;
}

/* The time of the newest log entry. */
static bool
last_applied(MigrCall *call, MigrValue *out)
{
	MigrValue args[] = {migr_text_value(call->history)};
	MigrRows rows;

	*out = migr_null_value(MIGR_INSTANT);
	if (!call->has_store)
		return true;
	if (!migr_query(call, MIGR_SQL_LOG_LAST, args, 1, &rows))
		return false;
	if (rows.count > 0)
		*out = migr_cell(&rows, 0, 0);
	return true;
}

/* migrate_status(): one row that says whether there is something to do. */
bool
migr_cmd_status(MigrCall *call)
{
	MigrSet applied;
	MigrRevs current = {0};
	MigrRevs heads = {0};
	MigrNames names = {0};
	MigrValue last;
	MigrValue *cell;
	int pending = 0;

	if (!migr_open_reader(call, false) || !last_applied(call, &last))
		return false;
	applied = migr_set_new(&call->graph);
	migr_graph_close(&call->graph, &call->graph.parents, &call->rows, applied);
	migr_all_current(&call->graph, &call->rows, &current);
	for (int32_t rev = 0; rev < call->graph.count; rev++)
	{
		pending += !migr_set_has(applied, rev);
		if (migr_is_head(&call->graph, rev))
			migr_vec_push(&call->ctx->arena, &heads, rev);
	}
	for (int i = 0; i < current.count; i++)
		migr_vec_push(&call->ctx->arena, &names,
					  call->graph.revisions[current.items[i]]->id);
	for (int i = 0; i < call->unknown.count; i++)
		migr_vec_push(&call->ctx->arena, &names, call->unknown.items[i]);
	cell = migr_add_row(call);
	*cell++ = migr_names_value(call, &names);
	*cell++ = migr_text_value(migr_revs_text(&call->graph, &heads));
	*cell++ = migr_int_value(pending);
	*cell++ = migr_bool_value(pending == 0 && call->unknown.count == 0);
	*cell = last;
	return true;
}

/* ---- plan and log ------------------------------------------------------------------- */

/* The rows that a plan starts from: the database's, or those given. */
static bool
plan_rows(MigrCall *call, MigrRevs *out)
{
	MigrSpan rest = call->args[2].text;
	MigrSpan word;

	if (call->args[2].null)
	{
		if (!migr_open_rows(call, true))
			return false;
		*out = call->rows;
		return true;
	}
	while (migr_span_word(&rest, &word))
		if (!migr_resolve(&call->graph, migr_span_dup(&call->ctx->arena, word),
						  out))
			return false;
	return true;
}

/* Plan one of the three commands. */
static bool
plan_command(MigrCall *call, const char *command, const MigrRevs *rows,
			 MigrPlan *plan)
{
	const char *target = migr_arg_text(call, 1);

	if (!migr_check_target(call, target))
		return false;
	if (strcmp(command, "upgrade") == 0)
		return migr_plan_upgrade(&call->graph, target, rows, plan);
	if (strcmp(command, "downgrade") == 0)
		return migr_plan_downgrade(&call->graph, target, rows, plan) &&
			   migr_check_downgrades(call, plan);
	if (strcmp(command, "stamp") == 0)
		return migr_plan_stamp(&call->graph, target, rows, plan);
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT, "there is no plan for \"%s\"",
			  command);
	return migr_hint(call->ctx, "The command is upgrade, downgrade or stamp.");
}

/* migrate_plan(command, revision, heads): what a command would do. */
bool
migr_cmd_plan(MigrCall *call)
{
	MigrRevs rows = {0};
	MigrPlan plan = {0};
	const MigrGraph *graph = &call->graph;

	if (!call->host->tx(call->host, MIGR_TX_READ) ||
		!migr_open_settings(call) || !migr_open_graph(call, true) ||
		!plan_rows(call, &rows) ||
		!plan_command(call, migr_arg_text(call, 0), &rows, &plan))
		return false;
	for (int i = 0; i < plan.count; i++)
	{
		const MigrStep *step = &plan.items[i];
		MigrValue *cell = migr_add_row(call);

		migr_apply_step(graph, step, &rows);
		*cell++ = migr_int_value(i + 1);
		*cell++ = migr_text_value(migr_operation_word(step->operation));
		if (step->revision != MIGR_NO_REVISION)
			*cell = migr_text_value(graph->revisions[step->revision]->id);
		cell++;
		*cell++ = migr_text_value(migr_revs_text(graph, &step->from));
		*cell++ = migr_text_value(migr_revs_text(graph, &step->to));
		*cell++ = migr_text_value(migr_revs_text(graph, &rows));
		if (step->revision != MIGR_NO_REVISION)
			*cell = migr_text_value(graph->revisions[step->revision]->message);
	}
	return true;
}

/* migrate_graph(format): the revision graph as a drawing. */
bool
migr_cmd_graph(MigrCall *call)
{
	MigrDrawFormat format;
	MigrSet applied;

	if (!migr_draw_format(call->ctx, migr_arg_text(call, 0), &format) ||
		!migr_open_reader(call, true))
		return false;
	applied = migr_set_new(&call->graph);
	migr_graph_close(&call->graph, &call->graph.parents, &call->rows, applied);
	migr_add_line(call,
				  migr_draw(&call->graph, format, call->row_set, applied));
	return true;
}

/* migrate_log(): every step ever run here, newest first. */
bool
migr_cmd_log(MigrCall *call)
{
	MigrValue args[1];

	if (!call->host->tx(call->host, MIGR_TX_READ) || !migr_open_settings(call))
		return false;
	if (!call->has_store)
		return true;
	args[0] = migr_text_value(call->history);
	return migr_query(call, MIGR_SQL_LOG_LIST, args, 1, &call->result->rows);
}
