/*
 * listing.c
 *	  What stands between the parentheses of a CREATE TABLE, as entries.  See
 *	  listing.h.
 */
#include "schema/listing.h"

#include "text/lex.h"

/* ---- white space and comments ---- */

/* The text from one place to another. */
static MigrSpan
between(const char *from, const char *to)
{
	MigrSpan span = {from, (size_t) (to - from)};

	return span;
}

static const char *
end_of(MigrSpan span)
{
	return span.ptr + span.len;
}

/* A token of what stands between entries: white space, a comment or a comma. */
typedef struct Gap
{
	const char *at;
	const char *end;
} Gap;

/* Take the next token; a comment is without its line end. */
static bool
next_gap(Gap *gap, MigrSpan *out, bool *comment)
{
	*out = between(gap->at, gap->end);
	*comment = false;
	if (out->len == 0)
		return false;
	out->len = migr_lex(*out).len;
	*comment = out->len > 1 && (out->ptr[0] == '-' || out->ptr[0] == '/');
	if (*comment && out->ptr[0] == '-' && out->ptr[out->len - 1] == '\n')
		out->len--;
	if (*comment && out->ptr[0] == '-' && out->ptr[out->len - 1] == '\r')
		out->len--;
	gap->at = end_of(*out);
	return true;
}

/* Find a comma; NULL: there is none. */
static const char *
find_comma(MigrSpan text)
{
	Gap gap = {text.ptr, end_of(text)};
	MigrSpan token;
	bool comment;

	while (next_gap(&gap, &token, &comment))
	{
		if (token.ptr[0] == ',')
			return token.ptr;
	}
	return NULL;
}

static MigrTrivia
trivia(const char *from, const char *to)
{
	MigrTrivia result = {between(from, to), NULL};

	result.comma = find_comma(result.text);
	return result;
}

/* Find where the line ends in white space; a \r belongs to that.  NULL: it
 * doesn't. */
static const char *
line_end(MigrSpan space)
{
	const char *end = memchr(space.ptr, '\n', space.len);

	if (end != NULL && end > space.ptr && end[-1] == '\r')
		end--;
	return end;
}

/* Count the line ends in white space. */
static int
count_lines(MigrSpan space)
{
	int count = 0;

	for (size_t i = 0; i < space.len; i++)
		count += space.ptr[i] == '\n';
	return count;
}

/*
 * Find the end of what belongs to the entry in front: its line's end, or else its
 * comma, or, where nothing follows (last), its last comment.
 */
static const char *
tail_end(MigrSpan text, bool last)
{
	Gap gap = {text.ptr, end_of(text)};
	const char *behind = text.ptr;
	const char *line;
	MigrSpan token;
	bool comment;

	while (next_gap(&gap, &token, &comment))
	{
		if (!comment && (line = line_end(token)) != NULL)
			return line;
		if (token.ptr[0] == ',' || (last && comment))
			behind = end_of(token);
	}
	return behind;
}

/*
 * Split what stands in front of an entry.  Comments that a blank line sets apart
 * from it are above; then comes white space, then its own comments.
 */
static void
split_lead(const char *from, const char *to, MigrEntry *entry)
{
	Gap gap = {from, to};
	const char *above = from; /* ends here */
	const char *own = to;	  /* begins here */
	const char *last = NULL;  /* the end of the comment read last */
	int lines = 0;			  /* since then */
	MigrSpan token;
	bool comment;

	while (next_gap(&gap, &token, &comment))
	{
		if (!comment)
		{
			lines += count_lines(token);
			if (last != NULL && lines > 1)
			{
				above = last;
				own = to;
			}
			continue;
		}
		if (own == to)
			own = token.ptr;
		last = end_of(token);
		lines = 0;
	}
	entry->above = trivia(from, above);
	entry->space = trivia(above, own);
	entry->own = trivia(own, to);
}

/*
 * Take what SQLite skips out of a gap: a constraint's name with no constraint
 * behind it, and its comma.
 */
