/*
 * catalog_code.c
 *	  What the server runs by itself or when it is called: routines, triggers,
 *	  rules, policies, event triggers.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_event_trigger.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "pg/catalog.h"

/* ---- routines ------------------------------------------------------------------- */

#define ROUTINES                                                               \
	"SELECT p.oid, p.pronamespace, p.proname::text, p.prokind,"                \
	" p.proargtypes::text, p.pronargdefaults"                                  \
	" FROM pg_proc p JOIN unnest($1::oid[]) n ON p.pronamespace = n"           \
	" ORDER BY p.oid"

enum
{
	PRO_OID,
	PRO_SCHEMA,
	PRO_NAME,
	PRO_KIND,
	PRO_ARGUMENTS,
	PRO_DEFAULTS
};

/* The types of the arguments, joined by ", ". */
static const char *
argument_types(MigrCatalog *cat, const char *oids)
{
	MigrStr text;
	char *end;

	migr_str_init(&text, &cat->ctx->arena);
	while (*oids != '\0')
	{
		Oid type = (Oid) strtoul(oids, &end, 10);

		if (end == oids)
			break;
		migr_str_printf(&text, "%s%s", text.len > 0 ? ", " : "",
						format_type_be(type));
		oids = end;
	}
	return text.data;
}

/* What CREATE OR REPLACE can't change, or not in every way. */
static const char *
signature(MigrCatalog *cat, const MigrRows *rows, int i)
{
	Datum oid = ObjectIdGetDatum(migr_catalog_oid(rows, i, PRO_OID));
	const char *result =
		migr_catalog_print(cat, pg_get_function_result, 1, oid, 0);
	int defaults = (int) migr_catalog_number(rows, i, PRO_DEFAULTS);
	MigrStr text;

	migr_str_init(&text, &cat->ctx->arena);
	migr_str_printf(
		&text, "(%s)",
		migr_catalog_print(cat, pg_get_function_identity_arguments, 1, oid, 0));
	if (result != NULL)
		migr_str_printf(&text, " RETURNS %s", result);
	if (defaults > 0)
		migr_str_printf(&text, ", %d with a default", defaults);
	if (migr_catalog_number(rows, i, PRO_KIND) == PROKIND_WINDOW)
		migr_str_add(&text, ", WINDOW");
	return text.data;
}

/* Set what a function or procedure has. */
static void
set_routine(MigrCatalog *cat, MigrObject *routine, const MigrRows *rows, int i)
{
	bool procedure = routine->kind == MIGR_PROCEDURE;
	const char *word = procedure ? "PROCEDURE" : "FUNCTION";
	Oid schema = migr_catalog_oid(rows, i, PRO_SCHEMA);
	const char *name = migr_catalog_text(rows, i, PRO_NAME);
	MigrArena *arena = &cat->ctx->arena;
	const char *text = migr_catalog_print(
		cat, pg_get_functiondef, 1,
		ObjectIdGetDatum(migr_catalog_oid(rows, i, PRO_OID)), 0);

	text = migr_catalog_swap_head(
		cat, text,
		migr_printf(arena, "CREATE OR REPLACE %s %s(", word,
					migr_catalog_full(cat, schema, name)),
		migr_printf(arena, "CREATE OR REPLACE %s %s(", word,
					migr_catalog_name(cat, schema, name)));
	migr_object_set(
		routine, procedure ? MIGR_PROCEDURE_SIGNATURE : MIGR_FUNCTION_SIGNATURE,
		signature(cat, rows, i));
	migr_object_set(routine,
					procedure ? MIGR_PROCEDURE_DEFINITION
							  : MIGR_FUNCTION_DEFINITION,
					migr_trim(arena, text));
}

void
migr_catalog_read_routines(MigrCatalog *cat)
{
	MigrArena *arena = &cat->ctx->arena;
	MigrRows rows;

	migr_catalog_query(cat, ROUTINES, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid oid = migr_catalog_oid(&rows, i, PRO_OID);
		char kind = (char) migr_catalog_number(&rows, i, PRO_KIND);
		Oid schema = migr_catalog_oid(&rows, i, PRO_SCHEMA);
		const char *name = migr_catalog_text(&rows, i, PRO_NAME);
		const char *types;
		MigrObject *routine;

		if (migr_catalog_known(cat, ProcedureRelationId, oid))
			continue;
		types = argument_types(cat, migr_catalog_text(&rows, i, PRO_ARGUMENTS));
		routine = migr_catalog_add(
			cat,
			kind == PROKIND_PROCEDURE	? MIGR_PROCEDURE
			: kind == PROKIND_AGGREGATE ? MIGR_AGGREGATE
										: MIGR_FUNCTION,
			ProcedureRelationId, oid, schema,
			migr_printf(arena, "%s(%s)", name, types),
			migr_printf(arena, "%s(%s)", migr_catalog_name(cat, schema, name),
						kind == PROKIND_AGGREGATE && *types == '\0' ? "*"
																	: types),
			NULL);
		if (routine->kind != MIGR_AGGREGATE)
			set_routine(cat, routine, &rows, i);
		else
			migr_catalog_set_aggregate(cat, routine, oid);
	}
}

