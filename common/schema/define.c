/*
 * define.c
 *	  What SQLite's constraints, indexes, views and triggers say, in one spelling.
 *	  See define.h.
 */
#include "schema/define.h"

#include <string.h>

#include "schema/affinity.h"
#include "schema/ddl_read.h"
#include "schema/mention.h"
#include "schema/reduce.h"

/* ---- parts ---- */

/* Print an expression; to compare, by what it computes. */
static const char *
expr_text(const MigrCanon *canon, MigrSpan expr)
{
	const char *text = migr_canon_expr(canon, expr);

	return canon->keep ? text : migr_reduce_expr(canon->ctx, text);
}

const char *
migr_define_conflict(MigrCtx *ctx, MigrSpan conflict)
{
	static const char *const words[] = {"ROLLBACK", "FAIL", "IGNORE", "REPLACE",
										NULL};
	MigrReader reader;

	migr_read_begin(&reader, ctx, conflict);
	migr_read_next(&reader);
	migr_read_next(&reader);
	return migr_read_at_one(&reader, words);
}

/* Print ON CONFLICT. */
static void
add_conflict(MigrStr *out, MigrCtx *ctx, MigrSpan conflict)
{
	const char *word = migr_define_conflict(ctx, conflict);

	if (word != NULL)
		migr_str_printf(out, " ON CONFLICT %s", word);
}

MigrName
migr_define_collation(const MigrColumnDef *column)
{
	MigrName none = {{NULL, 0}, NULL};

	for (int i = column->constraints.count - 1; i >= 0; i--)
	{
		const MigrConstraint *at = &column->constraints.items[i];

		if (at->rule == MIGR_RULE_COLLATE)
			return migr_same_name(at->collation.name, "binary") ? none
																: at->collation;
	}
	return none;
}

/* Does a member of a key sort as its column does anyway? */
static bool
sorts_alike(const MigrCanon *canon, const MigrTableDef *table,
			const MigrKeyPart *part)
{
	int at = canon->columns == NULL || part->column.name == NULL
				 ? -1
				 : migr_mention_column(canon->ctx, canon->columns,
									   part->column.name);
	MigrName own;

	if (at < 0 || table == NULL)
		return false;
	own = migr_define_collation(&table->columns.items[at]);
	return migr_same_name(own.name != NULL ? own.name : "binary",
						  part->collation.name);
}

const char *
migr_define_parts(const MigrCanon *canon, const MigrTableDef *table,
				  const MigrKeyParts *parts)
{
	MigrStr out;

	migr_str_init(&out, &canon->ctx->arena);
	for (int i = 0; i < parts->count; i++)
	{
		const MigrKeyPart *part = &parts->items[i];

		if (i > 0)
			migr_str_add(&out, ", ");
		if (part->column.name != NULL)
			migr_str_add(&out, migr_canon_name(canon, &part->column));
		else
			migr_str_add(&out, expr_text(canon, part->expr));
		if (part->collation.name != NULL && !sorts_alike(canon, table, part))
			migr_str_printf(&out, " COLLATE %s",
							migr_canon_name(canon, &part->collation));
		if (part->descending)
			migr_str_add(&out, " DESC");
	}
	return out.data;
}

/* Print names, with commas between them. */
static void
add_names(MigrStr *out, const MigrCanon *canon, const MigrNameList *names)
{
	for (int i = 0; i < names->count; i++)
		migr_str_printf(out, "%s%s", i > 0 ? ", " : "",
						migr_canon_name(canon, &names->items[i]));
}

/* ---- constraints ---- */

/* Does a key stand for the rowid?  SQLite has it that a column's own INTEGER PRIMARY
 * KEY DESC doesn't. */
static bool
is_rowid(const MigrTableDef *table, const MigrConstraint *key, int column)
{
	if (key->rule != MIGR_RULE_PRIMARY_KEY || table->without_rowid ||
		(column >= 0 ? key->descending : key->parts.count != 1))
		return false;
	if (column < 0)
		column = migr_ddl_column(table, key->parts.items[0].column.name);
	return column >= 0 && migr_is_integer(table->columns.items[column].type);
}

/* Print the columns of a key. */
static void
add_key(MigrStr *out, const MigrCanon *canon, const MigrTableDef *table,
		const MigrConstraint *key, int column)
{
	if (column >= 0)
		migr_str_printf(
			out, "%s%s",
			migr_canon_name(canon, &table->columns.items[column].name),
			key->descending ? " DESC" : "");
	else if (is_rowid(table, key, column))
		migr_str_add(out, migr_canon_name(canon, &key->parts.items[0].column));
	else
		migr_str_add(out, migr_define_parts(canon, table, &key->parts));
	migr_str_add_char(out, ')');
	add_conflict(out, canon->ctx, key->conflict);
}

/* What stands behind REFERENCES t (a). */
typedef struct Actions
{
	const char *match; /* NULL: as it is anyway, and so in the others */
	const char *update;
	const char *delete;
	bool deferrable;
	bool deferred;
} Actions;

