/*
 * render_code.c
 *	  Routines, views, triggers, rules, policies and event triggers in SQL.  See
 *	  render.h.
 */
#include "schema/render.h"

/* ---- routines --------------------------------------------------------------- */

/* Make a routine, whose definition says CREATE OR REPLACE.  What its body speaks of
 * may come behind it: the setting ends with the script. */
static void
create_function(MigrRender *render, const MigrObject *routine)
{
	const char *definition = migr_get(routine, routine->kind == MIGR_FUNCTION
												   ? MIGR_FUNCTION_DEFINITION
												   : MIGR_PROCEDURE_DEFINITION);

	if (!render->unchecked && migr_body_is_ahead(render, definition))
	{
		migr_say(render, "SET check_function_bodies = off");
		render->unchecked = true;
	}
	migr_say(render, "%s", migr_body(render->arena, definition));
}

/* Put a new definition in a routine's place. */
static void
alter_function(MigrRender *render, const MigrChange *change)
{
	create_function(render, change->to);
}

/* Drop a function, if its type hasn't taken it along. */
static void
drop_function(MigrRender *render, const MigrObject *function)
{
	if (migr_get(function, MIGR_FUNCTION_OF_TYPE) == NULL)
		migr_say(render, "DROP FUNCTION %s", function->sql);
}

const MigrWords migr_function_words = {
	.create = create_function, .alter = alter_function, .drop = drop_function};
const MigrWords migr_procedure_words = {.create = create_function,
										.alter = alter_function};

/* ---- views ------------------------------------------------------------------ */

/* Say how the columns of a view are filled. */
static void
say_view_defaults(MigrRender *render, const MigrObject *view, const char *from,
				  const char *to)
{
	MigrTexts fresh = {0};
	MigrTexts gone = {0};
	MigrMap names;

	migr_list_less(render->arena, to, from, &fresh);
	migr_list_less(render->arena, from, to, &gone);
	migr_map_init(&names, render->arena, fresh.count);
	for (int i = 0; i < fresh.count; i++)
	{
		MigrSpan name = migr_option_name(fresh.items[i]);

		migr_map_put(&names, name, i);
		migr_say(render, "ALTER VIEW %s ALTER COLUMN %.*s SET DEFAULT %s",
				 view->sql, (int) name.len, name.ptr, name.ptr + name.len + 1);
	}
	for (int i = 0; i < gone.count; i++)
	{
		MigrSpan name = migr_option_name(gone.items[i]);

		if (migr_map_get(&names, name) == MIGR_MAP_NONE)
			migr_say(render, "ALTER VIEW %s ALTER COLUMN %.*s DROP DEFAULT",
					 view->sql, (int) name.len, name.ptr);
	}
}

/* Say CREATE VIEW. */
static void
say_view(MigrRender *render, const MigrObject *view, const char *create)
{
	const char *options = migr_get(view, MIGR_VIEW_OPTIONS);

	migr_say(render, "%s VIEW %s%s%s%s AS\n%s", create, view->sql,
			 options != NULL ? " WITH (" : "", options != NULL ? options : "",
			 options != NULL ? ")" : "",
			 migr_body(render->arena, migr_get(view, MIGR_VIEW_DEFINITION)));
}

/* Make a view. */
static void
create_view(MigrRender *render, const MigrObject *view)
{
	if (render->dialect == MIGR_SQLITE)
	{
		migr_say(render, "%s",
				 migr_body(render->arena, migr_get(view, MIGR_VIEW_TEXT)));
		return;
	}
	say_view(render, view, "CREATE");
	say_view_defaults(render, view, NULL, migr_get(view, MIGR_VIEW_DEFAULTS));
}

/* Alter a view; SQLite has to make it anew. */
static void
alter_view(MigrRender *render, const MigrChange *change)
{
	if (render->dialect == MIGR_SQLITE)
	{
		migr_say(render, "DROP VIEW %s", change->from->sql);
		create_view(render, change->to);
		return;
	}
	/* its options come along */
	if (migr_changes(change, MIGR_VIEW_DEFINITION) ||
		migr_changes(change, MIGR_VIEW_COLUMNS))
		say_view(render, change->to, "CREATE OR REPLACE");
	else if (migr_changes(change, MIGR_VIEW_OPTIONS))
		migr_say_options(
			render,
			migr_printf(render->arena, "ALTER VIEW %s", change->to->sql),
			migr_get(change->from, MIGR_VIEW_OPTIONS),
			migr_get(change->to, MIGR_VIEW_OPTIONS));
	if (migr_changes(change, MIGR_VIEW_DEFAULTS))
		say_view_defaults(render, change->to,
						  migr_get(change->from, MIGR_VIEW_DEFAULTS),
						  migr_get(change->to, MIGR_VIEW_DEFAULTS));
}

