/*
 * catalog_other.c
 *	  What is made and dropped as a whole: operators and their classes, casts,
 *	  conversions, text search, foreign servers, base types.
 *
 * Few schemas have any of it.  The queries say the statements by themselves; so
 * names in them have their schemas always.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_cast.h"
#include "catalog/pg_conversion.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_language.h"
#include "catalog/pg_opclass.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_transform.h"
#include "catalog/pg_ts_config.h"
#include "catalog/pg_ts_dict.h"
#include "catalog/pg_ts_parser.h"
#include "catalog/pg_ts_template.h"
#include "catalog/pg_type.h"
#include "catalog/pg_user_mapping.h"
#include "utils/fmgroids.h"

#include "pg/catalog.h"

/* Each row: oid, schema, word, name, name in SQL, statement, options. */
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
#define OPERATORS                                                                                                                           \
	"SELECT o.oid, o.oprnamespace, 'operator',"                                                                                             \
	" o.oprname || '(' || " TYPE_OR_NONE("o.oprleft") " || ', ' || " TYPE_OR_NONE(                                                          \
		"o.oprright") " || ')',"                                                                                                            \
					  " quote_ident(s.nspname) || '.' || o.oprname || ' (' || " TYPE_OR_NONE("o.oprleft") " || ', ' || " TYPE_OR_NONE(      \
						  "o.oprright") " || ')',"                                                                                          \
										" 'CREATE OPERATOR ' || quote_ident(s.nspname) || '.' || o.oprname"                                 \
										" || ' (FUNCTION = ' || o.oprcode"                                                                  \
										" || CASE o.oprleft WHEN 0 THEN '' ELSE ', LEFTARG = ' ||"                                          \
										"  format_type(o.oprleft, NULL) END"                                                                \
										" || CASE o.oprright WHEN 0 THEN '' ELSE ', RIGHTARG = ' ||"                                        \
										"  format_type(o.oprright, NULL) END" OPERATOR_OPTION(                                              \
											"COMMUTATOR", "o.oprcom")                                                                       \
											OPERATOR_OPTION("NEGATOR",                                                                      \
															"o.oprnegate")                                                                  \
												ANY_OPTION("RESTRICT",                                                                      \
														   "o.oprrest")                                                                     \
													ANY_OPTION(                                                                             \
														"JOIN",                                                                             \
														"o.oprjoin") " || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END"               \
																	 " || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')', NULL" \
																	 " FROM pg_operator o JOIN pg_namespace s ON s.oid = o.oprnamespace"    \
																	 " JOIN unnest($1::oid[]) n ON s.oid = n WHERE o.oprcode <> 0"

/* What an owner (a class, or a family itself) has of operators and functions. */
#define MEMBERS_OF(catalog, owner, type)                                             \
	"(SELECT string_agg(m, ', ') FROM (SELECT 'OPERATOR ' || o.amopstrategy"         \
	" || ' ' || o.amopopr::regoperator || coalesce(' FOR ORDER BY ' ||"              \
	" (SELECT " NAMED(                                                               \
		"bs.nspname",                                                                \
		"b.opfname") " FROM pg_opfamily b"                                           \
					 "  JOIN pg_namespace bs ON bs.oid = b.opfnamespace"             \
					 "  WHERE b.oid = o.amopsortfamily), '')"                        \
					 " FROM pg_depend d JOIN pg_amop o ON o.oid = d.objid"           \
					 " WHERE d.refclassid = '" catalog                               \
					 "'::regclass AND d.refobjid = " owner                           \
					 " AND d.classid = 'pg_amop'::regclass AND d.deptype = '" type   \
					 "'"                                                             \
					 " UNION ALL SELECT 'FUNCTION ' || p.amprocnum || ' (' ||"       \
					 " format_type(p.amproclefttype, NULL) || ', ' ||"               \
					 " format_type(p.amprocrighttype, NULL) || ') ' ||"              \
					 " p.amproc::regprocedure"                                       \
					 " FROM pg_depend d JOIN pg_amproc p ON p.oid = d.objid"         \
					 " WHERE d.refclassid = '" catalog                               \
					 "'::regclass AND d.refobjid = " owner                           \
					 " AND d.classid = 'pg_amproc'::regclass AND d.deptype = '" type \
					 "'"                                                             \
					 " ORDER BY 1) a(m))"

