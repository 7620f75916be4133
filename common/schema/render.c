/*
 * render.c
 *	  Changes in SQL, as statements or as a section of a script.  See change.h.
 *
 * Who says what is a table by kinds; the words of each kind are in the files
 * beside this one.  Whether a statement can hold what comes with its object, or
 * has to go round something, is seen by looking at the other changes: an index
 * by the objects' numbers makes that quick.
 */
#include "schema/partition.h"
#include "schema/render.h"

/* How each kind is said; one that isn't here by its plain form. */
static const MigrWords *const kind_words[MIGR_KIND_COUNT] = {
	[MIGR_EXTENSION] = &migr_extension_words,
	[MIGR_SCHEMA] = &migr_schema_words,
	[MIGR_ENUM] = &migr_enum_words,
	[MIGR_COMPOSITE] = &migr_composite_words,
	[MIGR_MEMBER] = &migr_member_words,
	[MIGR_DOMAIN] = &migr_domain_words,
	[MIGR_OTHER] = &migr_other_words,
	[MIGR_SEQUENCE] = &migr_sequence_words,
	[MIGR_FUNCTION] = &migr_function_words,
	[MIGR_PROCEDURE] = &migr_procedure_words,
	[MIGR_TABLE] = &migr_table_words,
	[MIGR_COLUMN] = &migr_column_words,
	[MIGR_CONSTRAINT] = &migr_constraint_words,
	[MIGR_INDEX] = &migr_index_words,
	[MIGR_INHERITANCE] = &migr_inheritance_words,
	[MIGR_INDEX_PARTITION] = &migr_index_partition_words,
	[MIGR_OWNED_SEQUENCE] = &migr_owned_sequence_words,
	[MIGR_STATISTICS] = &migr_statistics_words,
	[MIGR_VIEW] = &migr_view_words,
	[MIGR_MATVIEW] = &migr_matview_words,
	[MIGR_RULE] = &migr_rule_words,
	[MIGR_TRIGGER] = &migr_trigger_words,
	[MIGR_POLICY] = &migr_policy_words,
	[MIGR_EVENT_TRIGGER] = &migr_event_trigger_words,
	[MIGR_COMMENT] = &migr_comment_words,
	[MIGR_OWNER] = &migr_owner_words,
	[MIGR_GRANT] = &migr_grant_words,
	[MIGR_DEFAULT_PRIVILEGES] = &migr_default_privileges_words,
};

/* The attribute that is the whole statement, of kinds that have one. */
static const struct
{
	MigrKind kind;
	MigrAttr attr;
} definitions[] = {
	{MIGR_COLLATION, MIGR_COLLATION_DEFINITION},
	{MIGR_RANGE, MIGR_RANGE_DEFINITION},
	{MIGR_FUNCTION, MIGR_FUNCTION_DEFINITION},
	{MIGR_PROCEDURE, MIGR_PROCEDURE_DEFINITION},
	{MIGR_AGGREGATE, MIGR_AGGREGATE_DEFINITION},
	{MIGR_PUBLICATION, MIGR_PUBLICATION_DEFINITION},
};

/* ---- the index ------------------------------------------------------------ */

/* Make an array with room for the numbers of the objects, all -1. */
static int *
make_index(const MigrRender *render, int count)
{
	int *index =
		migr_alloc_array(render->arena, (size_t) count + 1, sizeof(*index));

	for (int i = 0; i < count; i++)
		index[i] = -1;
	return index;
}

/* Make room for the numbers of a change's objects; a stand-in has none. */
static void
count_objects(MigrRender *render, const MigrChange *change)
{
	if (change->to != NULL && change->to->number >= render->nnew)
		render->nnew = change->to->number + 1;
	if (change->from != NULL && change->from->number >= render->nold)
		render->nold = change->from->number + 1;
}

/* Note that a change links a table to another. */
static void
note_link(MigrRender *render, const MigrObject *link, int at)
{
	const MigrObject *upper = migr_partition_upper(link);

	if (upper != NULL && upper->number >= 0 && upper->number < render->nnew)
		render->last_links[upper->number] = at;
}

/* Note where a change is in the list. */
static void
note_change(MigrRender *render, int at)
{
	const MigrChange *change = render->all->items[at];
	const MigrChange *behind = change->behind;
	bool ends = change->verb == MIGR_ALTER && behind != NULL &&
				behind->verb == MIGR_CREATE;

	if (change->verb == MIGR_CREATE && change->to->number >= 0)
		render->makes[change->to->number] = at;
	/* what an ALTER ends may have been made as a stand-in without a number */
	if (ends && render->makes[change->to->number] < 0)
		render->makes[change->to->number] = at;
	if (change->verb == MIGR_CREATE && change->to->kind == MIGR_INHERITANCE)
		note_link(render, change->to, at);
	if (change->verb == MIGR_CREATE && behind != NULL &&
		behind->verb == MIGR_DROP)
		render->again[behind->from->number] = at;
	if (change->verb == MIGR_DROP && change->aside == NULL)
		render->drops[change->from->number] = at;
	if (change->verb == MIGR_RENAME && change->to != NULL)
		render->renames[change->from->number] = at;
}

