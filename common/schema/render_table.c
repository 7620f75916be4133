/*
 * render_table.c
 *	  Tables, constraints, indexes, inheritance and statistics in SQL.  See
 *	  render.h; columns are in render_column.c.
 *
 * A table that can't be altered is made anew with its rows: at its DROP it goes
 * aside by another name, at its CREATE the rows are copied and the old one is
 * dropped; on PostgreSQL keys come behind that, for their names aren't free before.
 *
 * A partition or a child table is made together with its link to the upper one
 * where that is there already; else the link (INHERITANCE) comes behind.
 */
#include "schema/partition.h"
#include "schema/render.h"

#include "text/lex.h"
#include "text/quote.h"

/* ---- inheritance ---------------------------------------------------------- */

/* Is an object there before another is made?  Both are of the new schema. */
static bool
comes_before(const MigrRender *render, const MigrObject *object,
			 const MigrObject *other)
{
	return object->number >= render->nnew ||
		   render->makes[object->number] < render->makes[other->number];
}

/*
 * Does an index of a partition come by itself, for the upper one is there before
 * what makes the table a partition, or, where that is said by CREATE TABLE, before
 * the table?
 */
static bool
comes_by_upper(const MigrRender *render, const MigrObject *index,
			   const MigrObject *before)
{
	const MigrObject *link = migr_partition_link(index);
	const MigrObject *upper = link != NULL ? migr_partition_upper(link) : NULL;

	return upper != NULL && comes_before(render, upper, before);
}

/* Is it the name that the server gives to the key that comes with PARTITION OF? */
static bool
has_usual_name(const MigrRender *render, const MigrObject *index)
{
	const MigrObject *upper = migr_partition_upper(migr_partition_link(index));

	return migr_same(migr_get(index, MIGR_CONSTRAINT_TYPE), "p") &&
		   upper->kind == MIGR_CONSTRAINT &&
		   migr_same(index->name, migr_printf(render->arena, "%s_pkey",
											  index->parent->name));
}

/* Does PARTITION OF make this part of a table just so, or leave it to others? */
static bool
comes_along(const MigrRender *render, const MigrObject *part)
{
	const char *type;

	if (part->kind == MIGR_COLUMN)
		return migr_get(part, MIGR_COLUMN_INHERITED) != NULL;
	if (part->kind == MIGR_INDEX)
		return !comes_by_upper(render, part, part->parent);
	if (part->kind != MIGR_CONSTRAINT)
		return true;
	type = migr_get(part, MIGR_CONSTRAINT_TYPE);
	if (migr_get(part, MIGR_CONSTRAINT_INHERITED) == NULL || type == NULL)
		return false;
	if (strchr("pux", type[0]) == NULL)
		return true;
	return comes_by_upper(render, part, part->parent)
			   ? has_usual_name(render, part)
			   : migr_partition_link(part) != NULL;
}

/* Has each column of a table the attributes of its upper one's? */
static bool
same_columns(const MigrRender *render, const MigrObject *upper,
			 const MigrObject *table)
{
	int count = migr_attr_count(MIGR_COLUMN);
	MigrMap names;

	migr_map_init(&names, render->arena, upper->parts.count);
	for (int i = 0; i < upper->parts.count; i++)
	{
		if (upper->parts.items[i]->kind == MIGR_COLUMN)
			migr_map_put(&names, migr_span(upper->parts.items[i]->name), i);
	}
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *column = table->parts.items[i];
		int32_t at;

		if (column->kind != MIGR_COLUMN)
			continue;
		at = migr_map_get(&names, migr_span(column->name));
		if (at == MIGR_MAP_NONE)
			return false;
		for (int k = 0; k < count; k++)
		{
			if (k != MIGR_COLUMN_INHERITED - MIGR_COLUMN_TYPE &&
				!migr_same(column->values[k],
						   upper->parts.items[at]->values[k]))
				return false;
		}
	}
	return true;
}

/* Can CREATE TABLE say the link to the upper table? */
static bool
is_mergeable(const MigrRender *render, const MigrObject *link)
{
	const MigrObject *table = link->parent;
	const MigrObject *upper = migr_partition_upper(link);

	if (upper == NULL || !comes_before(render, upper, table))
		return false;
	if (migr_get(link, MIGR_INHERITANCE_BOUND) == NULL)
		return true;
	for (int i = 0; i < table->parts.count; i++)
	{
		if (!comes_along(render, table->parts.items[i]))
			return false;
	}
	return same_columns(render, upper, table);
}

/*
 * Find the links that the CREATE TABLE of a new table says; false: none, for it
 * has none, or not all are for it to say.
 */
static bool
merged_links(const MigrRender *render, const MigrObject *table,
			 MigrObjects *links)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		MigrObject *part = table->parts.items[i];

		if (part->kind != MIGR_INHERITANCE)
			continue;
		if (migr_making(render, part->parent) == NULL ||
			!is_mergeable(render, part))
			return false;
		migr_vec_push(render->arena, links, part);
	}
	return links->count > 0;
}

