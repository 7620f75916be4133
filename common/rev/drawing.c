/*
 * drawing.c
 *	  What a revision's node has to say, and texts made fit to be shown.  See
 *	  drawing.h.
 *
 * A text may come from anywhere: what is no UTF-8, what isn't to be seen and
 * what turns the direction of writing must not reach a drawing.  Widths are
 * those of a terminal, for the cuts and for the place that SVG leaves.
 */
#include "rev/drawing.h"

#include <string.h>

MigrLook
migr_draw_look(const MigrDrawing *drawing, int32_t rev)
{
	const MigrGraph *graph = drawing->graph;
	MigrLook look = {0};

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

/* Read the character at s, and set its length; what is no UTF-8 reads as one
 * REPLACEMENT a byte. */
static uint32_t
read_character(const char *s, size_t left, size_t *len)
{
	unsigned char first = (unsigned char) *s;

	*len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	if (*len <= left && migr_utf8_check(s, *len) == *len)
		return migr_utf8_character(s, len);
	*len = 1;
	return REPLACEMENT;
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

/* In an encoding that isn't known a cut is only safe before an ASCII byte. */
MigrShown
migr_draw_shown(const MigrDrawing *drawing, const char *text, int columns)
{
	bool bytes = drawing->graph->ctx->other_encoding;
	MigrSpan line = migr_span_trim(migr_span(text));
	MigrShown result = {0};
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
MigrShown
migr_draw_shown_id(const MigrDrawing *drawing, int32_t rev)
{
	return migr_draw_shown(drawing, drawing->graph->revisions[rev]->id,
						   INT16_MAX);
}
