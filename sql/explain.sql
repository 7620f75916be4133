-- migrate_explain(): what pending revisions lock, rewrite and touch, and who would
-- wait for it.
CREATE ROLE regress_migrate_explainer;
CREATE DATABASE regress_migrate_explain;
SELECT current_database() AS home \gset
\c regress_migrate_explain
SET client_min_messages = error;
CREATE EXTENSION migrate;
SELECT * FROM migrate_explain();
CREATE TABLE owner (id int PRIMARY KEY, name text);
INSERT INTO owner SELECT g, 'o' FROM generate_series(1, 10) g;
CREATE TABLE big (id int PRIMARY KEY, owner int, name text, pad text);
INSERT INTO big SELECT g, g % 10 + 1, 'n' || g, repeat('x', 1000) FROM generate_series(1, 12000) g;
CREATE INDEX big_owner ON big (owner);
CREATE TABLE "Other Table" (LIKE big);
CREATE SCHEMA aside;
CREATE TABLE aside.small (id int PRIMARY KEY, parent int REFERENCES owner ON DELETE CASCADE);
INSERT INTO aside.small VALUES (1, 1), (2, 1), (3, 2);
CREATE VIEW small AS SELECT * FROM aside.small;
CREATE MATERIALIZED VIEW seen AS SELECT pad FROM big;
-- each of the scripts as a revision of its own, on nothing
CREATE FUNCTION explain(script text) RETURNS TABLE (line bigint, statement text, locks text, rewritten text, rows bigint, warning text)
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM migrate.script;
	PERFORM migrate_load(E'-- migrate:revision r1\n-- migrate:upgrade\n' || script);
	RETURN QUERY SELECT e.line, e.statement, e.locks, e.rewritten, e.rows, e.warning FROM migrate_explain() e;
