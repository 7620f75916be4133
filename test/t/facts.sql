-- All that the catalogs hold of the extension migrate and its members, a line a
-- fact and no OIDs: for \i by psql -X -A -t.  Rows aren't looked at.
CREATE TEMP VIEW member AS
	SELECT classid, objid FROM pg_depend
	WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'migrate');
CREATE TEMP VIEW relation AS
	SELECT c.* FROM pg_class c JOIN member m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
	WHERE c.relkind <> 'i';
CREATE FUNCTION pg_temp.sorted(anyarray) RETURNS text LANGUAGE sql AS
	'SELECT string_agg(x::text, '' '' ORDER BY x::text) FROM unnest($1) x';

SELECT 'extension', extname, extversion, extowner::regrole, extnamespace::regnamespace, extrelocatable
	FROM pg_extension WHERE extname = 'migrate';
SELECT 'dumped', t.id::regclass, e.extcondition[t.n]
	FROM pg_extension e, unnest(e.extconfig) WITH ORDINALITY t (id, n)
	WHERE extname = 'migrate' ORDER BY 2;
SELECT 'member', i.type, i.identity, obj_description(m.objid, m.classid::regclass::name)
	FROM member m, pg_identify_object(m.classid, m.objid, 0) i ORDER BY 2, 3;
SELECT 'initial rights', i.type, i.identity, p.privtype, pg_temp.sorted(p.initprivs)
	FROM pg_init_privs p JOIN member m ON m.classid = p.classoid AND m.objid = p.objoid, pg_identify_object(p.classoid, p.objoid, p.objsubid) i
	ORDER BY 2, 3;
SELECT 'schema', nspname, nspowner::regrole, pg_temp.sorted(nspacl)
	FROM pg_namespace n JOIN member m ON m.classid = 'pg_namespace'::regclass AND m.objid = n.oid ORDER BY 2;
SELECT 'function', p.oid::regprocedure, proowner::regrole, pg_temp.sorted(proacl),
		replace(pg_get_functiondef(p.oid), E'\n', ' ')
	FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid ORDER BY 2;
SELECT 'relation', oid::regclass, relkind, relowner::regrole, pg_temp.sorted(relacl), relpersistence,
		relreplident, relrowsecurity, relforcerowsecurity, pg_temp.sorted(reloptions)
	FROM relation ORDER BY 2;
SELECT 'view', oid::regclass, replace(pg_get_viewdef(oid), E'\n', ' ') FROM relation WHERE relkind IN ('v', 'm') ORDER BY 2;
SELECT 'column', r.oid::regclass, row_number() OVER (PARTITION BY r.oid ORDER BY attnum), attname,
		format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attstorage, attcollation::regcollation,
		pg_get_expr(adbin, adrelid), pg_temp.sorted(attacl), col_description(r.oid, attnum)
	FROM relation r JOIN pg_attribute a ON attrelid = r.oid AND attnum > 0 AND NOT attisdropped
		LEFT JOIN pg_attrdef ON adrelid = r.oid AND adnum = attnum
	ORDER BY 2, 3;
SELECT 'constraint', r.oid::regclass, conname, pg_get_constraintdef(c.oid), convalidated, obj_description(c.oid, 'pg_constraint')
	FROM relation r JOIN pg_constraint c ON conrelid = r.oid ORDER BY 2, 3;
SELECT 'index', r.oid::regclass, pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident,
		obj_description(indexrelid, 'pg_class')
	FROM relation r JOIN pg_index ON indrelid = r.oid ORDER BY 2, 3;
SELECT 'trigger', r.oid::regclass, pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger')
	FROM relation r JOIN pg_trigger t ON tgrelid = r.oid ORDER BY 2, 3;
SELECT 'rule', r.oid::regclass, pg_get_ruledef(w.oid), ev_enabled
	FROM relation r JOIN pg_rewrite w ON ev_class = r.oid WHERE relkind NOT IN ('v', 'm') ORDER BY 2, 3;
SELECT 'policy', r.oid::regclass, polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
	FROM relation r JOIN pg_policy ON polrelid = r.oid ORDER BY 2, 3;
SELECT 'sequence', r.oid::regclass, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle,
		d.deptype, pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
	FROM relation r JOIN pg_sequence ON seqrelid = r.oid
		LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('i', 'a')
	ORDER BY 2;
