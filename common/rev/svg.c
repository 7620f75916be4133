/*
 * svg.c
 *	  The revision graph as SVG.  See drawing.h.
 *
 * The place of everything is found here: a row for each revision, in the order
 * of history, its node and its lines on the lanes that lanes.c gave them, its
 * texts to the right of all lanes.
 *
 * A line is one path, drawn from the parent up: so the dashes of lines that
 * share a lane fall upon each other.
 */
#include "rev/drawing.h"
#include "rev/lanes.h"

#include <string.h>

/* Columns of a terminal at which texts are cut. */
#define MESSAGE_COLUMNS 96
#define TIP_COLUMNS 400

/* All in pixels. */
#define ROW_HEIGHT 26
#define MARGIN 16

/* Tenths of a pixel that a column takes, in the fonts that are usual. */
#define ID_WIDTH 80
#define BADGE_WIDTH 67
#define MESSAGE_WIDTH 74
#define LEGEND_WIDTH 62

/* Colours of lines, to be told apart on white and on black. */
static const char *const palette[MIGR_LANE_COLOURS] = {
	"#2f81f7", "#2da44e", "#db6d28", "#8957e5",
	"#d6478f", "#1b9e9e", "#ae7c14", "#e5534b"};

typedef struct Canvas
{
	const MigrDrawing *drawing;
	MigrLanes lanes;
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

/* ---- lines and nodes ------------------------------------------------------ */

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
		 MigrLook look)
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

/* ---- texts ---------------------------------------------------------------- */

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

/* Write a text at x, its base line set for a row at y; returns its end. */
static int
add_text(Canvas *canvas, const char *class, int x, int y, MigrShown text,
		 int width)
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
add_badge(Canvas *canvas, const char *class, int x, int y, MigrShown text)
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
static MigrShown
plain(const char *text)
{
	MigrShown result = {text, (int) strlen(text)};

	return result;
}

/* Write the badges of a revision; returns where the next thing may begin. */
static int
add_badges(Canvas *canvas, int32_t rev, int x, int y)
{
	const MigrDrawing *drawing = canvas->drawing;
	const MigrNames *labels = &drawing->graph->revisions[rev]->labels;
	MigrLook look = migr_draw_look(drawing, rev);

	if (look.current)
		x = add_badge(canvas, "current", x, y, plain("current"));
	if (look.head != NULL)
		x = add_badge(canvas, "head", x, y, plain(look.head));
	for (int i = 0; i < labels->count && i < MIGR_LABELS_SHOWN; i++)
		x = add_badge(
			canvas, "label", x, y,
			migr_draw_shown(drawing, labels->items[i], MIGR_LABEL_COLUMNS));
	if (labels->count > MIGR_LABELS_SHOWN)
		x = add_badge(canvas, "label", x, y,
					  plain(migr_printf(drawing->arena, "+%d",
										labels->count - MIGR_LABELS_SHOWN)));
	return x;
}

/* Add a line with names to a tip, where there are any. */
static void
add_tip_names(Canvas *canvas, const char *word, const MigrNames *names)
{
	for (int i = 0; i < names->count; i++)
	{
		migr_str_printf(&canvas->out, "%s", i == 0 ? word : ", ");
		escape_xml(&canvas->out, migr_draw_shown(canvas->drawing,
												 names->items[i], TIP_COLUMNS)
									 .text);
	}
}

/* Write a row: what a pointer that rests on it is told, the node, the texts. */
static void
add_row(Canvas *canvas, int row)
{
	const MigrDrawing *drawing = canvas->drawing;
	int32_t rev = drawing->rows.items[row];
	const MigrRevision *revision = drawing->graph->revisions[rev];
	MigrStr *out = &canvas->out;
	int y = row_y(row);
	MigrShown id = migr_draw_shown_id(drawing, rev);
	MigrLook look = migr_draw_look(drawing, rev);
	int x;

	migr_str_add(out, "<g><title>");
	escape_xml(out, id.text);
	if (revision->message[0] != '\0')
		migr_str_add(out, ": ");
	escape_xml(out,
			   migr_draw_shown(drawing, revision->message, TIP_COLUMNS).text);
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
			 migr_draw_shown(drawing, revision->message, MESSAGE_COLUMNS),
			 MESSAGE_WIDTH);
	migr_str_add(out, "</g>\n");
}

/* Write a sign of the legend and what it means; returns its end. */
static int
add_sign(Canvas *canvas, int x, int y, MigrLook look, const char *meaning)
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
	const MigrDrawing *drawing = canvas->drawing;
	int count = drawing->rows.count;
	int applied = 0;
	int x = MARGIN;

	for (int32_t rev = 0; rev < count; rev++)
		applied += migr_draw_look(drawing, rev).applied;
	add_text(canvas, "small", x, y,
			 plain(count == 0 ? "no revisions"
							  : migr_printf(drawing->arena,
											"%d revision%s, the newest on top: "
											"%d applied, %d pending",
											count, count == 1 ? "" : "s",
											applied, count - applied)),
			 LEGEND_WIDTH);
	y += ROW_HEIGHT;
	x = add_sign(canvas, x, y, (MigrLook){.applied = true}, "applied");
	x = add_sign(canvas, x, y, (MigrLook){.applied = false}, "pending");
	x = add_sign(canvas, x, y, (MigrLook){.applied = true, .current = true},
				 "current");
	x = add_sign(canvas, x, y, (MigrLook){.applied = true, .branch = true},
				 "branch point");
	x = add_sign(canvas, x, y, (MigrLook){.applied = true, .merge = true},
				 "merge point");
	x = add_stroke(canvas, x, y, "stroke-width=\"2\"", "revises");
	add_stroke(canvas, x, y, "stroke-width=\"1.5\" stroke-dasharray=\"5 3\"",
			   "depends on");
}

/* ---- the whole ------------------------------------------------------------ */

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
	const MigrDrawing *drawing = canvas->drawing;
	int widest = 0;

	canvas->pitch = canvas->lanes.count <= 24 ? 16 : 12;
	canvas->text = lane_x(canvas, canvas->lanes.count) + 8;
	for (int32_t rev = 0; rev < drawing->rows.count; rev++)
	{
		int width = migr_draw_shown_id(drawing, rev).width;

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
void
migr_draw_svg(MigrDrawing *drawing)
{
	Canvas canvas = {0};
	MigrStr *out = &drawing->out;
	int rows = drawing->rows.count;
	int height = row_y(rows) + 2 * ROW_HEIGHT + MARGIN;

	canvas.drawing = drawing;
	migr_str_init(&canvas.out, drawing->arena);
	migr_draw_lanes(drawing, &canvas.lanes);
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
