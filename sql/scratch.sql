-- The place where models are built: what it is like, who may make one, what must
-- not stand in a model, and that nothing of it stays.
CREATE ROLE regress_migrate_maker;
CREATE ROLE regress_migrate_other;
CREATE DATABASE regress_migrate_scratch OWNER regress_migrate_maker;
SELECT current_database() AS home \gset
\c regress_migrate_scratch
ALTER SCHEMA public OWNER TO regress_migrate_maker;
SET SESSION AUTHORIZATION regress_migrate_maker;
CREATE EXTENSION migrate;
CREATE EXTENSION hstore;
CREATE TABLE tag (id integer PRIMARY KEY, h hstore, g public.hstore);
CREATE INDEX tag_h ON tag USING gist (h);
CREATE FUNCTION first_of(hstore) RETURNS text LANGUAGE sql AS 'SELECT (public.akeys($1))[1]';
CREATE VIEW keys AS SELECT h -> 'a' AS a, first_of(g) AS first FROM public.tag;
-- extensions go with the schema's name; a dump's own lines are no harm
SELECT * FROM migrate_model($$
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA public;
CREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;
COMMENT ON EXTENSION hstore IS 'data type for storing sets of (key, value) pairs';
CREATE TABLE public.tag (id integer PRIMARY KEY, h public.hstore, g public.hstore);
CREATE INDEX tag_h ON public.tag USING gist (h);
CREATE FUNCTION public.first_of(public.hstore) RETURNS text LANGUAGE sql AS 'SELECT (public.akeys($1))[1]';
CREATE VIEW public.keys AS SELECT h OPERATOR(public.->) 'a' AS a, public.first_of(g) AS first FROM public.tag;
INSERT INTO public.tag VALUES (1, 'a=>1', 'b=>2');
$$);
SELECT * FROM migrate_check();
SELECT count(*) FROM tag;
SHOW search_path;
-- an extension that isn't there is made for as long as it takes
SELECT * FROM migrate_model('CREATE EXTENSION hstore; CREATE EXTENSION citext; CREATE TABLE tag (id citext PRIMARY KEY, h hstore, g hstore)');
SELECT operation, object FROM migrate_check() ORDER BY 1, 2;
SELECT extname FROM pg_extension ORDER BY 1;
-- what reaches further than a rollback is refused; other errors say where
SELECT * FROM migrate_model(E'CREATE TABLE a ();\nCOPY a TO PROGRAM ''cat''');
SELECT * FROM migrate_check();
SELECT * FROM migrate_model(E'CREATE TABLE a ();\nNOTIFY a');
SELECT * FROM migrate_check();
SELECT * FROM migrate_model(E'CREATE TABLE a ();\nSELECT lo_export(1, ''/tmp/x'')');
SELECT * FROM migrate_check();
SELECT * FROM migrate_model(E'CREATE TABLE a ();\nLOAD ''plpgsql''');
SELECT * FROM migrate_check();
SELECT * FROM migrate_model(E'CREATE TABLE a ();\n\nCREATE TABLE b (x nothing)');
SELECT * FROM migrate_check();
SELECT * FROM migrate_model(E'CREATE TABLE a (x integer);\nDO $$ BEGIN PERFORM 1 / 0; END $$');
SELECT * FROM migrate_check();
-- a table that only the live schema has isn't found
SELECT * FROM migrate_model('CREATE VIEW keys AS SELECT id FROM tag');
SELECT * FROM migrate_check();
-- nothing that is live is lost
SELECT * FROM migrate_model('DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE tag (id integer)');
SELECT count(*) > 0 AS found FROM migrate_check();
SELECT count(*) FROM tag;
-- within a caller's own subtransaction, and where it fails
BEGIN;
INSERT INTO tag VALUES (1);
SAVEPOINT s;
SELECT * FROM migrate_model('CREATE TABLE t (x nothing)');
SELECT * FROM migrate_check();
ROLLBACK TO s;
SELECT count(*) FROM tag;
COMMIT;
-- who may; the kept facts are those with other settings
BEGIN READ ONLY;
SET LOCAL default_tablespace = pg_default;
SELECT * FROM migrate_check();
ROLLBACK;
RESET SESSION AUTHORIZATION;
GRANT USAGE ON SCHEMA migrate TO regress_migrate_other;
GRANT SELECT ON ALL TABLES IN SCHEMA migrate TO regress_migrate_other;
SET SESSION AUTHORIZATION regress_migrate_other;
SELECT * FROM migrate_check();
RESET SESSION AUTHORIZATION;
ALTER SCHEMA public OWNER TO regress_migrate_other;
SET SESSION AUTHORIZATION regress_migrate_other;
SELECT * FROM migrate_check();
RESET SESSION AUTHORIZATION;
CREATE ROLE regress_migrate_third;
GRANT USAGE ON SCHEMA migrate TO regress_migrate_third;
GRANT SELECT ON ALL TABLES IN SCHEMA migrate TO regress_migrate_third;
SET SESSION AUTHORIZATION regress_migrate_third;
SELECT * FROM migrate_check();
\c :home
DROP DATABASE regress_migrate_scratch;
DROP ROLE regress_migrate_maker;
DROP ROLE regress_migrate_other;
DROP ROLE regress_migrate_third;
