/*
 * draw.c
 *	  The revision graph as Mermaid, dot or SVG.  See draw.h.
 *
 * Mermaid and dot place the nodes themselves: they get nodes, edges, shapes
 * and colours.  For SVG the place of everything is found here: a row for each
 * revision, in the order of history, and lanes for the lines between them.  A
 * lane waits for one revision: all solid lines to that revision share it, and
 * the revision's node stands on it when its row comes; then its first parent
 * waits there.  Dashed lines to a revision share a lane of their own, and bend
 * over to the node in the last gap.  A lane that waits for nobody is used
 * again, the leftmost first.
 *
 * A line is one path, drawn from the parent up: so the dashes of lines that
 * share a lane fall upon each other.
 */
#include "rev/draw.h"

#include <string.h>

/* Columns of a terminal at which texts are cut. */
#define MESSAGE_COLUMNS 48	   /* in a node of Mermaid or dot */
#define MESSAGE_ROW_COLUMNS 96 /* in a row of SVG */
#define LABEL_COLUMNS 40
#define TIP_COLUMNS 400

/* So many labels of a revision are shown; of the others, how many there are. */
#define LABELS_SHOWN 6

typedef struct Drawing
{
	const MigrGraph *graph;
	MigrArena *arena;
	const uint64_t *current; /* NULL: nothing */
	const uint64_t *applied; /* NULL: nothing */
	MigrRevs rows;			 /* newest first */
	int32_t *row_of;
	MigrStr out;
} Drawing;

/* What a node says by its shape, colour and marks. */
typedef struct Look
{
	const char *head; /* the word for it; NULL: no head */
	bool branch;
	bool merge;
	bool current;
	bool applied;
} Look;

/* Write a text so that the format takes it literally. */
typedef void (*Escape)(MigrStr *out, const char *text);

/* Find out what a revision's node has to say. */
static Look
look_of(const Drawing *drawing, int32_t rev)
{
	const MigrGraph *graph = drawing->graph;
	Look look = {0};

	if (migr_is_head(graph, rev))
		look.head = migr_is_real_head(graph, rev) ? "head" : "effective head";
	look.branch = migr_edge_count(&graph->up, rev) > 1;
	look.merge = migr_edge_count(&graph->down, rev) > 1;
	look.current =
		drawing->current != NULL && migr_set_has(drawing->current, rev);
	look.applied = look.current || (drawing->applied != NULL &&
									migr_set_has(drawing->applied, rev));
	return look;
}

/* ---- text that can be shown ------------------------------------------------ */

#define REPLACEMENT 0xFFFD

/* A text made fit to be shown, and how many columns it takes. */
typedef struct Shown
{
	const char *text;
	int width;
} Shown;

/* Read the character at s, and set its length; what is no UTF-8 reads as one
 * REPLACEMENT a byte. */
static uint32_t
read_character(const char *s, size_t left, size_t *len)
{
	const unsigned char *u = (const unsigned char *) s;
	uint32_t c;

	*len = u[0] < 0x80 ? 1 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
	if (*len > left || migr_utf8_check(s, *len) != *len)
	{
		*len = 1;
		return REPLACEMENT;
	}
	c = *len == 1 ? u[0] : u[0] & (0x7Fu >> *len);
	for (size_t i = 1; i < *len; i++)
		c = c << 6 | (u[i] & 0x3Fu);
	return c;
}

/* Is c in one of count ranges, given as pairs in rising order? */
static bool
in_ranges(const uint32_t (*ranges)[2], size_t count, uint32_t c)
{
	for (size_t i = 0; i < count && c >= ranges[i][0]; i++)
		if (c <= ranges[i][1])
			return true;
	return false;
}

