/*
 * render_type.c
 *	  Extensions, schemas, types, domains and sequences in SQL.  See render.h.
 */
#include "schema/render.h"

#include "text/lex.h"
#include "text/quote.h"

/* ---- extensions and schemas ------------------------------------------------- */

/* Make an extension. */
static void
create_extension(MigrRender *render, const MigrObject *extension)
{
	const char *schema = migr_get(extension, MIGR_EXTENSION_SCHEMA);
	const char *version = migr_get(extension, MIGR_EXTENSION_VERSION);

	migr_say(render, "CREATE EXTENSION %s%s%s%s%s", extension->sql,
			 schema != NULL ? " SCHEMA " : "", schema != NULL ? schema : "",
			 version != NULL ? " VERSION " : "",
			 version != NULL ? version : "");
}

/* Move an extension, or take another version. */
static void
alter_extension(MigrRender *render, const MigrChange *change)
{
	const MigrObject *to = change->to;
	const char *version = migr_get(to, MIGR_EXTENSION_VERSION);

	if (migr_changes(change, MIGR_EXTENSION_SCHEMA) &&
		migr_get(to, MIGR_EXTENSION_SCHEMA) != NULL)
		migr_say(render, "ALTER EXTENSION %s SET SCHEMA %s", to->sql,
				 migr_get(to, MIGR_EXTENSION_SCHEMA));
	if (migr_changes(change, MIGR_EXTENSION_VERSION))
		migr_say(render, "ALTER EXTENSION %s UPDATE%s%s", to->sql,
				 version != NULL ? " TO " : "", version != NULL ? version : "");
}

const MigrWords migr_extension_words = {.create = create_extension,
										.alter = alter_extension};

/* Make a schema; public is everywhere. */
static void
create_schema(MigrRender *render, const MigrObject *schema)
{
	if (strcmp(schema->name, "public") != 0)
		migr_say(render, "CREATE SCHEMA %s", schema->sql);
}

/* Drop a schema. */
static void
drop_schema(MigrRender *render, const MigrObject *schema)
{
	if (strcmp(schema->name, "public") != 0)
		migr_say(render, "DROP SCHEMA %s", schema->sql);
}

const MigrWords migr_schema_words = {.create = create_schema,
									 .drop = drop_schema};

/* ---- enums ------------------------------------------------------------------ */

/* Make an enum. */
static void
create_enum(MigrRender *render, const MigrObject *type)
{
	const char *labels = migr_get(type, MIGR_ENUM_LABELS);

	migr_say(render, "CREATE TYPE %s AS ENUM (%s)", type->sql,
			 labels != NULL ? labels : "");
}

/* Add the labels that are new, each at its place. */
static void
alter_enum(MigrRender *render, const MigrChange *change)
{
	MigrTexts old = {0};
	MigrTexts all = {0};
	MigrMap known;

	migr_cut_list(render->arena, migr_get(change->from, MIGR_ENUM_LABELS),
				  &old);
	migr_cut_list(render->arena, migr_get(change->to, MIGR_ENUM_LABELS), &all);
	migr_map_init(&known, render->arena, old.count);
	for (int i = 0; i < old.count; i++)
		migr_map_put(&known, migr_span(old.items[i]), i);
	for (int i = 0, passed = 0; i < all.count; i++)
	{
		if (migr_map_get(&known, migr_span(all.items[i])) != MIGR_MAP_NONE)
			passed++;
		else if (passed == old.count)
			migr_say(render, "ALTER TYPE %s ADD VALUE %s", change->to->sql,
					 all.items[i]);
		else
			migr_say(render, "ALTER TYPE %s ADD VALUE %s BEFORE %s",
					 change->to->sql, all.items[i], old.items[passed]);
	}
}

const MigrWords migr_enum_words = {.create = create_enum, .alter = alter_enum};

/* ---- range types ---------------------------------------------------------------- */