/* ---- triggers and rules ------------------------------------------------------------- */

/* The word for whether a trigger or a rule is enabled; NULL: it is. */
static const char *
enabled_word(char enabled)
{
	switch (enabled)
	{
		case TRIGGER_DISABLED:
			return "DISABLE";
		case TRIGGER_FIRES_ON_REPLICA:
			return "ENABLE REPLICA";
		case TRIGGER_FIRES_ALWAYS:
			return "ENABLE ALWAYS";
		default:
			return NULL;
	}
}

/* A text in which " <word> table" stands for its table, as the name is said
 * here; some kind of blank follows. */
static const char *
with_table(MigrCatalog *cat, const char *text, const char *word, Oid table)
{
	static const char blanks[] = " \n";
	MigrArena *arena = &cat->ctx->arena;
	const char *full =
		migr_catalog_full(cat, get_rel_namespace(table), get_rel_name(table));
	const char *own = migr_catalog_relation(cat, table);

	for (const char *blank = blanks; *blank != '\0'; blank++)
	{
		const char *with = migr_catalog_swap(
			cat, text, migr_printf(arena, " %s %s%c", word, full, *blank),
			migr_printf(arena, " %s %s%c", word, own, *blank));

		if (with != text)
			return with;
	}
	return text;
}

/* Add what is on a table: a row begins with its oid, its name and the table's oid.
 * NULL: the table isn't read. */
static MigrObject *
add_on_table(MigrCatalog *cat, MigrKind kind, Oid catalog, const MigrRows *rows,
			 int i)
{
	const char *name = migr_catalog_text(rows, i, 1);
	MigrObject *table = migr_catalog_parent(cat, RelationRelationId,
											migr_catalog_oid(rows, i, 2));

	return table == NULL
			   ? NULL
			   : migr_catalog_add(cat, kind, catalog,
								  migr_catalog_oid(rows, i, 0), InvalidOid,
								  name, migr_catalog_quote(cat, name), table);
}

#define TRIGGERS                                                               \
	"SELECT t.oid, t.tgname::text, t.tgrelid, t.tgenabled, t.tgconstraint"     \
	" FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"                  \
	" JOIN unnest($1::oid[]) n ON c.relnamespace = n"                          \
	" WHERE NOT t.tgisinternal AND t.tgparentid = 0 ORDER BY t.oid"

void
migr_catalog_read_triggers(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, TRIGGERS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid oid = migr_catalog_oid(&rows, i, 0);
		Oid table = migr_catalog_oid(&rows, i, 2);
		MigrObject *object =
			add_on_table(cat, MIGR_TRIGGER, TriggerRelationId, &rows, i);

		if (object == NULL)
			continue;
		if (OidIsValid(migr_catalog_oid(&rows, i, 4)))
			migr_catalog_put(cat, ConstraintRelationId,
							 migr_catalog_oid(&rows, i, 4), 0, object);
		migr_object_set(object, MIGR_TRIGGER_DEFINITION,
						with_table(cat,
								   migr_catalog_print(cat, pg_get_triggerdef, 1,
													  ObjectIdGetDatum(oid), 0),
								   "ON", table));
		migr_object_set(object, MIGR_TRIGGER_ENABLED,
						enabled_word((char) migr_catalog_number(&rows, i, 3)));
	}
}

/* The rule of a view is the view. */
#define RULES                                                                  \
	"SELECT r.oid, r.rulename::text, r.ev_class, r.ev_enabled"                 \
	" FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"                 \
	" JOIN unnest($1::oid[]) n ON c.relnamespace = n"                          \
	" WHERE r.rulename <> '_RETURN' ORDER BY r.oid"