static MigrSpan
clean_gap(MigrCtx *ctx, MigrSpan gap, bool comma)
{
	MigrStr out;
	MigrSpan rest = gap;
	bool stray = false;

	migr_str_init(&out, &ctx->arena);
	while (rest.len > 0)
	{
		MigrToken token = migr_lex(rest);
		bool is_comma = token.kind == MIGR_TOKEN_OTHER && rest.ptr[0] == ',';

		if (token.kind == MIGR_TOKEN_SPACE || (is_comma && comma))
			migr_str_add_n(&out, rest.ptr, token.len);
		else
			stray = true;
		comma = comma && !is_comma;
		rest.ptr += token.len;
		rest.len -= token.len;
	}
	return stray ? between(out.data, out.data + out.len) : gap;
}

/* ---- taking apart ---- */

/* Find what stands behind the opening parenthesis on its line: a comment. */
static const char *
head_end(MigrSpan gap)
{
	const char *end = tail_end(gap, false);
	Gap head = {gap.ptr, end};
	MigrSpan token;
	bool comment;

	while (next_gap(&head, &token, &comment))
	{
		if (comment)
			return end;
	}
	return gap.ptr;
}

/* Append an entry; gap is what stands between the one before and this. */
static void
add_entry(MigrCtx *ctx, MigrListing *out, MigrSpan gap, MigrSpan text,
		  const char *name)
{
	MigrEntry entry;
	const char *lead;

	memset(&entry, 0, sizeof(entry));
	entry.text = text;
	entry.name = name;
	gap = clean_gap(ctx, gap, out->items.count > 0);
	if (out->items.count == 0)
		lead = head_end(gap);
	else
	{
		lead = tail_end(gap, false);
		out->items.items[out->items.count - 1].tail = trivia(gap.ptr, lead);
		entry.bare = find_comma(gap) == NULL;
	}
	split_lead(lead, end_of(gap), &entry);
	migr_vec_push(&ctx->arena, &out->items, entry);
}

/* Find the end of the last comment; NULL: there is none. */
static const char *
last_comment(MigrSpan text)
{
	Gap gap = {text.ptr, end_of(text)};
	const char *end = NULL;
	MigrSpan token;
	bool comment;

	while (next_gap(&gap, &token, &comment))
	{
		if (comment)
			end = end_of(token);
	}
	return end;
}

/*
 * Let comments stay that are the heading of several entries: a blank line stands
 * above, and the entry behind the first follows without one and without a comment
 * of its own.
 */
static void
set_headings(MigrListing *out)
{
	for (int i = 1; i + 1 < out->items.count; i++)
	{
		MigrEntry *entry = &out->items.items[i];
		const MigrEntry *next = entry + 1;
		const char *end = last_comment(entry->own.text);

		if (end == NULL || count_lines(entry->space.text) < 2 ||
			count_lines(next->space.text) != 1 || next->above.text.len > 0 ||
			next->own.text.len > 0)
			continue;
		entry->above = trivia(entry->above.text.ptr, end);
		entry->space = trivia(end, end_of(entry->own.text));
		entry->own = trivia(end_of(entry->own.text), end_of(entry->own.text));
	}
}

/* Give each entry the names of its constraints. */
static void
set_rules(MigrCtx *ctx, const MigrTableDef *table, MigrListing *out)
{
	MigrRuleNames names = {0};

	migr_ddl_names(ctx, table, &names);
	for (int i = 0; i < names.count; i++)
	{
		MigrRuleName *rule = &names.items[i];
		int at =
			rule->column >= 0 ? rule->column : table->columns.count + rule->at;
		MigrEntry *entry = &out->items.items[at];

		if (entry->nrules == 0)
			entry->rules = rule;
		entry->nrules++;
	}
}