/* Take what an action does; NULL: nothing, which is the default. */
static const char *
read_action(MigrReader *reader)
{
	if (migr_read_word(reader, "SET"))
		return migr_read_word(reader, "NULL") ? "SET NULL" : "SET DEFAULT";
	if (migr_read_word(reader, "CASCADE"))
		return "CASCADE";
	return migr_read_word(reader, "RESTRICT") ? "RESTRICT" : NULL;
}

/* Read the clauses that SQLite has read before: the last of each counts. */
static void
read_actions(MigrCtx *ctx, MigrSpan text, Actions *out)
{
	MigrReader reader;
	bool not = false;

	migr_read_begin(&reader, ctx, text);
	while (reader.kind != MIGR_TOKEN_END)
	{
		if (migr_read_word(&reader, "DELETE"))
			out->delete = read_action(&reader);
		else if (migr_read_word(&reader, "UPDATE"))
			out->update = read_action(&reader);
		else if (migr_read_word(&reader, "MATCH"))
			out->match = migr_read_at(&reader, "FULL")		? "FULL"
						 : migr_read_at(&reader, "PARTIAL") ? "PARTIAL"
															: NULL;
		else
		{
			if (migr_read_at(&reader, "DEFERRABLE"))
			{
				out->deferrable = !not ;
				out->deferred = false;
			}
			else if (migr_read_at(&reader, "DEFERRED"))
				out->deferred = out->deferrable;
			not = migr_read_at(&reader, "NOT");
			migr_read_next(&reader);
		}
	}
}

/* Print what a foreign key refers to, and what it does. */
static void
add_reference(MigrStr *out, const MigrCanon *canon, const MigrConstraint *rule,
			  const MigrNameList *targets)
{
	Actions actions = {0};

	migr_str_printf(out, " REFERENCES %s",
					migr_canon_name(canon, &rule->table));
	if (targets->count > 0)
	{
		migr_str_add_char(out, '(');
		add_names(out, canon, targets);
		migr_str_add_char(out, ')');
	}
	read_actions(canon->ctx, rule->actions, &actions);
	read_actions(canon->ctx, rule->apart, &actions);
	if (actions.match != NULL)
		migr_str_printf(out, " MATCH %s", actions.match);
	if (actions.update != NULL)
		migr_str_printf(out, " ON UPDATE %s", actions.update);
	if (actions.delete != NULL)
		migr_str_printf(out, " ON DELETE %s", actions.delete);
	if (actions.deferrable)
		migr_str_add(out, " DEFERRABLE");
	if (actions.deferred)
		migr_str_add(out, " INITIALLY DEFERRED");
}

const char *
migr_define_on_delete(MigrCtx *ctx, const MigrConstraint *rule)
{
	Actions actions = {0};

	read_actions(ctx, rule->actions, &actions);
	read_actions(ctx, rule->apart, &actions);
	return actions.delete;
}

const char *
migr_define_rule(const MigrCanon *canon, const MigrTableDef *table,
				 const MigrConstraint *rule, int column,
				 const MigrNameList *targets)
{
	MigrStr out;

	migr_str_init(&out, &canon->ctx->arena);
	switch (rule->rule)
	{
		case MIGR_RULE_PRIMARY_KEY:
			migr_str_add(&out, "PRIMARY KEY (");
			add_key(&out, canon, table, rule, column);
			break;
		case MIGR_RULE_UNIQUE:
			migr_str_add(&out, "UNIQUE (");
			add_key(&out, canon, table, rule, column);
			break;
		case MIGR_RULE_CHECK:
			migr_str_printf(&out, "CHECK (%s)", expr_text(canon, rule->expr));
			break;
		default:
			migr_str_add(&out, "FOREIGN KEY (");
			if (column >= 0)
				migr_str_add(
					&out,
					migr_canon_name(canon, &table->columns.items[column].name));
			add_names(&out, canon, &rule->columns);
			migr_str_add_char(&out, ')');
			add_reference(&out, canon, rule, targets);
			break;
	}
	return out.data;
}

/* ---- indexes, views, triggers, virtual tables ---- */

const char *
migr_define_index(const MigrCanon *canon, const MigrTableDef *table,
				  const MigrIndexDef *index)
{
	MigrStr out;

	migr_str_init(&out, &canon->ctx->arena);
	migr_str_printf(&out, "CREATE %sINDEX %s ON %s (%s)",
					index->unique ? "UNIQUE " : "",
					migr_canon_name(canon, &index->name),
					migr_canon_name(canon, &index->table),
					migr_define_parts(canon, table, &index->parts));
	if (index->where.ptr != NULL)
		migr_str_printf(&out, " WHERE %s", expr_text(canon, index->where));
	return out.data;
}

