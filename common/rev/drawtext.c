/*
 * drawtext.c
 *	  The revision graph as a text that another program draws: Mermaid, or
 *	  Graphviz's dot.  See drawing.h.
 *
 * Both place the nodes themselves: they get nodes, edges, shapes and colours.
 * A node is named by its row, so that no id has to be a name there.
 */
#include "rev/drawing.h"

#include <string.h>

/* Columns of a terminal at which the message in a node is cut. */
#define MESSAGE_COLUMNS 48

/* Write a text so that the format takes it literally. */
typedef void (*Escape)(MigrStr *out, const char *text);

/* ---- texts and edges ------------------------------------------------------- */

/* Is it an ASCII digit? */
static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Is it an ASCII letter or digit? */
static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * May text[at] stand in a label of Mermaid as it is?  Labels are read as
 * Markdown even where they aren't marked as such ("1. x" is an error there),
 * links and icons (fa:fa-x) are made of what looks like one, and "style: #lt;"
 * loses its semicolon: so little but letters may.
 */
static bool
is_plain(const char *text, size_t at)
{
	char c = text[at];
	char before = at > 0 ? text[at - 1] : ' ';
	char after = text[at + 1];

	if (is_alnum(c) || c == ' ' || (unsigned char) c > 127)
		return true;
	if (c == '-' || c == '_')
		return is_alnum(before) && is_alnum(after);
	if (c == '.')
		return (is_digit(before) && is_digit(after)) || before == '.' ||
			   after == '.';
	if (c == ':')
		return after == ' ';
	if (c == ')')
		return !is_digit(before);
	return strchr(",(/'!?", c) != NULL;
}

/*
 * Write a text for a quoted label of Mermaid: its entities have a # for the &.
 * A backslash before an n would be a line break even so; a space of no width
 * parts them.
 */
static void
escape_mermaid(MigrStr *out, const char *text)
{
	for (size_t at = 0; text[at] != '\0'; at++)
		if (is_plain(text, at))
			migr_str_add_char(out, text[at]);
		else if (text[at] == '"')
			migr_str_add(out, "#quot;");
		else if (text[at] == '<')
			migr_str_add(out, "#lt;");
		else if (text[at] == '>')
			migr_str_add(out, "#gt;");
		else if (text[at] == '&')
			migr_str_add(out, "#amp;");
		else
			migr_str_printf(out, "#%d;%s", text[at],
							strncmp(text + at, "\\n", 2) == 0 ? "#8203;" : "");
}

/* Write a text for a quoted string of dot, which knows HTML's entities too. */
static void
escape_dot(MigrStr *out, const char *text)
{
	for (; *text != '\0'; text++)
	{
		if (*text == '&')
		{
			migr_str_add(out, "&amp;");
			continue;
		}
		if (*text == '"' || *text == '\\')
			migr_str_add_char(out, '\\');
		migr_str_add_char(out, *text);
	}
}

/* Write a node's text: Alembic's line of a revision without its parents, and
 * the message behind a line break. */
static void
add_caption(MigrDrawing *drawing, int32_t rev, Escape escape,
			const char *line_break)
{
	const MigrRevision *revision = drawing->graph->revisions[rev];
	MigrLook look = migr_draw_look(drawing, rev);
	MigrStr *out = &drawing->out;
	int labels = revision->labels.count;
	MigrShown message =
		migr_draw_shown(drawing, revision->message, MESSAGE_COLUMNS);

	escape(out, migr_draw_shown_id(drawing, rev).text);
	for (int i = 0; i < labels && i < MIGR_LABELS_SHOWN; i++)
	{
		migr_str_add(out, i == 0 ? " (" : ", ");
		escape(out, migr_draw_shown(drawing, revision->labels.items[i],
									MIGR_LABEL_COLUMNS)
						.text);
	}
	if (labels > MIGR_LABELS_SHOWN)
		migr_str_printf(out, ", +%d", labels - MIGR_LABELS_SHOWN);
	if (labels > 0)
		migr_str_add(out, ")");
	if (look.head != NULL)
		migr_str_printf(out, " (%s)", look.head);
	if (look.current)
		migr_str_add(out, " (current)");
	if (look.branch)
		migr_str_add(out, " (branchpoint)");
	if (look.merge)
		migr_str_add(out, " (mergepoint)");
	if (message.text[0] != '\0')
		migr_str_add(out, line_break);
	escape(out, message.text);
}

/* How a format writes an edge: what stands between the nodes and behind. */
typedef struct Arrow
{
	const char *between;
	const char *behind;
} Arrow;

/* Write all edges, from the parents to their children. */
static void
add_arrows(MigrDrawing *drawing, Arrow solid, Arrow dashed)
{
	const MigrGraph *graph = drawing->graph;

	for (int row = 0; row < drawing->rows.count; row++)
	{
		int32_t rev = drawing->rows.items[row];
		int32_t deps =
			graph->all_down.start[rev] + migr_edge_count(&graph->down, rev);

		migr_each_edge (&graph->all_down, rev, k)
		{
			Arrow arrow = k < deps ? solid : dashed;

			migr_str_printf(&drawing->out, "\tr%d %s r%d%s\n",
							(int) drawing->row_of[graph->all_down.to[k]],
							arrow.between, row, arrow.behind);
		}
	}
}

