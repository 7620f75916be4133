/*
 * catalog_other.c
 *	  What is made and dropped as a whole: operators and their classes, casts,
 *	  conversions, text search, foreign servers, base types.
 *
 * Few schemas have any of it.  The queries say the statements by themselves; so
 * names in them have their schemas always.
 */
#include "postgres.h"

#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"

#include "pg/catalog.h"

/* Each row: catalog, oid, schema, word, name, name in SQL, statement. */
#define NAMED(schema, name)                                                    \
	"quote_ident(" schema ") || '.' || quote_ident(" name ")"

#define TYPE_OR_NONE(type)                                                     \
	"CASE " type " WHEN 0 THEN 'NONE' ELSE format_type(" type ", NULL) END"

#define ANY_OPTION(word, function)                                             \
	" || CASE " function " WHEN 0 THEN '' ELSE ', " word " = ' || " function   \
	"::regproc END"

#define OPERATOR_OPTION(word, operator)                                        \
	" || coalesce((SELECT ', " word " = OPERATOR(' ||"                         \
	" quote_ident(xs.nspname) || '.' || x.oprname || ')'"                      \
	" FROM pg_operator x JOIN pg_namespace xs ON xs.oid = x.oprnamespace"      \
	" WHERE x.oid = "                                                          \
	operator"), '')"

/* Of those that only others speak of so far there is nothing to say. */
#define OPERATORS                                                                                                                        \
	"SELECT 'pg_operator'::regclass::oid, o.oid, o.oprnamespace, 'operator',"                                                            \
	" o.oprname || '(' || " TYPE_OR_NONE("o.oprleft") " || ', ' || " TYPE_OR_NONE(                                                       \
		"o.oprright") " || ')',"                                                                                                         \
					  " quote_ident(s.nspname) || '.' || o.oprname || ' (' || " TYPE_OR_NONE("o.oprleft") " || ', ' || " TYPE_OR_NONE(   \
						  "o.oprright") " || ')',"                                                                                       \
										" 'CREATE OPERATOR ' || quote_ident(s.nspname) || '.' || o.oprname"                              \
										" || ' (FUNCTION = ' || o.oprcode"                                                               \
										" || CASE o.oprleft WHEN 0 THEN '' ELSE ', LEFTARG = ' ||"                                       \
										"  format_type(o.oprleft, NULL) END"                                                             \
										" || CASE o.oprright WHEN 0 THEN '' ELSE ', RIGHTARG = ' ||"                                     \
										"  format_type(o.oprright, NULL) END" OPERATOR_OPTION(                                           \
											"COMMUTATOR", "o.oprcom")                                                                    \
											OPERATOR_OPTION("NEGATOR",                                                                   \
															"o.oprnegate")                                                               \
												ANY_OPTION("RESTRICT",                                                                   \
														   "o.oprrest")                                                                  \
													ANY_OPTION(                                                                          \
														"JOIN",                                                                          \
														"o.oprjoin") " || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END"            \
																	 " || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')'"    \
																	 " FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace" \
																	 " JOIN unnest($1::oid[]) n ON s.oid = n WHERE o.oprcode <> 0"

#define FAMILIES                                                                                          \
	"SELECT 'pg_opfamily'::regclass, f.oid, f.opfnamespace,"                                              \
	" 'operator family', f.opfname || ' USING ' || a.amname," NAMED(                                      \
		"s.nspname",                                                                                      \
		"f.opfname") " || ' USING ' || quote_ident(a.amname),"                                            \
					 " 'CREATE OPERATOR FAMILY ' || " NAMED(                                              \
						 "s.nspname",                                                                     \
						 "f.opfname") " || ' USING ' || quote_ident(a.amname)"                            \
									  " FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace" \
									  " JOIN unnest($1::oid[]) n ON s.oid = n"                            \
									  " JOIN pg_am a ON a.oid = f.opfmethod"

