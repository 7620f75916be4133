/*
 * test_draw.c
 *	  The drawn graph: texts of Mermaid and dot as they have to be, SVG by its
 *	  structure: well-formed, a node for each revision, a path for each edge,
 *	  and nothing that runs into something else.
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "rev/draw.h"

/* A drawing to be made: a graph as in unit.h, and what is given along. */
typedef struct Sheet
{
	Unit unit;
	MigrRevisions revisions;
	MigrGraph graph;
	MigrSet current;
	MigrSet applied;
} Sheet;

/* Open a context and build a graph that has to be right. */
static void
open_sheet(Sheet *sheet, const char *text, const char *current)
{
	MigrRevs rows;

	unit_open(&sheet->unit);
	sheet->revisions = unit_revisions(&sheet->unit, text);
	if (!migr_graph_build(&sheet->unit.ctx, sheet->revisions.items,
						  sheet->revisions.count, &sheet->graph))
		fail_msg("%s: %s", text, sheet->unit.ctx.err.message);
	rows = unit_revs(&sheet->graph, current);
	sheet->current = migr_set_new(&sheet->graph);
	sheet->applied = migr_set_new(&sheet->graph);
	for (int i = 0; i < rows.count; i++)
		migr_set_add(sheet->current, rows.items[i]);
	migr_graph_close(&sheet->graph, &sheet->graph.all_down, &rows,
					 sheet->applied);
}

/* Draw a sheet. */
static const char *
draw(Sheet *sheet, MigrDrawFormat format)
{
	return migr_draw(&sheet->graph, format, sheet->current, sheet->applied);
}

/* How often does part stand in text? */
static int
occurrences(const char *text, const char *part)
{
	int count = 0;

	for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part))
		count++;
	return count;
}

/* Fail where part doesn't stand in text. */
static void
assert_contains(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no \"%s\" in:\n%s", part, text);
}

/* ---- XML ------------------------------------------------------------------- */

#define DEPTH_MAX 16

/* Check a reference, the & is at *at. */
static void
check_reference(const char **at)
{
	static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strncmp(*at, known[i], strlen(known[i])) == 0)
		{
			*at += strlen(known[i]);
			return;
		}
	fail_msg("not a reference: %.20s", *at);
}

/* Check a tag from its < on; returns whether it closes itself. */
static bool
check_tag(const char **at)
{
	const char *s = *at + 1;

	s += strcspn(s, " />");
	while (*s == ' ')
	{
		s += strspn(s, " ");
		if (*s == '/' || *s == '>')
			break;
		s += strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-");
		if (strncmp(s, "=\"", 2) != 0)
			fail_msg("not an attribute: %.40s", s);
		s += 2;
		while (*s != '"')
			if (*s == '&')
				check_reference(&s);
			else if (*s == '<' || *s == '\0')
				fail_msg("not a value: %.40s", *at);
			else
				s++;
		s++;
	}
	*at = s + (*s == '/' ? 2 : 1);
	if (s[*s == '/'] != '>')
		fail_msg("not a tag: %.40s", s);
	return *s == '/';
}

/* Check that a text is well-formed XML: characters, tags, references. */
static void
check_xml(const char *text)
{
	MigrSpan open[DEPTH_MAX];
	int depth = 0;
	const char *at = text;

	assert_int_equal(migr_utf8_check(text, strlen(text)), strlen(text));
	while (*at != '\0')
	{
		const char *tag = at;

		if ((unsigned char) *at < 0x20 && *at != '\n')
			fail_msg("a control character at: %.20s", at);
		if (strncmp(at, "\xEF\xBF\xBE", 3) == 0 ||
			strncmp(at, "\xEF\xBF\xBF", 3) == 0)
			fail_msg("not a character at: %.20s", at);
		if (*at == '&')
			check_reference(&at);
		else if (strncmp(at, "]]>", 3) == 0)
			fail_msg("]]> in a text");
		else if (strncmp(at, "</", 2) == 0)
		{
			assert_true(depth > 0);
			depth--;
			if (strncmp(at + 2, open[depth].ptr, open[depth].len) != 0 ||
				at[2 + open[depth].len] != '>')
				fail_msg("%.20s closes %.20s", at, open[depth].ptr);
			at += open[depth].len + 3;
			assert_true(depth > 0 || strcmp(at, "\n") == 0);
		}
		else if (*at == '<' && !check_tag(&at))
		{
			assert_true(depth < DEPTH_MAX && (depth > 0 || tag == text));
			open[depth].ptr = tag + 1;
			open[depth++].len = strcspn(tag + 1, " >");
		}
		else if (tag == at)
			at++;
	}
	assert_int_equal(depth, 0);
}