/* ---- Mermaid ------------------------------------------------------------- */

/* The classes of nodes; the first three exclude each other. */
enum
{
	CURRENT,
	APPLIED,
	PENDING,
	HEAD,
	CLASSES
};

static const char *const class_names[] = {"current", "applied", "pending",
										  "head"};

/* Is a node of the class? */
static bool
in_class(MigrLook look, int class)
{
	switch (class)
	{
		case CURRENT:
			return look.current;
		case APPLIED:
			return look.applied && !look.current;
		case PENDING:
			return !look.applied;
		default:
			return look.head != NULL;
	}
}

/* Write the line that puts nodes into a class, where there are any. */
static void
add_class(MigrDrawing *drawing, int class)
{
	bool any = false;

	for (int row = 0; row < drawing->rows.count; row++)
	{
		if (!in_class(migr_draw_look(drawing, drawing->rows.items[row]), class))
			continue;
		migr_str_printf(&drawing->out, "%sr%d", any ? "," : "\tclass ", row);
		any = true;
	}
	if (any)
		migr_str_printf(&drawing->out, " %s\n", class_names[class]);
}

/*
 * Bottom to top, since edges go up from the parents.  Branch points are
 * hexagons, merge points have a double edge, others are round.
 */
void
migr_draw_mermaid(MigrDrawing *drawing)
{
	MigrStr *out = &drawing->out;

	migr_str_add(out, "flowchart BT\n");
	if (drawing->rows.count == 0)
		migr_str_add(out, "\tempty[\"no revisions\"]\n");
	for (int row = 0; row < drawing->rows.count; row++)
	{
		int32_t rev = drawing->rows.items[row];
		MigrLook look = migr_draw_look(drawing, rev);

		migr_str_printf(out, "\tr%d%s\"", row,
						look.branch	 ? "{{"
						: look.merge ? "[["
									 : "(");
		add_caption(drawing, rev, escape_mermaid, "<br/>");
		migr_str_printf(out, "\"%s\n",
						look.branch	 ? "}}"
						: look.merge ? "]]"
									 : ")");
	}
	add_arrows(drawing, (Arrow){"-->", ""}, (Arrow){"-.->", ""});
	migr_str_add(
		out, "\tclassDef applied fill:#ddf4ff,stroke:#54aeff,color:#1f2328\n"
			 "\tclassDef pending fill:#ffffff,stroke:#8c959f,color:#1f2328\n"
			 "\tclassDef current fill:#fff8c5,stroke:#bf8700,color:#1f2328\n"
			 "\tclassDef head stroke-width:3px\n");
	for (int class = 0; class < CLASSES; class ++)
		add_class(drawing, class);
}

/* ---- dot ------------------------------------------------------------------- */

/* Write a node: its text, and how it differs from others. */
static void
add_dot_node(MigrDrawing *drawing, int row)
{
	int32_t rev = drawing->rows.items[row];
	MigrLook look = migr_draw_look(drawing, rev);
	MigrStr *out = &drawing->out;

	migr_str_printf(out, "\tr%d [label=\"", row);
	add_caption(drawing, rev, escape_dot, "\\n");
	migr_str_add(out, "\"");
	if (look.branch)
		migr_str_add(out, ", shape=hexagon, style=filled");
	if (look.merge)
		migr_str_add(out, ", peripheries=2");
	if (look.current)
		migr_str_add(out, ", fillcolor=\"#fff8c5\", color=\"#bf8700\"");
	else if (!look.applied)
		migr_str_add(out, ", fillcolor=\"#ffffff\", color=\"#8c959f\"");
	if (look.head != NULL)
		migr_str_add(out, ", penwidth=2.5");
	migr_str_add(out, "];\n");
}

/* The same shapes and colours as in Mermaid. */
void
migr_draw_dot(MigrDrawing *drawing)
{
	MigrStr *out = &drawing->out;

	migr_str_add(out, "digraph revisions {\n"
					  "\trankdir=BT;\n"
					  "\tnode [shape=box, style=\"rounded,filled\", "
					  "fillcolor=\"#ddf4ff\", color=\"#54aeff\", "
					  "fontname=\"Helvetica,Arial,sans-serif\", "
					  "fontsize=11];\n"
					  "\tedge [color=\"#57606a\"];\n");
	if (drawing->rows.count == 0)
		migr_str_add(out, "\tempty [label=\"no revisions\"];\n");
	for (int row = 0; row < drawing->rows.count; row++)
		add_dot_node(drawing, row);
	add_arrows(drawing, (Arrow){"->", ";"}, (Arrow){"->", " [style=dashed];"});
	migr_str_add(out, "}\n");
}