void
migr_say_range_aside(MigrRender *render, const MigrObject *range,
					 const char *name)
{
	MigrArena *arena = render->arena;
	const char *subtype = migr_get(range, MIGR_RANGE_SUBTYPE);
	const char *many = migr_get(range, MIGR_RANGE_MULTIRANGE);
	const char *function = migr_printf(arena, "ALTER FUNCTION %s", range->sql);
	const char *now =
		migr_beside(arena, range->sql, migr_lex_name(arena, migr_span(name)));
	const char *aside;

	migr_say(render, "%s(%s, %s) RENAME TO %s", function, subtype, subtype,
			 name);
	migr_say(render, "%s(%s, %s, text) RENAME TO %s", function, subtype,
			 subtype, name);
	if (many == NULL)
		return;
	aside = migr_plain_name(
		arena,
		migr_set_aside(arena,
					   migr_lex_name(arena, migr_span(migr_last_name(many)))));
	function = migr_printf(arena, "ALTER FUNCTION %s", many);
	migr_say(render, "ALTER TYPE %s RENAME TO %s", many, aside);
	migr_say(render, "%s() RENAME TO %s", function, aside);
	migr_say(render, "%s(%s) RENAME TO %s", function, now, aside);
	migr_say(render, "%s(%s[]) RENAME TO %s", function, now, aside);
}

/* ---- composite types ---------------------------------------------------------- */

/* Return a member as a type has it. */
static const char *
member_text(const MigrRender *render, const MigrObject *member,
			const char *between)
{
	const char *collation = migr_get(member, MIGR_MEMBER_COLLATION);

	return migr_printf(render->arena, "%s %s%s%s%s", member->sql, between,
					   migr_get(member, MIGR_MEMBER_TYPE),
					   collation != NULL ? " COLLATE " : "",
					   collation != NULL ? collation : "");
}

/* Make a composite type with its members. */
static void
create_composite(MigrRender *render, const MigrObject *type)
{
	MigrStr str;

	migr_str_init(&str, render->arena);
	for (int i = 0; i < type->parts.count; i++)
	{
		const MigrObject *part = type->parts.items[i];
		const MigrChange *making = migr_making(render, part);

		if (part->kind == MIGR_MEMBER && making != NULL && making->within)
			migr_str_printf(&str, "%s    %s", str.len > 0 ? ",\n" : "\n",
							member_text(render, part, ""));
	}
	migr_say(render, "CREATE TYPE %s AS (%s%s)", type->sql, str.data,
			 str.len > 0 ? "\n" : "");
}

const MigrWords migr_composite_words = {.create = create_composite};

/* What stands behind a change of a member: tables that are OF the type follow. */
static const char *
behind_member(const MigrObject *member)
{
	return migr_get(member->parent, MIGR_COMPOSITE_TYPED) != NULL ? " CASCADE"
																  : "";
}

/* Add a member. */
static void
create_member(MigrRender *render, const MigrObject *member)
{
	migr_say(render, "ALTER TYPE %s ADD ATTRIBUTE %s%s", member->parent->sql,
			 member_text(render, member, ""), behind_member(member));
}

/* Change a member's type. */
static void
alter_member(MigrRender *render, const MigrChange *change)
{
	migr_say(render, "ALTER TYPE %s ALTER ATTRIBUTE %s%s",
			 change->to->parent->sql, member_text(render, change->to, "TYPE "),
			 behind_member(change->to));
}

/* Drop a member. */
static void
drop_member(MigrRender *render, const MigrObject *member)
{
	migr_say(render, "ALTER TYPE %s DROP ATTRIBUTE %s%s",
			 migr_old_name(render, member->parent), member->sql,
			 behind_member(member));
}

/* Give a member another name. */
static void
rename_member(MigrRender *render, const MigrChange *change)
{
	migr_say(render, "ALTER TYPE %s RENAME ATTRIBUTE %s TO %s%s",
			 migr_old_name(render, change->from->parent), change->from->sql,
			 change->to->sql, behind_member(change->from));
}

const MigrWords migr_member_words = {
	create_member,
	alter_member,
	drop_member,
	rename_member,
};