void
migr_render_init(MigrCtx *ctx, MigrDialect dialect, const MigrChanges *all,
				 MigrRender *render)
{
	memset(render, 0, sizeof(*render));
	render->ctx = ctx;
	render->arena = &ctx->arena;
	render->dialect = dialect;
	render->all = all;
	for (int i = 0; i < all->count; i++)
	{
		all->items[i]->place = i;
		count_objects(render, all->items[i]);
	}
	render->makes = make_index(render, render->nnew);
	render->last_links = make_index(render, render->nnew);
	render->drops = make_index(render, render->nold);
	render->again = make_index(render, render->nold);
	render->renames = make_index(render, render->nold);
	for (int i = 0; i < all->count; i++)
		note_change(render, i);
	migr_body_note(render);
}

/* Return the change that an index has for a number. */
static const MigrChange *
look_up(const MigrRender *render, const int *index, int count, int number)
{
	if (number < 0 || number >= count || index[number] < 0)
		return NULL;
	return render->all->items[index[number]];
}

const MigrChange *
migr_making(const MigrRender *render, const MigrObject *object)
{
	const MigrChange *change =
		look_up(render, render->makes, render->nnew, object->number);

	return change != NULL && change->verb == MIGR_ALTER ? change->behind
														: change;
}

const MigrChange *
migr_dropping(const MigrRender *render, const MigrObject *object)
{
	return look_up(render, render->drops, render->nold, object->number);
}

bool
migr_gets_parts(const MigrRender *render, const MigrObject *table)
{
	return table->number >= 0 && table->number < render->nnew &&
		   render->last_links[table->number] >= 0;
}

const MigrObject *
migr_made_again(const MigrRender *render, const MigrObject *object)
{
	const MigrChange *again =
		look_up(render, render->again, render->nold, object->number);

	return again != NULL ? again->to : NULL;
}

const MigrChange *
migr_at_hand(const MigrRender *render)
{
	return render->all->items[render->at];
}

const MigrObject *
migr_as_renamed(const MigrRender *render, const MigrObject *object)
{
	const MigrChange *rename =
		look_up(render, render->renames, render->nold, object->number);

	/* an object of the new schema may have the same number */
	return rename != NULL && rename->from == object &&
				   render->renames[object->number] < render->at
			   ? rename->to
			   : object;
}

const char *
migr_old_name(const MigrRender *render, const MigrObject *object)
{
	return migr_as_renamed(render, object)->sql;
}

MigrSpan
migr_key_name(const MigrRender *render, const char *name)
{
	char *key;

	if (render->dialect == MIGR_POSTGRESQL)
		return migr_span(name);
	key = migr_strdup(render->arena, name);
	for (char *c = key; *c != '\0'; c++)
	{
		if (*c >= 'A' && *c <= 'Z')
			*c = (char) (*c - 'A' + 'a');
	}
	return migr_span(key);
}

const char *
migr_get(const MigrObject *object, MigrAttr attr)
{
	return migr_object_get(object, attr);
}

/* ---- statements ----------------------------------------------------------- */

void
migr_say(MigrRender *render, const char *fmt, ...)
{
	MigrStr str;
	va_list args;

	migr_str_init(&str, render->arena);
	if (render->remark != NULL)
		migr_str_printf(&str, "-- %s\n", render->remark);
	render->remark = NULL;
	va_start(args, fmt);
	migr_str_vprintf(&str, fmt, args);
	va_end(args);
	migr_vec_push(render->arena, render->out, str.data);
}

void
migr_remark(MigrRender *render, const char *fmt, ...)
{
	MigrStr str;
	va_list args;

	migr_str_init(&str, render->arena);
	va_start(args, fmt);
	migr_str_vprintf(&str, fmt, args);
	va_end(args);
	str.data = migr_span_line(render->arena, migr_span(str.data));
	render->remark =
		render->remark == NULL
			? str.data
			: migr_printf(render->arena, "%s\n-- %s", render->remark, str.data);
}

/* Say the attribute that is the whole statement. */
static void
say_definition(MigrRender *render, const MigrObject *object)
{
	for (size_t i = 0; i < sizeof(definitions) / sizeof(definitions[0]); i++)
	{
		if (definitions[i].kind == object->kind)
			migr_say(render, "%s",
					 migr_body(render->arena,
							   migr_get(object, definitions[i].attr)));
	}
}

const char *
migr_capitals(const MigrRender *render, const char *word)
{
	char *copy = migr_strdup(render->arena, word);

	for (char *c = copy; *c != '\0'; c++)
	{
		if (*c >= 'a' && *c <= 'z')
			*c = (char) (*c - 'a' + 'A');
	}
	return copy;
}

/* Return the kind's word, in capitals. */
static const char *
capital_word(const MigrRender *render, const MigrObject *object)
{
	return migr_capitals(render, migr_kind_info(object->kind)->word);
}