void
migr_listing_init(MigrCtx *ctx, const MigrTableDef *table, MigrListing *out)
{
	const char *at = table->list.ptr;
	const char *first = table->columns.items[0].text.ptr;
	MigrSpan gap;
	const char *end;

	memset(out, 0, sizeof(*out));
	out->columns = table->columns.count;
	for (int i = 0; i < table->columns.count + table->constraints.count; i++)
	{
		const MigrColumnDef *column =
			i < out->columns ? &table->columns.items[i] : NULL;
		MigrSpan text = column != NULL
							? column->text
							: table->constraints.items[i - out->columns].text;

		add_entry(ctx, out, between(at, text.ptr), text,
				  column != NULL ? column->name.name : NULL);
		at = end_of(text);
	}
	out->before =
		between(table->text.ptr, head_end(between(table->list.ptr, first)));
	gap = clean_gap(ctx, between(at, end_of(table->list)), false);
	end = tail_end(gap, true);
	out->items.items[out->items.count - 1].tail = trivia(gap.ptr, end);
	out->after = between(end, end_of(gap));
	out->behind = between(end_of(table->list), end_of(table->text));
	set_headings(out);
	set_rules(ctx, table, out);
}

/* ---- changing ---- */

/* Append trivia, with its comma or without. */
static void
add_trivia(MigrStr *out, const MigrTrivia *trivia, bool comma)
{
	MigrSpan text = trivia->text;

	if (trivia->comma != NULL && !comma)
	{
		migr_str_add_n(out, text.ptr, (size_t) (trivia->comma - text.ptr));
		text = between(trivia->comma + 1, end_of(text));
	}
	migr_str_add_n(out, text.ptr, text.len);
}

/* Leave an entry's comments that don't go with it where they stand. */
static void
leave_above(MigrCtx *ctx, MigrListing *listing, int at)
{
	MigrEntry *entry = &listing->items.items[at];
	MigrTrivia none = {{"", 0}, NULL};
	MigrStr out;

	if (entry->above.text.len == 0)
		return;
	migr_str_init(&out, &ctx->arena);
	add_trivia(&out, &entry->above, false);
	entry->above = none;
	if (at + 1 < listing->items.count)
	{
		MigrTrivia *next = &listing->items.items[at + 1].above;

		add_trivia(&out, next, false);
		next->text = between(out.data, out.data + out.len);
		next->comma = NULL;
	}
	else
	{
		migr_str_add_n(&out, listing->after.ptr, listing->after.len);
		listing->after = between(out.data, out.data + out.len);
	}
}

/* Take the item out of the array. */
static MigrEntry
take_out(MigrListing *listing, int at)
{
	MigrEntry entry = listing->items.items[at];

	listing->items.count--;
	listing->columns -= entry.name != NULL;
	for (int i = at; i < listing->items.count; i++)
		listing->items.items[i] = listing->items.items[i + 1];
	return entry;
}

/* Let the entry that has become the first, or was it, change white space with
 * another: what stands behind the parenthesis stays there. */
static void
swap_space(MigrEntry *a, MigrEntry *b)
{
	MigrTrivia space = a->space;

	a->space = b->space;
	b->space = space;
}

/* Set an entry into the array. */
static void
set_in(MigrCtx *ctx, MigrListing *listing, int at, MigrEntry entry)
{
	migr_vec_push(&ctx->arena, &listing->items, entry);
	for (int i = listing->items.count - 1; i > at; i--)
		listing->items.items[i] = listing->items.items[i - 1];
	listing->items.items[at] = entry;
	listing->columns += entry.name != NULL;
	if (at == 0 && listing->items.count > 1)
		swap_space(&listing->items.items[0], &listing->items.items[1]);
}

/* Cut white space down to its last line and the indentation there; else a
 * blank. */
static MigrTrivia
one_line(MigrTrivia space)
{
	MigrTrivia blank = {{" ", 1}, NULL};
	const char *at = end_of(space.text);

	while (at > space.text.ptr && at[-1] != '\n')
		at--;
	if (at == space.text.ptr)
		return blank;
	at--;
	if (at > space.text.ptr && at[-1] == '\r')
		at--;
	return trivia(at, end_of(space.text));
}

/* What is to stand in front of a new entry at an index. */
static MigrTrivia
space_like(const MigrListing *listing, int at)
{
	int like = at > 1 ? at - 1 : listing->items.count > 1 ? 1 : 0;

	return one_line(listing->items.items[like].space);
}