/* Take CREATE, one or two words, and the name, perhaps with a schema. */
static bool
read_head(MigrReader *reader, const char *word, const char *second,
		  MigrName *name)
{
	if (!migr_read_need(reader, "CREATE"))
		return false;
	if (!migr_read_word(reader, "TEMP"))
		migr_read_word(reader, "TEMPORARY");
	if (!migr_read_need(reader, word) ||
		(second != NULL && !migr_read_need(reader, second)))
		return false;
	if (migr_read_word(reader, "IF") &&
		(!migr_read_need(reader, "NOT") || !migr_read_need(reader, "EXISTS")))
		return false;
	if (!migr_read_need_name(reader, MIGR_NAME_ANY, name))
		return false;
	return !migr_read_char(reader, '.') ||
		   migr_read_need_name(reader, MIGR_NAME_ANY, name);
}

/* The text from the token on. */
static MigrSpan
from_here(const MigrReader *reader)
{
	MigrSpan span = {reader->token.ptr, 0};

	span.len =
		(size_t) (reader->rest.ptr + reader->rest.len - reader->token.ptr);
	return span;
}

bool
migr_define_view(MigrCtx *ctx, MigrSpan sql, MigrName *name, const char **out)
{
	MigrCanon canon = {.ctx = ctx};
	MigrReader reader;

	migr_read_begin(&reader, ctx, sql);
	if (!read_head(&reader, "VIEW", NULL, name))
		return false;
	*out = migr_printf(&ctx->arena, "CREATE VIEW %s %s",
					   migr_canon_name(&canon, name),
					   migr_canon_text(&canon, from_here(&reader)));
	return true;
}

/* Take when a trigger fires, in words. */
static const char *
read_time(MigrReader *reader)
{
	if (migr_read_word(reader, "AFTER"))
		return "AFTER";
	if (migr_read_word(reader, "INSTEAD"))
	{
		migr_read_next(reader);
		return "INSTEAD OF";
	}
	migr_read_word(reader, "BEFORE");
	return "BEFORE";
}

/* Take all up to a word; *text: without it. */
static bool
read_to(MigrReader *reader, const char *const *words, int count, MigrSpan *text)
{
	const char *from = reader->token.ptr;

	text->ptr = from;
	text->len = 0;
	while (reader->kind != MIGR_TOKEN_END)
	{
		for (int i = 0; i < count; i++)
			if (migr_read_at(reader, words[i]))
				return true;
		migr_read_next(reader);
		*text = migr_read_since(reader, from);
	}
	return migr_read_fail(reader);
}

bool
migr_define_trigger(MigrCtx *ctx, MigrSpan sql, MigrName *name,
					const char **out)
{
	static const char *const ends[] = {"BEGIN", "WHEN", "FOR"};
	MigrCanon canon = {.ctx = ctx};
	MigrReader reader;
	MigrStr str;
	MigrSpan text;

	migr_str_init(&str, &ctx->arena);
	migr_read_begin(&reader, ctx, sql);
	if (!read_head(&reader, "TRIGGER", NULL, name))
		return false;
	migr_str_printf(&str, "CREATE TRIGGER %s %s", migr_canon_name(&canon, name),
					read_time(&reader));
	/* the event and the table */
	if (!read_to(&reader, ends, 3, &text))
		return false;
	migr_str_printf(&str, " %s", migr_canon_text(&canon, text));
	if (migr_read_word(&reader, "FOR") && !read_to(&reader, ends, 2, &text))
		return false;
	if (migr_read_word(&reader, "WHEN"))
	{
		if (!read_to(&reader, ends, 1, &text))
			return false;
		migr_str_printf(&str, " WHEN %s", migr_canon_expr(&canon, text));
	}
	migr_read_next(&reader);
	migr_str_printf(&str, " BEGIN %s",
					migr_canon_text(&canon, from_here(&reader)));
	*out = str.data;
	return true;
}

bool
migr_define_is_virtual(MigrCtx *ctx, MigrSpan sql)
{
	MigrReader reader;

	migr_read_begin(&reader, ctx, sql);
	return migr_read_word(&reader, "CREATE") &&
		   migr_read_at(&reader, "VIRTUAL");
}

bool
migr_define_virtual(MigrCtx *ctx, MigrSpan sql, MigrVirtual *out)
{
	MigrReader reader;

	memset(out, 0, sizeof(*out));
	migr_read_begin(&reader, ctx, sql);
	if (!read_head(&reader, "VIRTUAL", "TABLE", &out->name) ||
		!migr_read_need(&reader, "USING") ||
		!migr_read_need_name(&reader, MIGR_NAME_ANY, &out->module))
		return false;
	if (migr_read_at_char(&reader, '('))
		out->args = from_here(&reader);
	return true;
}

const char *
migr_define_module(MigrCtx *ctx, const MigrVirtual *table)
{
	MigrCanon canon = {.ctx = ctx};
	const char *name = migr_canon_name(&canon, &table->module);

	canon.keep = true; /* what a module reads may be in any case */
	return table->args.ptr == NULL
			   ? name
			   : migr_printf(&ctx->arena, "%s%s", name,
							 migr_canon_text(&canon, table->args));
}