/* The members that a class has of its own; more may be in its family. */
#define CLASS_OPERATORS                                                                          \
	"(SELECT string_agg(', OPERATOR ' || o.amopstrategy || ' ' ||"                               \
	" o.amopopr::regoperator || coalesce(' FOR ORDER BY ' ||"                                    \
	" (SELECT " NAMED(                                                                           \
		"bs.nspname",                                                                            \
		"b.opfname") " FROM pg_opfamily b"                                                       \
					 " JOIN pg_namespace bs ON bs.oid = b.opfnamespace"                          \
					 " WHERE b.oid = o.amopsortfamily), ''), '' ORDER BY o.amopstrategy, o.oid)" \
					 " FROM pg_depend d JOIN pg_amop o ON o.oid = d.objid"                       \
					 " WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid"       \
					 " AND d.classid = 'pg_amop'::regclass)"

#define CLASS_FUNCTIONS                                                        \
	"(SELECT string_agg(', FUNCTION ' || p.amprocnum || ' (' ||"               \
	" format_type(p.amproclefttype, NULL) || ', ' ||"                          \
	" format_type(p.amprocrighttype, NULL) || ') ' ||"                         \
	" p.amproc::regprocedure, '' ORDER BY p.amprocnum, p.oid)"                 \
	" FROM pg_depend d JOIN pg_amproc p ON p.oid = d.objid"                    \
	" WHERE d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid"      \
	" AND d.classid = 'pg_amproc'::regclass)"

#define CLASSES                                                                                                           \
	"SELECT 'pg_opclass'::regclass, c.oid, c.opcnamespace, 'operator class',"                                             \
	" c.opcname || ' USING ' || a.amname," NAMED(                                                                         \
		"s.nspname",                                                                                                      \
		"c.opcname") " || ' USING ' || quote_ident(a.amname),"                                                            \
					 " 'CREATE OPERATOR CLASS ' || " NAMED(                                                               \
						 "s.nspname",                                                                                     \
						 "c.opcname") " || CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END"                            \
									  " || ' FOR TYPE ' || format_type(c.opcintype, NULL)"                                \
									  " || ' USING ' || quote_ident(a.amname)"                                            \
									  " || ' FAMILY ' || " NAMED(                                                         \
										  "fs.nspname",                                                                   \
										  "f.opfname") " || ' AS STORAGE ' || format_type(CASE c.opckeytype WHEN 0"       \
													   "  THEN c.opcintype ELSE c.opckeytype END, NULL)"                  \
													   " || coalesce(" CLASS_OPERATORS                                    \
													   ", '')"                                                            \
													   " || coalesce(" CLASS_FUNCTIONS                                    \
													   ", '')"                                                            \
													   " FROM pg_opclass c JOIN pg_namespace s ON s.oid = c.opcnamespace" \
													   " JOIN unnest($1::oid[]) n ON s.oid = n"                           \
													   " JOIN pg_am a ON a.oid = c.opcmethod"                             \
													   " JOIN pg_opfamily f ON f.oid = c.opcfamily"                       \
													   " JOIN pg_namespace fs ON fs.oid = f.opfnamespace"

/* A cast is in no schema: those count that have to do with a type that is. */
#define CASTS                                                                  \
	"SELECT 'pg_cast'::regclass, c.oid, 0, 'cast',"                            \
	" '(' || format_type(c.castsource, NULL) || ' AS '"                        \
	" || format_type(c.casttarget, NULL) || ')',"                              \
	" '(' || format_type(c.castsource, NULL) || ' AS '"                        \
	" || format_type(c.casttarget, NULL) || ')',"                              \
	" 'CREATE CAST (' || format_type(c.castsource, NULL) || ' AS '"            \
	" || format_type(c.casttarget, NULL) || ') ' || CASE c.castmethod"         \
	" WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure"              \
	" WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END"                  \
	" || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT'"                    \
	" WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END"                                \
	" FROM pg_cast c JOIN pg_type f ON f.oid = c.castsource"                   \
	" JOIN pg_type t ON t.oid = c.casttarget"                                  \
	" WHERE f.typnamespace = ANY ($1::oid[])"                                  \
	" OR t.typnamespace = ANY ($1::oid[])"