/* How many columns does a character take? */
static int
columns_of(uint32_t c)
{
	static const uint32_t wide[][2] = {
		{0x1100, 0x115F},	{0x2E80, 0xA4CF},	{0xAC00, 0xD7A3},
		{0xF900, 0xFAFF},	{0xFE30, 0xFE6F},	{0xFF00, 0xFF60},
		{0xFFE0, 0xFFE6},	{0x1F300, 0x1F64F}, {0x1F680, 0x1FAFF},
		{0x20000, 0x3FFFD},
	};
	static const uint32_t none[][2] = {
		{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},
		{0x064B, 0x065F}, {0x200B, 0x200F}, {0x202A, 0x202E},
		{0x2066, 0x2069}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
	};

	if (in_ranges(wide, sizeof(wide) / sizeof(*wide), c))
		return 2;
	return in_ranges(none, sizeof(none) / sizeof(*none), c) ? 0 : 1;
}

/* Append a character: controls as a blank, those that turn the direction of
 * writing not at all, what isn't one as U+FFFD. */
static void
add_character(MigrStr *str, uint32_t c, const char *bytes, size_t len)
{
	if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029)
		migr_str_add_char(str, ' ');
	else if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
		return;
	else if (c == REPLACEMENT || (c & 0xFFFE) == 0xFFFE)
		migr_str_add(str, "\xEF\xBF\xBD");
	else
		migr_str_add_n(str, bytes, len);
}

/*
 * Take a text's first line, and make it fit to be shown in so many columns.
 * In an encoding that isn't known a cut is only safe before an ASCII byte.
 */
static Shown
shown(const Drawing *drawing, const char *text, int columns)
{
	bool bytes = drawing->graph->ctx->other_encoding;
	MigrSpan line = migr_span_trim(migr_span(text));
	Shown result = {0};
	size_t keep = 0;
	size_t len;
	MigrStr str;

	migr_str_init(&str, drawing->arena);
	for (size_t at = 0; at < line.len && strchr("\r\n", line.ptr[at]) == NULL;
		 at += len)
	{
		bool letter = bytes && (unsigned char) line.ptr[at] > 127;
		uint32_t c = 'x';
		int width;

		len = 1;
		if (!letter)
			c = read_character(line.ptr + at, line.len - at, &len);
		width = columns_of(c);
		if (!letter &&
			(result.width + width > columns || str.len > (size_t) columns * 8))
		{
			str.len = bytes ? str.len : keep;
			str.data[str.len] = '\0';
			migr_str_add(&str, "...");
			result.width = bytes ? result.width + 3 : columns;
			break;
		}
		add_character(&str, c, line.ptr + at, len);
		result.width += width;
		if (result.width <= columns - 3)
			keep = str.len;
	}
	result.text = str.data;
	return result;
}

/* An id isn't cut: it can't be guessed. */
static Shown
shown_id(const Drawing *drawing, int32_t rev)
{
	return shown(drawing, drawing->graph->revisions[rev]->id, INT16_MAX);
}