bool
migr_follows(const MigrRender *render, const MigrObject *table, bool old)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_INHERITANCE &&
			(old ? migr_dropping(render, part) : migr_making(render, part)) ==
				NULL)
			return true;
	}
	return false;
}

/* Do the rows of a table that is made anew go over?  Those of virtual and foreign
 * tables are elsewhere. */
static bool
keeps_rows(const MigrObject *old, const MigrObject *table)
{
	return migr_get(old, MIGR_TABLE_MODULE) == NULL &&
		   migr_get(table, MIGR_TABLE_MODULE) == NULL;
}

/*
 * Does a partition that is dropped go with the upper table, which is made anew?
 * Its rows are copied before.
 */
static bool
goes_with_upper(const MigrRender *render, const MigrObject *table)
{
	const MigrChange *dropping = migr_dropping(render, table);

	if (dropping == NULL || dropping->again)
		return false;
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];
		const MigrObject *upper;
		const MigrObject *new;

		if (part->kind != MIGR_INHERITANCE ||
			migr_get(part, MIGR_INHERITANCE_BOUND) == NULL)
			continue;
		upper = migr_partition_upper(part);
		if (upper == NULL)
			return false;
		new = migr_made_again(render, upper);
		return (new != NULL &&keeps_rows(upper, new)) ||
			   goes_with_upper(render, upper);
	}
	return false;
}

/* ---- the text of CREATE TABLE ----------------------------------------------- */

/* Return a constraint as CREATE TABLE and ADD have it. */
static const char *
constraint_text(const MigrRender *render, const MigrObject *constraint)
{
	const char *text = migr_get(constraint, MIGR_CONSTRAINT_TEXT);
	const char *body =
		text != NULL ? text : migr_get(constraint, MIGR_CONSTRAINT_DEFINITION);
	const char *name = constraint->sql;

	if (migr_get(constraint, MIGR_CONSTRAINT_UNNAMED) != NULL)
		return body;
	/* SQLite: others have that name too */
	if (strcmp(migr_lex_name(render->arena, migr_span(name)),
			   constraint->name) != 0)
		name = migr_quote_name(render->arena, constraint->name);
	return migr_printf(render->arena, "CONSTRAINT %s %s", name, body);
}

bool
migr_is_held(const MigrRender *render, const MigrObject *part)
{
	const MigrChange *making = migr_making(render, part);

	return making != NULL && making->within;
}

/* Return what a constraint's index is over; NULL: it has none. */
static const char *
indexed(const MigrObject *constraint)
{
	const char *body = migr_get(constraint, MIGR_CONSTRAINT_DEFINITION);
	const char *type = migr_get(constraint, MIGR_CONSTRAINT_TYPE);

	if (migr_same(type, "x"))
		return body;
	return migr_same(type, "p") || migr_same(type, "u") ? strchr(body, '(')
														: NULL;
}

/* Is a constraint a key over what a key above it is over as well, or an exclusion
 * of the same?  CREATE TABLE makes only one of them in PostgreSQL. */
static bool
is_second_key(const MigrObject *constraint)
{
	const MigrObject *table = constraint->parent;
	const char *body = indexed(constraint);

	if (body == NULL)
		return false;
	for (int i = 0; table->parts.items[i] != constraint; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_CONSTRAINT && migr_same(indexed(part), body))
			return true;
	}
	return false;
}

/* Does a constraint come by itself with the link to an upper table that CREATE TABLE
 * says? */
static bool
comes_from_above(const MigrRender *render, const MigrObject *constraint)
{
	return migr_get(constraint, MIGR_CONSTRAINT_INHERITED) != NULL &&
		   (migr_partition_link(constraint) == NULL ||
			comes_by_upper(render, constraint, constraint->parent));
}

/* Can a constraint stand in its CREATE TABLE?  What isn't valid can't be said
 * there; and it may come by itself from a table above. */
static bool
stands_within(const MigrRender *render, const MigrObject *constraint,
			  bool merged)
{
	return migr_is_held(render, constraint) &&
		   migr_get(constraint, MIGR_CONSTRAINT_NOT_VALID) == NULL &&
		   !is_second_key(constraint) &&
		   !(merged && comes_from_above(render, constraint));
}

/* Add the columns that CREATE TABLE lists. */
static void
add_columns(const MigrRender *render, const MigrObject *table, bool merged,
			MigrTexts *lines)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];
		const MigrChange *making;
		const char *text;

		if (part->kind != MIGR_COLUMN ||
			(merged && migr_get(part, MIGR_COLUMN_INHERITED) != NULL))
			continue;
		making = migr_making(render, part);
		text = migr_column_text(render, making != NULL ? making->to : part);
		if (text != NULL)
			migr_vec_push(render->arena, lines, text);
	}
}