/* ---- what a drawing holds -------------------------------------------------- */

typedef struct Node
{
	int x;
	int y;
	int32_t rev;
	int text; /* where its texts begin */
	const char *colour;
} Node;

/* A path as a list of its points at rows, from the parent up. */
typedef struct Path
{
	bool dashed;
	int parent; /* nodes, as indexes */
	int child;
	MIGR_VEC(int) xs; /* of the rows passed, both ends too */
} Path;

typedef struct Picture
{
	Sheet *sheet;
	int top;	/* the first node's y */
	int height; /* from row to row */
	MIGR_VEC(Node) nodes;
	MIGR_VEC(Path) paths;
} Picture;

/* Read a number behind *at. */
static int
number(const char **at)
{
	char *end;
	long value = strtol(*at, &end, 10);

	assert_true(end != *at);
	*at = end;
	return (int) value;
}

/* Read the colour of the first stroke from at on. */
static const char *
stroke_at(MigrArena *arena, const char *at)
{
	static const char begin[] = "stroke=\"";

	at = strstr(at, begin);
	assert_non_null(at);
	at += strlen(begin);
	assert_int_equal(*at, '#');
	return migr_strndup(arena, at, strcspn(at, "\""));
}

/* Read the nodes of a drawing, and which revisions they stand for. */
static void
read_nodes(Picture *picture, const char *svg)
{
	static const char begin[] = "<g class=\"node\" transform=\"translate(";
	MigrArena *arena = &picture->sheet->unit.ctx.arena;

	for (const char *at = strstr(svg, begin); at != NULL;
		 at = strstr(at, begin))
	{
		Node node;
		const char *id;
		MigrRevs revs;

		at += strlen(begin);
		node.x = number(&at);
		node.y = number(&at);
		node.colour = stroke_at(arena, at);
		id = strstr(at, "<text class=\"id");
		assert_non_null(id);
		id = strstr(id, " x=\"") + 4;
		node.text = number(&id);
		id = strchr(id, '>') + 1;
		revs =
			unit_revs(&picture->sheet->graph,
					  migr_strndup(arena, id, (size_t) (strchr(id, '<') - id)));
		assert_int_equal(revs.count, 1);
		node.rev = revs.items[0];
		migr_vec_push(arena, &picture->nodes, node);
	}
	picture->top = picture->nodes.count > 0 ? picture->nodes.items[0].y : 0;
	picture->height =
		picture->nodes.count > 1 ? picture->nodes.items[1].y - picture->top : 1;
}

/* Find the node at a place. */
static int
node_at(const Picture *picture, int x, int y)
{
	int row = (y - picture->top) / picture->height;

	if (row < 0 || row >= picture->nodes.count ||
		picture->nodes.items[row].x != x || picture->nodes.items[row].y != y)
		fail_msg("no node at %d, %d", x, y);
	return row;
}

/* Read one path's data: a move, then vertical lines and curves of one row. */
static void
read_path(Picture *picture, const char *at, bool dashed)
{
	MigrArena *arena = &picture->sheet->unit.ctx.arena;
	Path path = {.dashed = dashed};
	int x;
	int y;

	assert_int_equal(*at++, 'M');
	x = number(&at);
	y = number(&at);
	path.parent = node_at(picture, x, y);
	migr_vec_push(arena, &path.xs, x);
	while (*at != '"')
	{
		bool curve = *at == 'C';
		int to;

		assert_true(curve || *at == 'V');
		at++;
		for (int i = 0; i < 4 && curve; i++)
			number(&at);
		x = curve ? number(&at) : x;
		to = number(&at);
		assert_true(curve ? y - to == picture->height
						  : (y - to) % picture->height == 0 && to < y);
		for (; y > to; y -= picture->height)
			migr_vec_push(arena, &path.xs, x);
	}
	path.child = node_at(picture, x, y);
	migr_vec_push(arena, &picture->paths, path);
}

