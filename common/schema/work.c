/*
 * work.c
 *	  An action of ALTER TABLE while it is being done.  See work.h.
 */
#include "schema/work.h"

#include "schema/affinity.h"
#include "schema/ddl_read.h"
#include "text/quote.h"

/* ---- what a table is ---- */

const MigrConstraint *
migr_work_at(const MigrTableDef *table, MigrRulePlace place)
{
	if (place.column >= 0)
		return &table->columns.items[place.column].constraints.items[place.at];
	return &table->constraints.items[place.at];
}

const MigrConstraint *
migr_work_rule(const MigrColumnDef *column, MigrRule rule)
{
	for (int i = column->constraints.count - 1; i >= 0; i--)
	{
		if (column->constraints.items[i].rule == rule)
			return &column->constraints.items[i];
	}
	return NULL;
}

bool
migr_work_key(const MigrTableDef *table, MigrRulePlace *out)
{
	for (out->column = 0; out->column < table->columns.count; out->column++)
	{
		const MigrConstraints *all =
			&table->columns.items[out->column].constraints;

		for (out->at = 0; out->at < all->count; out->at++)
		{
			if (all->items[out->at].rule == MIGR_RULE_PRIMARY_KEY)
				return true;
		}
	}
	out->column = -1;
	for (out->at = 0; out->at < table->constraints.count; out->at++)
	{
		if (table->constraints.items[out->at].rule == MIGR_RULE_PRIMARY_KEY)
			return true;
	}
	return false;
}

bool
migr_work_has_part(const MigrConstraint *key, const char *name)
{
	for (int i = 0; i < key->parts.count; i++)
	{
		const char *part = key->parts.items[i].column.name;

		if (part != NULL && migr_same_name(part, name))
			return true;
	}
	return false;
}

bool
migr_work_in_key(const MigrTableDef *table, int column)
{
	MigrRulePlace key;

	if (!migr_work_key(table, &key))
		return false;
	if (key.column >= 0)
		return key.column == column;
	return migr_work_has_part(migr_work_at(table, key),
							  table->columns.items[column].name.name);
}

bool
migr_work_is_alias(const MigrTableDef *table, int column, MigrSpan type)
{
	MigrRulePlace key;

	return !table->without_rowid && migr_is_integer(type) &&
		   migr_work_in_key(table, column) && migr_work_key(table, &key) &&
		   (key.column >= 0 ? !migr_work_at(table, key)->descending
							: migr_work_at(table, key)->parts.count == 1);
}

bool
migr_work_key_is_full(const MigrTableDef *table)
{
	return table->without_rowid || table->strict;
}

bool
migr_work_is_full_member(const MigrTableDef *table, int column)
{
	return migr_work_in_key(table, column) &&
		   (migr_work_key_is_full(table) ||
			migr_work_is_alias(table, column,
							   table->columns.items[column].type));
}

const MigrConstraint *
migr_work_generation(const MigrTableDef *table, int column)
{
	return migr_work_rule(&table->columns.items[column], MIGR_RULE_GENERATED);
}

/* Append a column by its name, if it is one. */
static void
add_named(const MigrChange *work, const MigrName *name, MigrColumnIndexes *out)
{
	int column = -1;

	if (name->name != NULL)
		column = migr_mention_column(work->ctx, &work->columns, name->name);
	if (column >= 0)
		migr_vec_push(work->arena, out, column);
}

void
migr_work_add_columns(const MigrChange *work, MigrRulePlace place,
					  MigrColumnIndexes *out)
{
	const MigrConstraint *constraint = migr_work_at(work->table, place);

	if (constraint->rule == MIGR_RULE_CHECK)
		migr_mention_add(work->ctx, &work->columns, constraint->expr, out);
	else if (place.column >= 0)
		migr_vec_push(work->arena, out, place.column);
	for (int i = 0; i < constraint->parts.count; i++)
		add_named(work, &constraint->parts.items[i].column, out);
	for (int i = 0; i < constraint->columns.count; i++)
		add_named(work, &constraint->columns.items[i], out);
}

MigrColumnIndexes *
migr_work_users(const MigrChange *work)
{
	int count = work->table->columns.count;
	MigrColumnIndexes *users =
		migr_alloc_array(work->arena, (size_t) count, sizeof(*users));

	for (int i = 0; i < count; i++)
	{
		const MigrConstraint *made = migr_work_generation(work->table, i);
		MigrColumnIndexes of = {0};

		if (made != NULL)
			migr_mention_add(work->ctx, &work->columns, made->expr, &of);
		for (int k = 0; k < of.count; k++)
		{
			MigrColumnIndexes *at = &users[of.items[k]];

			if (at->count == 0 || at->items[at->count - 1] != i)
				migr_vec_push(work->arena, at, i);
		}
	}
	return users;
}

