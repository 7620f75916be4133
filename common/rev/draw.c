/*
 * draw.c
 *	  The revision graph as a drawing: the formats' names, the order of the
 *	  rows, and the way to each format.  See draw.h.
 */
#include "rev/draw.h"
#include "rev/drawing.h"

#include <string.h>

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
order_rows(MigrDrawing *drawing)
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
	MigrDrawing drawing = {0};

	drawing.graph = graph;
	drawing.arena = &graph->ctx->arena;
	drawing.current = current;
	drawing.applied = applied;
	migr_str_init(&drawing.out, drawing.arena);
	order_rows(&drawing);
	switch (format)
	{
		case MIGR_DRAW_MERMAID:
			migr_draw_mermaid(&drawing);
			break;
		case MIGR_DRAW_DOT:
			migr_draw_dot(&drawing);
			break;
		case MIGR_DRAW_SVG:
			migr_draw_svg(&drawing);
			break;
	}
	return drawing.out.data;
}