/* Read the paths of a kind.  They have the colour of their parent's node. */
static void
read_paths(Picture *picture, const char *svg, bool dashed)
{
	MigrArena *arena = &picture->sheet->unit.ctx.arena;
	const char *at =
		strstr(svg, dashed ? "<g class=\"depends\"" : "<g class=\"revises\"");
	const char *end = strstr(at, "</g>");

	for (at = strstr(at, "<path "); at != NULL && at < end;
		 at = strstr(at + 1, "<path "))
	{
		const Path *path;

		read_path(picture, strstr(at, " d=\"") + 4, dashed);
		path = &picture->paths.items[picture->paths.count - 1];
		assert_string_equal(stroke_at(arena, at),
							picture->nodes.items[path->parent].colour);
	}
}

/* Check that there is one path for each edge, and none besides. */
static void
check_edges(const Picture *picture)
{
	const MigrGraph *graph = &picture->sheet->graph;
	int found = 0;

	assert_int_equal(picture->paths.count, graph->all_down.start[graph->count]);
	for (int i = 0; i < picture->paths.count; i++)
	{
		const Path *path = &picture->paths.items[i];
		int32_t child = picture->nodes.items[path->child].rev;
		int32_t parent = picture->nodes.items[path->parent].rev;
		bool dashed = true;

		for (int k = 0; k < i; k++)
			assert_false(picture->paths.items[k].child == path->child &&
						 picture->paths.items[k].parent == path->parent);
		migr_each_edge (&graph->down, child, k)
			if (graph->down.to[k] == parent)
				dashed = false;
		assert_int_equal(path->dashed, dashed);
		migr_each_edge (&graph->all_down, child, k)
			found += graph->all_down.to[k] == parent;
	}
	assert_int_equal(found, picture->paths.count);
}

/* Check that there are as many lanes as the fullest row needs. */
static void
check_width(const int *taken, int rows, int width)
{
	int most = 0;
	int lanes = 0;

	for (int row = 0; row < rows; row++)
	{
		int used = 0;

		for (int x = 0; x < width; x++)
			used += taken[row * width + x] != 0;
		most = used > most ? used : most;
	}
	for (int x = 0; x < width; x++)
	{
		int row = 0;

		while (row < rows && taken[row * width + x] == 0)
			row++;
		lanes += row < rows;
	}
	assert_int_equal(lanes, most);
}

/*
 * Check that nodes and solid lines on lanes side by side differ in colour, row
 * by row.  From lane to lane it is 12 or 16: what is nearer than 17 is beside.
 */
static void
check_colours(const Picture *picture, const int *taken, int width)
{
	const Node *nodes = picture->nodes.items;

	for (int row = 0; row < picture->nodes.count; row++)
	{
		const char *left = "";
		int left_x = 0;

		for (int x = 0; x < width; x++)
		{
			int who = taken[row * width + x];
			const char *colour;

			if (who == 0 || (who > 0 && who % 2 == 0))
				continue; /* nothing, or a dashed line */
			colour = nodes[who < 0 ? row : (who - 1) / 2].colour;
			if (x - left_x < 17 && strcmp(left, colour) == 0)
				fail_msg("one colour at %d and %d of row %d", left_x, x, row);
			left = colour;
			left_x = x;
		}
	}
}

/*
 * Check that nothing runs into something else: between its ends a path passes
 * no node, and shares its place in a row only with paths of its kind that lead
 * to the same parent; all stay left of the texts.
 */
static void
check_lanes(const Picture *picture)
{
	const Node *nodes = picture->nodes.items;
	int width = picture->nodes.count > 0 ? nodes[0].text : 0;
	MigrArena *arena = &picture->sheet->unit.ctx.arena;
	int *taken = migr_alloc_array(
		arena, (size_t) picture->nodes.count * (size_t) width + 1, sizeof(int));

	for (int row = 0; row < picture->nodes.count; row++)
	{
		assert_int_equal(nodes[row].y, picture->top + picture->height * row);
		assert_true(nodes[row].x > 0 && nodes[row].x + 8 < width);
		taken[row * width + nodes[row].x] = -1;
	}
	for (int i = 0; i < picture->paths.count; i++)
	{
		const Path *path = &picture->paths.items[i];
		int who = path->parent * 2 + path->dashed + 1;

		assert_int_equal(path->xs.count, path->parent - path->child + 1);
		for (int k = 1; k < path->xs.count - 1; k++)
		{
			int *place = &taken[(path->parent - k) * width + path->xs.items[k]];

			assert_true(path->xs.items[k] + 8 < width);
			if (*place != 0 && *place != who)
				fail_msg("two at lane %d of row %d", path->xs.items[k],
						 path->parent - k);
			*place = who;
		}
	}
	check_width(taken, picture->nodes.count, width);
	check_colours(picture, taken, width);
}