#define CONVERSIONS                                                                                         \
	"SELECT 'pg_conversion'::regclass, c.oid, c.connamespace, 'conversion',"                                \
	" c.conname, " NAMED(                                                                                   \
		"s.nspname",                                                                                        \
		"c.conname") ","                                                                                    \
					 " 'CREATE ' || CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END"                     \
					 " || 'CONVERSION ' || " NAMED(                                                         \
						 "s.nspname",                                                                       \
						 "c.conname") " || ' FOR '"                                                         \
									  " || quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO '"  \
									  " || quote_literal(pg_encoding_to_char(c.contoencoding)) || ' FROM '" \
									  " || c.conproc FROM pg_conversion c"                                  \
									  " JOIN pg_namespace s ON s.oid = c.connamespace"                      \
									  " JOIN unnest($1::oid[]) n ON s.oid = n"

#define DICTIONARIES                                                                                                            \
	"SELECT 'pg_ts_dict'::regclass, d.oid, d.dictnamespace,"                                                                    \
	" 'text search dictionary', d.dictname," NAMED(                                                                             \
		"s.nspname",                                                                                                            \
		"d.dictname") ","                                                                                                       \
					  " 'CREATE TEXT SEARCH DICTIONARY ' || " NAMED("s.nspname", "d.dictname") " || ' (TEMPLATE = ' || " NAMED( \
						  "ts.nspname",                                                                                         \
						  "t.tmplname") " || coalesce(', ' || d.dictinitoption, '') || ')'"                                     \
										" FROM pg_ts_dict d JOIN pg_namespace s ON s.oid = d.dictnamespace"                     \
										" JOIN unnest($1::oid[]) n ON s.oid = n"                                                \
										" JOIN pg_ts_template t ON t.oid = d.dicttemplate"                                      \
										" JOIN pg_namespace ts ON ts.oid = t.tmplnamespace"

/* The mappings are statements behind the first one. */
#define MAPPINGS                                                                                          \
	"(SELECT string_agg(';\nALTER TEXT SEARCH CONFIGURATION ' || " NAMED(                                 \
		"s.nspname",                                                                                      \
		"c.cfgname") " || ' ADD MAPPING FOR '"                                                            \
					 " || quote_ident(k.alias) || ' WITH ' || m.dictionaries, ''"                         \
					 " ORDER BY k.alias)"                                                                 \
					 " FROM (SELECT m.maptokentype, string_agg(" NAMED(                                   \
						 "ds.nspname",                                                                    \
						 "d.dictname") ", ', ' ORDER BY m.mapseqno) dictionaries FROM pg_ts_config_map m" \
									   " JOIN pg_ts_dict d ON d.oid = m.mapdict"                          \
									   " JOIN pg_namespace ds ON ds.oid = d.dictnamespace"                \
									   " WHERE m.mapcfg = c.oid GROUP BY 1) m"                            \
									   " JOIN ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype)"

#define CONFIGURATIONS                                                                                                         \
	"SELECT 'pg_ts_config'::regclass, c.oid, c.cfgnamespace,"                                                                  \
	" 'text search configuration', c.cfgname," NAMED(                                                                          \
		"s.nspname",                                                                                                           \
		"c.cfgname") ","                                                                                                       \
					 " 'CREATE TEXT SEARCH CONFIGURATION ' || " NAMED("s.nspname", "c.cfgname") " || ' (PARSER = ' || " NAMED( \
						 "ps.nspname",                                                                                         \
						 "p.prsname") " || ')'"                                                                                \
									  " || coalesce(" MAPPINGS ", '')"                                                         \
									  " FROM pg_ts_config c JOIN pg_namespace s ON s.oid = c.cfgnamespace"                     \
									  " JOIN unnest($1::oid[]) n ON s.oid = n"                                                 \
									  " JOIN pg_ts_parser p ON p.oid = c.cfgparser"                                            \
									  " JOIN pg_namespace ps ON ps.oid = p.prsnamespace"

#define GENERIC_OPTIONS(options)                                               \
	" || coalesce((SELECT ' OPTIONS (' || string_agg("                         \
	"quote_ident(o.option_name) || ' ' || quote_literal(o.option_value),"      \
	" ', ' ORDER BY o.option_name) || ')'"                                     \
	" FROM pg_options_to_table(" options ") o), '')"