void
migr_catalog_read_rules(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, RULES, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid oid = migr_catalog_oid(&rows, i, 0);
		Oid table = migr_catalog_oid(&rows, i, 2);
		MigrObject *object =
			add_on_table(cat, MIGR_RULE, RewriteRelationId, &rows, i);
		MigrSpan text;

		if (object == NULL)
			continue;
		text = migr_span_trim(
			migr_span(with_table(cat,
								 migr_catalog_print(cat, pg_get_ruledef, 1,
													ObjectIdGetDatum(oid), 0),
								 "TO", table)));
		if (text.len > 0 && text.ptr[text.len - 1] == ';')
			text.len--;
		migr_object_set(object, MIGR_RULE_DEFINITION,
						migr_span_dup(&cat->ctx->arena, text));
		migr_object_set(object, MIGR_RULE_ENABLED,
						enabled_word((char) migr_catalog_number(&rows, i, 3)));
	}
}

/* ---- policies ------------------------------------------------------------------------ */

#define POLICIES                                                               \
	"SELECT p.oid, p.polname::text, p.polrelid,"                               \
	" CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'"             \
	"  WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' END, p.polpermissive,"    \
	" CASE WHEN NOT 0 = ANY (p.polroles) THEN"                                 \
	"  (SELECT string_agg(quote_ident(pg_get_userbyid(r)), ', '"               \
	"   ORDER BY pg_get_userbyid(r)) FROM unnest(p.polroles) r) END,"          \
	" p.polqual::text, p.polwithcheck::text"                                   \
	" FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"                  \
	" JOIN unnest($1::oid[]) n ON c.relnamespace = n ORDER BY p.oid"

void
migr_catalog_read_policies(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, POLICIES, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid table = migr_catalog_oid(&rows, i, 2);
		MigrObject *object =
			add_on_table(cat, MIGR_POLICY, PolicyRelationId, &rows, i);

		if (object == NULL)
			continue;
		migr_object_set(object, MIGR_POLICY_COMMAND,
						migr_catalog_text(&rows, i, 3));
		if (migr_catalog_number(&rows, i, 4) == 0)
			migr_object_set(object, MIGR_POLICY_RESTRICTIVE, "t");
		migr_object_set(object, MIGR_POLICY_ROLES,
						migr_catalog_text(&rows, i, 5));
		migr_object_set(
			object, MIGR_POLICY_USING,
			migr_catalog_expr(cat, migr_catalog_text(&rows, i, 6), table));
		migr_object_set(
			object, MIGR_POLICY_CHECK,
			migr_catalog_expr(cat, migr_catalog_text(&rows, i, 7), table));
	}
}

/* ---- event triggers --------------------------------------------------------------------- */

/* They are in no schema: those count whose function is in one that does. */
#define EVENT_TRIGGERS                                                         \
	"SELECT e.oid, e.evtname::text, e.evtevent::text, e.evtfoid,"              \
	" e.evtenabled,"                                                           \
	" (SELECT string_agg(quote_literal(t), ', ') FROM unnest(e.evttags) t)"    \
	" FROM pg_event_trigger e JOIN pg_proc p ON p.oid = e.evtfoid"             \
	" JOIN unnest($1::oid[]) n ON p.pronamespace = n ORDER BY e.oid"

void
migr_catalog_read_event_triggers(MigrCatalog *cat)
{
	MigrArena *arena = &cat->ctx->arena;
	MigrRows rows;

	migr_catalog_query(cat, EVENT_TRIGGERS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid function = migr_catalog_oid(&rows, i, 3);
		const char *name = migr_catalog_text(&rows, i, 1);
		const char *tags = migr_catalog_text(&rows, i, 5);
		MigrObject *object =
			migr_catalog_add(cat, MIGR_EVENT_TRIGGER, EventTriggerRelationId,
							 migr_catalog_oid(&rows, i, 0), InvalidOid, name,
							 migr_catalog_quote(cat, name), NULL);

		if (object == NULL)
			continue;
		migr_object_set(
			object, MIGR_EVENT_TRIGGER_DEFINITION,
			migr_printf(
				arena,
				"CREATE EVENT TRIGGER %s ON %s%s%s%s EXECUTE FUNCTION %s()",
				object->sql, migr_catalog_text(&rows, i, 2),
				tags != NULL ? " WHEN TAG IN (" : "", tags != NULL ? tags : "",
				tags != NULL ? ")" : "",
				migr_catalog_name(cat, get_func_namespace(function),
								  get_func_name(function))));
		migr_object_set(object, MIGR_EVENT_TRIGGER_ENABLED,
						enabled_word((char) migr_catalog_number(&rows, i, 4)));
	}
}