/* What no class of the family has is added behind it. */
#define FAMILIES                                                                                                                                                                         \
	"SELECT f.oid, f.opfnamespace,"                                                                                                                                                      \
	" 'operator family', f.opfname || ' USING ' || a.amname," NAMED(                                                                                                                     \
		"s.nspname",                                                                                                                                                                     \
		"f.opfname") " || ' USING ' || quote_ident(a.amname),"                                                                                                                           \
					 " 'CREATE OPERATOR FAMILY ' || " NAMED(                                                                                                                             \
						 "s.nspname",                                                                                                                                                    \
						 "f.opfname") " || ' USING ' || quote_ident(a.amname)"                                                                                                           \
									  " || coalesce(';\nALTER OPERATOR FAMILY ' || " NAMED("s.nspname", "f.opfname") " || ' USING ' || quote_ident(a.amname) || ' ADD ' || " MEMBERS_OF( \
										  "pg_opfamily", "f.oid",                                                                                                                        \
										  "a") ", ''), NULL"                                                                                                                             \
											   " FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace"                                                                       \
											   " JOIN unnest($1::oid[]) n ON s.oid = n"                                                                                                  \
											   " JOIN pg_am a ON a.oid = f.opfmethod"

/* More than what a class has of its own may be in its family. */
#define CLASSES                                                                                                                    \
	"SELECT c.oid, c.opcnamespace, 'operator class',"                                                                              \
	" c.opcname || ' USING ' || a.amname," NAMED(                                                                                  \
		"s.nspname",                                                                                                               \
		"c.opcname") " || ' USING ' || quote_ident(a.amname),"                                                                     \
					 " 'CREATE OPERATOR CLASS ' || " NAMED(                                                                        \
						 "s.nspname",                                                                                              \
						 "c.opcname") " || CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END"                                     \
									  " || ' FOR TYPE ' || format_type(c.opcintype, NULL)"                                         \
									  " || ' USING ' || quote_ident(a.amname)"                                                     \
									  " || ' FAMILY ' || " NAMED(                                                                  \
										  "fs.nspname",                                                                            \
										  "f.opfname") " || ' AS STORAGE ' || format_type(CASE c.opckeytype WHEN 0"                \
													   "  THEN c.opcintype ELSE c.opckeytype END, NULL)"                           \
													   " || coalesce(', ' || " MEMBERS_OF(                                         \
														   "pg_opclass",                                                           \
														   "c.oid",                                                                \
														   "i") ", ''), NULL"                                                      \
																" FROM pg_opclass c JOIN pg_namespace s ON s.oid = c.opcnamespace" \
																" JOIN unnest($1::oid[]) n ON s.oid = n"                           \
																" JOIN pg_am a ON a.oid = c.opcmethod"                             \
																" JOIN pg_opfamily f ON f.oid = c.opcfamily"                       \
																" JOIN pg_namespace fs ON fs.oid = f.opfnamespace"

/* A cast is in no schema: those count that have to do with a type or a function
 * that is. */