/* Draw a sheet as SVG and check all that any drawing keeps to. */
static const char *
check_svg(Sheet *sheet, Picture *picture)
{
	const char *svg = draw(sheet, MIGR_DRAW_SVG);

	memset(picture, 0, sizeof(*picture));
	picture->sheet = sheet;
	check_xml(svg);
	read_nodes(picture, svg);
	assert_int_equal(picture->nodes.count, sheet->graph.count);
	read_paths(picture, svg, false);
	read_paths(picture, svg, true);
	check_edges(picture);
	check_lanes(picture);
	return svg;
}

/* The x of every node, from the top, as lanes: 0 is the leftmost used. */
static const char *
lanes_of(const Picture *picture, int pitch)
{
	MigrStr str;

	migr_str_init(&str, &picture->sheet->unit.ctx.arena);
	for (int i = 0; i < picture->nodes.count; i++)
		migr_str_printf(&str, "%d", (picture->nodes.items[i].x - 24) / pitch);
	return str.data;
}

/* ---- tests ----------------------------------------------------------------- */

/* The names of the formats, and what is no format. */
static void
test_format(void **state)
{
	static const char *const wrong[] = {"", "SVG", "png", "svg "};
	MigrDrawFormat format;
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_true(migr_draw_format(&unit.ctx, "mermaid", &format));
	assert_int_equal(format, MIGR_DRAW_MERMAID);
	assert_true(migr_draw_format(&unit.ctx, "dot", &format));
	assert_int_equal(format, MIGR_DRAW_DOT);
	assert_true(migr_draw_format(&unit.ctx, "svg", &format));
	assert_int_equal(format, MIGR_DRAW_SVG);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
	{
		assert_false(migr_draw_format(&unit.ctx, wrong[i], &format));
		assert_int_equal(unit.ctx.err.code, MIGR_ERR_ARGUMENT);
		assert_contains(unit.ctx.err.message, wrong[i]);
		assert_contains(unit.ctx.err.hint, "mermaid, dot and svg");
		unit_forget(&unit);
	}
	unit_close(&unit);
}

/* A graph with all that is marked. */
static const char small[] =
	"a; b(a); c(b) @lib,two; d(b); x @aux; m(c,d) +x; n(m)";

/* Open a sheet with it, and give some of it messages. */
static void
open_small(Sheet *sheet)
{
	open_sheet(sheet, small, "c x");
	sheet->revisions.items[0]->message = "first";
	sheet->revisions.items[2]->message = "say \"hello\"\nand more";
}

/* Mermaid's text, whole. */
static void
test_mermaid(void **state)
{
	Sheet sheet;

	(void) state;
	open_small(&sheet);
	assert_string_equal(
		draw(&sheet, MIGR_DRAW_MERMAID),
		"flowchart BT\n"
		"\tr0(\"n (head)\")\n"
		"\tr1[[\"m (mergepoint)\"]]\n"
		"\tr2(\"c (lib, two) (current)<br/>say #quot;hello#quot;\")\n"
		"\tr3(\"d\")\n"
		"\tr4{{\"b (branchpoint)\"}}\n"
		"\tr5(\"a<br/>first\")\n"
		"\tr6(\"x (aux) (effective head) (current)\")\n"
		"\tr1 --> r0\n"
		"\tr2 --> r1\n"
		"\tr3 --> r1\n"
		"\tr6 -.-> r1\n"
		"\tr4 --> r2\n"
		"\tr4 --> r3\n"
		"\tr5 --> r4\n"
		"\tclassDef applied fill:#ddf4ff,stroke:#54aeff,color:#1f2328\n"
		"\tclassDef pending fill:#ffffff,stroke:#8c959f,color:#1f2328\n"
		"\tclassDef current fill:#fff8c5,stroke:#bf8700,color:#1f2328\n"
		"\tclassDef head stroke-width:3px\n"
		"\tclass r2,r6 current\n"
		"\tclass r4,r5 applied\n"
		"\tclass r0,r1,r3 pending\n"
		"\tclass r0,r6 head\n");
	unit_close(&sheet.unit);
}

