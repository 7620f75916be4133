/*
 * output.c
 *	  Revisions as Alembic prints them (alembic.md, section 3): one line each,
 *	  or an entry of several lines.
 */
#include <string.h>

#include "cmd/cmd.h"

/* Which parts a revision's line has. */
typedef struct Shape
{
	bool parents;
	bool labels;
	bool current; /* mark the current ones */
	bool points;  /* mark branch points and merge points */
	bool doc;
} Shape;

/* The first paragraph of a revision's message. */
static MigrSpan
first_paragraph(const MigrRevision *revision)
{
	MigrSpan text = migr_span(revision->message);
	const char *end = strstr(revision->message, "\n\n");

	if (end != NULL)
		text.len = (size_t) (end - text.ptr);
	return text;
}

/* Names joined by ", ", or what stands for none. */
static const char *
joined(MigrCall *call, const MigrNames *names, const char *none)
{
	if (names->count == 0)
		return none;
	return migr_join(&call->ctx->arena, names->items, names->count, ", ");
}

/* A revision in one line (3.1). */
static const char *
one_line(MigrCall *call, int32_t rev, const Shape *shape)
{
	const MigrGraph *graph = &call->graph;
	const MigrRevision *revision = graph->revisions[rev];
	MigrSpan doc = first_paragraph(revision);
	MigrNames labels = {0};
	MigrStr line;

	migr_str_init(&line, &call->ctx->arena);
	if (shape->parents)
		migr_str_printf(&line, "%s%s%s%s -> ",
						joined(call, &revision->revises, "<base>"),
						revision->depends_on.count > 0 ? " (" : "",
						joined(call, &revision->depends_on, ""),
						revision->depends_on.count > 0 ? ")" : "");
	migr_str_add(&line, revision->id);
	if (shape->labels)
		migr_labels_of(graph, rev, &labels);
	if (labels.count > 0)
		migr_str_printf(&line, " (%s)", joined(call, &labels, ""));
	if (migr_is_head(graph, rev))
		migr_str_add(&line, migr_is_real_head(graph, rev)
								? " (head)"
								: " (effective head)");
	if (shape->current && migr_set_has(call->row_set, rev))
		migr_str_add(&line, " (current)");
	if (shape->points && migr_edge_count(&graph->up, rev) > 1)
		migr_str_add(&line, " (branchpoint)");
	if (shape->points && migr_edge_count(&graph->down, rev) > 1)
		migr_str_add(&line, " (mergepoint)");
	if (shape->doc && doc.len > 0)
		migr_str_printf(&line, ", %.*s", (int) doc.len, doc.ptr);
	return line.data;
}

/* Add a text's lines, indented. */
static void
add_indented(MigrCall *out, const char *text)
{
	MigrSpan rest = migr_span(text);

	while (rest.len > 0)
	{
		size_t len = strcspn(rest.ptr, "\n");

		migr_add_line(out, migr_printf(&out->ctx->arena, "    %.*s", (int) len,
									   rest.ptr));
		len += rest.ptr[len] == '\n';
		rest.ptr += len;
		rest.len -= len;
	}
}

/* A date as Alembic writes it: 2026-11-21 10:00:00+00:00. */
static const char *
date_text(MigrCall *call, const MigrRevision *revision)
{
	char *text;

	if (!revision->dated)
		return "";
	text = migr_strdup(&call->ctx->arena,
					   migr_instant_text(&call->ctx->arena, revision->created));
	*strchr(text, 'T') = ' ';
	*strchr(text, 'Z') = '\0';
	return migr_printf(&call->ctx->arena, "%s+00:00", text);
}

/* The ids that a revision's edges of a kind lead to. */
static const char *
edge_names(MigrCall *call, const MigrEdges *edges, int32_t rev)
{
	MigrNames names = {0};

	migr_each_edge (edges, rev, k)
		migr_vec_push(&call->ctx->arena, &names,
					  call->graph.revisions[edges->to[k]]->id);
	return joined(call, &names, "");
}

/* The message of an entry: what a new script's comment says in Alembic. */
static void
add_doc(MigrCall *call, MigrCall *out, const MigrRevision *revision)
{
	MigrArena *arena = &call->ctx->arena;

	add_indented(out, revision->message);
	migr_add_line(out, "    ");
	migr_add_line(out, migr_printf(arena, "    Revision ID: %s", revision->id));
	migr_add_line(out, migr_printf(arena, "    Revises: %s",
								   joined(call, &revision->revises, "")));
	migr_add_line(out, migr_printf(arena, "    Create Date: %s",
								   date_text(call, revision)));
}