/* ---- domains ------------------------------------------------------------------ */

/* Make a domain with its checks; one that isn't valid comes behind. */
static void
create_domain(MigrRender *render, const MigrObject *domain)
{
	const char *collation = migr_get(domain, MIGR_DOMAIN_COLLATION);
	const char *expr = migr_get(domain, MIGR_DOMAIN_DEFAULT);
	MigrStr str;

	migr_str_init(&str, render->arena);
	migr_str_printf(&str, "CREATE DOMAIN %s AS %s", domain->sql,
					migr_get(domain, MIGR_DOMAIN_TYPE));
	if (collation != NULL)
		migr_str_printf(&str, " COLLATE %s", collation);
	if (expr != NULL)
		migr_str_printf(&str, " DEFAULT %s", expr);
	if (migr_get(domain, MIGR_DOMAIN_NOT_NULL) != NULL)
		migr_str_add(&str, " NOT NULL");
	for (int i = 0; i < domain->parts.count; i++)
	{
		const MigrObject *part = domain->parts.items[i];

		if (migr_is_held(render, part) &&
			migr_get(part, MIGR_CONSTRAINT_NOT_VALID) == NULL)
			migr_str_printf(&str, "\n    CONSTRAINT %s %s", part->sql,
							migr_get(part, MIGR_CONSTRAINT_DEFINITION));
	}
	migr_say(render, "%s", str.data);
	for (int i = 0; i < domain->parts.count; i++)
	{
		const MigrObject *part = domain->parts.items[i];

		if (migr_is_held(render, part) &&
			migr_get(part, MIGR_CONSTRAINT_NOT_VALID) != NULL)
			migr_say_add(render, part);
	}
}

/* Alter a domain's default, or whether it takes NULL. */
static void
alter_domain(MigrRender *render, const MigrChange *change)
{
	const char *name = migr_old_name(render, change->from);
	const char *expr = migr_get(change->to, MIGR_DOMAIN_DEFAULT);

	if (migr_changes(change, MIGR_DOMAIN_DEFAULT) && expr != NULL)
		migr_say(render, "ALTER DOMAIN %s SET DEFAULT %s", name, expr);
	else if (migr_changes(change, MIGR_DOMAIN_DEFAULT))
		migr_say(render, "ALTER DOMAIN %s DROP DEFAULT", name);
	if (!migr_changes(change, MIGR_DOMAIN_NOT_NULL))
		return;
	if (migr_get(change->to, MIGR_DOMAIN_NOT_NULL) != NULL)
		migr_remark(render, "fails if a value of domain %s is NULL", name);
	migr_say(render, "ALTER DOMAIN %s %s NOT NULL", name,
			 migr_get(change->to, MIGR_DOMAIN_NOT_NULL) != NULL ? "SET"
																: "DROP");
}

const MigrWords migr_domain_words = {.create = create_domain,
									 .alter = alter_domain};

/* ---- others ------------------------------------------------------------------- */

/* Make an object of a kind that isn't looked into. */
static void
create_other(MigrRender *render, const MigrObject *object)
{
	const char *options = migr_get(object, MIGR_OTHER_OPTIONS);

	migr_say(render, "%s%s%s%s",
			 migr_body(render->arena, migr_get(object, MIGR_OTHER_DEFINITION)),
			 options != NULL ? " OPTIONS (" : "",
			 options != NULL ? options : "", options != NULL ? ")" : "");
}

/* Return an object's word as SQL has it. */
static const char *
other_word(const MigrRender *render, const MigrObject *object)
{
	return migr_capitals(render, migr_get(object, MIGR_OTHER_WORD));
}

/* Alter the options of such an object. */
static void
alter_other(MigrRender *render, const MigrChange *change)
{
	migr_say(render, "ALTER %s %s OPTIONS (%s)", other_word(render, change->to),
			 change->to->sql,
			 migr_option_steps(render->arena,
							   migr_get(change->from, MIGR_OTHER_OPTIONS),
							   migr_get(change->to, MIGR_OTHER_OPTIONS)));
}

