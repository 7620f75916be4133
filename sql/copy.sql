-- What pg_dump writes is a revision: rows of COPY, \restrict lines.
CREATE SCHEMA copy;
SET search_path = copy, public;
SET migrate.name = 'copy';
SELECT * FROM migrate_load($script$
-- migrate:revision a1
-- migrate:upgrade
\restrict X6sM5RKFTsDyvNh1
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE copy.job (id integer NOT NULL, name text, n int GENERATED ALWAYS AS (id * 2) STORED);
COPY copy.job (id, name) FROM stdin;
1	a;b
2	\N
3	it's -- a 'quote /* and a $$
4	back\\slash\ttab
\.


COPY copy.job (id, name) FROM stdin WITH (FORMAT csv, HEADER);
id,name
5,"quoted, ; \."
\.
COPY copy.job (id) FROM stdin;
\.
ALTER TABLE ONLY copy.job ADD CONSTRAINT job_pkey PRIMARY KEY (id);
\unrestrict X6sM5RKFTsDyvNh1
-- migrate:downgrade
DROP TABLE copy.job;
$script$);
SELECT * FROM migrate_upgrade('head');
SELECT * FROM job ORDER BY id;
SHOW search_path;
SELECT statements FROM migrate_log();

-- what goes wrong in it
CREATE PROCEDURE try_copy(body text) LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM migrate.script WHERE revision = 'bad';
	PERFORM migrate_load(E'-- migrate:revision bad\n-- migrate:revises a1\n-- migrate:upgrade\n' || body);
END;
$$;
CALL try_copy(E'COPY job (id) FROM stdin;\n7\n\nx\n\\.\n');
SELECT * FROM migrate_upgrade('head');
CALL try_copy(E'COPY job (id, nosuch) FROM stdin;\n7\n\\.\n');
SELECT * FROM migrate_upgrade('head');
CALL try_copy(E'COPY nosuch FROM stdin;\n7\n\\.\n');
SELECT * FROM migrate_upgrade('head');
CALL try_copy(E'COPY job (id) FROM stdin WHERE id > 7;\n7\n\\.\n');
SELECT * FROM migrate_upgrade('head');
CALL try_copy(E'SELECT 1;\n\\.\n');
SELECT * FROM migrate_upgrade('head');
CALL try_copy(E'COPY job (id) FROM stdin;\n8\n\\.\nSELECT\n  FORM job;\n');
SELECT * FROM migrate_upgrade('head');
CALL try_copy(E'COPY job (id) FROM stdin; SELECT 1;\n8\n\\.\n');
SELECT * FROM migrate_upgrade('head');
CALL try_copy(E'COPY job (id) FROM stdin -- ;\n ;-- rows\n8\n\\.\nSELECT 1/0');
SELECT * FROM migrate_upgrade('head');
-- the right to insert, and row security
CREATE ROLE regress_migrate_copy;
GRANT USAGE ON SCHEMA copy TO regress_migrate_copy;
GRANT SELECT, INSERT (name) ON job TO regress_migrate_copy;
CALL try_copy(E'SET ROLE regress_migrate_copy;\nCOPY job (id) FROM stdin;\n8\n\\.\n');
SELECT * FROM migrate_upgrade('head');
GRANT INSERT (id) ON job TO regress_migrate_copy;
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_stamp('a1');
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
SELECT * FROM migrate_upgrade('head');
ALTER TABLE job DISABLE ROW LEVEL SECURITY;
-- rows end where the text ends
CALL try_copy(E'COPY job (id) FROM stdin;\n9\n10');
SELECT * FROM migrate_upgrade('head');
SELECT id FROM job WHERE id > 5 ORDER BY id;
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA copy CASCADE;
DROP ROLE regress_migrate_copy;