/* Add the constraints that CREATE TABLE lists. */
static void
add_constraints(const MigrRender *render, const MigrObject *table, bool merged,
				MigrTexts *lines)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_CONSTRAINT &&
			stands_within(render, part, merged))
			migr_vec_push(render->arena, lines, constraint_text(render, part));
	}
}

/* Add " WORD value", if there is one. */
static void
add_clause(MigrStr *str, const char *before, const char *value,
		   const char *after)
{
	if (value != NULL)
		migr_str_printf(str, "%s%s%s", before, value, after);
}

/* Add what stands behind the list. */
static void
add_tail(MigrStr *str, const MigrObject *table)
{
	add_clause(str, " PARTITION BY ", migr_get(table, MIGR_TABLE_PARTITION_KEY),
			   "");
	add_clause(str, " ", migr_get(table, MIGR_TABLE_MODULE), "");
	add_clause(str, " USING ", migr_get(table, MIGR_TABLE_METHOD), "");
	add_clause(str, " WITH (", migr_get(table, MIGR_TABLE_OPTIONS), ")");
	add_clause(str, " TABLESPACE ", migr_get(table, MIGR_TABLE_TABLESPACE), "");
}

/* Add the list in its parentheses, a line each. */
static void
add_list(MigrStr *str, const MigrTexts *lines, bool needed)
{
	if (lines->count == 0)
		migr_str_add(str, needed ? " ()" : "");
	for (int i = 0; i < lines->count; i++)
		migr_str_printf(str, "%s    %s", i == 0 ? " (\n" : ",\n",
						lines->items[i]);
	if (lines->count > 0)
		migr_str_add(str, "\n)");
}

/* Say CREATE TABLE; with_keys: with its constraints. */
static void
say_table(MigrRender *render, const MigrObject *table, bool with_keys)
{
	const char *type = migr_get(table, MIGR_TABLE_OF_TYPE);
	const char *bound = NULL;
	MigrObjects links = {0};
	bool merged = merged_links(render, table, &links);
	MigrTexts lines = {0};
	MigrTexts uppers = {0};
	MigrStr str;

	for (int i = 0; merged && i < links.count; i++)
		migr_vec_push(render->arena, &uppers,
					  migr_get(links.items[i], MIGR_INHERITANCE_TABLE));
	if (merged)
		bound = migr_get(links.items[0], MIGR_INHERITANCE_BOUND);
	add_columns(render, table, merged, &lines);
	if (with_keys)
		add_constraints(render, table, merged, &lines);
	migr_str_init(&str, render->arena);
	migr_str_printf(&str, "CREATE %sTABLE %s",
					migr_get(table, MIGR_TABLE_UNLOGGED) != NULL ? "UNLOGGED "
					: migr_get(table, MIGR_TABLE_MODULE) != NULL ? "FOREIGN "
																 : "",
					table->sql);
	add_clause(&str, " OF ", type, "");
	if (bound != NULL)
		migr_str_printf(&str, " PARTITION OF %s", uppers.items[0]);
	add_list(&str, &lines, type == NULL && bound == NULL);
	if (bound != NULL)
		migr_str_printf(&str, " %s", bound);
	else if (merged)
		migr_str_printf(
			&str, " INHERITS (%s)",
			migr_join(render->arena, uppers.items, uppers.count, ", "));
	add_tail(&str, table);
	migr_say(render, "%s", str.data);
}

/* ---- tables ----------------------------------------------------------------- */

void
migr_say_add(MigrRender *render, const MigrObject *constraint)
{
	const MigrObject *parent = constraint->parent;
	const char *type = migr_get(constraint, MIGR_CONSTRAINT_TYPE);
	const char *word = parent->kind == MIGR_DOMAIN ? "DOMAIN" : "TABLE";
	bool only = false;

	/* a key's parts are attached one by one, so that they have their names */
	if (parent->kind == MIGR_TABLE && type != NULL &&
		migr_get(parent, MIGR_TABLE_PARTITION_KEY) != NULL)
		only = strchr("pux", type[0]) != NULL;
	migr_say(render, "ALTER %s %s%s ADD %s%s", word, only ? "ONLY " : "",
			 parent->sql, constraint_text(render, constraint),
			 migr_get(constraint, MIGR_CONSTRAINT_NOT_VALID) != NULL
				 ? " NOT VALID"
				 : "");
}

/* Say the constraints that CREATE TABLE should have held and hasn't. */
static void
say_left_over(MigrRender *render, const MigrObject *table, bool with_keys)
{
	MigrObjects links = {0};
	bool merged = merged_links(render, table, &links);

	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind != MIGR_CONSTRAINT || !migr_is_held(render, part))
			continue;
		if ((with_keys ? migr_get(part, MIGR_CONSTRAINT_NOT_VALID) != NULL
					   : stands_within(render, part, merged)) ||
			is_second_key(part))
			migr_say_add(render, part);
	}
}

/* Say which rows tell a table's rows apart for replication. */
static void
say_identity(MigrRender *render, const MigrObject *table)
{
	const char *identity = migr_get(table, MIGR_TABLE_REPLICA_IDENTITY);

	migr_say(render, "ALTER TABLE %s REPLICA IDENTITY %s", table->sql,
			 identity != NULL ? identity : "DEFAULT");
}

