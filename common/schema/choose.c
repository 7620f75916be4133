/*
 * choose.c
 *	  Which statements of a model have to be built again where a few have changed.
 *
 * Names count in small letters and without their schemas, wherever they stand in a
 * text: in a string, in a function's body, as a column's.  That is too much, and
 * never too little.
 */
#include "schema/choice.h"

#include "base/digest.h"

/* A name in a text may be cut off behind so many bytes. */
#define NAME_MAX 62

/* ---- pieces ---------------------------------------------------------------------- */

/* Is a character one of those that names mostly have? */
static bool
is_plain_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* Are all these names found where a text has them? */
static bool
are_plain(const MigrTexts *names)
{
	for (int i = 0; i < names->count; i++)
	{
		const char *at = names->items[i];

		while (is_plain_char(*at))
			at++;
		if (*at != '\0' || at == names->items[i] ||
			at - names->items[i] > NAME_MAX)
			return false;
	}
	return true;
}

/* Does a text write names or strings as U&"d\0061t"? */
static bool
has_escapes(MigrSpan text)
{
	for (size_t i = 0; i + 2 < text.len; i++)
		if ((text.ptr[i] == 'u' || text.ptr[i] == 'U') &&
			text.ptr[i + 1] == '&' &&
			(text.ptr[i + 2] == '"' || text.ptr[i + 2] == '\''))
			return true;
	return false;
}

bool
migr_piece_is_plain(const MigrAbout *about, MigrSpan text)
{
	return about->reach != MIGR_REACH_ALL && are_plain(&about->names) &&
		   are_plain(&about->keys) && !has_escapes(text);
}

/* Add names, each behind a blank. */
static void
add_names(MigrStr *str, const MigrTexts *names)
{
	for (int i = 0; i < names->count; i++)
	{
		migr_str_add_char(str, ' ');
		migr_str_add(str, names->items[i]);
	}
}

MigrSpan
migr_pieces_write(MigrCtx *ctx, const MigrPieces *pieces)
{
	MigrStr str;

	migr_str_init(&str, &ctx->arena);
	for (int i = 0; i < pieces->count; i++)
	{
		const MigrPiece *piece = &pieces->items[i];

		migr_str_add(&str, piece->digest);
		migr_str_add_char(&str,
						  piece->about.reach == MIGR_REACH_ON ? '+' : '.');
		migr_str_add_char(&str, piece->about.spare ? '-' : '.');
		add_names(&str, &piece->about.names);
		migr_str_add(&str, " /");
		add_names(&str, &piece->about.keys);
		migr_str_add_char(&str, '\n');
	}
	return migr_digest_seal(&str);
}

/* Read a line; false: it is none. */
static bool
read_piece(MigrCtx *ctx, MigrSpan line, MigrPiece *out)
{
	MigrTexts *names = &out->about.names;
	MigrSpan word;

	memset(out, 0, sizeof(*out));
	if (line.len < MIGR_DIGEST_LEN + 2)
		return false;
	out->digest = migr_strndup(&ctx->arena, line.ptr, MIGR_DIGEST_LEN);
	out->about.reach =
		line.ptr[MIGR_DIGEST_LEN] == '+' ? MIGR_REACH_ON : MIGR_REACH_OWN;
	out->about.spare = line.ptr[MIGR_DIGEST_LEN + 1] == '-';
	line.ptr += MIGR_DIGEST_LEN + 2;
	line.len -= MIGR_DIGEST_LEN + 2;
	while (migr_span_word(&line, &word))
	{
		if (migr_span_is(word, "/"))
			names = &out->about.keys;
		else
			migr_vec_push(&ctx->arena, names, migr_span_dup(&ctx->arena, word));
	}
	return names == &out->about.keys && are_plain(&out->about.names) &&
		   are_plain(names) &&
		   (out->about.reach == MIGR_REACH_ON || out->about.names.count > 0);
}