/* A revision in several lines (3.2). */
static void
add_entry(MigrCall *call, MigrCall *out, int32_t rev, bool current)
{
	MigrArena *arena = &call->ctx->arena;
	const MigrGraph *graph = &call->graph;
	const MigrRevision *revision = graph->revisions[rev];
	bool branches = migr_edge_count(&graph->up, rev) > 1;
	bool merges = migr_edge_count(&graph->down, rev) > 1;
	MigrNames labels = {0};

	migr_add_line(out, migr_printf(arena, "Rev: %s%s%s%s%s", revision->id,
								   migr_is_head(graph, rev) ? " (head)" : "",
								   branches ? " (branchpoint)" : "",
								   merges ? " (mergepoint)" : "",
								   current && migr_set_has(call->row_set, rev)
									   ? " (current)"
									   : ""));
	migr_add_line(out,
				  migr_printf(arena, "%s: %s", merges ? "Merges" : "Parent",
							  joined(call, &revision->revises, "<base>")));
	if (revision->depends_on.count > 0)
		migr_add_line(out,
					  migr_printf(arena, "Also depends on: %s",
								  joined(call, &revision->depends_on, "")));
	if (branches)
		migr_add_line(out, migr_printf(arena, "Branches into: %s",
									   edge_names(call, &graph->up, rev)));
	migr_labels_of(graph, rev, &labels);
	if (labels.count > 0)
		migr_add_line(out, migr_printf(arena, "Branch names: %s",
									   joined(call, &labels, "")));
	migr_add_line(out, migr_printf(arena, "Path: %s",
								   revision->path != NULL
									   ? revision->path
									   : "(stored in the database)"));
	migr_add_line(out, "");
	add_doc(call, out, revision);
	migr_add_line(out, "");
}

/* Print a branch point and what it branches into. */
static void
add_branches(MigrCall *call, MigrCall *out, int32_t rev)
{
	const MigrGraph *graph = &call->graph;
	Shape shape = {.labels = true, .points = true};
	bool verbose = call->line->verbose;
	size_t width = strlen(graph->revisions[rev]->id);

	if (verbose)
		add_entry(call, out, rev, false);
	else
		migr_add_line(out, one_line(call, rev, &shape));
	shape.doc = verbose;
	migr_each_edge (&graph->up, rev, k)
		migr_add_line(out,
					  migr_printf(&call->ctx->arena, "%*s -> %s", (int) width,
								  "", one_line(call, graph->up.to[k], &shape)));
	migr_add_line(out, "");
}

/* What there is to print for a command. */
static const struct
{
	MigrCommandId id;
	MigrFinder find;
	Shape shape; /* of a line; labels and doc stand in it */
} prints[] = {
	{MIGR_CMD_current, migr_find_current, {.points = true}},
	{MIGR_CMD_heads, migr_find_heads, {.labels = true}},
	{MIGR_CMD_branches, migr_find_branches, {0}},
	{MIGR_CMD_history,
	 migr_find_history,
	 {.parents = true, .labels = true, .points = true, .doc = true}},
	{MIGR_CMD_show, migr_find_show, {0}},
};

/* Which of them is it?  -1: none. */
static int
find_print(const MigrCommand *command)
{
	for (size_t i = 0; i < sizeof(prints) / sizeof(prints[0]); i++)
		if (command == &migr_commands[prints[i].id])
			return (int) i;
	return -1;
}

bool
migr_prints(const MigrCommand *command)
{
	return find_print(command) >= 0;
}

/* current --check-heads: fail unless every real head is applied (11.9). */
static bool
check_heads(MigrCall *call, const MigrRevs *current)
{
	MigrSet set = migr_set_new(&call->graph);
	bool all = call->unknown.count == 0;

	for (int i = 0; i < current->count; i++)
		migr_set_add(set, current->items[i]);
	for (int32_t rev = 0; rev < call->graph.count; rev++)
		all &= !migr_is_real_head(&call->graph, rev) || migr_set_has(set, rev);
	return all || migr_fail(call->ctx, MIGR_ERR_STATE,
							"Database is not on all head revisions");
}

bool
migr_print_revisions(MigrCall *inner, MigrCall *out)
{
	int which = find_print(inner->command);
	MigrCommandId id = prints[which].id;
	Shape shape = prints[which].shape;
	const MigrLine *line = inner->line;
	MigrRevs revs = {0};

	if (!prints[which].find(inner, &revs))
		return false;
	if (line->check_heads && !check_heads(inner, &revs))
		return false;
	shape.current = line->indicate_current;
	if (id == MIGR_CMD_current && line->verbose)
		migr_add_line(out, "Current revision(s):");
	for (int i = 0; i < revs.count; i++)
	{
		if (id == MIGR_CMD_branches)
			add_branches(inner, out, revs.items[i]);
		else if (id == MIGR_CMD_show || line->verbose)
			add_entry(inner, out, revs.items[i], shape.current);
		else
			migr_add_line(out, one_line(inner, revs.items[i], &shape));
	}
	for (int i = 0; id == MIGR_CMD_current && i < inner->unknown.count; i++)
		migr_add_line(out, inner->unknown.items[i]);
	return true;
}