bool
migr_work_next(const MigrTableDef *table, MigrRulePlace *place)
{
	place->at++;
	while (place->column >= 0)
	{
		if (place->at < table->columns.items[place->column].constraints.count)
			return true;
		place->at = 0;
		if (++place->column == table->columns.count)
			place->column = -1;
	}
	return place->at < table->constraints.count;
}

/* ---- what has to be ---- */

typedef MIGR_VEC(MigrRulePlace) Places;

bool
migr_work_need_column(MigrChange *work, const char *name, int *out)
{
	*out = migr_mention_column(work->ctx, &work->columns, name);
	return *out >= 0 ||
		   migr_fail(work->ctx, MIGR_ERR_STATEMENT,
					 "column \"%s\" of relation \"%s\" does not exist", name,
					 work->table->name.name);
}

bool
migr_work_skip(MigrChange *work, const char *what, const char *name,
			   const char *how)
{
	migr_vec_push(work->arena, &work->edit->notices,
				  migr_printf(work->arena,
							  "%s \"%s\" of relation \"%s\" %s, skipping", what,
							  name, work->table->name.name, how));
	return true;
}

/* Find the constraints that answer to a name, but for NOT NULLs. */
static void
find_named(MigrChange *work, const char *name, Places *out)
{
	MigrRuleNames names = {0};

	migr_ddl_names(work->ctx, work->table, &names);
	for (int i = 0; i < names.count; i++)
	{
		MigrRulePlace found = {names.items[i].column, names.items[i].at};

		if (migr_ddl_answers(work->ctx, &names.items[i], name))
			migr_vec_push(work->arena, out, found);
	}
}

/* Add the NOT NULLs of a name. */
static void
find_named_full(MigrChange *work, const char *name, Places *out)
{
	MigrRulePlace place = {0, -1};

	while (migr_work_next(work->table, &place))
	{
		const MigrConstraint *at = migr_work_at(work->table, place);

		if (at->rule == MIGR_RULE_NOT_NULL && at->name.name != NULL &&
			migr_same_name(at->name.name, name))
			migr_vec_push(work->arena, out, place);
	}
}

bool
migr_work_need_free(MigrChange *work, const char *name)
{
	Places places = {0};

	find_named(work, name, &places);
	find_named_full(work, name, &places);
	return places.count == 0 ||
		   migr_fail(work->ctx, MIGR_ERR_STATEMENT,
					 "constraint \"%s\" for relation \"%s\" already exists",
					 name, work->table->name.name);
}

bool
migr_work_need_no_key(MigrChange *work)
{
	MigrRulePlace key;

	return !migr_work_key(work->table, &key) ||
		   migr_fail(work->ctx, MIGR_ERR_STATEMENT,
					 "multiple primary keys for table \"%s\" are not allowed",
					 work->table->name.name);
}

bool
migr_work_need_constraint(MigrChange *work, MigrRulePlace *out, bool *found)
{
	const char *name = work->action->name.name;
	Places places = {0};
	MigrStr texts;

	find_named(work, name, &places);
	if (places.count == 0)
		find_named_full(work, name, &places);
	*found = places.count > 0;
	if (places.count == 1)
		*out = places.items[0];
	if (places.count == 1)
		return true;
	if (places.count == 0 && work->action->if_exists)
		return migr_work_skip(work, "constraint", name, "does not exist");
	if (places.count == 0)
		return migr_fail(work->ctx, MIGR_ERR_STATEMENT,
						 "constraint \"%s\" %s \"%s\" does not exist", name,
						 work->action->kind == MIGR_RENAME_CONSTRAINT
							 ? "for table"
							 : "of relation",
						 work->table->name.name);
	migr_str_init(&texts, work->arena);
	for (int i = 0; i < places.count; i++)
	{
		MigrSpan text = migr_work_at(work->table, places.items[i])->text;

		migr_str_printf(&texts, "%s%.*s", i > 0 ? "; " : "", (int) text.len,
						text.ptr);
	}
	migr_fail(work->ctx, MIGR_ERR_AMBIGUOUS,
			  "%d constraints of relation \"%s\" answer to \"%s\"",
			  places.count, work->table->name.name, name);
	migr_detail(work->ctx, "They are: %s.", texts.data);
	return migr_hint(work->ctx,
					 "The first one also answers to \"%s (1)\", the "
					 "next to \"%s (2)\".",
					 name, name);
}

/* ---- changing the text ---- */

void
migr_work_patch(MigrChange *work, int entry, MigrSpan part, const char *text)
{
	MigrPatch patch = {part, text};

	migr_vec_push(work->arena, &work->listing.items.items[entry].patches,
				  patch);
	work->changed = true;
}

MigrSpan
migr_work_behind_type(const MigrColumnDef *column)
{
	MigrSpan before =
		column->type.ptr != NULL ? column->type : column->name.text;
	MigrSpan at = {before.ptr + before.len, 0};

	return at;
}