void
migr_listing_insert(MigrCtx *ctx, MigrListing *listing, int at,
					const char *name, MigrSpan text)
{
	MigrEntry entry;

	memset(&entry, 0, sizeof(entry));
	entry.space = space_like(listing, at);
	entry.text = text;
	entry.name = name;
	entry.nrules = -1;
	set_in(ctx, listing, at, entry);
}

void
migr_listing_remove(MigrCtx *ctx, MigrListing *listing, const bool *gone)
{
	MigrTrivia first = listing->items.items[0].space;
	int count = 0;

	for (int i = 0; i < listing->items.count; i++)
	{
		MigrEntry *entry = &listing->items.items[i];

		if (gone[i])
		{
			leave_above(ctx, listing, i);
			listing->columns -= entry->name != NULL;
			continue;
		}
		if (count == 0)
			entry->space = first;
		listing->items.items[count++] = *entry;
	}
	listing->items.count = count;
}

void
migr_listing_move(MigrCtx *ctx, MigrListing *listing, int at, int to)
{
	MigrEntry entry;

	if (listing->items.items[at].above.text.len > 0)
	{
		leave_above(ctx, listing, at);
		listing->items.items[at].space =
			one_line(listing->items.items[at].space);
	}
	entry = take_out(listing, at);
	if (at == 0 && listing->items.count > 0)
		swap_space(&listing->items.items[0], &entry);
	set_in(ctx, listing, to, entry);
}

/* ---- writing ---- */

/* A text that is being written. */
typedef struct Writer
{
	MigrStr out;
	bool open; /* does it end in a comment that lacks its line end? */
} Writer;

/* Does a text go on behind a line end?  So a comment in front of it is closed. */
static bool
begins_line(MigrSpan text)
{
	size_t i = 0;

	while (i < text.len &&
		   (text.ptr[i] == ' ' || text.ptr[i] == '\t' || text.ptr[i] == '\r'))
		i++;
	return i < text.len && text.ptr[i] == '\n';
}

/* Can a byte stand in a word? */
static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '$' ||
		   (unsigned char) c >= 0x80;
}

/* Would two bytes be read as one token where nothing stands between them? */
static bool
joins(char a, char b)
{
	return (is_word(a) && (is_word(b) || b == '\'')) ||
		   (a == b && (a == '"' || a == '\'' || a == '`'));
}

/* Write a text that begins and ends where tokens do. */
static void
put(Writer *writer, MigrSpan text)
{
	MigrSpan rest = text;

	if (text.len == 0)
		return;
	if (writer->open && !begins_line(text))
		migr_str_add_char(&writer->out, '\n');
	else if (!writer->open && writer->out.len > 0 &&
			 joins(writer->out.data[writer->out.len - 1], text.ptr[0]))
		migr_str_add_char(&writer->out, ' ');
	migr_str_add_n(&writer->out, text.ptr, text.len);
	writer->open = false;
	while (rest.len > 0)
	{
		size_t len = migr_lex(rest).len;

		writer->open = len > 1 && rest.ptr[0] == '-' && rest.ptr[1] == '-' &&
					   rest.ptr[len - 1] != '\n';
		rest.ptr += len;
		rest.len -= len;
	}
}

/* Write trivia; if a comma is owed, and it has the place for it, that too. */
static void
put_trivia(Writer *writer, const MigrTrivia *trivia, bool *owed)
{
	if (trivia->comma == NULL)
	{
		put(writer, trivia->text);
		return;
	}
	put(writer, between(trivia->text.ptr, trivia->comma));
	if (*owed)
		put(writer, migr_span(","));
	*owed = false;
	put(writer, between(trivia->comma + 1, end_of(trivia->text)));
}

/* Does a patch come before another? */
static bool
is_before(const MigrPatch *a, const MigrPatch *b)
{
	return a->at.ptr < b->at.ptr ||
		   (a->at.ptr == b->at.ptr && a->at.len == 0 && b->at.len > 0);
}

/* Put patches into the order of their places. */
static void
sort_patches(MigrPatch *items, int count)
{
	for (int i = 1; i < count; i++)
	{
		MigrPatch patch = items[i];
		int at = i;

		for (; at > 0 && is_before(&patch, &items[at - 1]); at--)
			items[at] = items[at - 1];
		items[at] = patch;
	}
}