#define CASTS                                                                  \
	"SELECT c.oid, 0, 'cast',"                                                 \
	" '(' || format_type(c.castsource, NULL) || ' AS '"                        \
	" || format_type(c.casttarget, NULL) || ')',"                              \
	" '(' || format_type(c.castsource, NULL) || ' AS '"                        \
	" || format_type(c.casttarget, NULL) || ')',"                              \
	" 'CREATE CAST (' || format_type(c.castsource, NULL) || ' AS '"            \
	" || format_type(c.casttarget, NULL) || ') ' || CASE c.castmethod"         \
	" WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure"              \
	" WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END"                  \
	" || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT'"                    \
	" WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END, NULL"                          \
	" FROM pg_cast c JOIN pg_type f ON f.oid = c.castsource"                   \
	" JOIN pg_type t ON t.oid = c.casttarget"                                  \
	" LEFT JOIN pg_proc p ON p.oid = c.castfunc"                               \
	" WHERE f.typnamespace = ANY ($1::oid[])"                                  \
	" OR t.typnamespace = ANY ($1::oid[])"                                     \
	" OR p.pronamespace = ANY ($1::oid[])"

/* So with a transform. */
#define TRANSFORM                                                              \
	"'FOR ' || format_type(x.trftype, NULL) || ' LANGUAGE '"                   \
	" || quote_ident(l.lanname)"

#define TRANSFORMS                                                             \
	"SELECT x.oid, 0, 'transform', " TRANSFORM ", " TRANSFORM                  \
	", 'CREATE TRANSFORM ' || " TRANSFORM " || ' ('"                           \
	" || concat_ws(', ', CASE WHEN x.trffromsql <> 0 THEN"                     \
	"  'FROM SQL WITH FUNCTION ' || x.trffromsql::regprocedure END,"           \
	"  CASE WHEN x.trftosql <> 0 THEN"                                         \
	"  'TO SQL WITH FUNCTION ' || x.trftosql::regprocedure END) || ')', NULL"  \
	" FROM pg_transform x JOIN pg_language l ON l.oid = x.trflang"             \
	" JOIN pg_type t ON t.oid = x.trftype"                                     \
	" WHERE t.typnamespace = ANY ($1::oid[])"

#define CONVERSIONS                                                                                         \
	"SELECT c.oid, c.connamespace, 'conversion',"                                                           \
	" c.conname, " NAMED(                                                                                   \
		"s.nspname",                                                                                        \
		"c.conname") ","                                                                                    \
					 " 'CREATE ' || CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END"                     \
					 " || 'CONVERSION ' || " NAMED(                                                         \
						 "s.nspname",                                                                       \
						 "c.conname") " || ' FOR '"                                                         \
									  " || quote_literal(pg_encoding_to_char(c.conforencoding)) || ' TO '"  \
									  " || quote_literal(pg_encoding_to_char(c.contoencoding)) || ' FROM '" \
									  " || c.conproc, NULL FROM pg_conversion c"                            \
									  " JOIN pg_namespace s ON s.oid = c.connamespace"                      \
									  " JOIN unnest($1::oid[]) n ON s.oid = n"

/* ---- text search ------------------------------------------------------------- */

#define PARSERS                                                                                                                 \
	"SELECT p.oid, p.prsnamespace,"                                                                                             \
	" 'text search parser', p.prsname," NAMED(                                                                                  \
		"s.nspname",                                                                                                            \
		"p.prsname") ","                                                                                                        \
					 " 'CREATE TEXT SEARCH PARSER ' || " NAMED(                                                                 \
						 "s.nspname",                                                                                           \
						 "p.prsname") " || ' (START = ' || p.prsstart || ', GETTOKEN = ' || p.prstoken"                         \
									  " || ', END = ' || p.prsend" ANY_OPTION(                                                  \
										  "HEADLINE",                                                                           \
										  "p.prsheadline") " || ', LEXTYPES = ' || p.prslextype || ')', NULL"                   \
														   " FROM pg_ts_parser p JOIN pg_namespace s ON s.oid = p.prsnamespace" \
														   " JOIN unnest($1::oid[]) n ON s.oid = n"

#define TEMPLATES                                                                                                                    \
	"SELECT t.oid, t.tmplnamespace,"                                                                                                 \
	" 'text search template', t.tmplname," NAMED("s.nspname", "t.tmplname") ", 'CREATE TEXT SEARCH TEMPLATE ' || " NAMED(            \
		"s.nspname",                                                                                                                 \
		"t.tmplname") " || ' (LEXIZE = ' || t.tmpllexize" ANY_OPTION("INIT",                                                         \
																	 "t.tmplinit") " || ')', NULL FROM pg_ts_template t"             \
																				   " JOIN pg_namespace s ON s.oid = t.tmplnamespace" \
																				   " JOIN unnest($1::oid[]) n ON s.oid = n"