/* Say that an object goes, in the plain form. */
static void
say_drop(MigrRender *render, const MigrChange *change)
{
	const char *name = migr_old_name(render, change->from);

	if (change->aside != NULL)
		name = migr_beside(render->arena, name, change->aside);
	migr_say(render, "DROP %s %s", capital_word(render, change->from), name);
}

/* Say that an object has another name, in the plain form. */
static void
say_rename(MigrRender *render, const MigrChange *change)
{
	const char *word = capital_word(render, change->from);
	const char *name = change->aside != NULL
						   ? migr_plain_name(render->arena, change->aside)
						   : migr_last_name(change->to->sql);

	/* a routine's name goes to its arguments */
	migr_say(render, "ALTER %s %s RENAME TO %.*s", word, change->from->sql,
			 (int) strcspn(name, name[0] == '"' ? "" : "("), name);
	if (change->from->kind == MIGR_RANGE && change->aside != NULL)
		migr_say_range_aside(render, change->from, name);
}

/* Say a change by its kind's own function, or in the plain form. */
static void
say_change(MigrRender *render, const MigrChange *change)
{
	static const MigrWords plain = {0};
	const MigrObject *object = change->to != NULL ? change->to : change->from;
	const MigrWords *words =
		kind_words[object->kind] != NULL ? kind_words[object->kind] : &plain;

	switch (change->verb)
	{
		case MIGR_CREATE:
			(words->create != NULL ? words->create
								   : say_definition)(render, change->to);
			break;
		case MIGR_ALTER:
			if (words->alter != NULL)
				words->alter(render, change);
			break;
		case MIGR_RENAME:
			if (words->rename != NULL && change->aside == NULL)
				words->rename(render, change);
			else
				say_rename(render, change);
			break;
		case MIGR_DROP:
			if (words->drop != NULL && change->aside == NULL)
				words->drop(render, change->from);
			else
				say_drop(render, change);
			break;
	}
}

void
migr_render_change(MigrRender *render, const MigrChange *change, MigrTexts *out)
{
	render->at = change->place;
	render->out = out;
	render->remark = NULL;
	if (change->within)
		return;
	say_change(render, change);
	for (int i = 0; i < change->undoing.count; i++)
		migr_say(render, "%s", change->undoing.items[i]);
}

/* ---- the section ---------------------------------------------------------- */

/* What a change is part of, in the end: changes of one such stand together. */
static const char *
group_of(const MigrChange *change)
{
	const MigrObject *object = change->to != NULL ? change->to : change->from;

	while (object->parent != NULL)
		object = object->parent;
	return object->sql;
}

/* Add lines that say what would be lost. */
static void
add_losses(MigrRender *render, const MigrChange *change, MigrStr *str)
{
	MigrDescriptions found = {0};

	migr_describe(render->ctx, change, &found);
	for (int i = 0; i < found.count; i++)
	{
		if (found.items[i].loss != NULL)
			migr_str_printf(
				str, "-- loses %s\n",
				migr_span_line(render->arena, migr_span(found.items[i].loss)));
	}
}

/* See that no line of a statement is what a script's directives are. */
static void
check_lines(MigrRender *render, const MigrChange *change, const char *text)
{
	static const char directive[] = "-- migrate:";
	const MigrObject *object = change->to != NULL ? change->to : change->from;

	while (text != NULL)
	{
		if (migr_span_starts(migr_span(text), directive))
		{
			migr_fail(render->ctx, MIGR_ERR_SCRIPT,
					  "%s %s can't stand in a script: a line of its text "
					  "begins with \"%s\"",
					  migr_kind_info(object->kind)->word, object->sql,
					  directive);
			migr_hint(render->ctx, "Indent the line in the model.");
		}
		text = strchr(text, '\n');
		text += text != NULL;
	}
}

/* Add a statement; its semicolon mustn't come to stand in a comment. */
static void
add_statement(MigrStr *str, const char *text)
{
	const char *line = strrchr(text, '\n');

	line = line != NULL ? line : text;
	migr_str_printf(str, "%s%s;\n", text,
					strstr(line, "--") != NULL ? "\n" : "");
}

const char *
migr_render(MigrCtx *ctx, MigrDialect dialect, const MigrChanges *changes)
{
	const char *group = NULL;
	MigrRender render;
	MigrStr str;

	migr_render_init(ctx, dialect, changes, &render);
	migr_str_init(&str, &ctx->arena);
	for (int i = 0; i < changes->count; i++)
	{
		const MigrChange *change = changes->items[i];
		MigrTexts texts = {0};

		migr_render_change(&render, change, &texts);
		if (texts.count == 0)
			continue;
		if (group != NULL && strcmp(group, group_of(change)) != 0)
			migr_str_add_char(&str, '\n');
		group = group_of(change);
		add_losses(&render, change, &str);
		for (int k = 0; k < texts.count; k++)
		{
			check_lines(&render, change, texts.items[k]);
			add_statement(&str, texts.items[k]);
		}
	}
	return str.data;
}