static const char using[] = "USING INDEX ";

/* Does an object's name stand in its table's REPLICA IDENTITY USING INDEX? */
static bool
is_identity(const MigrObject *index)
{
	const char *identity =
		index->parent->kind == MIGR_TABLE
			? migr_get(index->parent, MIGR_TABLE_REPLICA_IDENTITY)
			: NULL;

	return identity != NULL && migr_span_starts(migr_span(identity), using) &&
		   strcmp(migr_last_name(identity + strlen(using)),
				  migr_last_name(index->sql)) == 0;
}

/* Does CLUSTER use an index, or that of a constraint? */
static bool
is_clustered(const MigrObject *object)
{
	if (object->kind == MIGR_INDEX)
		return migr_get(object, MIGR_INDEX_CLUSTERED) != NULL;
	return object->kind == MIGR_CONSTRAINT &&
		   migr_get(object, MIGR_CONSTRAINT_CLUSTERED) != NULL;
}

/* Say which index CLUSTER uses: this one, or if no other has come, none. */
static void
say_cluster(MigrRender *render, const MigrObject *object)
{
	const MigrObject *table = object->parent;

	if (is_clustered(object))
	{
		migr_say(render, "ALTER TABLE %s CLUSTER ON %s", table->sql,
				 migr_last_name(object->sql));
		return;
	}
	for (int i = 0; i < table->parts.count; i++)
	{
		if (is_clustered(table->parts.items[i]))
			return;
	}
	migr_say(render, "ALTER TABLE %s SET WITHOUT CLUSTER", table->sql);
}

/* Say what CREATE TABLE can't of a table and its columns. */
static void
say_settings(MigrRender *render, const MigrObject *table)
{
	const char *identity = migr_get(table, MIGR_TABLE_REPLICA_IDENTITY);
	MigrObjects links = {0};
	bool merged = merged_links(render, table, &links);

	if (migr_get(table, MIGR_TABLE_ROW_SECURITY) != NULL)
		migr_say(render, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
				 table->sql);
	if (migr_get(table, MIGR_TABLE_FORCE_ROW_SECURITY) != NULL)
		migr_say(render, "ALTER TABLE %s FORCE ROW LEVEL SECURITY", table->sql);
	if (identity != NULL && !migr_span_starts(migr_span(identity), using))
		say_identity(render, table);
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];

		if (part->kind == MIGR_COLUMN && merged)
			migr_say_column_own(render, part);
		if (part->kind == MIGR_COLUMN)
			migr_say_column_settings(render, part);
		else if (part->kind == MIGR_CONSTRAINT && is_clustered(part) &&
				 migr_is_held(render, part))
			say_cluster(render, part);
	}
}

/* Return the name that a table has while its rows are copied. */
static const char *
old_table(const MigrRender *render, const MigrObject *table)
{
	return migr_beside(render->arena, table->sql,
					   migr_set_aside(render->arena, table->name));
}

/* Copy the rows of a table that is made anew, and drop the old one. */
static void
say_copy(MigrRender *render, const MigrObject *old, const MigrObject *table)
{
	const char *from = old_table(render, old);
	MigrTexts columns = {0};
	MigrTexts values = {0};
	bool always = migr_copied_columns(render, old, table, &columns, &values);
	const char *list =
		migr_join(render->arena, columns.items, columns.count, ", ");

	if (migr_get(old, MIGR_TABLE_AUTOINCREMENT) != NULL &&
		migr_get(table, MIGR_TABLE_AUTOINCREMENT) != NULL)
		migr_say(render,
				 "INSERT INTO sqlite_sequence (name, seq)\n"
				 "SELECT %s, seq FROM sqlite_sequence WHERE name = %s",
				 migr_quote_text(render->arena, migr_span(table->name)),
				 migr_quote_text(
					 render->arena,
					 migr_span(migr_set_aside(render->arena, old->name))));
	if (columns.count > 0)
		migr_say(render, "INSERT INTO %s (%s)%s\nSELECT %s FROM %s", table->sql,
				 list, always ? " OVERRIDING SYSTEM VALUE" : "",
				 migr_join(render->arena, values.items, values.count, ", "),
				 from);
	migr_say_counters(render, old, table);
	migr_say(render, "DROP TABLE %s", from);
}

/* Can the rows of a table that is made anew go over only when it has its
 * partitions? */
static bool
waits_for_parts(const MigrRender *render, const MigrObject *table)
{
	return migr_get(table, MIGR_TABLE_PARTITION_KEY) != NULL &&
		   migr_gets_parts(render, table);
}

/* Copy the rows of a table that is made anew into its partitions. */
static void
say_late_copy(MigrRender *render, const MigrObject *table)
{
	const MigrChange *making = migr_making(render, table);
	const MigrChange *behind = making != NULL ? making->behind : NULL;

	if (behind != NULL && waits_for_parts(render, table) &&
		keeps_rows(behind->from, table))
		say_copy(render, behind->from, table);
}