/* dot's text, whole. */
static void
test_dot(void **state)
{
	Sheet sheet;

	(void) state;
	open_small(&sheet);
	assert_string_equal(
		draw(&sheet, MIGR_DRAW_DOT),
		"digraph revisions {\n"
		"\trankdir=BT;\n"
		"\tnode [shape=box, style=\"rounded,filled\", fillcolor=\"#ddf4ff\", "
		"color=\"#54aeff\", fontname=\"Helvetica,Arial,sans-serif\", "
		"fontsize=11];\n"
		"\tedge [color=\"#57606a\"];\n"
		"\tr0 [label=\"n (head)\", fillcolor=\"#ffffff\", color=\"#8c959f\", "
		"penwidth=2.5];\n"
		"\tr1 [label=\"m (mergepoint)\", peripheries=2, "
		"fillcolor=\"#ffffff\", color=\"#8c959f\"];\n"
		"\tr2 [label=\"c (lib, two) (current)\\nsay \\\"hello\\\"\", "
		"fillcolor=\"#fff8c5\", color=\"#bf8700\"];\n"
		"\tr3 [label=\"d\", fillcolor=\"#ffffff\", color=\"#8c959f\"];\n"
		"\tr4 [label=\"b (branchpoint)\", shape=hexagon, style=filled];\n"
		"\tr5 [label=\"a\\nfirst\"];\n"
		"\tr6 [label=\"x (aux) (effective head) (current)\", "
		"fillcolor=\"#fff8c5\", color=\"#bf8700\", penwidth=2.5];\n"
		"\tr1 -> r0;\n"
		"\tr2 -> r1;\n"
		"\tr3 -> r1;\n"
		"\tr6 -> r1 [style=dashed];\n"
		"\tr4 -> r2;\n"
		"\tr4 -> r3;\n"
		"\tr5 -> r4;\n"
		"}\n");
	unit_close(&sheet.unit);
}

/* SVG's marks: each where it belongs, once. */
static void
test_svg(void **state)
{
	static const struct
	{
		const char *part;
		int count;
	} parts[] = {
		{"<rect class=\"current\"", 2},
		{">current</text>", 3},
		{"<rect class=\"head\"", 2},
		{">head</text>", 1},
		{">effective head</text>", 1},
		{"<rect class=\"label\"", 3},
		{">lib</text>", 1},
		{">two</text>", 1},
		{"class=\"id\"", 4},
		{"class=\"id pending\"", 3},
		{">say &quot;hello&quot;</", 1},
		{"\nrevises c, d\n", 1},
		{"depends on x\npending", 1},
		{"\napplied</title>", 4},
		{"7 revisions, ", 1},
		{"4 applied, 3 pending", 1},
	};
	Picture picture;
	const char *svg;
	Sheet sheet;

	(void) state;
	open_small(&sheet);
	svg = check_svg(&sheet, &picture);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (occurrences(svg, parts[i].part) != parts[i].count)
			fail_msg("%s stands %d times", parts[i].part,
					 occurrences(svg, parts[i].part));
	/* two current, and one in the legend; b and the legend; m and the legend */
	assert_int_equal(occurrences(svg, "class=\"halo\""), 3);
	assert_int_equal(occurrences(svg, "<polygon "), 2);
	assert_int_equal(occurrences(svg, "<circle r=\"8.0\""), 2);
	assert_string_equal(lanes_of(&picture, 16), "0001002");
	unit_close(&sheet.unit);
}

/* Nothing, and next to nothing. */
static void
test_least(void **state)
{
	Picture picture;
	Sheet sheet;

	(void) state;
	open_sheet(&sheet, "", "");
	assert_contains(draw(&sheet, MIGR_DRAW_MERMAID),
					"flowchart BT\n\tempty[\"no revisions\"]\n");
	assert_contains(draw(&sheet, MIGR_DRAW_DOT), "no revisions\"];\n}\n");
	assert_contains(check_svg(&sheet, &picture), ">no revisions<");
	unit_close(&sheet.unit);

	open_sheet(&sheet, "a", "");
	assert_contains(draw(&sheet, MIGR_DRAW_MERMAID),
					"BT\n\tr0(\"a (head)\")\n");
	assert_contains(draw(&sheet, MIGR_DRAW_MERMAID), "\tclass r0 pending\n");
	assert_null(strstr(draw(&sheet, MIGR_DRAW_MERMAID), "-->"));
	assert_contains(draw(&sheet, MIGR_DRAW_DOT), "label=\"a (head)\"");
	assert_contains(check_svg(&sheet, &picture), ">1 revision, ");
	/* no sets are empty sets */
	assert_string_equal(migr_draw(&sheet.graph, MIGR_DRAW_SVG, NULL, NULL),
						draw(&sheet, MIGR_DRAW_SVG));
	unit_close(&sheet.unit);
}