const MigrWords migr_view_words = {.create = create_view, .alter = alter_view};

/* Find the value in a list of items "key=value" that has the key of another item;
 * NULL: there is none. */
static const char *
value_of(const MigrRender *render, const char *list, const char *item)
{
	MigrSpan key = migr_option_name(item);
	MigrTexts items = {0};

	migr_cut_list(render->arena, list, &items);
	for (int i = 0; i < items.count; i++)
		if (strncmp(items.items[i], key.ptr, key.len) == 0 &&
			items.items[i][key.len] == '=')
			return items.items[i] + key.len + 1;
	return NULL;
}

/* What stands in parentheses. */
static const char *
inner(const MigrRender *render, const char *text)
{
	return text != NULL
			   ? migr_strndup(render->arena, text + 1, strlen(text) - 2)
			   : NULL;
}

/* What a column has where nothing is set. */
static const char *
usual(const MigrRender *render, const MigrObject *view, const char *word,
	  const char *name)
{
	if (migr_span_starts(migr_span(word), "STORAGE"))
		return value_of(render, migr_get(view, MIGR_MATVIEW_STORAGES), name);
	return migr_span_starts(migr_span(word), "STATISTICS") ? "-1" : "default";
}

/* Say what is set of a column: item is "name WORD=value".  NULL for the value: no
 * more. */
static void
say_setting(MigrRender *render, const MigrObject *view, const char *item,
			const char *old, const char *value)
{
	const char *name = migr_first_name(render->arena, item);
	const char *word = item + strlen(name) + 1;
	const char *before =
		migr_printf(render->arena, "ALTER MATERIALIZED VIEW %s ALTER COLUMN %s",
					view->sql, name);

	if (migr_span_starts(migr_span(word), "OPTIONS"))
		migr_say_options(render, before, inner(render, old),
						 inner(render, value));
	else
		migr_say(render, "%s SET %.*s %s", before, (int) strcspn(word, "="),
				 word, value != NULL ? value : usual(render, view, word, name));
}

/* Say what is set of the columns of a materialized view, from what was. */
static void
say_settings(MigrRender *render, const MigrObject *from, const MigrObject *to)
{
	const char *old =
		from != NULL ? migr_get(from, MIGR_MATVIEW_COLUMNS) : NULL;
	const char *new = migr_get(to, MIGR_MATVIEW_COLUMNS);
	MigrTexts fresh = {0};
	MigrTexts gone = {0};

	migr_list_less(render->arena, new, old, &fresh);
	migr_list_less(render->arena, old, new, &gone);
	for (int i = 0; i < gone.count; i++)
		if (value_of(render, new, gone.items[i]) == NULL)
			say_setting(render, from, gone.items[i],
						value_of(render, old, gone.items[i]), NULL);
	for (int i = 0; i < fresh.count; i++)
		say_setting(render, to, fresh.items[i],
					value_of(render, old, fresh.items[i]),
					value_of(render, new, fresh.items[i]));
}

/* Make a materialized view. */
static void
create_matview(MigrRender *render, const MigrObject *view)
{
	const char *method = migr_get(view, MIGR_MATVIEW_METHOD);
	const char *options = migr_get(view, MIGR_MATVIEW_OPTIONS);
	const char *space = migr_get(view, MIGR_MATVIEW_TABLESPACE);
	MigrStr str;

	migr_str_init(&str, render->arena);
	migr_str_printf(&str, "CREATE MATERIALIZED VIEW %s", view->sql);
	if (method != NULL)
		migr_str_printf(&str, " USING %s", method);
	if (options != NULL)
		migr_str_printf(&str, " WITH (%s)", options);
	if (space != NULL)
		migr_str_printf(&str, " TABLESPACE %s", space);
	migr_say(render, "%s AS\n%s", str.data,
			 migr_body(render->arena, migr_get(view, MIGR_MATVIEW_DEFINITION)));
	say_settings(render, NULL, view);
}