bool
migr_pieces_read(MigrCtx *ctx, MigrSpan text, MigrPieces *out)
{
	bool ok = migr_digest_unseal(&ctx->arena, &text);

	memset(out, 0, sizeof(*out));
	while (ok && text.len > 0)
	{
		const char *end = memchr(text.ptr, '\n', text.len);
		MigrSpan line = {text.ptr, end != NULL ? (size_t) (end - text.ptr) : 0};
		MigrPiece piece;

		ok = end != NULL && read_piece(ctx, line, &piece);
		if (!ok)
			break;
		migr_vec_push(&ctx->arena, out, piece);
		text.ptr += line.len + 1;
		text.len -= line.len + 1;
	}
	return ok ||
		   migr_fail(ctx, MIGR_ERR_STATE, "the kept statements are damaged");
}

/* ---- groups ------------------------------------------------------------------------ */

/* A name's group, as the number of one of its names. */
static int
find_group(MigrChoice *choice, int name)
{
	while (choice->upper[name] != name)
	{
		choice->upper[name] = choice->upper[choice->upper[name]];
		name = choice->upper[name];
	}
	return name;
}

int
migr_choice_name(const MigrChoice *choice, MigrSpan name)
{
	char folded[NAME_MAX];
	MigrSpan key = {folded, name.len};

	if (name.len > NAME_MAX)
		return MIGR_MAP_NONE;
	for (size_t i = 0; i < name.len; i++)
		folded[i] = name.ptr[i] >= 'A' && name.ptr[i] <= 'Z'
						? (char) (name.ptr[i] - 'A' + 'a')
						: name.ptr[i];
	return migr_map_get(&choice->names, key);
}

int
migr_choice_group(MigrChoice *choice, MigrSpan name)
{
	int number = migr_choice_name(choice, name);

	return number == MIGR_MAP_NONE ? number : find_group(choice, number);
}

/* Number a name. */
static void
number_name(MigrChoice *choice, const char *name)
{
	char *folded = migr_strdup(&choice->ctx->arena, name);

	for (char *at = folded; *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char) (*at - 'A' + 'a');
	(void) migr_map_put(&choice->names, migr_span(folded), choice->names.count);
}

/* Number the names of all pieces. */
static void
number_names(MigrChoice *choice, const MigrPieces *pieces)
{
	for (int i = 0; i < pieces->count; i++)
	{
		const MigrTexts *names = &pieces->items[i].about.names;

		for (int j = 0; j < names->count; j++)
			number_name(choice, names->items[j]);
	}
}

/* The group of a piece; MIGR_MAP_NONE: it reaches on. */
static int
group_of(MigrChoice *choice, const MigrPiece *piece)
{
	return piece->about.reach == MIGR_REACH_ON
			   ? MIGR_MAP_NONE
			   : migr_choice_group(choice,
								   migr_span(piece->about.names.items[0]));
}

/* Make one group of the names of each piece. */
static void
join_names(MigrChoice *choice, const MigrPieces *pieces)
{
	for (int i = 0; i < pieces->count; i++)
	{
		const MigrTexts *names = &pieces->items[i].about.names;
		int first = group_of(choice, &pieces->items[i]);

		for (int j = 1; j < names->count && first != MIGR_MAP_NONE; j++)
			choice
				->upper[migr_choice_group(choice, migr_span(names->items[j]))] =
				first;
	}
}

/* List the statements of each group, and which is the first of each name. */
static void
list_statements(MigrChoice *choice)
{
	for (int i = 0; i < choice->names.count; i++)
		choice->first[i] = choice->begin[i] = MIGR_MAP_NONE;
	for (int i = choice->now->count - 1; i >= 0; i--)
	{
		const MigrPiece *piece = &choice->now->items[i];
		int group = group_of(choice, piece);

		if (group == MIGR_MAP_NONE)
			continue;
		choice->next[i] = choice->first[group];
		choice->first[group] = i;
		for (int j = 0; j < piece->about.names.count; j++)
			choice->begin[migr_choice_name(
				choice, migr_span(piece->about.names.items[j]))] = i;
	}
}