/* What the formats make of a message. */
static void
test_escapes(void **state)
{
	static const struct
	{
		const char *message;
		const char *mermaid;
		const char *dot;
		const char *svg;
	} cases[] = {
		{"a \"b\"", "a #quot;b#quot;", "a \\\"b\\\"", "a &quot;b&quot;"},
		{"<b> & c", "#lt;b#gt; #amp; c", "<b> &amp; c", "&lt;b&gt; &amp; c"},
		{"&lt;", "#amp;lt#59;", "&amp;lt;", "&amp;lt;"},
		{"#35;", "#35;35#59;", "#35;", "#35;"},
		{"\\N\\", "#92;N#92;", "\\\\N\\\\", "\\N\\"},
		{"\\n", "#92;#8203;n", "\\\\n", "\\n"},
		{"1. x", "1#46; x", "1. x", "1. x"},
		{"1) x", "1#41; x", "1) x", "1) x"},
		{"v1.2 (x)", "v1.2 (x)", "v1.2 (x)", "v1.2 (x)"},
		{"- x-y", "#45; x-y", "- x-y", "- x-y"},
		{"_a_b_", "#95;a_b#95;", "_a_b_", "_a_b_"},
		{"`x` *y*", "#96;x#96; #42;y#42;", "`x` *y*", "`x` *y*"},
		{"a: b", "a: b", "a: b", "a: b"},
		{"fa:fa-car", "fa#58;fa-car", "fa:fa-car", "fa:fa-car"},
		{"%%{init}%%", "#37;#37;#123;init#125;#37;#37;", "%%{init}%%",
		 "%%{init}%%"},
		{"]]>", "#93;#93;#gt;", "]]>", "]]&gt;"},
		{"  two\r\nlines ", "two", "two", "two"},
		{"a\tb\x01"
		 "c\x7F"
		 "d",
		 "a b c d", "a b c d", "a b c d"},
		{"caf\xC3\xA9", "caf\xC3\xA9", "caf\xC3\xA9", "caf\xC3\xA9"},
		{"a\xC2\x85z", "a z", "a z", "a z"},
		{"\xFF\xC3(", "\xEF\xBF\xBD\xEF\xBF\xBD(", "\xEF\xBF\xBD\xEF\xBF\xBD(",
		 "\xEF\xBF\xBD\xEF\xBF\xBD("},
		{"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
		 "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
		 "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"\xEF\xBF\xBF", "\xEF\xBF\xBD", "\xEF\xBF\xBD", "\xEF\xBF\xBD"},
		{"x\xE2\x80\xAEy", "xy", "xy", "xy"},
		{"\xF0\x9F\x9A\x80", "\xF0\x9F\x9A\x80", "\xF0\x9F\x9A\x80",
		 "\xF0\x9F\x9A\x80"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		Picture picture;
		MigrArena *arena;
		Sheet sheet;

		open_sheet(&sheet, "a", "");
		arena = &sheet.unit.ctx.arena;
		sheet.revisions.items[0]->message = cases[i].message;
		assert_contains(draw(&sheet, MIGR_DRAW_MERMAID),
						migr_printf(arena, "\tr0(\"a (head)<br/>%s\")\n",
									cases[i].mermaid));
		assert_contains(
			draw(&sheet, MIGR_DRAW_DOT),
			migr_printf(arena, "label=\"a (head)\\n%s\", ", cases[i].dot));
		assert_contains(check_svg(&sheet, &picture),
						migr_printf(arena, ">%s</text>", cases[i].svg));
		unit_close(&sheet.unit);
	}
}

/* Ids and labels that no script could have are escaped as well. */
static void
test_odd_names(void **state)
{
	static const char odd[] = "x\"]<&\\\x1B";
	Picture picture;
	MigrRevision *revision;
	const char *text;
	Sheet sheet;

	(void) state;
	open_sheet(&sheet, "a; b(a) @l", "");
	revision = sheet.revisions.items[1];
	revision->labels.items[0] = odd;
	text = draw(&sheet, MIGR_DRAW_MERMAID);
	assert_contains(text, "b (x#quot;#93;#lt;#amp;#92; )");
	assert_contains(draw(&sheet, MIGR_DRAW_DOT), "b (x\\\"]<&amp;\\\\ )");
	assert_contains(check_svg(&sheet, &picture), ">x&quot;]&lt;&amp;\\ <");
	revision->id = odd;
	revision->labels.items[0] = "l";
	assert_contains(draw(&sheet, MIGR_DRAW_MERMAID),
					"\tr0(\"x#quot;#93;#lt;#amp;#92;");
	assert_contains(draw(&sheet, MIGR_DRAW_DOT), "[label=\"x\\\"]<&amp;\\\\");
	text = draw(&sheet, MIGR_DRAW_SVG);
	check_xml(text);
	assert_contains(text, ">x&quot;]&lt;&amp;\\");
	unit_close(&sheet.unit);
}

/* Repeat a text. */
static const char *
repeat(Sheet *sheet, const char *text, int count)
{
	MigrStr str;

	migr_str_init(&str, &sheet->unit.ctx.arena);
	for (int i = 0; i < count; i++)
		migr_str_add(&str, text);
	return str.data;
}

/* Long messages are cut, by columns and between characters. */
static void
test_cuts(void **state)
{
	MigrArena *arena;
	Picture picture;
	Sheet sheet;
	const char *svg;

	(void) state;
	open_sheet(&sheet, "a @l1,l2,l3,l4,l5,l6,l7,l8", "");
	arena = &sheet.unit.ctx.arena;
	sheet.revisions.items[0]->message = repeat(&sheet, "x", 96);
	svg = check_svg(&sheet, &picture);
	assert_contains(svg,
					migr_printf(arena, ">%s</text>", repeat(&sheet, "x", 96)));
	assert_contains(svg, ">l6</text>");
	assert_null(strstr(svg, ">l7</text>"));
	assert_contains(svg, ">+2</text>");
	assert_contains(draw(&sheet, MIGR_DRAW_MERMAID),
					"a (l1, l2, l3, l4, l5, l6, +2) (head)<br/>x");
	sheet.revisions.items[0]->message = repeat(&sheet, "x", 97);
	assert_contains(
		check_svg(&sheet, &picture),
		migr_printf(arena, ">%s...</text>", repeat(&sheet, "x", 93)));
	assert_contains(draw(&sheet, MIGR_DRAW_DOT),
					migr_printf(arena, "\\n%s...\"", repeat(&sheet, "x", 45)));
	sheet.revisions.items[0]->message = repeat(&sheet, "\xE6\xBC\xA2", 49);
	assert_contains(check_svg(&sheet, &picture),
					migr_printf(arena, ">%s...</text>",
								repeat(&sheet, "\xE6\xBC\xA2", 46)));
	/* marks that take no room can't make it endless */
	sheet.revisions.items[0]->message = repeat(&sheet, "\xCC\x81", 100000);
	assert_true(strlen(check_svg(&sheet, &picture)) < 12000);
	unit_close(&sheet.unit);
}

/* In another encoding bytes above 127 stay, and aren't parted. */
static void
test_other_encoding(void **state)
{
	MigrArena *arena;
	Sheet sheet;

	(void) state;
	open_sheet(&sheet, "a", "");
	arena = &sheet.unit.ctx.arena;
	sheet.unit.ctx.other_encoding = true;
	sheet.revisions.items[0]->message =
		migr_printf(arena, "%s\x01<y", repeat(&sheet, "\xB4\xC1", 50));
	assert_contains(
		draw(&sheet, MIGR_DRAW_SVG),
		migr_printf(arena, ">%s...</text>", repeat(&sheet, "\xB4\xC1", 50)));
	assert_contains(
		draw(&sheet, MIGR_DRAW_SVG),
		migr_printf(arena, "%s &lt;y\n", repeat(&sheet, "\xB4\xC1", 50)));
	unit_close(&sheet.unit);
}

/* The lanes of graphs that are known. */
static void
test_lanes(void **state)
{
	static const struct
	{
		const char *graph;
		const char *lanes; /* from the top */
	} cases[] = {
		{"a; b(a); c(b)", "000"},
		{"a; b(a); c(a)", "010"},
		{"a; b(a); c(a); m(b,c)", "0010"},
		{"a; b; c", "000"},
		{"a; b(a); c(b); d(a); e(d)", "00110"},
		/* lanes are used again */
		{"a; b(a); c(a); m(b,c); d(m); e(m); n(d,e)", "0010010"},
		{"f; g; h; n(f,g,h); a(n); b(n); c(n); d(n); e(n); m(a,b,c,d,e)",
		 "0012340012"},
		/* a dependency in the next row, below, and on a lane that ends */
		{"x; a; b(a) +x", "001"},
		{"x; y(x); a; b(a) +x", "0110"},
		{"x; a +x", "00"},
		{"x; a +x; b +x", "010"},
		{"x; y(x); a +x; b +y", "0100"},
		/* what is both is one line */
		{"a; b(a) +a", "00"},
	};

	(void) state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
	{
		Picture picture;
		Sheet sheet;

		open_sheet(&sheet, cases[i].graph, "");
		check_svg(&sheet, &picture);
		if (strcmp(lanes_of(&picture, 16), cases[i].lanes) != 0)
			fail_msg("%s: %s", cases[i].graph, lanes_of(&picture, 16));
		unit_close(&sheet.unit);
	}
}

/* A number below limit, the same in every run. */
static int
random_below(uint32_t *seed, int limit)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (int) ((*seed >> 8) % (uint32_t) limit);
}

/* Write a random graph: so many revisions, chances of 100. */
static const char *
random_graph(Unit *unit, uint32_t seed, int count, int merges, int deps)
{
	MigrStr str;

	migr_str_init(&str, &unit->ctx.arena);
	for (int i = 0; i < count; i++)
	{
		int near = i < 12 ? i : 12;
		int a = i > 0 ? i - 1 - random_below(&seed, near) : 0;
		int b = i > 0 ? i - 1 - random_below(&seed, near) : 0;

		migr_str_printf(&str, "r%d", i);
		if (i > 0 && random_below(&seed, 100) > 3)
		{
			migr_str_printf(&str, "(r%d", a);
			if (a != b && random_below(&seed, 100) < merges)
				migr_str_printf(&str, ",r%d", b);
			migr_str_add(&str, ")");
		}
		if (i > 0 && random_below(&seed, 100) < deps)
			migr_str_printf(&str, " +r%d", random_below(&seed, i));
		migr_str_add(&str, "; ");
	}
	return str.data;
}

/* Random graphs: nothing runs into something else. */
static void
test_random(void **state)
{
	static const int chances[][2] = {
		{0, 0}, {20, 0}, {0, 20}, {30, 10}, {60, 40}};

	(void) state;
	for (size_t i = 0; i < sizeof(chances) / sizeof(*chances); i++)
	{
		Picture picture;
		Sheet sheet;
		Unit unit;

		unit_open(&unit);
		open_sheet(&sheet,
				   random_graph(&unit, (uint32_t) i + 1, 300, chances[i][0],
								chances[i][1]),
				   "r150,r200");
		check_svg(&sheet, &picture);
		unit_close(&sheet.unit);
		unit_close(&unit);
	}
}

/* Many lines to one revision take one lane, and the text stays linear. */
static void
test_star(void **state)
{
	const int count = 2000;
	Picture picture;
	MigrStr text;
	const char *svg;
	Sheet sheet;
	Unit unit;

	(void) state;
	unit_open(&unit);
	migr_str_init(&text, &unit.ctx.arena);
	migr_str_add(&text, "a; x; ");
	for (int i = 2; i < count; i++)
		migr_str_printf(&text, "r%d(a) +x; ", i);
	open_sheet(&sheet, text.data, "a");
	svg = draw(&sheet, MIGR_DRAW_SVG);
	assert_true(strlen(svg) < (size_t) count * 1000);
	assert_true(strlen(draw(&sheet, MIGR_DRAW_MERMAID)) < (size_t) count * 100);
	memset(&picture, 0, sizeof(picture));
	picture.sheet = &sheet;
	read_nodes(&picture, svg);
	for (int i = 0; i < picture.nodes.count; i++)
		assert_true(picture.nodes.items[i].x <= 24 + 2 * 16);
	unit_close(&sheet.unit);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_mermaid),
		cmocka_unit_test(test_dot),
		cmocka_unit_test(test_svg),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_other_encoding),
		cmocka_unit_test(test_lanes),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_star),
	};

	return cmocka_run_group_tests_name("draw", tests, NULL, NULL);
}