/* Free the names that the keys and indexes of an old table have, which is there
 * until its rows are in the partitions of the new; and the tables that it refers
 * to. */
static void
free_names(MigrRender *render, const MigrObject *table, const char *name)
{
	for (int i = 0; i < table->parts.count; i++)
	{
		const MigrObject *part = table->parts.items[i];
		const MigrChange *dropping = migr_dropping(render, part);
		const char *type;

		/* some go by statements of their own */
		if (dropping == NULL || !dropping->within)
			continue;
		if (part->kind == MIGR_INDEX)
			migr_say(render, "DROP INDEX %s", part->sql);
		if (part->kind != MIGR_CONSTRAINT)
			continue;
		type = migr_get(part, MIGR_CONSTRAINT_TYPE);
		if (type != NULL && strchr("puxf", type[0]) != NULL)
			migr_say(render, "ALTER TABLE %s DROP CONSTRAINT %s", name,
					 part->sql);
	}
}

/* Link a table to its upper one. */
static void
create_inheritance(MigrRender *render, const MigrObject *link)
{
	const char *table = link->parent->sql;
	const char *upper = migr_get(link, MIGR_INHERITANCE_TABLE);
	const char *bound = migr_get(link, MIGR_INHERITANCE_BOUND);
	const MigrObject *above;
	MigrObjects links = {0};

	if (!merged_links(render, link->parent, &links))
	{
		if (bound != NULL)
			migr_say(render, "ALTER TABLE %s ATTACH PARTITION %s %s", upper,
					 table, bound);
		else
			migr_say(render, "ALTER TABLE %s INHERIT %s", table, upper);
	}
	above = migr_partition_upper(link);
	if (above != NULL && above->number >= 0 &&
		render->last_links[above->number] == render->at)
		say_late_copy(render, above);
}

/* Undo the link. */
static void
drop_inheritance(MigrRender *render, const MigrObject *link)
{
	const char *table = migr_old_name(render, link->parent);
	const MigrObject *above = migr_partition_upper(link);
	const char *upper = above != NULL ? migr_old_name(render, above)
									  : migr_get(link, MIGR_INHERITANCE_TABLE);

	if (goes_with_upper(render, link->parent))
		return;
	if (migr_get(link, MIGR_INHERITANCE_BOUND) != NULL)
		migr_say(render, "ALTER TABLE %s DETACH PARTITION %s", upper, table);
	else
		migr_say(render, "ALTER TABLE %s NO INHERIT %s", table, upper);
}

const MigrWords migr_inheritance_words = {.create = create_inheritance,
										  .drop = drop_inheritance};

/* Make a table, with all that belongs into its statement. */
static void
create_table(MigrRender *render, const MigrObject *table)
{
	const MigrChange *behind = migr_at_hand(render)->behind;
	const MigrObject *old = behind != NULL ? behind->from : NULL;
	bool with_keys = old == NULL || render->dialect == MIGR_SQLITE;

	if (render->dialect == MIGR_SQLITE)
		migr_say(render, "%s",
				 migr_body(render->arena, migr_get(table, MIGR_TABLE_TEXT)));
	else
		say_table(render, table, with_keys);
	if (old != NULL && keeps_rows(old, table) &&
		!waits_for_parts(render, table))
		say_copy(render, old, table);
	if (render->dialect == MIGR_SQLITE)
		return;
	say_left_over(render, table, with_keys);
	say_settings(render, table);
}

/* Drop a table, or set it aside where it is made anew with its rows. */
static void
drop_table(MigrRender *render, const MigrObject *table)
{
	const MigrObject *new = migr_made_again(render, table);
	const char *name = migr_old_name(render, table);
	bool foreign = render->dialect == MIGR_POSTGRESQL &&
				   migr_get(table, MIGR_TABLE_MODULE) != NULL;

	if (goes_with_upper(render, table))
		return;
	if (new == NULL || !keeps_rows(table, new))
	{
		migr_say(render, "DROP %sTABLE %s", foreign ? "FOREIGN " : "", name);
		return;
	}
	migr_say(render, "ALTER TABLE %s RENAME TO %s", name,
			 migr_last_name(old_table(render, table)));
	migr_rename_counters(render, table, old_table(render, table));
	if (waits_for_parts(render, new))
		free_names(render, table, old_table(render, table));
}

/* Give a table another name. */
static void
rename_table(MigrRender *render, const MigrChange *change)
{
	migr_say(render, "ALTER TABLE %s RENAME TO %s", change->from->sql,
			 migr_last_name(change->to->sql));
	migr_rename_counters(render, change->from, change->to->sql);
}

/* Say one change of a table by a word for "is" and one for "is not". */
static void
say_switch(MigrRender *render, const MigrChange *change, MigrAttr attr,
		   const char *on, const char *off)
{
	if (migr_changes(change, attr))
		migr_say(render, "ALTER TABLE %s %s",
				 migr_old_name(render, change->from),
				 migr_get(change->to, attr) != NULL ? on : off);
}