MigrSpan
migr_patch(MigrCtx *ctx, MigrSpan whole, const MigrPatches *patches)
{
	MigrPatches sorted;
	const char *at = whole.ptr;
	Writer writer = {0};

	migr_str_init(&writer.out, &ctx->arena);
	migr_vec_copy(&ctx->arena, &sorted, patches);
	sort_patches(sorted.items, sorted.count);
	for (int i = 0; i < sorted.count; i++)
	{
		const MigrPatch *patch = &sorted.items[i];

		put(&writer, between(at, patch->at.ptr));
		put(&writer, migr_span(patch->text));
		at = end_of(patch->at);
	}
	put(&writer, between(at, end_of(whole)));
	return between(writer.out.data, writer.out.data + writer.out.len);
}

/* Does a comma have to stand between two entries, and has it no place there? */
static void
need_comma(const MigrEntry *entry, const MigrEntry *next, bool *owed,
		   bool *placed)
{
	*owed = next != NULL && (!next->bare || entry->name != NULL);
	*placed = next != NULL &&
			  (entry->tail.comma != NULL || next->above.comma != NULL ||
			   next->space.comma != NULL || next->own.comma != NULL);
}

MigrSpan
migr_listing_render(MigrCtx *ctx, const MigrListing *listing)
{
	Writer writer = {0};
	bool owed = false;
	bool placed;

	migr_str_init(&writer.out, &ctx->arena);
	put(&writer, listing->before);
	for (int i = 0; i < listing->items.count; i++)
	{
		const MigrEntry *entry = &listing->items.items[i];
		bool last = i + 1 == listing->items.count;

		put_trivia(&writer, &entry->above, &owed);
		put_trivia(&writer, &entry->space, &owed);
		put_trivia(&writer, &entry->own, &owed);
		put(&writer, entry->patches.count > 0
						 ? migr_patch(ctx, entry->text, &entry->patches)
						 : entry->text);
		need_comma(entry, last ? NULL : entry + 1, &owed, &placed);
		if (owed && !placed)
		{
			put(&writer, migr_span(","));
			owed = false;
		}
		put_trivia(&writer, &entry->tail, &owed);
	}
	put(&writer, listing->after);
	put(&writer, listing->behind);
	return between(writer.out.data, writer.out.data + writer.out.len);
}

/* Find the line end in a gap, where a comment stands before it; else NULL. */
static const char *
comment_end(const char *from, const char *to)
{
	Gap gap = {from, to};
	const char *line;
	bool any = false;
	MigrSpan token;
	bool comment;

	while (next_gap(&gap, &token, &comment))
	{
		if (!comment && (line = line_end(token)) != NULL)
			return any ? line : NULL;
		any = any || comment;
	}
	return NULL;
}

/* Find the end of the last token between two places; else the first of these. */
static const char *
solid_end(const char *from, const char *to)
{
	MigrSpan rest = between(from, to);
	const char *end = from;

	while (rest.len > 0)
	{
		MigrToken token = migr_lex(rest);

		rest.ptr += token.len;
		rest.len -= token.len;
		if (token.kind != MIGR_TOKEN_SPACE)
			end = rest.ptr;
	}
	return end;
}

/* Find where the next token begins. */
static const char *
solid_start(const char *from, const char *to)
{
	MigrSpan rest = between(from, to);

	while (rest.len > 0)
	{
		MigrToken token = migr_lex(rest);

		if (token.kind != MIGR_TOKEN_SPACE)
			break;
		rest.ptr += token.len;
		rest.len -= token.len;
	}
	return rest.ptr;
}

MigrSpan
migr_patch_cut(const char *from, MigrSpan part, const char *to)
{
	const char *prev = solid_end(from, part.ptr);
	const char *next = solid_start(end_of(part), to);
	const char *begin = comment_end(prev, part.ptr);
	const char *end = comment_end(end_of(part), next);

	return between(begin != NULL ? begin : prev,
				   end != NULL ? end : end_of(part));
}