#define DICTIONARIES                                                                                                                    \
	"SELECT d.oid, d.dictnamespace,"                                                                                                    \
	" 'text search dictionary', d.dictname," NAMED("s.nspname", "d.dictname") ", 'CREATE TEXT SEARCH DICTIONARY ' || " NAMED(           \
		"s.nspname",                                                                                                                    \
		"d.dictname") " || ' (TEMPLATE = ' || " NAMED("ts.nspname",                                                                     \
													  "t.tmplname") " || coalesce(', ' || d.dictinitoption, '') || ')', NULL"           \
																	" FROM pg_ts_dict d JOIN pg_namespace s ON s.oid = d.dictnamespace" \
																	" JOIN unnest($1::oid[]) n ON s.oid = n"                            \
																	" JOIN pg_ts_template t ON t.oid = d.dicttemplate"                  \
																	" JOIN pg_namespace ts ON ts.oid = t.tmplnamespace"

/* The mappings are statements behind the first one. */
#define MAPPINGS                                                                           \
	"(SELECT string_agg(';\nALTER TEXT SEARCH CONFIGURATION ' || " NAMED(                  \
		"s.nspname",                                                                       \
		"c.cfgname") " || ' ADD MAPPING FOR '"                                             \
					 " || quote_ident(k.alias) || ' WITH ' || m.dictionaries, ''"          \
					 " ORDER BY k.alias)"                                                  \
					 " FROM (SELECT m.maptokentype, string_agg(" NAMED(                    \
						 "ds.nspname",                                                     \
						 "d.dictname") ", ', ' ORDER BY m.mapseqno)"                       \
									   " dictionaries FROM pg_ts_config_map m"             \
									   " JOIN pg_ts_dict d ON d.oid = m.mapdict"           \
									   " JOIN pg_namespace ds ON ds.oid = d.dictnamespace" \
									   " WHERE m.mapcfg = c.oid GROUP BY 1) m"             \
									   " JOIN ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype)"

#define CONFIGURATIONS                                                                                                               \
	"SELECT c.oid, c.cfgnamespace,"                                                                                                  \
	" 'text search configuration', c.cfgname," NAMED("s.nspname", "c.cfgname") ", 'CREATE TEXT SEARCH CONFIGURATION ' || " NAMED(    \
		"s.nspname",                                                                                                                 \
		"c.cfgname") " || ' (PARSER = ' || " NAMED("ps.nspname",                                                                     \
												   "p.prsname") " || ')' || coalesce(" MAPPINGS                                      \
																", ''), NULL"                                                        \
																" FROM pg_ts_config c JOIN pg_namespace s ON s.oid = c.cfgnamespace" \
																" JOIN unnest($1::oid[]) n ON s.oid = n"                             \
																" JOIN pg_ts_parser p ON p.oid = c.cfgparser"                        \
																" JOIN pg_namespace ps ON ps.oid = p.prsnamespace"

/* ---- what is in no schema ------------------------------------------------------ */

#define GENERIC_OPTIONS(options)                                               \
	"(SELECT string_agg(quote_ident(o.option_name) || ' '"                     \
	" || quote_literal(o.option_value), ', ' ORDER BY o.option_name)"          \
	" FROM pg_options_to_table(" options ") o)"

/* What has been set aside, or came with the database, doesn't count. */
#define OURS(oid, name) oid " >= 16384 AND " name " !~ '^" MIGR_ASIDE "'"