/* ---- what has changed ----------------------------------------------------------------- */

/* A statement is new or gone; false: it reaches on. */
static bool
mark(MigrChoice *choice, const MigrPiece *piece)
{
	int group = group_of(choice, piece);

	if (group == MIGR_MAP_NONE)
		return false;
	choice->states[group] = MIGR_GROUP_CHANGED;
	choice->changed++;
	return true;
}

/* Find the statements of now among those of old, in their order; mark what has no
 * twin. */
static bool
match(MigrChoice *choice, const MigrPieces *old)
{
	MigrArena *arena = &choice->ctx->arena;
	bool *found =
		migr_alloc_array(arena, (size_t) old->count + 1, sizeof(bool));
	MigrMap places;
	int last = -1;

	migr_map_init(&places, arena, old->count);
	for (int i = 0; i < old->count; i++)
		(void) migr_map_put(&places, migr_span(old->items[i].digest), i);
	for (int i = 0; i < choice->now->count; i++)
	{
		const MigrPiece *piece = &choice->now->items[i];
		int at = migr_map_get(&places, migr_span(piece->digest));

		if (at != MIGR_MAP_NONE && at > last)
		{
			last = at;
			found[at] = true;
		}
		else if (!mark(choice, piece))
			return false;
	}
	for (int i = 0; i < old->count; i++)
		if (!found[i] && !mark(choice, &old->items[i]))
			return false;
	return true;
}

/* Are so many statements too many? */
static bool
are_many(const MigrChoice *choice, int count)
{
	return count > 8 && count > choice->now->count / 2;
}

MigrChoice *
migr_choose(MigrCtx *ctx, const MigrPieces *old, const MigrPieces *now,
			const MigrSpan *texts)
{
	MigrChoice *choice = migr_alloc(&ctx->arena, sizeof(*choice));
	size_t names;

	choice->ctx = ctx;
	choice->now = now;
	choice->texts = texts;
	migr_map_init(&choice->names, &ctx->arena, now->count);
	number_names(choice, old);
	number_names(choice, now);
	names = (size_t) choice->names.count + 1;
	choice->upper = migr_alloc_array(&ctx->arena, names, sizeof(int));
	choice->first = migr_alloc_array(&ctx->arena, names, sizeof(int));
	choice->begin = migr_alloc_array(&ctx->arena, names, sizeof(int));
	choice->states =
		migr_alloc_array(&ctx->arena, names, sizeof(MigrGroupState));
	choice->next =
		migr_alloc_array(&ctx->arena, (size_t) now->count + 1, sizeof(int));
	choice->picks = migr_alloc_array(&ctx->arena, (size_t) now->count + 1,
									 sizeof(MigrPick));
	for (int i = 0; i < choice->names.count; i++)
		choice->upper[i] = i;
	join_names(choice, old);
	join_names(choice, now);
	list_statements(choice);
	return match(choice, old) && !are_many(choice, choice->changed) ? choice
																	: NULL;
}

bool
migr_choice_is_empty(const MigrChoice *choice)
{
	return choice->changed == 0;
}

/* ---- what is built ---------------------------------------------------------------------- */

/* Take the next word off a text; false: there is none. */
static bool
take_word(MigrSpan *text, MigrSpan *word)
{
	while (text->len > 0 && !is_plain_char(*text->ptr))
	{
		text->ptr++;
		text->len--;
	}
	word->ptr = text->ptr;
	word->len = 0;
	while (text->len > 0 && is_plain_char(*text->ptr))
	{
		text->ptr++;
		text->len--;
		word->len++;
	}
	return word->len > 0;
}

/* Find the group of a word; a type's array is named for it, with _ in front. */
static int
group_of_word(MigrChoice *choice, MigrSpan word)
{
	int group = migr_choice_group(choice, word);

	while (group == MIGR_MAP_NONE && word.len > 1 && *word.ptr == '_')
	{
		word.ptr++;
		word.len--;
		group = migr_choice_group(choice, word);
	}
	return group;
}