/* Do functions go along with a base type?  Neither can go without the other. */
static bool
takes_functions(const MigrObject *type)
{
	for (int i = 0; i < type->needs.count; i++)
	{
		const MigrObject *function = type->needs.items[i];

		if (function->kind == MIGR_FUNCTION &&
			migr_same(migr_get(function, MIGR_FUNCTION_OF_TYPE), type->sql))
			return true;
	}
	return false;
}

/* Drop such an object. */
static void
drop_other(MigrRender *render, const MigrObject *object)
{
	bool functions = takes_functions(object);

	if (functions)
		migr_remark(render, "takes the functions along that read and write it");
	migr_say(render, "DROP %s %s%s", other_word(render, object), object->sql,
			 functions ? " CASCADE" : "");
}

const MigrWords migr_other_words = {
	.create = create_other, .alter = alter_other, .drop = drop_other};

/* ---- sequences ---------------------------------------------------------------- */

/* Add an option that has a value. */
static void
add_option(MigrStr *str, const char *word, const char *value)
{
	if (value != NULL)
		migr_str_printf(str, " %s %s", word, value);
}

/* Make a sequence. */
static void
create_sequence(MigrRender *render, const MigrObject *sequence)
{
	const char *type = migr_get(sequence, MIGR_SEQUENCE_TYPE);
	const char *step = migr_get(sequence, MIGR_SEQUENCE_INCREMENT);
	const char *start = migr_get(sequence, MIGR_SEQUENCE_START);
	const char *cache = migr_get(sequence, MIGR_SEQUENCE_CACHE);
	MigrStr str;

	migr_str_init(&str, render->arena);
	migr_str_printf(
		&str, "CREATE %sSEQUENCE %s",
		migr_get(sequence, MIGR_SEQUENCE_UNLOGGED) != NULL ? "UNLOGGED " : "",
		sequence->sql);
	add_option(&str, "AS", migr_same(type, "bigint") ? NULL : type);
	add_option(&str, "INCREMENT BY", migr_same(step, "1") ? NULL : step);
	add_option(&str, "MINVALUE", migr_get(sequence, MIGR_SEQUENCE_MINIMUM));
	add_option(&str, "MAXVALUE", migr_get(sequence, MIGR_SEQUENCE_MAXIMUM));
	/* else it begins at its minimum, or at its maximum */
	if (!migr_same(start, "1") || !migr_same(step, "1") ||
		migr_get(sequence, MIGR_SEQUENCE_MINIMUM) != NULL)
		add_option(&str, "START WITH", start);
	add_option(&str, "CACHE", migr_same(cache, "1") ? NULL : cache);
	if (migr_get(sequence, MIGR_SEQUENCE_CYCLE) != NULL)
		migr_str_add(&str, " CYCLE");
	migr_say(render, "%s", str.data);
}

/* Add an option that has changed, or what it is by default. */
static void
alter_option(MigrStr *str, const MigrChange *change, MigrAttr attr,
			 const char *word, const char *otherwise)
{
	const char *value = migr_get(change->to, attr);

	if (!migr_changes(change, attr))
		return;
	if (value != NULL)
		add_option(str, word, value);
	else
		migr_str_printf(str, " %s", otherwise);
}

void
migr_say_bound(MigrRender *render, const char *sequence, const char *bound,
			   char outside)
{
	migr_say(render,
			 "SELECT setval(%s, %s, false) FROM %s WHERE last_value %c %s",
			 migr_quote_text(render->arena, migr_span(sequence)), bound,
			 sequence, outside, bound);
}

/* Move the last value to where a bound lets it be that has changed. */
static void
alter_bound(MigrRender *render, const MigrChange *change, MigrAttr attr)
{
	const char *bound = migr_get(change->to, attr);

	if (migr_changes(change, attr) && bound != NULL)
		migr_say_bound(render, migr_old_name(render, change->from), bound,
					   attr == MIGR_SEQUENCE_MINIMUM ? '<' : '>');
}