#define WRAPPERS                                                               \
	"SELECT w.oid, 0,"                                                         \
	" 'foreign data wrapper', w.fdwname, quote_ident(w.fdwname),"              \
	" 'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)"                \
	" || CASE w.fdwhandler WHEN 0 THEN '' ELSE ' HANDLER ' ||"                 \
	"  w.fdwhandler::regproc END"                                              \
	" || CASE w.fdwvalidator WHEN 0 THEN '' ELSE ' VALIDATOR ' ||"             \
	"  w.fdwvalidator::regproc END, " GENERIC_OPTIONS(                         \
		"w.fdwoptions") " FROM pg_foreign_data_wrapper w WHERE " OURS("w.oid", \
																	  "w.fdwname")

#define SERVERS                                                                 \
	"SELECT v.oid, 0, 'server', v.srvname,"                                     \
	" quote_ident(v.srvname), 'CREATE SERVER ' || quote_ident(v.srvname)"       \
	" || coalesce(' TYPE ' || quote_literal(v.srvtype), '')"                    \
	" || coalesce(' VERSION ' || quote_literal(v.srvversion), '')"              \
	" || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname), " GENERIC_OPTIONS( \
		"v.srvoptions") " FROM pg_foreign_server v"                             \
						" JOIN pg_foreign_data_wrapper w ON w.oid = v.srvfdw"   \
						" WHERE " OURS("v.oid", "v.srvname")

/* The view shows the options to whom they belong. */
#define MAPPING                                                                \
	"'FOR ' || CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename)" \
	" END || ' SERVER ' || quote_ident(m.srvname)"

#define USER_MAPPINGS                                                          \
	"SELECT m.umid, 0, 'user mapping', " MAPPING ", " MAPPING                  \
	", 'CREATE USER MAPPING ' || " MAPPING                                     \
	", " GENERIC_OPTIONS("m.umoptions") " FROM pg_user_mappings m"             \
										" WHERE " OURS("m.umid", "m.srvname")

#define METHODS                                                                \
	"SELECT a.oid, 0, 'access method', a.amname,"                              \
	" quote_ident(a.amname), 'CREATE ACCESS METHOD ' || quote_ident(a.amname)" \
	" || ' TYPE ' || CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END"     \
	" || ' HANDLER ' || a.amhandler, NULL"                                     \
	" FROM pg_am a WHERE " OURS("a.oid", "a.amname")

#define LANGUAGES                                                              \
	"SELECT l.oid, 0, 'language', l.lanname,"                                  \
	" quote_ident(l.lanname), 'CREATE ' || CASE WHEN l.lanpltrusted"           \
	" THEN 'TRUSTED ' ELSE '' END || 'LANGUAGE ' || quote_ident(l.lanname)"    \
	" || ' HANDLER ' || l.lanplcallfoid::regproc"                              \
	" || CASE l.laninline WHEN 0 THEN '' ELSE ' INLINE ' ||"                   \
	"  l.laninline::regproc END"                                               \
	" || CASE l.lanvalidator WHEN 0 THEN '' ELSE ' VALIDATOR ' ||"             \
	"  l.lanvalidator::regproc END, NULL"                                      \
	" FROM pg_language l WHERE l.lanplcallfoid <> 0 AND " OURS("l.oid",        \
															   "l.lanname")

/* ---- base types ------------------------------------------------------------------ */

/* The server makes the array types, and nobody else's are read like that. */
#define NO_ARRAY "t.typinput <> 'array_in'::regproc"

/* One that has but its name is a shell.  An element's type says how it is
 * subscripted, if nothing else does. */
