-- What clients run is recorded.  (The log is the database's: it begins anew here.)
CREATE SCHEMA capture;
SET search_path = capture, public;
CREATE FUNCTION recorded(OUT kind text, OUT text text) RETURNS SETOF record LANGUAGE sql STABLE AS $$
	SELECT m[1], m[2]
	FROM regexp_split_to_table(pg_read_file((SELECT 'pg_migrate/' || oid
			FROM pg_database WHERE datname = current_database())), chr(1)) part,
		regexp_match(part, '^\S+ (\S+) \d+\n(.*)\n$') m WHERE part <> '';
$$;
SELECT migrate_config('capture', NULL);
SELECT migrate_config('capture', 'maybe');
SET migrate.capture = 'maybe';
CREATE TABLE before (i int);
SET migrate.capture = on;
-- on its own
CREATE TABLE a (i int, t text);
INSERT INTO a VALUES (1, 'one')   ;
UPDATE a SET t = 'ONE; "$1"' /* a comment in it */
WHERE i = 1;
TABLE a;
SELECT * FROM a FOR UPDATE;
WITH new AS (INSERT INTO a VALUES (2) RETURNING i) SELECT * FROM new;
INSERT INTO a VALUES (3, 'returned') RETURNING t;
-- in a transaction; those that only read leave nothing
BEGIN;
SELECT count(*) FROM a;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO a VALUES (10);
SAVEPOINT one;
INSERT INTO a VALUES (11);
INSERT INTO nosuch VALUES (1);
ROLLBACK TO one;
SAVEPOINT "Two";
RELEASE SAVEPOINT one;
COMMIT AND CHAIN;
INSERT INTO a VALUES (12);
ROLLBACK;
BEGIN;
DELETE FROM a WHERE i = 10;
SELECT 1 / 0;
COMMIT;
-- several at once are a transaction
INSERT INTO a VALUES (20) \; INSERT INTO a VALUES (21);
-- settings
SET LOCAL work_mem = '5MB';
SET DateStyle = 'SQL, DMY';
SET application_name = 'mine';
SET client_min_messages = notice;
RESET DateStyle;
SHOW search_path;
SELECT set_config('work_mem', '6MB', false);
SELECT current_setting('work_mem');
-- functions that change something
CREATE SEQUENCE s;
SELECT nextval('s'), random() < 2;
SELECT setval('s', 20);
SELECT lastval(), pg_try_advisory_xact_lock(1), pg_relation_size('a');
CREATE FUNCTION changes(i int) RETURNS int LANGUAGE plpgsql AS
	'DECLARE r record; BEGIN INSERT INTO a VALUES (i); FOR r IN INSERT INTO a VALUES (-i) RETURNING 1 LOOP END LOOP; RETURN i; END';
CREATE FUNCTION looks(i int) RETURNS int LANGUAGE sql STABLE AS 'SELECT i FROM a LIMIT 1';
SELECT changes(30), looks(1);
SELECT looks(1);
CREATE VIEW viewed AS SELECT changes(31);
TABLE viewed;
-- what runs inside isn't recorded twice
DO $$ BEGIN INSERT INTO a VALUES (40); EXECUTE 'CREATE TABLE made ()'; END $$;
CREATE PROCEDURE steps() LANGUAGE plpgsql AS
	'BEGIN INSERT INTO a VALUES (50); COMMIT; INSERT INTO a VALUES (51); END';
CALL steps();
CREATE TABLE log (i int);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
	'DECLARE r record; BEGIN INSERT INTO log VALUES (NEW.i); FOR r IN INSERT INTO log VALUES (-NEW.i) RETURNING 1 LOOP END LOOP; RETURN NEW; END';
CREATE TRIGGER noted AFTER INSERT ON a FOR EACH ROW WHEN (NEW.i = 60) EXECUTE FUNCTION note();
CREATE CONSTRAINT TRIGGER noted_late AFTER INSERT ON a INITIALLY DEFERRED
	FOR EACH ROW WHEN (NEW.i IN (61, 62)) EXECUTE FUNCTION note();
INSERT INTO a VALUES (60);
INSERT INTO a VALUES (61);
BEGIN;
INSERT INTO a VALUES (62);
COMMIT;
-- a statement that is refused when it commits
CREATE TABLE parent (i int PRIMARY KEY);
CREATE TABLE child (i int REFERENCES parent INITIALLY DEFERRED);
INSERT INTO child VALUES (1);
-- rules: once, and only itself
CREATE RULE more AS ON INSERT TO parent DO ALSO INSERT INTO log VALUES (NEW.i);
CREATE RULE more2 AS ON UPDATE TO parent DO ALSO NOTIFY more;
CREATE RULE other AS ON DELETE TO parent DO INSTEAD UPDATE parent SET i = -OLD.i WHERE i = OLD.i;
CREATE RULE more3 AS ON INSERT TO parent DO ALSO NOTIFY more;
INSERT INTO parent VALUES (1) \; INSERT INTO log VALUES (2);
UPDATE parent SET i = 2;
DELETE FROM parent;
\o /dev/null
EXPLAIN ANALYZE INSERT INTO log VALUES (3);
EXPLAIN INSERT INTO log VALUES (3);
-- so with what runs a query
EXPLAIN ANALYZE SELECT changes(32);
EXPLAIN ANALYZE SELECT looks(32);
EXPLAIN SELECT changes(33);
EXPLAIN (ANALYZE) WITH new AS (INSERT INTO a VALUES (34) RETURNING i) SELECT * FROM new;
EXPLAIN ANALYZE CREATE TABLE explained AS SELECT 1;
COPY (INSERT INTO a VALUES (35) RETURNING i) TO stdout;
COPY (SELECT looks(35)) TO stdout;
\o
BEGIN;
DECLARE acts CURSOR FOR SELECT changes(36);
DECLARE idle CURSOR FOR SELECT looks(36);
FETCH acts;
MOVE idle;
CLOSE acts;
DECLARE acts CURSOR FOR SELECT looks(37);
FETCH acts;
COMMIT;
-- prepared statements, with their values
PREPARE put (int, text, int[]) AS INSERT INTO a SELECT $1, $2 || '$1' || $$ $2 $$ || ($3)[1] || $3[2];
EXECUTE put(70, E'it''s \\ $1', '{1,2}');
EXECUTE put(71, NULL, ARRAY[looks(1), 2]);
DEALLOCATE put;
/* with a comment */ PREPARE put AS INSERT INTO a VALUES (72);
EXECUTE put;
CREATE TABLE copied AS SELECT * FROM a WITH NO DATA;
-- rows of a COPY
COPY a FROM stdin;
80	one \\ line
81	\N
\.
COPY a (i) FROM stdin (FORMAT csv);
82
\.
COPY a FROM stdin;
x	no number
\.
COPY a (i) TO stdout WITH (FORMAT csv);
-- outside of any transaction
CREATE INDEX CONCURRENTLY a_i ON a (i);
DROP INDEX CONCURRENTLY a_i;
VACUUM log;
-- ours
SELECT migrate_version();
SELECT count(*) FROM migrate_load(E'-- migrate:revision capture1\n-- migrate:upgrade\nCREATE TABLE of_ours ();\n-- migrate:downgrade\nDROP TABLE of_ours;\n');
SELECT count(*) FROM migrate_upgrade('capture1');
CALL migrate.downgrade('base');
CREATE EXTENSION migrate;
SET migrate.capture = off;
CREATE TABLE behind (i int);
SELECT kind, text FROM recorded();
-- for all sessions of the database
SELECT migrate_config('capture', NULL);
SELECT count(*) FROM recorded();
SELECT migrate_config('capture', 'on');
\c -
SET search_path = capture, public;
CREATE TABLE not_loaded ();
SELECT migrate_config('capture');
CREATE TABLE loaded ();
SELECT migrate_config('capture', 'off');
SELECT kind, text FROM recorded();
SELECT migrate_config('capture', NULL);
-- who may
CREATE ROLE regress_capture;
SET ROLE regress_capture;
SET migrate.capture = on;
SELECT public.migrate_config('capture', NULL);
RESET ROLE;
-- a rule that leaves nothing of one of several
SET migrate.capture = on;
DELETE FROM parent \; INSERT INTO log VALUES (3);
INSERT INTO log VALUES (4);
SET migrate.capture = off;
SELECT kind, text FROM recorded();
-- a value that can't be written any more
\c -
LOAD 'migrate';
SET search_path = capture, public;
SET migrate.capture = on;
CREATE TYPE passing AS ENUM ('one');
CREATE FUNCTION pass(text) RETURNS void LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (5); DROP TYPE passing; END';
PREPARE pass (passing) AS SELECT pass($1::text);
SET client_min_messages = error;
EXECUTE pass('one');
DROP FUNCTION pass;
RESET client_min_messages;
SET migrate.capture = off;
SELECT i FROM log WHERE i = 5;
SELECT kind, text FROM recorded() WHERE text ~ 'pass';
DROP ROLE regress_capture;
DELETE FROM migrate.script WHERE revision = 'capture1';
DELETE FROM migrate.log WHERE revision = 'capture1';
\set VERBOSITY terse
DROP TABLE alembic_version;
DROP SCHEMA capture CASCADE;