/* Does a text mention anything that has changed? */
static bool
mentions_changed(MigrChoice *choice, MigrSpan text)
{
	MigrSpan word;

	while (take_word(&text, &word))
	{
		int group = group_of_word(choice, word);

		if (group != MIGR_MAP_NONE &&
			choice->states[group] == MIGR_GROUP_CHANGED)
			return true;
	}
	return false;
}

/* Find what mentions it. */
static void
find_near(MigrChoice *choice)
{
	for (int i = 0; i < choice->names.count; i++)
		if (choice->states[i] != MIGR_GROUP_CHANGED)
			choice->states[i] = MIGR_GROUP_KEPT;
	for (int i = 0; i < choice->now->count; i++)
	{
		int group = group_of(choice, &choice->now->items[i]);

		if (group != MIGR_MAP_NONE &&
			choice->states[group] == MIGR_GROUP_KEPT &&
			mentions_changed(choice, choice->texts[i]))
			choice->states[group] = MIGR_GROUP_NEAR;
	}
}

typedef MIGR_VEC(int) Groups;

/* Is a word one of the names that only foreign keys refer to, as often as it stands
 * there? */
static bool
is_key(const MigrChoice *choice, int name, const MigrTexts *keys, int *left)
{
	for (int i = 0; i < keys->count; i++)
		if (left[i] == 0 &&
			migr_choice_name(choice, migr_span(keys->items[i])) == name)
		{
			left[i] = 1;
			return true;
		}
	return false;
}

/* Have all groups there that a statement mentions; bare: but for those that its
 * foreign keys refer to. */
static void
need_mentioned(MigrChoice *choice, int statement, bool bare, Groups *work)
{
	const MigrTexts *keys = &choice->now->items[statement].about.keys;
	int *left = migr_alloc_array(&choice->ctx->arena, (size_t) keys->count + 1,
								 sizeof(int));
	MigrSpan text = choice->texts[statement];
	MigrSpan word;

	while (take_word(&text, &word))
	{
		int group = group_of_word(choice, word);

		if (group == MIGR_MAP_NONE ||
			choice->states[group] != MIGR_GROUP_KEPT ||
			(bare &&
			 is_key(choice, migr_choice_name(choice, word), keys, left)))
			continue;
		choice->states[group] = MIGR_GROUP_BARE;
		migr_vec_push(&choice->ctx->arena, work, group);
	}
}

/* Pick the statements of a group, and have what they need there. */
static void
pick_group(MigrChoice *choice, int group, Groups *work)
{
	bool bare = choice->states[group] == MIGR_GROUP_BARE;

	for (int i = choice->first[group]; i != MIGR_MAP_NONE; i = choice->next[i])
	{
		if (bare && choice->now->items[i].about.spare)
			continue;
		choice->picks[i] = bare ? MIGR_PICK_BARE : MIGR_PICK_WHOLE;
		need_mentioned(choice, i, bare, work);
	}
}

const MigrPick *
migr_choice_pick(MigrChoice *choice)
{
	Groups work = {0};
	int count = 0;

	find_near(choice);
	for (int i = 0; i < choice->names.count; i++)
		if (choice->states[i] == MIGR_GROUP_CHANGED ||
			choice->states[i] == MIGR_GROUP_NEAR)
			migr_vec_push(&choice->ctx->arena, &work, i);
	for (int i = 0; i < choice->now->count; i++)
		choice->picks[i] = choice->now->items[i].about.reach == MIGR_REACH_ON
							   ? MIGR_PICK_WHOLE
							   : MIGR_PICK_NONE;
	while (work.count > 0)
		pick_group(choice, work.items[--work.count], &work);
	for (int i = 0; i < choice->now->count; i++)
		count += choice->picks[i] != MIGR_PICK_NONE &&
				 choice->now->items[i].about.reach != MIGR_REACH_ON;
	return are_many(choice, count) ? NULL : choice->picks;
}