#define BASE_TYPES                                                                                                   \
	"SELECT t.oid, t.typnamespace, 'type', t.typname," NAMED("s.nspname", "t.typname") ", 'CREATE TYPE ' || " NAMED( \
		"s.nspname",                                                                                                 \
		"t.typname") " || CASE WHEN t.typtype = 'b' THEN ' (INPUT = ' || t.typinput"                                 \
					 " || ', OUTPUT = ' || t.typoutput" ANY_OPTION(                                                  \
						 "RECEIVE", "t.typreceive")                                                                  \
						 ANY_OPTION("SEND", "t.typsend")                                                             \
							 ANY_OPTION("TYPMOD_IN", "t.typmodin")                                                   \
								 ANY_OPTION("TYPMOD_OUT", "t.typmodout")                                             \
									 ANY_OPTION("ANALYZE", "t.typanalyze")                                           \
										 MIGR_SUBSCRIPT                                                              \
		" || ', INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE'"                                         \
		"  ELSE t.typlen::text END"                                                                                  \
		" || CASE WHEN t.typbyval THEN ', PASSEDBYVALUE' ELSE '' END"                                                \
		" || ', ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char'"                                               \
		"  WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END"                                              \
		" || ', STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain'"                                              \
		"  WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' ELSE 'main' END"                                        \
		" || CASE t.typcategory WHEN 'U' THEN '' ELSE ', CATEGORY = ' ||"                                            \
		"  quote_literal(t.typcategory::text) END"                                                                   \
		" || CASE WHEN t.typispreferred THEN ', PREFERRED = true' ELSE '' END"                                       \
		" || coalesce(', DEFAULT = ' || quote_literal(t.typdefault), '')"                                            \
		" || CASE t.typelem WHEN 0 THEN '' ELSE ', ELEMENT = ' ||"                                                   \
		"  format_type(t.typelem, NULL) END"                                                                         \
		" || CASE t.typdelim WHEN ',' THEN '' ELSE ', DELIMITER = ' ||"                                              \
		"  quote_literal(t.typdelim::text) END"                                                                      \
		" || CASE t.typcollation WHEN 0 THEN '' ELSE ', COLLATABLE = true' END"                                      \
		" || ')' ELSE '' END, NULL"                                                                                  \
		" FROM pg_type t JOIN pg_namespace s ON s.oid = t.typnamespace"                                              \
		" JOIN unnest($1::oid[]) n ON s.oid = n"                                                                     \
		" WHERE t.typtype IN ('b', 'p') AND " NO_ARRAY

/* The functions without which there is no type, and which are none without it:
 * oid, type, and the one that reads it. */
#define TYPE_FUNCTIONS                                                         \
	"SELECT p.oid, t.oid, t.typinput::oid"                                     \
	" FROM pg_type t JOIN unnest($1::oid[]) n ON t.typnamespace = n"           \
	" JOIN pg_proc p ON p.oid IN (t.typinput, t.typoutput, t.typreceive,"      \
	"  t.typsend) WHERE t.typtype = 'b' AND " NO_ARRAY

/* ---- all of them ----------------------------------------------------------------- */

/* A class and its family have one name: so the word is a part of it. */
#define OTHER(query)                                                           \
	"SELECT oid, schema, word::text, word || ' ' || name, sql::text,"          \
	" statement::text, options::text FROM (" query                             \
	") other(oid, schema, word, name, sql, statement, options)"                \
	" ORDER BY oid"

/* Where they are, and what says them. */
typedef struct Other
{
	Oid catalog;
	Oid order; /* its index of oids */
	const char *sql;
} Other;

static const Other others[] = {
	{OperatorRelationId, OperatorOidIndexId, OTHER(OPERATORS)},
	{OperatorFamilyRelationId, OpfamilyOidIndexId, OTHER(FAMILIES)},
	{OperatorClassRelationId, OpclassOidIndexId, OTHER(CLASSES)},
	{CastRelationId, CastOidIndexId, OTHER(CASTS)},
	{TransformRelationId, TransformOidIndexId, OTHER(TRANSFORMS)},
	{ConversionRelationId, ConversionOidIndexId, OTHER(CONVERSIONS)},
	{TSParserRelationId, TSParserOidIndexId, OTHER(PARSERS)},
	{TSTemplateRelationId, TSTemplateOidIndexId, OTHER(TEMPLATES)},
	{TSDictionaryRelationId, TSDictionaryOidIndexId, OTHER(DICTIONARIES)},
	{TSConfigRelationId, TSConfigOidIndexId, OTHER(CONFIGURATIONS)},
	{ForeignDataWrapperRelationId, ForeignDataWrapperOidIndexId,
	 OTHER(WRAPPERS)},
	{ForeignServerRelationId, ForeignServerOidIndexId, OTHER(SERVERS)},
	{UserMappingRelationId, UserMappingOidIndexId, OTHER(USER_MAPPINGS)},
	{AccessMethodRelationId, AmOidIndexId, OTHER(METHODS)},
	{LanguageRelationId, LanguageOidIndexId, OTHER(LANGUAGES)},
	{TypeRelationId, TypeOidIndexId, OTHER(BASE_TYPES)},
};