void
migr_work_fill(MigrChange *work, int column)
{
	const MigrColumnDef *def = &work->table->columns.items[column];

	if (migr_work_rule(def, MIGR_RULE_NOT_NULL) == NULL &&
		!migr_work_is_nullable(work, column))
		migr_work_patch(work, column, migr_work_behind_type(def), " NOT NULL");
}

void
migr_work_set_nullable(MigrChange *work, int column, bool on)
{
	MigrColumnNames *names = &work->edit->nullable;
	const char *name = work->table->columns.items[column].name.name;
	int count = 0;

	for (int i = 0; i < names->count; i++)
	{
		if (!migr_same_name(names->items[i], name))
			names->items[count++] = names->items[i];
	}
	names->count = count;
	if (on)
		migr_vec_push(work->arena, names, name);
}

bool
migr_work_is_nullable(const MigrChange *work, int column)
{
	const MigrColumnNames *names = &work->edit->nullable;

	for (int i = 0; i < names->count; i++)
	{
		if (migr_same_name(names->items[i],
						   work->table->columns.items[column].name.name))
			return true;
	}
	return false;
}

/* Forget the names of constraints of an entry that are gone. */
static void
drop_rules(MigrChange *work, MigrEntry *entry, const bool *gone)
{
	MigrRuleName *rules = migr_alloc_array(
		work->arena, (size_t) entry->nrules + 1, sizeof(*rules));
	int count = 0;

	for (int i = 0; i < entry->nrules; i++)
	{
		if (!gone[entry->rules[i].at])
			rules[count++] = entry->rules[i];
	}
	entry->rules = rules;
	entry->nrules = count;
}

void
migr_work_cut(MigrChange *work, int column, const bool *gone)
{
	const MigrColumnDef *def = &work->table->columns.items[column];
	const char *end = def->text.ptr + def->text.len;
	const char *from = migr_work_behind_type(def).ptr;

	for (int i = 0; i < def->constraints.count; i++)
	{
		const MigrConstraint *at = &def->constraints.items[i];
		const char *to = i + 1 < def->constraints.count ? at[1].text.ptr : end;
		const char *behind = at->text.ptr + at->text.len;

		if (gone[i])
			migr_work_patch(work, column, migr_patch_cut(from, at->text, to),
							"");
		if (gone[i] && at->apart.ptr != NULL)
			migr_work_patch(work, column,
							migr_patch_cut(behind, at->apart, end), "");
		from = behind;
	}
	drop_rules(work, &work->listing.items.items[column], gone);
}

void
migr_work_cut_rule(MigrChange *work, int column, MigrRule rule,
				   const MigrConstraint *but)
{
	const MigrConstraints *all =
		&work->table->columns.items[column].constraints;
	bool *gone =
		migr_alloc_array(work->arena, (size_t) all->count + 1, sizeof(bool));

	for (int i = 0; i < all->count; i++)
		gone[i] = all->items[i].rule == rule && &all->items[i] != but;
	migr_work_cut(work, column, gone);
}

void
migr_work_add_fresh(MigrChange *work, const char *name)
{
	MigrColumnNames *fresh = &work->edit->fresh;

	for (int i = 0; i < fresh->count; i++)
	{
		if (migr_same_name(fresh->items[i], name))
			return;
	}
	migr_vec_push(work->arena, fresh, name);
}

/* Is an expression in one pair of parentheses? */
static bool
is_enclosed(MigrCtx *ctx, MigrSpan expr)
{
	MigrReader reader;
	MigrSpan group;

	migr_read_begin(&reader, ctx, expr);
	if (!migr_read_at_char(&reader, '('))
		return false;
	if (migr_read_group(&reader, &group))
		return reader.kind == MIGR_TOKEN_END;
	migr_forget(ctx);
	return false;
}

const char *
migr_work_enclose(MigrChange *work, MigrSpan expr)
{
	return is_enclosed(work->ctx, expr)
			   ? migr_span_dup(work->arena, expr)
			   : migr_printf(work->arena, "(%.*s)", (int) expr.len, expr.ptr);
}

const char *
migr_work_name(MigrCtx *ctx, const char *name)
{
	MigrToken token = migr_lex(migr_span(name));
	bool bare = token.kind == MIGR_TOKEN_WORD && token.len == strlen(name) &&
				!migr_is_reserved(migr_span(name));

	return bare ? name : migr_quote_name(&ctx->arena, name);
}

const char *
migr_work_named(MigrCtx *ctx, const char *name, MigrSpan body)
{
	return migr_printf(&ctx->arena, "CONSTRAINT %s %.*s",
					   migr_work_name(ctx, name), (int) body.len,
					   body.len > 0 ? body.ptr : "");
}