/* Alter a materialized view. */
static void
alter_matview(MigrRender *render, const MigrChange *change)
{
	const char *words = migr_printf(render->arena, "ALTER MATERIALIZED VIEW %s",
									change->to->sql);
	const char *method = migr_get(change->to, MIGR_MATVIEW_METHOD);
	const char *space = migr_get(change->to, MIGR_MATVIEW_TABLESPACE);

	if (migr_changes(change, MIGR_MATVIEW_OPTIONS))
		migr_say_options(render, words,
						 migr_get(change->from, MIGR_MATVIEW_OPTIONS),
						 migr_get(change->to, MIGR_MATVIEW_OPTIONS));
	if (migr_changes(change, MIGR_MATVIEW_TABLESPACE))
		migr_say(render, "%s SET TABLESPACE %s", words,
				 space != NULL ? space : "pg_default");
	if (migr_changes(change, MIGR_MATVIEW_METHOD))
		migr_say(render, "%s SET ACCESS METHOD %s", words,
				 method != NULL ? method : "heap");
	if (migr_changes(change, MIGR_MATVIEW_COLUMNS))
		say_settings(render, change->from, change->to);
}

const MigrWords migr_matview_words = {.create = create_matview,
									  .alter = alter_matview};

/* ---- rules and triggers ------------------------------------------------------- */

/* Say whether a rule or trigger works, where that isn't as it is by default. */
static void
say_enabled(MigrRender *render, const MigrObject *object, const char *word,
			const char *enabled)
{
	migr_say(render, "ALTER TABLE %s %s %s %s", object->parent->sql,
			 enabled != NULL ? enabled : "ENABLE", word, object->sql);
}

/* Make a rule. */
static void
create_rule(MigrRender *render, const MigrObject *rule)
{
	const char *enabled = migr_get(rule, MIGR_RULE_ENABLED);

	migr_say(render, "%s",
			 migr_body(render->arena, migr_get(rule, MIGR_RULE_DEFINITION)));
	if (enabled != NULL)
		say_enabled(render, rule, "RULE", enabled);
}

/* Alter whether a rule works. */
static void
alter_rule(MigrRender *render, const MigrChange *change)
{
	say_enabled(render, change->to, "RULE",
				migr_get(change->to, MIGR_RULE_ENABLED));
}

/* Drop what has its name within its table: a rule, a trigger, a policy. */
static void
say_drop_on(MigrRender *render, const MigrObject *object, const char *word)
{
	migr_say(render, "DROP %s %s ON %s", word, migr_old_name(render, object),
			 migr_old_name(render, object->parent));
}

/* Rename such a thing. */
static void
say_rename_on(MigrRender *render, const MigrChange *change, const char *word)
{
	migr_say(render, "ALTER %s %s ON %s RENAME TO %s", word, change->from->sql,
			 migr_old_name(render, change->from->parent), change->to->sql);
}

/* Drop a rule. */
static void
drop_rule(MigrRender *render, const MigrObject *rule)
{
	say_drop_on(render, rule, "RULE");
}

/* Give a rule another name. */
static void
rename_rule(MigrRender *render, const MigrChange *change)
{
	say_rename_on(render, change, "RULE");
}

const MigrWords migr_rule_words = {
	create_rule,
	alter_rule,
	drop_rule,
	rename_rule,
};

/* Make a trigger. */
static void
create_trigger(MigrRender *render, const MigrObject *trigger)
{
	const char *enabled = migr_get(trigger, MIGR_TRIGGER_ENABLED);
	MigrAttr attr = render->dialect == MIGR_SQLITE ? MIGR_TRIGGER_TEXT
												   : MIGR_TRIGGER_DEFINITION;

	migr_say(render, "%s", migr_body(render->arena, migr_get(trigger, attr)));
	if (enabled != NULL)
		say_enabled(render, trigger, "TRIGGER", enabled);
}

/* Alter whether a trigger works. */
static void
alter_trigger(MigrRender *render, const MigrChange *change)
{
	say_enabled(render, change->to, "TRIGGER",
				migr_get(change->to, MIGR_TRIGGER_ENABLED));
}

/* Drop a trigger. */
static void
drop_trigger(MigrRender *render, const MigrObject *trigger)
{
	if (render->dialect == MIGR_SQLITE)
		migr_say(render, "DROP TRIGGER %s", trigger->sql);
	else
		say_drop_on(render, trigger, "TRIGGER");
}

/* Give a trigger another name. */
static void
rename_trigger(MigrRender *render, const MigrChange *change)
{
	say_rename_on(render, change, "TRIGGER");
}