/* ---- Mermaid and dot ------------------------------------------------------- */

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
add_caption(Drawing *drawing, int32_t rev, Escape escape,
			const char *line_break)
{
	const MigrRevision *revision = drawing->graph->revisions[rev];
	Look look = look_of(drawing, rev);
	MigrStr *out = &drawing->out;
	int labels = revision->labels.count;
	Shown message = shown(drawing, revision->message, MESSAGE_COLUMNS);

	escape(out, shown_id(drawing, rev).text);
	for (int i = 0; i < labels && i < LABELS_SHOWN; i++)
	{
		migr_str_add(out, i == 0 ? " (" : ", ");
		escape(out,
			   shown(drawing, revision->labels.items[i], LABEL_COLUMNS).text);
	}
	if (labels > LABELS_SHOWN)
		migr_str_printf(out, ", +%d", labels - LABELS_SHOWN);
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
add_arrows(Drawing *drawing, Arrow solid, Arrow dashed)
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
in_class(Look look, int class)
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
add_class(Drawing *drawing, int class)
{
	bool any = false;

	for (int row = 0; row < drawing->rows.count; row++)
	{
		if (!in_class(look_of(drawing, drawing->rows.items[row]), class))
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
static void
draw_mermaid(Drawing *drawing)
{
	MigrStr *out = &drawing->out;

	migr_str_add(out, "flowchart BT\n");
	if (drawing->rows.count == 0)
		migr_str_add(out, "\tempty[\"no revisions\"]\n");
	for (int row = 0; row < drawing->rows.count; row++)
	{
		int32_t rev = drawing->rows.items[row];
		Look look = look_of(drawing, rev);

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
add_dot_node(Drawing *drawing, int row)
{
	int32_t rev = drawing->rows.items[row];
	Look look = look_of(drawing, rev);
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
static void
draw_dot(Drawing *drawing)
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

/* ---- SVG: lanes ------------------------------------------------------------ */

#define NO_LANE (-1)

/* Colours of lines, to be told apart on white and on black. */
static const char *const palette[] = {"#2f81f7", "#2da44e", "#db6d28",
									  "#8957e5", "#d6478f", "#1b9e9e",
									  "#ae7c14", "#e5534b"};
#define COLOURS ((int) (sizeof(palette) / sizeof(*palette)))

typedef struct Lanes
{
	int32_t *of;	 /* the lane of each revision's node */
	int32_t *dashed; /* the lane of dashed lines to it, or NO_LANE */
	int32_t *colour; /* of each revision's lines, in the palette */
	int32_t *last;	 /* of each lane, the last colour */
	int32_t colours; /* the next to try */
	int32_t count;	 /* lanes that were ever used */
	int32_t *free;	 /* a heap, the leftmost at its top */
	int32_t nfree;
} Lanes;

/* Give back a lane. */
static void
free_lane(Lanes *lanes, int32_t lane)
{
	int32_t place = lanes->nfree++;

	while (place > 0 && lanes->free[(place - 1) / 2] > lane)
	{
		lanes->free[place] = lanes->free[(place - 1) / 2];
		place = (place - 1) / 2;
	}
	lanes->free[place] = lane;
}

/* Take the leftmost free lane, or a new one. */
static int32_t
take_lane(Lanes *lanes)
{
	int32_t *heap = lanes->free;
	int32_t place = 0;
	int32_t first;
	int32_t last;

	if (lanes->nfree == 0)
		return lanes->count++;
	first = heap[0];
	last = heap[--lanes->nfree];
	for (;;)
	{
		int32_t child = 2 * place + 1;

		if (child + 1 < lanes->nfree && heap[child + 1] < heap[child])
			child++;
		if (child >= lanes->nfree || heap[child] >= last)
			break;
		heap[place] = heap[child];
		place = child;
	}
	heap[place] = last;
	return first;
}

/* Begin a line on a lane, in another colour than the lanes beside it have. */
static int32_t
new_colour(Lanes *lanes, int32_t lane)
{
	int32_t left = lane > 0 ? lanes->last[lane - 1] : -1;
	int32_t right = lane + 1 < lanes->count ? lanes->last[lane + 1] : -1;
	int32_t colour;

	do
	{
		colour = lanes->colours;
		lanes->colours = (colour + 1) % COLOURS;
	} while (colour == left || colour == right);
	lanes->last[lane] = colour;
	return colour;
}

/* Find the lane of a row's revision: the one that waits for it, if any does. */
static void
place_node(Lanes *lanes, int32_t rev)
{
	if (lanes->of[rev] != NO_LANE)
	{
		if (lanes->dashed[rev] != NO_LANE)
			free_lane(lanes, lanes->dashed[rev]);
		return;
	}
	lanes->of[rev] =
		lanes->dashed[rev] != NO_LANE ? lanes->dashed[rev] : take_lane(lanes);
	lanes->colour[rev] = new_colour(lanes, lanes->of[rev]);
}

/*
 * Let lanes wait for the parents of a row's revision that none waits for yet.
 * Its own lane goes on to the first of them.  A dependency in the next row
 * needs no lane: its line goes straight there.
 */
static void
place_parents(const Drawing *drawing, Lanes *lanes, int32_t rev)
{
	const MigrGraph *graph = drawing->graph;
	int32_t own = lanes->of[rev];
	int32_t deps =
		graph->all_down.start[rev] + migr_edge_count(&graph->down, rev);

	migr_each_edge (&graph->all_down, rev, k)
	{
		int32_t parent = graph->all_down.to[k];
		int32_t *lane = k < deps ? lanes->of : lanes->dashed;

		if (lane[parent] != NO_LANE ||
			(k >= deps && drawing->row_of[parent] == drawing->row_of[rev] + 1))
			continue;
		lane[parent] = own != NO_LANE ? own : take_lane(lanes);
		if (k < deps)
			lanes->colour[parent] = own != NO_LANE
										? lanes->colour[rev]
										: new_colour(lanes, lane[parent]);
		own = NO_LANE;
	}
	if (own != NO_LANE)
		free_lane(lanes, own);
}

/* Find the lane of every node and line. */
static void
place_all(const Drawing *drawing, Lanes *lanes)
{
	size_t count = (size_t) drawing->rows.count + 1;

	memset(lanes, 0, sizeof(*lanes));
	lanes->of = migr_alloc_array(drawing->arena, count, sizeof(int32_t));
	lanes->dashed = migr_alloc_array(drawing->arena, count, sizeof(int32_t));
	lanes->colour = migr_alloc_array(drawing->arena, count, sizeof(int32_t));
	lanes->last = migr_alloc_array(drawing->arena, 2 * count, sizeof(int32_t));
	lanes->free = migr_alloc_array(drawing->arena, 2 * count, sizeof(int32_t));
	for (int row = 0; row < drawing->rows.count; row++)
		lanes->of[row] = lanes->dashed[row] = NO_LANE;
	for (int row = 0; row < drawing->rows.count; row++)
	{
		place_node(lanes, drawing->rows.items[row]);
		place_parents(drawing, lanes, drawing->rows.items[row]);
	}
}

/* ---- SVG: lines and nodes ------------------------------------------------ */

/* All in pixels. */
#define ROW_HEIGHT 26
#define MARGIN 16

/* Tenths of a pixel that a column takes, in the fonts that are usual. */
#define ID_WIDTH 80
#define BADGE_WIDTH 67
#define MESSAGE_WIDTH 74
#define LEGEND_WIDTH 62

typedef struct Canvas
{
	const Drawing *drawing;
	Lanes lanes;
	int pitch;	 /* from lane to lane */
	int text;	 /* where the ids begin */
	int after;	 /* where what follows the ids begins */
	int width;	 /* as far as anything reaches */
	MigrStr out; /* what stands within the frame */
} Canvas;

/* The middle of a lane. */
static int
lane_x(const Canvas *canvas, int32_t lane)
{
	return MARGIN + 8 + canvas->pitch * lane;
}

/* The middle of a row. */
static int
row_y(int32_t row)
{
	return MARGIN + ROW_HEIGHT / 2 + ROW_HEIGHT * row;
}

/* The colour of a revision's node and of the lines to it. */
static const char *
colour_of(const Canvas *canvas, int32_t rev)
{
	return palette[canvas->lanes.colour[rev]];
}

/* Write a text as XML's character data or attribute. */
static void
escape_xml(MigrStr *out, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text)
		{
			case '&':
				migr_str_add(out, "&amp;");
				break;
			case '<':
				migr_str_add(out, "&lt;");
				break;
			case '>':
				migr_str_add(out, "&gt;");
				break;
			case '"':
				migr_str_add(out, "&quot;");
				break;
			default:
				migr_str_add_char(out, *text);
		}
}

/* Continue a path to a lane, one row up. */
static void
add_bend(Canvas *canvas, int32_t from, int32_t to, int32_t row)
{
	int x = lane_x(canvas, to);
	int y = row_y(row);

	if (from == to)
		migr_str_printf(&canvas->out, "V%d", y);
	else
		migr_str_printf(&canvas->out, "C%d %d %d %d %d %d",
						lane_x(canvas, from), y + ROW_HEIGHT / 2, x,
						y + ROW_HEIGHT / 2, x, y);
}

/* Write the line from a parent up to its child, along the lane between. */
static void
add_line(Canvas *canvas, int32_t child, int32_t parent, bool dashed)
{
	int32_t top = canvas->drawing->row_of[child];
	int32_t row = canvas->drawing->row_of[parent];
	int32_t to = canvas->lanes.of[child];
	int32_t from = canvas->lanes.of[parent];
	int32_t lane =
		dashed && row > top + 1 ? canvas->lanes.dashed[parent] : from;

	migr_str_printf(&canvas->out, "<path stroke=\"%s\" d=\"M%d %d",
					colour_of(canvas, parent), lane_x(canvas, from),
					row_y(row));
	if (lane != from)
		add_bend(canvas, from, lane, --row);
	if (lane != to && row > top + 1)
		migr_str_printf(&canvas->out, "V%d", row_y(top + 1));
	add_bend(canvas, lane, to, top);
	migr_str_add(&canvas->out, "\"/>\n");
}

/* Write the lines of one kind. */
static void
add_lines(Canvas *canvas, bool dashed)
{
	const MigrGraph *graph = canvas->drawing->graph;

	migr_str_printf(&canvas->out, "<g class=\"%s\" fill=\"none\" %s>\n",
					dashed ? "depends" : "revises",
					dashed ? "stroke-width=\"1.5\" stroke-dasharray=\"5 3\""
						   : "stroke-width=\"2\"");
	for (int row = 0; row < canvas->drawing->rows.count; row++)
	{
		int32_t rev = canvas->drawing->rows.items[row];
		int32_t first = graph->all_down.start[rev];
		int32_t end = graph->all_down.start[rev + 1];
		int32_t deps = first + migr_edge_count(&graph->down, rev);

		for (int32_t k = dashed ? deps : first; k < (dashed ? end : deps); k++)
			add_line(canvas, rev, graph->all_down.to[k], dashed);
	}
	migr_str_add(&canvas->out, "</g>\n");
}

/* Write a circle, or a diamond for a branch point, around the origin. */
static void
add_shape(MigrStr *out, bool diamond, int tenths, const char *attributes)
{
	int r = tenths + (diamond ? 15 : 0);

	if (diamond)
		migr_str_printf(out,
						"<polygon points=\"0,-%d.%d %d.%d,0 0,%d.%d -%d.%d,0\" "
						"%s/>",
						r / 10, r % 10, r / 10, r % 10, r / 10, r % 10, r / 10,
						r % 10, attributes);
	else
		migr_str_printf(out, "<circle r=\"%d.%d\" %s/>", r / 10, r % 10,
						attributes);
}

/*
 * Write a node.  Full: applied; hollow: pending; a ring around it: a merge
 * point; a diamond: a branch point; a halo: current.
 */
static void
add_node(Canvas *canvas, const char *class, int x, int y, const char *colour,
		 Look look)
{
	MigrArena *arena = canvas->drawing->arena;
	MigrStr *out = &canvas->out;

	migr_str_printf(out, "<g class=\"%s\" transform=\"translate(%d %d)\">",
					class, x, y);
	if (look.current)
		add_shape(out, look.branch, 115, "class=\"halo\"");
	if (look.merge)
		add_shape(out, look.branch, 80,
				  migr_printf(arena,
							  "class=\"hollow\" stroke=\"%s\" "
							  "stroke-width=\"1.5\"",
							  colour));
	add_shape(out, look.branch, look.merge ? 45 : 55,
			  migr_printf(arena,
						  look.applied ? "fill=\"%s\" stroke=\"%s\""
									   : "class=\"hollow\" stroke=\"%s\" "
										 "stroke-width=\"2\"",
						  colour, colour));
	migr_str_add(out, "</g>\n");
}

/* ---- SVG: texts ------------------------------------------------------------ */

/* Write a text at x, its base line set for a row at y; returns its end. */
static int
add_text(Canvas *canvas, const char *class, int x, int y, Shown text, int width)
{
	migr_str_printf(&canvas->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">",
					class, x, y + 4);
	escape_xml(&canvas->out, text.text);
	migr_str_add(&canvas->out, "</text>\n");
	x += text.width * width / 10;
	if (canvas->width < x)
		canvas->width = x;
	return x;
}

/* Write a text on a badge; returns where the next thing may begin. */
static int
add_badge(Canvas *canvas, const char *class, int x, int y, Shown text)
{
	int width = text.width * BADGE_WIDTH / 10 + 12;

	migr_str_printf(&canvas->out,
					"<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" "
					"height=\"16\" rx=\"8\"/>",
					class, x, y - 8, width);
	add_text(canvas, "badge", x + 6, y, text, BADGE_WIDTH);
	return x + width + 6;
}

/* A text of our own, in ASCII. */
static Shown
plain(const char *text)
{
	Shown result = {text, (int) strlen(text)};

	return result;
}

/* Write the badges of a revision; returns where the next thing may begin. */
static int
add_badges(Canvas *canvas, int32_t rev, int x, int y)
{
	const Drawing *drawing = canvas->drawing;
	const MigrNames *labels = &drawing->graph->revisions[rev]->labels;
	Look look = look_of(drawing, rev);

	if (look.current)
		x = add_badge(canvas, "current", x, y, plain("current"));
	if (look.head != NULL)
		x = add_badge(canvas, "head", x, y, plain(look.head));
	for (int i = 0; i < labels->count && i < LABELS_SHOWN; i++)
		x = add_badge(canvas, "label", x, y,
					  shown(drawing, labels->items[i], LABEL_COLUMNS));
	if (labels->count > LABELS_SHOWN)
		x = add_badge(canvas, "label", x, y,
					  plain(migr_printf(drawing->arena, "+%d",
										labels->count - LABELS_SHOWN)));
	return x;
}

/* Add a line with names to a tip, where there are any. */
static void
add_tip_names(Canvas *canvas, const char *word, const MigrNames *names)
{
	for (int i = 0; i < names->count; i++)
	{
		migr_str_printf(&canvas->out, "%s", i == 0 ? word : ", ");
		escape_xml(&canvas->out,
				   shown(canvas->drawing, names->items[i], TIP_COLUMNS).text);
	}
}

/* Write a row: what a pointer that rests on it is told, the node, the texts. */
static void
add_row(Canvas *canvas, int row)
{
	const Drawing *drawing = canvas->drawing;
	int32_t rev = drawing->rows.items[row];
	const MigrRevision *revision = drawing->graph->revisions[rev];
	MigrStr *out = &canvas->out;
	int y = row_y(row);
	Shown id = shown_id(drawing, rev);
	Look look = look_of(drawing, rev);
	int x;

	migr_str_add(out, "<g><title>");
	escape_xml(out, id.text);
	if (revision->message[0] != '\0')
		migr_str_add(out, ": ");
	escape_xml(out, shown(drawing, revision->message, TIP_COLUMNS).text);
	add_tip_names(canvas, "\nrevises ", &revision->revises);
	add_tip_names(canvas, "\ndepends on ", &revision->depends_on);
	migr_str_add(out, look.applied ? "\napplied" : "\npending");
	migr_str_add(out, "</title>\n");
	add_node(canvas, "node", lane_x(canvas, canvas->lanes.of[rev]), y,
			 colour_of(canvas, rev), look);
	add_text(canvas, look.applied ? "id" : "id pending", canvas->text, y, id,
			 ID_WIDTH);
	x = add_badges(canvas, rev, canvas->after, y);
	add_text(canvas, look.applied ? "message" : "message pending", x, y,
			 shown(drawing, revision->message, MESSAGE_ROW_COLUMNS),
			 MESSAGE_WIDTH);
	migr_str_add(out, "</g>\n");
}

/* Write a sign of the legend and what it means; returns its end. */
static int
add_sign(Canvas *canvas, int x, int y, Look look, const char *meaning)
{
	add_node(canvas, "sign", x + 10, y, palette[0], look);
	return add_text(canvas, "small", x + 26, y, plain(meaning), LEGEND_WIDTH) +
		   12;
}

/* Write what a line of the legend looks like, and what it means. */
static int
add_stroke(Canvas *canvas, int x, int y, const char *style, const char *meaning)
{
	migr_str_printf(&canvas->out,
					"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" "
					"y2=\"%d\" stroke=\"%s\" %s/>\n",
					x, y, x + 24, y, palette[0], style);
	return add_text(canvas, "small", x + 34, y, plain(meaning), LEGEND_WIDTH) +
		   12;
}

/* Write the legend below the rows: how many there are, and all signs. */
static void
add_legend(Canvas *canvas, int y)
{
	const Drawing *drawing = canvas->drawing;
	int count = drawing->rows.count;
	int applied = 0;
	int x = MARGIN;

	for (int32_t rev = 0; rev < count; rev++)
		applied += look_of(drawing, rev).applied;
	add_text(canvas, "small", x, y,
			 plain(count == 0 ? "no revisions"
							  : migr_printf(drawing->arena,
											"%d revision%s, the newest on top: "
											"%d applied, %d pending",
											count, count == 1 ? "" : "s",
											applied, count - applied)),
			 LEGEND_WIDTH);
	y += ROW_HEIGHT;
	x = add_sign(canvas, x, y, (Look){.applied = true}, "applied");
	x = add_sign(canvas, x, y, (Look){.applied = false}, "pending");
	x = add_sign(canvas, x, y, (Look){.applied = true, .current = true},
				 "current");
	x = add_sign(canvas, x, y, (Look){.applied = true, .branch = true},
				 "branch point");
	x = add_sign(canvas, x, y, (Look){.applied = true, .merge = true},
				 "merge point");
	x = add_stroke(canvas, x, y, "stroke-width=\"2\"", "revises");
	add_stroke(canvas, x, y, "stroke-width=\"1.5\" stroke-dasharray=\"5 3\"",
			   "depends on");
}

/* ---- SVG: the whole -------------------------------------------------------- */

/* Colours by class, on white; and where the reader likes it dark, on that. */
static const char style[] =
	"<style>\n"
	".mg text{fill:#1f2328}\n"
	".mg .ground,.mg .hollow{fill:#ffffff}\n"
	".mg .odd{fill:#f6f8fa}\n"
	".mg .id,.mg .badge{font-family:ui-monospace,Menlo,Consolas,"
	"'DejaVu Sans Mono','Liberation Mono',monospace}\n"
	".mg .badge,.mg .small{font-size:11px}\n"
	".mg .pending,.mg .small{fill:#656d76}\n"
	".mg .halo,.mg .current{fill:#ffdf5d;stroke:#bf8700}\n"
	".mg .head{fill:#dafbe1;stroke:#4ac26b}\n"
	".mg .label{fill:#ddf4ff;stroke:#54aeff}\n"
	"@media (prefers-color-scheme:dark){\n"
	".mg text{fill:#e6edf3}\n"
	".mg .ground,.mg .hollow{fill:#0d1117}\n"
	".mg .odd{fill:#161b22}\n"
	".mg .pending,.mg .small{fill:#8d96a0}\n"
	".mg .halo,.mg .current{fill:#6b4a00;stroke:#d29922}\n"
	".mg .head{fill:#0f3d1c;stroke:#238636}\n"
	".mg .label{fill:#0c2d6b;stroke:#1f6feb}\n"
	"}\n"
	"</style>\n";

/* Settle where the texts begin: behind the lanes, and behind the ids. */
static void
place_texts(Canvas *canvas)
{
	const Drawing *drawing = canvas->drawing;
	int widest = 0;

	canvas->pitch = canvas->lanes.count <= 24 ? 16 : 12;
	canvas->text = lane_x(canvas, canvas->lanes.count) + 8;
	for (int32_t rev = 0; rev < drawing->rows.count; rev++)
	{
		int width = shown_id(drawing, rev).width;

		if (width > widest)
			widest = width;
	}
	canvas->after = canvas->text + widest * ID_WIDTH / 10 + 12;
}

/* Shade every other row, so that the eye finds from a node to its text. */
static void
add_shades(Canvas *canvas, MigrStr *out)
{
	for (int row = 1; row < canvas->drawing->rows.count; row += 2)
		migr_str_printf(out,
						"<rect class=\"odd\" y=\"%d\" width=\"%d\" "
						"height=\"%d\"/>\n",
						row_y(row) - ROW_HEIGHT / 2, canvas->width, ROW_HEIGHT);
}

/* Draw what stands within the frame first, to know how wide that is. */
static void
draw_svg(Drawing *drawing)
{
	Canvas canvas = {0};
	MigrStr *out = &drawing->out;
	int rows = drawing->rows.count;
	int height = row_y(rows) + 2 * ROW_HEIGHT + MARGIN;

	canvas.drawing = drawing;
	migr_str_init(&canvas.out, drawing->arena);
	place_all(drawing, &canvas.lanes);
	place_texts(&canvas);
	add_lines(&canvas, false);
	add_lines(&canvas, true);
	for (int row = 0; row < rows; row++)
		add_row(&canvas, row);
	add_legend(&canvas, row_y(rows) + MARGIN / 2);
	canvas.width += MARGIN;
	migr_str_printf(out,
					"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"mg\" "
					"width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
					"font-family=\"system-ui,'Segoe UI',Helvetica,Arial,"
					"sans-serif\" font-size=\"13\">\n"
					"<title>Revisions</title>\n",
					canvas.width, height, canvas.width, height);
	migr_str_add(out, style);
	migr_str_printf(out,
					"<rect class=\"ground\" width=\"%d\" height=\"%d\"/>\n",
					canvas.width, height);
	add_shades(&canvas, out);
	migr_str_add_n(out, canvas.out.data, canvas.out.len);
	migr_str_add(out, "</svg>\n");
}

/* ---- the door ------------------------------------------------------------ */

bool
migr_draw_format(MigrCtx *ctx, const char *name, MigrDrawFormat *out)
{
	static const char *const names[] = {"mermaid", "dot", "svg"};

	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0)
		{
			*out = (MigrDrawFormat) i;
			return true;
		}
	migr_fail(ctx, MIGR_ERR_ARGUMENT, "unknown format \"%s\"", name);
	return migr_hint(ctx, "The formats are mermaid, dot and svg.");
}

/* Put all revisions into the order in which history shows them. */
static void
order_rows(Drawing *drawing)
{
	const MigrGraph *graph = drawing->graph;
	MigrSet all = migr_set_new(graph);
	MigrRevs heads = {0};

	for (int32_t rev = 0; rev < graph->count; rev++)
	{
		migr_set_add(all, rev);
		if (migr_is_head(graph, rev))
			migr_revs_add(graph, &heads, rev);
	}
	migr_graph_sort(graph, all, &heads, &drawing->rows);
	drawing->row_of = migr_alloc_array(
		drawing->arena, (size_t) graph->count + 1, sizeof(int32_t));
	for (int row = 0; row < drawing->rows.count; row++)
		drawing->row_of[drawing->rows.items[row]] = row;
}

const char *
migr_draw(const MigrGraph *graph, MigrDrawFormat format, const MigrSet current,
		  const MigrSet applied)
{
	Drawing drawing = {0};

	drawing.graph = graph;
	drawing.arena = &graph->ctx->arena;
	drawing.current = current;
	drawing.applied = applied;
	migr_str_init(&drawing.out, drawing.arena);
	order_rows(&drawing);
	switch (format)
	{
		case MIGR_DRAW_MERMAID:
			draw_mermaid(&drawing);
			break;
		case MIGR_DRAW_DOT:
			draw_dot(&drawing);
			break;
		case MIGR_DRAW_SVG:
			draw_svg(&drawing);
			break;
	}
	return drawing.out.data;
}
