/*
 * catalog_aggregate.c
 *	  The statement that makes an aggregate, which the server doesn't print.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "pg/catalog.h"

/* Add a function, if there is one. */
static void
add_function(MigrCatalog *cat, MigrStr *out, const char *word, Oid function)
{
	if (OidIsValid(function))
		migr_str_printf(out, ", %s = %s", word,
						migr_catalog_name(cat, get_func_namespace(function),
										  get_func_name(function)));
}

/* Add a type, if there is one, and how much memory its state takes. */
static void
add_state(MigrCatalog *cat, MigrStr *out, const char *word, Oid type, int space)
{
	if (!OidIsValid(type))
		return;
	migr_str_printf(out, ", %sTYPE = %s", word,
					migr_catalog_type(cat, type, -1));
	if (space > 0)
		migr_str_printf(out, ", %sSPACE = %d", word, space);
}

/* Add what the final function does, where that isn't usual. */
static void
add_final(MigrStr *out, const char *word, bool extra, char modify, char usual)
{
	if (extra)
		migr_str_printf(out, ", %s_EXTRA", word);
	if (modify != usual)
		migr_str_printf(out, ", %s_MODIFY = %s", word,
						modify == AGGMODIFY_READ_ONLY	? "READ_ONLY"
						: modify == AGGMODIFY_SHAREABLE ? "SHAREABLE"
														: "READ_WRITE");
}

/* Add a value that the state begins with. */
static void
add_initial(MigrStr *out, const char *word, HeapTuple row, AttrNumber column)
{
	bool null;
	Datum value = SysCacheGetAttr(AGGFNOID, row, column, &null);

	if (!null)
		migr_str_printf(out, ", %s = %s", word,
						quote_literal_cstr(TextDatumGetCString(value)));
}

/* Add what the function itself has. */
static void
add_parallel(MigrStr *out, Oid oid)
{
	char parallel = func_parallel(oid);

	if (parallel != PROPARALLEL_UNSAFE)
		migr_str_printf(out, ", PARALLEL = %s",
						parallel == PROPARALLEL_SAFE ? "SAFE" : "RESTRICTED");
}

/* Add the operator that sorts as the aggregate does. */
static void
add_sort(MigrStr *out, Oid operator)
{
	HeapTuple row = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Form_pg_operator found;

	if (!HeapTupleIsValid(row))
		return;
	found = (Form_pg_operator) GETSTRUCT(row);
	migr_str_printf(out, ", SORTOP = OPERATOR(%s.%s)",
					quote_identifier(get_namespace_name(found->oprnamespace)),
					NameStr(found->oprname));
	ReleaseSysCache(row);
}

/* Add all that stands between the parentheses behind the state's function. */
static void
add_options(MigrCatalog *cat, MigrStr *out, HeapTuple row)
{
	Form_pg_aggregate agg = (Form_pg_aggregate) GETSTRUCT(row);
	/* an ordered-set aggregate's may do more */
	char usual = agg->aggkind == AGGKIND_NORMAL ? AGGMODIFY_READ_ONLY
												: AGGMODIFY_READ_WRITE;

	add_state(cat, out, "S", agg->aggtranstype, agg->aggtransspace);
	add_function(cat, out, "FINALFUNC", agg->aggfinalfn);
	add_final(out, "FINALFUNC", agg->aggfinalextra, agg->aggfinalmodify, usual);
	add_function(cat, out, "COMBINEFUNC", agg->aggcombinefn);
	add_function(cat, out, "SERIALFUNC", agg->aggserialfn);
	add_function(cat, out, "DESERIALFUNC", agg->aggdeserialfn);
	add_initial(out, "INITCOND", row, Anum_pg_aggregate_agginitval);
	add_function(cat, out, "MSFUNC", agg->aggmtransfn);
	add_function(cat, out, "MINVFUNC", agg->aggminvtransfn);
	add_state(cat, out, "MS", agg->aggmtranstype, agg->aggmtransspace);
	add_function(cat, out, "MFINALFUNC", agg->aggmfinalfn);
	add_final(out, "MFINALFUNC", agg->aggmfinalextra, agg->aggmfinalmodify,
			  usual);
	add_initial(out, "MINITCOND", row, Anum_pg_aggregate_aggminitval);
	add_sort(out, agg->aggsortop);
	add_parallel(out, agg->aggfnoid);
	if (agg->aggkind == AGGKIND_HYPOTHETICAL)
		migr_str_add(out, ", HYPOTHETICAL");
}

void
migr_catalog_set_aggregate(MigrCatalog *cat, MigrObject *aggregate, Oid oid)
{
	HeapTuple row = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(oid));
	const char *arguments = migr_catalog_print(cat, pg_get_function_arguments,
											   1, ObjectIdGetDatum(oid), 0);
	Form_pg_aggregate agg;
	MigrStr text;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "cache lookup failed for aggregate %u", oid);
	agg = (Form_pg_aggregate) GETSTRUCT(row);
	migr_str_init(&text, &cat->ctx->arena);
	migr_str_printf(
		&text, "CREATE AGGREGATE %s(%s) (SFUNC = %s",
		migr_catalog_name(cat, get_func_namespace(oid), get_func_name(oid)),
		*arguments != '\0' ? arguments : "*",
		migr_catalog_name(cat, get_func_namespace(agg->aggtransfn),
						  get_func_name(agg->aggtransfn)));
	add_options(cat, &text, row);
	migr_str_add(&text, ")");
	migr_object_set(aggregate, MIGR_AGGREGATE_DEFINITION, text.data);
	ReleaseSysCache(row);
}