#define WRAPPERS                                                                           \
	"SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0,"                                \
	" 'foreign data wrapper', w.fdwname, quote_ident(w.fdwname),"                          \
	" 'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)"                            \
	" || CASE w.fdwhandler WHEN 0 THEN '' ELSE ' HANDLER ' ||"                             \
	"  w.fdwhandler::regproc END"                                                          \
	" || CASE w.fdwvalidator WHEN 0 THEN '' ELSE ' VALIDATOR ' ||"                         \
	"  w.fdwvalidator::regproc END" GENERIC_OPTIONS(                                       \
		"w.fdwoptions") " FROM pg_foreign_data_wrapper w WHERE w.fdwname !~ '^" MIGR_ASIDE \
						"'"

#define SERVERS                                                                \
	"SELECT 'pg_foreign_server'::regclass, v.oid, 0, 'server', v.srvname,"     \
	" quote_ident(v.srvname), 'CREATE SERVER ' || quote_ident(v.srvname)"      \
	" || coalesce(' TYPE ' || quote_literal(v.srvtype), '')"                   \
	" || coalesce(' VERSION ' || quote_literal(v.srvversion), '')"             \
	" || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)" GENERIC_OPTIONS(  \
		"v.srvoptions") " FROM pg_foreign_server v"                            \
						" JOIN pg_foreign_data_wrapper w ON w.oid = v.srvfdw"  \
						" WHERE v.srvname !~ '^" MIGR_ASIDE "'"

/* What a base type is C code says; one of which there is but the name can be
 * made. */
#define BASE_TYPES                                                                                    \
	"SELECT 'pg_type'::regclass, t.oid, t.typnamespace, 'type', t.typname," NAMED(                    \
		"s.nspname",                                                                                  \
		"t.typname") ","                                                                              \
					 " CASE t.typtype WHEN 'p' THEN 'CREATE TYPE ' || " NAMED(                        \
						 "s.nspname",                                                                 \
						 "t.typname") " END"                                                          \
									  " FROM pg_type t JOIN pg_namespace s ON s.oid = t.typnamespace" \
									  " JOIN unnest($1::oid[]) n ON s.oid = n"                        \
									  " LEFT JOIN pg_type e ON e.typarray = t.oid"                    \
									  " WHERE t.typtype IN ('b', 'p') AND e.oid IS NULL"

#define ALL(query) " UNION ALL " query

/* A class and its family have one name: so the word is a part of it. */
#define OTHERS                                                                 \
	"SELECT catalog, oid, schema, word::text, word || ' ' || name, sql::text," \
	" statement::text FROM (" OPERATORS                                        \
	ALL(FAMILIES) ALL(CLASSES) ALL(CASTS) ALL(CONVERSIONS) ALL(DICTIONARIES)   \
		ALL(CONFIGURATIONS) ALL(WRAPPERS) ALL(SERVERS) ALL(                    \
			BASE_TYPES) ") others(catalog, oid, schema, word, name, sql, statement) ORDER BY oid"

void
migr_catalog_read_others(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, OTHERS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		Oid catalog = migr_catalog_oid(&rows, i, 0);
		bool everywhere = catalog == ForeignServerRelationId ||
						  catalog == ForeignDataWrapperRelationId;
		MigrObject *object;

		/* those of a database are compared with it as a whole */
		if (everywhere && !cat->scope->all_schemas)
			continue;
		object = migr_catalog_add(
			cat, MIGR_OTHER, catalog, migr_catalog_oid(&rows, i, 1),
			migr_catalog_oid(&rows, i, 2), migr_catalog_text(&rows, i, 4),
			migr_catalog_text(&rows, i, 5), NULL);
		if (object == NULL)
			continue;
		migr_object_set(object, MIGR_OTHER_WORD,
						migr_catalog_text(&rows, i, 3));
		migr_object_set(object, MIGR_OTHER_DEFINITION,
						migr_catalog_text(&rows, i, 6));
	}
}