/* Say one change of a table to a value or a default. */
static void
say_value(MigrRender *render, const MigrChange *change, MigrAttr attr,
		  const char *what, const char *otherwise)
{
	const char *value = migr_get(change->to, attr);

	if (migr_changes(change, attr))
		migr_say(render, "ALTER TABLE %s %s %s",
				 migr_old_name(render, change->from), what,
				 value != NULL ? value : otherwise);
}

/* Say what becomes of a SQLite table as a whole, in one statement: each would write
 * all rows anew. */
static void
say_shape(MigrRender *render, const MigrChange *change)
{
	const char *was = migr_get(change->from, MIGR_TABLE_AUTOINCREMENT);
	const char *is = migr_get(change->to, MIGR_TABLE_AUTOINCREMENT);
	MigrTexts texts = {0};

	if (migr_changes(change, MIGR_TABLE_STRICT) &&
		migr_get(change->to, MIGR_TABLE_STRICT) != NULL)
		migr_remark(render,
					"fails if a value of table %s isn't of its"
					" column's type",
					migr_old_name(render, change->from));
	if (migr_changes(change, MIGR_TABLE_STRICT))
		migr_vec_push(render->arena, &texts,
					  migr_get(change->to, MIGR_TABLE_STRICT) != NULL
						  ? "SET STRICT"
						  : "SET NOT STRICT");
	if (migr_changes(change, MIGR_TABLE_WITHOUT_ROWID))
		migr_vec_push(render->arena, &texts,
					  migr_get(change->to, MIGR_TABLE_WITHOUT_ROWID) != NULL
						  ? "SET WITHOUT ROWID"
						  : "SET WITH ROWID");
	if (migr_changes(change, MIGR_TABLE_AUTOINCREMENT) && was != NULL)
		migr_vec_push(
			render->arena, &texts,
			migr_printf(render->arena, "ALTER %s DROP AUTOINCREMENT", was));
	if (migr_changes(change, MIGR_TABLE_AUTOINCREMENT) && is != NULL)
		migr_vec_push(
			render->arena, &texts,
			migr_printf(render->arena, "ALTER %s ADD AUTOINCREMENT", is));
	if (texts.count > 0)
		migr_say(render, "ALTER TABLE %s %s",
				 migr_old_name(render, change->from),
				 migr_join(render->arena, texts.items, texts.count, ", "));
}

/* Alter a table's own attributes. */
static void
alter_table(MigrRender *render, const MigrChange *change)
{
	say_shape(render, change);
	say_switch(render, change, MIGR_TABLE_UNLOGGED, "SET UNLOGGED",
			   "SET LOGGED");
	if (migr_changes(change, MIGR_TABLE_OPTIONS))
		migr_say_options(render,
						 migr_printf(render->arena, "ALTER TABLE %s",
									 migr_old_name(render, change->from)),
						 migr_get(change->from, MIGR_TABLE_OPTIONS),
						 migr_get(change->to, MIGR_TABLE_OPTIONS));
	say_value(render, change, MIGR_TABLE_TABLESPACE, "SET TABLESPACE",
			  "pg_default");
	say_value(render, change, MIGR_TABLE_METHOD, "SET ACCESS METHOD", "heap");
	say_switch(render, change, MIGR_TABLE_ROW_SECURITY,
			   "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY");
	say_switch(render, change, MIGR_TABLE_FORCE_ROW_SECURITY,
			   "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY");
	if (migr_changes(change, MIGR_TABLE_REPLICA_IDENTITY))
		say_identity(render, change->to);
}

const MigrWords migr_table_words = {
	create_table,
	alter_table,
	drop_table,
	rename_table,
};

/* ---- constraints ------------------------------------------------------------ */

/* Is it a primary key of SQLite's that another takes the place of?  One statement
 * does that: a table WITHOUT ROWID always has one, and all rows are written. */
static bool
is_swapped(const MigrRender *render, const MigrObject *constraint)
{
	return render->dialect == MIGR_SQLITE &&
		   migr_same(migr_get(constraint, MIGR_CONSTRAINT_TYPE), "p");
}

/* Is a column a member of a key?  One of the old schema goes by its name. */
static bool
has_member(const MigrRender *render, const MigrObject *key,
		   const MigrObject *column)
{
	MigrSpan name = migr_key_name(render, column->name);

	for (int i = 0; i < key->needs.count; i++)
	{
		const MigrObject *member = migr_as_renamed(render, key->needs.items[i]);

		if (member == column ||
			migr_span_is(name, migr_key_name(render, member->name).ptr))
			return true;
	}
	return false;
}

/* What lets columns of SQLite's be NULL that are in a new primary key, or were in
 * the one before: CREATE TABLE would, but ADD PRIMARY KEY doesn't by itself. */