/* A sequence that counts the other way has other limits where none are set, and
 * its last value mustn't be beyond them. */
static void
add_turn(MigrRender *render, const MigrChange *change, MigrStr *str)
{
	bool down = *migr_get(change->to, MIGR_SEQUENCE_INCREMENT) == '-';
	bool least = migr_get(change->to, MIGR_SEQUENCE_MINIMUM) != NULL;
	bool most = migr_get(change->to, MIGR_SEQUENCE_MAXIMUM) != NULL;

	if (down == (*migr_get(change->from, MIGR_SEQUENCE_INCREMENT) == '-'))
		return;
	if (!least && !migr_changes(change, MIGR_SEQUENCE_MINIMUM))
		migr_str_add(str, " NO MINVALUE");
	if (!most && !migr_changes(change, MIGR_SEQUENCE_MAXIMUM))
		migr_str_add(str, " NO MAXVALUE");
	if (down ? most : least)
		return;
	migr_remark(render, "sequence %s begins anew", change->to->sql);
	migr_str_add(str, " RESTART");
}

/* Alter a sequence. */
static void
alter_sequence(MigrRender *render, const MigrChange *change)
{
	const char *name = migr_old_name(render, change->from);
	MigrStr str;

	alter_bound(render, change, MIGR_SEQUENCE_MINIMUM);
	alter_bound(render, change, MIGR_SEQUENCE_MAXIMUM);
	migr_str_init(&str, render->arena);
	add_turn(render, change, &str);
	alter_option(&str, change, MIGR_SEQUENCE_TYPE, "AS", "AS bigint");
	alter_option(&str, change, MIGR_SEQUENCE_INCREMENT, "INCREMENT BY",
				 "INCREMENT BY 1");
	alter_option(&str, change, MIGR_SEQUENCE_MINIMUM, "MINVALUE",
				 "NO MINVALUE");
	alter_option(&str, change, MIGR_SEQUENCE_MAXIMUM, "MAXVALUE",
				 "NO MAXVALUE");
	alter_option(&str, change, MIGR_SEQUENCE_START, "START WITH",
				 "START WITH 1");
	alter_option(&str, change, MIGR_SEQUENCE_CACHE, "CACHE", "CACHE 1");
	if (migr_changes(change, MIGR_SEQUENCE_CYCLE))
		migr_str_add(&str, migr_get(change->to, MIGR_SEQUENCE_CYCLE) != NULL
							   ? " CYCLE"
							   : " NO CYCLE");
	if (str.len > 0)
		migr_say(render, "ALTER SEQUENCE %s%s", name, str.data);
	if (migr_changes(change, MIGR_SEQUENCE_UNLOGGED))
		migr_say(render, "ALTER SEQUENCE %s SET %s", name,
				 migr_get(change->to, MIGR_SEQUENCE_UNLOGGED) != NULL
					 ? "UNLOGGED"
					 : "LOGGED");
}

const MigrWords migr_sequence_words = {.create = create_sequence,
									   .alter = alter_sequence};

/* Tie a sequence to a column. */
static void
create_owned_sequence(MigrRender *render, const MigrObject *owned)
{
	migr_say(render, "ALTER SEQUENCE %s OWNED BY %s", owned->parent->sql,
			 migr_get(owned, MIGR_OWNED_SEQUENCE_COLUMN));
}

/* Tie it to another. */
static void
alter_owned_sequence(MigrRender *render, const MigrChange *change)
{
	create_owned_sequence(render, change->to);
}

/* Untie it. */
static void
drop_owned_sequence(MigrRender *render, const MigrObject *owned)
{
	migr_say(render, "ALTER SEQUENCE %s OWNED BY NONE",
			 migr_old_name(render, owned->parent));
}

const MigrWords migr_owned_sequence_words = {.create = create_owned_sequence,
											 .alter = alter_owned_sequence,
											 .drop = drop_owned_sequence};