const MigrWords migr_trigger_words = {
	create_trigger,
	alter_trigger,
	drop_trigger,
	rename_trigger,
};

/* ---- policies ----------------------------------------------------------------- */

/* Add a policy's expression. */
static void
add_expr(const MigrRender *render, MigrStr *str, const char *word,
		 const char *expr)
{
	if (expr != NULL)
		migr_str_printf(str, " %s %s", word,
						migr_in_parentheses(render->arena, expr));
}

/* Make a policy. */
static void
create_policy(MigrRender *render, const MigrObject *policy)
{
	const char *command = migr_get(policy, MIGR_POLICY_COMMAND);
	const char *roles = migr_get(policy, MIGR_POLICY_ROLES);
	MigrStr str;

	migr_str_init(&str, render->arena);
	migr_str_printf(&str, "CREATE POLICY %s ON %s", policy->sql,
					policy->parent->sql);
	if (migr_get(policy, MIGR_POLICY_RESTRICTIVE) != NULL)
		migr_str_add(&str, " AS RESTRICTIVE");
	if (command != NULL)
		migr_str_printf(&str, " FOR %s", command);
	if (roles != NULL)
		migr_str_printf(&str, " TO %s", roles);
	add_expr(render, &str, "USING", migr_get(policy, MIGR_POLICY_USING));
	add_expr(render, &str, "WITH CHECK", migr_get(policy, MIGR_POLICY_CHECK));
	migr_say(render, "%s", str.data);
}

/* Drop a policy. */
static void
drop_policy(MigrRender *render, const MigrObject *policy)
{
	say_drop_on(render, policy, "POLICY");
}

/* Does an attribute go, which no ALTER POLICY can do? */
static bool
goes(const MigrChange *change, MigrAttr attr)
{
	return migr_changes(change, attr) && migr_get(change->to, attr) == NULL;
}

/* Alter a policy. */
static void
alter_policy(MigrRender *render, const MigrChange *change)
{
	const MigrObject *policy = change->to;
	const char *roles = migr_get(policy, MIGR_POLICY_ROLES);
	MigrStr str;

	if (goes(change, MIGR_POLICY_USING) || goes(change, MIGR_POLICY_CHECK))
	{
		drop_policy(render, change->from);
		create_policy(render, policy);
		return;
	}
	migr_str_init(&str, render->arena);
	migr_str_printf(&str, "ALTER POLICY %s ON %s", policy->sql,
					policy->parent->sql);
	if (migr_changes(change, MIGR_POLICY_ROLES))
		migr_str_printf(&str, " TO %s", roles != NULL ? roles : "PUBLIC");
	if (migr_changes(change, MIGR_POLICY_USING))
		add_expr(render, &str, "USING", migr_get(policy, MIGR_POLICY_USING));
	if (migr_changes(change, MIGR_POLICY_CHECK))
		add_expr(render, &str, "WITH CHECK",
				 migr_get(policy, MIGR_POLICY_CHECK));
	migr_say(render, "%s", str.data);
}

/* Give a policy another name. */
static void
rename_policy(MigrRender *render, const MigrChange *change)
{
	say_rename_on(render, change, "POLICY");
}

const MigrWords migr_policy_words = {
	create_policy,
	alter_policy,
	drop_policy,
	rename_policy,
};

/* ---- event triggers ------------------------------------------------------------- */

/* Say whether an event trigger works. */
static void
say_event_enabled(MigrRender *render, const MigrObject *trigger)
{
	const char *enabled = migr_get(trigger, MIGR_EVENT_TRIGGER_ENABLED);

	migr_say(render, "ALTER EVENT TRIGGER %s %s", trigger->sql,
			 enabled != NULL ? enabled : "ENABLE");
}

/* Make an event trigger. */
static void
create_event_trigger(MigrRender *render, const MigrObject *trigger)
{
	migr_say(render, "%s",
			 migr_body(render->arena,
					   migr_get(trigger, MIGR_EVENT_TRIGGER_DEFINITION)));
	if (migr_get(trigger, MIGR_EVENT_TRIGGER_ENABLED) != NULL)
		say_event_enabled(render, trigger);
}

/* Alter whether an event trigger works. */
static void
alter_event_trigger(MigrRender *render, const MigrChange *change)
{
	say_event_enabled(render, change->to);
}

const MigrWords migr_event_trigger_words = {.create = create_event_trigger,
											.alter = alter_event_trigger};