static const char *
nullable_members(MigrRender *render, const MigrObject *key,
				 const MigrObject *old)
{
	const MigrObjects *parts = &key->parent->parts;
	MigrStr str;

	migr_str_init(&str, render->arena);
	for (int i = 0; i < parts->count; i++)
	{
		const MigrObject *part = parts->items[i];

		if (part->kind == MIGR_COLUMN &&
			migr_get(part, MIGR_COLUMN_NOT_NULL) == NULL &&
			(has_member(render, key, part) ||
			 (old != NULL && has_member(render, old, part))))
			migr_str_printf(&str, ", ALTER COLUMN %s DROP NOT NULL", part->sql);
	}
	return str.len > 0 ? str.data : "";
}

/* Add a primary key of SQLite's, and drop the one whose place it takes. */
static void
say_primary_key(MigrRender *render, const MigrObject *key)
{
	const MigrObject *old =
		migr_at_hand(render)->again ? migr_at_hand(render)->twin : NULL;
	const char *drop = "";

	if (old != NULL)
		drop = migr_printf(render->arena, "DROP CONSTRAINT IF EXISTS %s, ",
						   old->sql);
	migr_say(render, "ALTER TABLE %s %sADD %s%s", key->parent->sql, drop,
			 constraint_text(render, key), nullable_members(render, key, old));
}

/* Add a constraint, unless it comes from a table above by itself. */
static void
create_constraint(MigrRender *render, const MigrObject *constraint)
{
	const char *type = migr_get(constraint, MIGR_CONSTRAINT_TYPE);
	MigrObjects links = {0};

	/* a trigger says that; and SQLite's stored texts hold all */
	if (migr_same(type, "t") ||
		(render->dialect == MIGR_SQLITE &&
		 migr_making(render, constraint->parent) != NULL))
		return;
	if (comes_from_above(render, constraint) &&
		merged_links(render, constraint->parent, &links))
		return;
	if (is_swapped(render, constraint))
		say_primary_key(render, constraint);
	else
		migr_say_add(render, constraint);
	if (is_clustered(constraint))
		say_cluster(render, constraint);
	if (is_identity(constraint) && migr_at_hand(render)->again)
		say_identity(render, constraint->parent);
}

/* Drop a constraint, unless it goes with that of a table above. */
static void
drop_constraint(MigrRender *render, const MigrObject *constraint)
{
	const MigrObject *parent = constraint->parent;

	if (migr_same(migr_get(constraint, MIGR_CONSTRAINT_TYPE), "t"))
		return;
	if (is_swapped(render, constraint) &&
		migr_made_again(render, constraint) != NULL)
		return;
	migr_say(render, "ALTER %s %s DROP CONSTRAINT %s",
			 parent->kind == MIGR_DOMAIN ? "DOMAIN" : "TABLE",
			 migr_old_name(render, parent), migr_old_name(render, constraint));
}

/* See whether all rows satisfy a constraint, or forget that they do. */
static void
alter_constraint(MigrRender *render, const MigrChange *change)
{
	const MigrObject *parent = change->to->parent;

	if (migr_changes(change, MIGR_CONSTRAINT_CLUSTERED))
		say_cluster(render, change->to);
	if (!migr_changes(change, MIGR_CONSTRAINT_NOT_VALID))
		return;
	if (migr_get(change->to, MIGR_CONSTRAINT_NOT_VALID) == NULL)
	{
		migr_say(render, "ALTER %s %s VALIDATE CONSTRAINT %s",
				 parent->kind == MIGR_DOMAIN ? "DOMAIN" : "TABLE", parent->sql,
				 change->to->sql);
		return;
	}
	drop_constraint(render, change->from);
	migr_say_add(render, change->to);
}

/* Give a constraint another name. */
static void
rename_constraint(MigrRender *render, const MigrChange *change)
{
	const MigrObject *parent = change->from->parent;

	if (migr_get(change->from, MIGR_CONSTRAINT_INHERITED) != NULL &&
		migr_same(migr_get(change->from, MIGR_CONSTRAINT_TYPE), "c") &&
		migr_follows(render, parent, true))
		return;
	migr_say(render, "ALTER %s %s RENAME CONSTRAINT %s TO %s",
			 parent->kind == MIGR_DOMAIN ? "DOMAIN" : "TABLE",
			 migr_old_name(render, parent), change->from->sql, change->to->sql);
}

const MigrWords migr_constraint_words = {
	create_constraint,
	alter_constraint,
	drop_constraint,
	rename_constraint,
};

/* ---- indexes ---------------------------------------------------------------- */