END $$;
\x on
\pset null '~'
-- locks: by strength, then by name; what is taken more; small tables are nobody's
-- trouble
SELECT * FROM explain('
SELECT count(*) FROM small;
UPDATE aside.small SET id = id + 10 WHERE id > 1;
DELETE FROM owner WHERE id = 1;
ALTER TABLE owner ADD COLUMN extra text NOT NULL DEFAULT ''x'';
ALTER TABLE owner ALTER COLUMN id TYPE bigint;
CREATE TABLE fresh AS SELECT * FROM owner;
INSERT INTO fresh (id) VALUES (20), (21);
ALTER TABLE fresh ALTER COLUMN id TYPE text;
ALTER TABLE "Other Table" RENAME TO other;
ALTER TABLE other RENAME COLUMN id TO number;
INSERT INTO other (number) SELECT id FROM big;
TRUNCATE other;
CREATE TEMP TABLE mine AS SELECT 1 AS i;
COPY mine FROM stdin;
2
3
\.
DROP TABLE other;
DO ''BEGIN DELETE FROM aside.small; INSERT INTO aside.small VALUES (1), (2); END'';
REINDEX TABLE aside.small;
');
-- what has to look at all rows, and what to do instead
SELECT line, locks, rewritten, rows, warning FROM explain('CREATE INDEX big_name ON big (name);');
SELECT line, locks, rewritten, rows, warning FROM explain('CREATE /* an index */ UNIQUE INDEX ON big (id);');
SELECT line, locks, rewritten, rows, warning FROM explain('DROP INDEX big_owner;');
SELECT line, locks, rewritten, rows, warning FROM explain('REINDEX TABLE big;');
SELECT line, locks, rewritten, rows, warning FROM explain('REINDEX INDEX big_owner;');
SELECT line, locks, rewritten, rows, warning FROM explain('REFRESH MATERIALIZED VIEW seen;');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big ADD FOREIGN KEY (owner) REFERENCES owner;');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big ADD CONSTRAINT named CHECK (id > 0);');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big ALTER COLUMN name SET NOT NULL;');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE public.big ADD UNIQUE (name, owner);');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big DROP CONSTRAINT big_pkey, ADD PRIMARY KEY (id);');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big ALTER COLUMN id TYPE bigint;');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big ADD COLUMN token float DEFAULT random();');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big ADD COLUMN more int CHECK (more > id);');
SELECT line, locks, rewritten, rows, warning FROM explain('ALTER TABLE big SET UNLOGGED;');
SELECT line, locks, rewritten, rows, warning FROM explain('CLUSTER big USING big_pkey;');
SELECT line, locks, rewritten, rows, warning FROM explain('LOCK TABLE big;');
SELECT line, locks, rewritten, rows, warning FROM explain('UPDATE big SET owner = 1;');
SELECT line, locks, rewritten, rows, warning FROM explain('DO ''BEGIN DELETE FROM big; END'';');
-- a lock that an earlier statement has taken
SELECT line, locks, rows, warning FROM explain('
ALTER TABLE big ADD COLUMN plain int;
UPDATE big SET plain = 1;
ALTER TABLE big ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
ALTER TABLE big VALIDATE CONSTRAINT later;
SELECT count(*) FROM big;
SELECT 1 FROM big LIMIT 1;
');
-- what keeps nobody waiting for long
SELECT DISTINCT warning FROM explain('
ALTER TABLE big ADD COLUMN plain int DEFAULT 5;
ALTER TABLE big ALTER COLUMN id SET NOT NULL;
ALTER TABLE big ALTER COLUMN name TYPE varchar;
ALTER TABLE big ADD CONSTRAINT later CHECK (name IS NOT NULL) NOT VALID;
ALTER TABLE big ADD FOREIGN KEY (owner) REFERENCES owner NOT VALID;
ALTER TABLE big DROP COLUMN pad CASCADE;
ALTER TABLE big RENAME TO large;
INSERT INTO large (id, name) VALUES (-1, ''one'');
UPDATE large SET owner = 2 WHERE id = 1;
DELETE FROM large WHERE id = 2;
CREATE TABLE as_big AS SELECT * FROM "Other Table";
CREATE INDEX ON as_big (id);
TRUNCATE large;
DROP TABLE large;
');
-- partitions
CREATE TABLE parted (id int, name text) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100000);
CREATE TABLE parted_2 (id int, name text);
INSERT INTO parted SELECT id, pad FROM big;
INSERT INTO parted_2 SELECT id + 100000, pad FROM big;
SELECT line, locks, rewritten, warning FROM explain('CREATE INDEX ON parted (id);');
SELECT line, locks, rewritten, warning FROM explain('ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (100000) TO (200000);');
ALTER TABLE parted_2 ADD CHECK (id IS NOT NULL AND id >= 100000 AND id < 200000);
SELECT line, locks, rewritten, warning FROM explain('ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (100000) TO (200000);');
-- what fails, and what can't be tried
SELECT * FROM explain('
INSERT INTO owner VALUES (11, ''new'');
INSERT INTO owner VALUES (1, ''one'');
SELECT 1;');
SELECT * FROM explain('
INSERT INTO owner VALUES (11, ''new'');
-- migrate:upgrade autocommit
SET lock_timeout = 0;
VACUUM owner;
-- migrate:upgrade
SELECT 1;');
SELECT * FROM explain('
SET LOCAL search_path = aside;
CREATE TABLE nowhere (i int);
SELECT none_such;');
SHOW search_path;
SELECT to_regclass('aside.nowhere');
-- the rows, up to a revision
\x off
DELETE FROM migrate.script;
SELECT * FROM migrate_load('
-- migrate:revision r1
-- migrate:upgrade
CREATE TABLE one (i int);
-- migrate:revision r2
-- migrate:revises r1
-- migrate:upgrade
ALTER TABLE one ADD COLUMN j int;
SELECT 1;
-- migrate:revision r3
-- migrate:revises r2
-- migrate:upgrade
SELECT j FROM one;
');
SELECT revision, statement, line, elapsed_ms >= 0 AS took, locks, rewritten, rows, warning FROM migrate_explain('r2');
SELECT revision, statement FROM migrate_explain();
SELECT revision, statement FROM migrate_explain('+1');
SELECT * FROM migrate_explain('r9');
SELECT * FROM migrate_explain('r1:r2');
SELECT * FROM migrate_upgrade('r2');
SELECT revision, statement, warning FROM migrate_explain();
-- nothing is left, and in a transaction it is the same
BEGIN;
INSERT INTO owner VALUES (30);
SELECT revision, statement, warning FROM migrate_explain();
SELECT count(*) FROM owner;
COMMIT;
SELECT * FROM migrate_current();
SELECT count(*) FROM migrate.log;
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation >= 16384;
-- where nothing may be written
BEGIN READ ONLY;
SELECT * FROM migrate_explain();
ROLLBACK;
-- a cancelled call is no row
SELECT * FROM migrate_load('
-- migrate:revision r4
-- migrate:revises r3
-- migrate:upgrade
CREATE TABLE left_over (i int);
SELECT pg_sleep(600);
');
SET statement_timeout = '200ms';
SELECT * FROM migrate_explain();
RESET statement_timeout;
SELECT to_regclass('left_over');
DELETE FROM migrate.script WHERE revision = 'r4';
-- with the caller's rights
GRANT USAGE ON SCHEMA migrate TO regress_migrate_explainer;
GRANT SELECT ON ALL TABLES IN SCHEMA migrate TO regress_migrate_explainer;
GRANT SELECT ON alembic_version TO regress_migrate_explainer;
SET ROLE regress_migrate_explainer;
SELECT revision, statement, warning FROM migrate_explain();
RESET ROLE;
GRANT SELECT ON one TO regress_migrate_explainer;
SET ROLE regress_migrate_explainer;
SELECT revision, statement, warning FROM migrate_explain();
RESET ROLE;
\c :home
DROP DATABASE regress_migrate_explain;
DROP ROLE regress_migrate_explainer;