/* Is there anything that didn't come with the server?  Mostly not, and to plan
 * the query would take longer. */
static bool
has_own(const Other *other)
{
	Relation rel = table_open(other->catalog, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	bool found;

	/* in all of these the oid is the first column */
	ScanKeyInit(&key, 1, BTGreaterEqualStrategyNumber, F_OIDGE,
				ObjectIdGetDatum(FirstNormalObjectId));
	scan = systable_beginscan(rel, other->order, true, NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/* Is it in no schema, and of nothing that is in one? */
static bool
is_everywhere(Oid catalog)
{
	switch (catalog)
	{
		case ForeignServerRelationId:
		case ForeignDataWrapperRelationId:
		case UserMappingRelationId:
		case AccessMethodRelationId:
		case LanguageRelationId:
			return true;
		default:
			return false;
	}
}

/* Note which functions come and go with a base type. */
static void
read_type_functions(MigrCatalog *cat)
{
	MigrRows rows;

	migr_catalog_query(cat, TYPE_FUNCTIONS, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		MigrObject *function = migr_catalog_parent(
			cat, ProcedureRelationId, migr_catalog_oid(&rows, i, 0));
		MigrObject *type = migr_catalog_parent(cat, TypeRelationId,
											   migr_catalog_oid(&rows, i, 1));
		MigrObject *reader = migr_catalog_parent(cat, ProcedureRelationId,
												 migr_catalog_oid(&rows, i, 2));

		if (function == NULL || function->kind != MIGR_FUNCTION || type == NULL)
			continue;
		migr_object_set(function, MIGR_FUNCTION_OF_TYPE, type->sql);
		/* that one makes the name known */
		if (reader != NULL && reader != function)
			migr_object_need(cat->ctx, function, reader);
	}
}

/* Read those of a catalog; are there any? */
static bool
read_other(MigrCatalog *cat, const Other *other)
{
	MigrRows rows;
	bool any = false;

	migr_catalog_query(cat, other->sql, &rows);
	for (int i = 0; i < rows.count; i++)
	{
		MigrObject *object = migr_catalog_add(
			cat, MIGR_OTHER, other->catalog, migr_catalog_oid(&rows, i, 0),
			migr_catalog_oid(&rows, i, 1), migr_catalog_text(&rows, i, 3),
			migr_catalog_text(&rows, i, 4), NULL);

		if (object == NULL)
			continue;
		any = true;
		migr_object_set(object, MIGR_OTHER_WORD,
						migr_catalog_text(&rows, i, 2));
		migr_object_set(object, MIGR_OTHER_DEFINITION,
						migr_catalog_text(&rows, i, 5));
		migr_object_set(object, MIGR_OTHER_OPTIONS,
						migr_catalog_text(&rows, i, 6));
	}
	return any;
}

void
migr_catalog_read_others(MigrCatalog *cat)
{
	bool types = false;

	for (size_t i = 0; i < lengthof(others); i++)
	{
		const Other *other = &others[i];

		/* those of a database are compared with it as a whole */
		if ((cat->scope->all_schemas || !is_everywhere(other->catalog)) &&
			has_own(other) && read_other(cat, other))
			types |= other->catalog == TypeRelationId;
	}
	if (types)
		read_type_functions(cat);
}