/* Return the numbers of columns in a list "1=100, ..." by their entries. */
static void
say_index_statistics(MigrRender *render, const MigrObject *index,
					 const char *from, const char *to)
{
	MigrTexts fresh = {0};
	MigrTexts gone = {0};
	MigrTexts kept = {0};
	MigrMap map;

	migr_list_less(render->arena, to, from, &fresh);
	migr_list_less(render->arena, from, to, &gone);
	migr_map_init(&map, render->arena, fresh.count);
	for (int i = 0; i < fresh.count; i++)
	{
		const char *item = fresh.items[i];
		size_t number = strcspn(item, "=");
		MigrSpan key = {item, number};

		migr_map_put(&map, key, i);
		migr_say(render, "ALTER INDEX %s ALTER COLUMN %.*s SET STATISTICS %s",
				 index->sql, (int) number, item, item + number + 1);
	}
	for (int i = 0; i < gone.count; i++)
	{
		MigrSpan key = {gone.items[i], strcspn(gone.items[i], "=")};

		if (migr_map_get(&map, key) == MIGR_MAP_NONE)
			migr_vec_push(render->arena, &kept,
						  migr_span_dup(render->arena, key));
	}
	for (int i = 0; i < kept.count; i++)
		migr_say(render, "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS -1",
				 index->sql, kept.items[i]);
}

/* Say where an index is kept. */
static void
say_tablespace(MigrRender *render, const MigrObject *index)
{
	const char *space = migr_get(index, MIGR_INDEX_TABLESPACE);

	migr_say(render, "ALTER INDEX %s SET TABLESPACE %s", index->sql,
			 space != NULL ? space : "pg_default");
}

/* Make an index. */
static void
create_index(MigrRender *render, const MigrObject *index)
{
	const char *text = migr_get(index, MIGR_INDEX_TEXT);

	if (text == NULL)
		text = migr_get(index, MIGR_INDEX_DEFINITION);
	migr_say(render, "%s", migr_body(render->arena, text));
	if (migr_get(index, MIGR_INDEX_TABLESPACE) != NULL)
		say_tablespace(render, index);
	if (is_clustered(index))
		say_cluster(render, index);
	say_index_statistics(render, index, NULL,
						 migr_get(index, MIGR_INDEX_STATISTICS));
	if (is_identity(index) && migr_at_hand(render)->again)
		say_identity(render, index->parent);
}

/* Alter what is said of an index. */
static void
alter_index(MigrRender *render, const MigrChange *change)
{
	if (migr_changes(change, MIGR_INDEX_TABLESPACE))
		say_tablespace(render, change->to);
	if (migr_changes(change, MIGR_INDEX_CLUSTERED))
		say_cluster(render, change->to);
	if (migr_changes(change, MIGR_INDEX_STATISTICS))
		say_index_statistics(render, change->to,
							 migr_get(change->from, MIGR_INDEX_STATISTICS),
							 migr_get(change->to, MIGR_INDEX_STATISTICS));
}

/* Give an index another name; SQLite has to make it anew. */
static void
rename_index(MigrRender *render, const MigrChange *change)
{
	if (render->dialect == MIGR_POSTGRESQL)
	{
		migr_say(render, "ALTER INDEX %s RENAME TO %s", change->from->sql,
				 migr_last_name(change->to->sql));
		return;
	}
	migr_say(render, "DROP INDEX %s", change->from->sql);
	create_index(render, change->to);
}

const MigrWords migr_index_words = {
	.create = create_index,
	.alter = alter_index,
	.rename = rename_index,
};

/* Join an index to an upper table's, unless ATTACH has done so. */
static void
create_index_partition(MigrRender *render, const MigrObject *link)
{
	const MigrObject *bound = migr_partition_table(link);

	if (bound != NULL && migr_making(render, bound) != NULL &&
		comes_by_upper(render, link->parent, bound))
		return;
	migr_say(render, "ALTER INDEX %s ATTACH PARTITION %s",
			 migr_get(link, MIGR_INDEX_PARTITION_UPPER),
			 migr_get(link, MIGR_INDEX_PARTITION_INDEX));
}

/* An index can't be taken off the upper one: it goes with either. */
static void
drop_index_partition(MigrRender *render, const MigrObject *link)
{
	(void) render;
	(void) link;
}

const MigrWords migr_index_partition_words = {.create = create_index_partition,
											  .drop = drop_index_partition};

/* ---- statistics ------------------------------------------------------------- */

/* Say how many values are sampled. */
static void
say_target(MigrRender *render, const MigrObject *statistics)
{
	const char *target = migr_get(statistics, MIGR_STATISTICS_TARGET);

	migr_say(render, "ALTER STATISTICS %s SET STATISTICS %s", statistics->sql,
			 target != NULL ? target : "-1");
}

/* Make a statistics object. */
static void
create_statistics(MigrRender *render, const MigrObject *statistics)
{
	migr_say(render, "%s",
			 migr_body(render->arena,
					   migr_get(statistics, MIGR_STATISTICS_DEFINITION)));
	if (migr_get(statistics, MIGR_STATISTICS_TARGET) != NULL)
		say_target(render, statistics);
}

/* Alter a statistics object. */
static void
alter_statistics(MigrRender *render, const MigrChange *change)
{
	say_target(render, change->to);
}

const MigrWords migr_statistics_words = {.create = create_statistics,
										 .alter = alter_statistics};
