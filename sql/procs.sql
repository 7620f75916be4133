-- CALL: a commit after each revision, and sections outside of any transaction.
CREATE SCHEMA procs;
SET search_path = procs, public;
SET migrate.name = 'procs';
\set locks 'SELECT relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IN (''migrate.log''::regclass, ''migrate.script''::regclass);'
SELECT migrate_load($$
-- migrate:revision a1
-- migrate:message first
-- migrate:upgrade
CREATE TYPE state AS ENUM ('queued');
CREATE TABLE a (id int, state state, xact xid8 DEFAULT pg_current_xact_id());
INSERT INTO a VALUES (1, 'queued');
SET work_mem = '7MB';
-- migrate:downgrade
DROP TABLE a;
DROP TYPE state;
-- migrate:revision b1
-- migrate:revises a1
-- migrate:upgrade
ALTER TYPE state ADD VALUE 'running';
INSERT INTO a VALUES (2, NULL);
-- migrate:downgrade
DELETE FROM a WHERE id > 1;
-- migrate:revision c1
-- migrate:revises b1
-- migrate:upgrade
INSERT INTO a VALUES (3, 'running');
CREATE TABLE seen AS SELECT current_setting('search_path') AS path, current_setting('work_mem') AS work_mem,
	current_setting('application_name') <> application_name AS titled, application_name, query, migrate_tag() AS tag
FROM pg_stat_activity WHERE pid = pg_backend_pid();
-- migrate:downgrade
DROP TABLE seen;
-- migrate:revision d1
-- migrate:revises c1
-- migrate:upgrade
CREATE TABLE half ();
SELECT 1 / 0;
-- migrate:downgrade
DROP TABLE half;
$$);
-- what one transaction can't do, and what is done when a revision fails
CALL migrate.upgrade('a1');
SELECT * FROM migrate_upgrade('c1');
CALL migrate.upgrade('head', 'v1');
SELECT * FROM migrate_current();
SELECT to_regclass('half');
SELECT id, state, count(*) OVER (PARTITION BY xact) AS in_one FROM a ORDER BY id;
SELECT path, work_mem, titled, application_name, query, tag FROM seen;
SELECT revision, statements FROM migrate_log();
SHOW work_mem;
SELECT application_name = current_setting('application_name') AS own FROM pg_stat_activity WHERE pid = pg_backend_pid();
:locks
-- again: goes on from there
SELECT migrate_load($$
-- migrate:revision d1
-- migrate:revises c1
-- migrate:upgrade
CREATE TABLE half ();
-- migrate:downgrade
DROP TABLE half;
$$);
CALL migrate.upgrade(revision => 'head');
CALL migrate.upgrade('head');
CALL migrate.downgrade('-1');
CALL migrate.downgrade('base');
SELECT * FROM migrate_current();
:locks
-- arguments
CALL migrate.upgrade(NULL);
CALL migrate.upgrade('nosuch');
CALL migrate.downgrade('a1');
SELECT migrate.upgrade('head');

-- where no commit is possible
BEGIN;
CALL migrate.upgrade('head');
ROLLBACK;
SET work_mem = '4MB' \; CALL migrate.upgrade('head');
CREATE PROCEDURE up(target text) LANGUAGE plpgsql AS $$
BEGIN
	CREATE TABLE IF NOT EXISTS before_it ();
	CALL migrate.upgrade(target);
END;
$$;
CREATE PROCEDURE up_set(target text) LANGUAGE plpgsql SET work_mem = '5MB' AS 'BEGIN CALL migrate.upgrade(target); END';
CREATE PROCEDURE up_sql(target text) LANGUAGE sql AS 'CALL migrate.upgrade(target)';
CREATE FUNCTION up_function(target text) RETURNS int LANGUAGE plpgsql AS 'BEGIN CALL migrate.upgrade(target); RETURN 1; END';
\set VERBOSITY terse
BEGIN;
CALL up('head');
ROLLBACK;
CALL up_set('head');
CALL up_sql('head');
SELECT up_function('head');
DO $$ BEGIN PERFORM up_function('head'); END $$;
DO $$
BEGIN
	CALL migrate.upgrade('head');
EXCEPTION WHEN division_by_zero THEN
	NULL;
END;
$$;
SET default_transaction_read_only = on;
CALL migrate.upgrade('head');
RESET default_transaction_read_only;
\set VERBOSITY default
SELECT * FROM migrate_current();
:locks
-- where it is: a procedure or DO block that the client runs at its top level
CALL up('b1');
DO $$
DECLARE
	target text;
BEGIN
	FOR target IN SELECT unnest(ARRAY['c1', 'd1']) LOOP
		CALL migrate.upgrade(target);
	END LOOP;
	CALL migrate.downgrade('b1');
END;
$$;
SELECT * FROM migrate_current();
:locks

-- an error at the commit
SELECT migrate_load($$
-- migrate:revision e1
-- migrate:revises b1
-- migrate:upgrade
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE r (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
INSERT INTO r VALUES (7);
-- migrate:downgrade
$$);
CALL migrate.upgrade('e1');
SELECT * FROM migrate_current();
:locks
-- deferred triggers have the caller's settings, as they would at a COMMIT
SELECT migrate_load($$
-- migrate:revision e2
-- migrate:revises b1
-- migrate:upgrade
CREATE TABLE fired (path text, work_mem text);
CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
	INSERT INTO fired VALUES (current_setting('search_path'), current_setting('work_mem'));
	RETURN NULL;
END;
$f$;
CREATE CONSTRAINT TRIGGER fire AFTER INSERT ON a DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION fire();
SET work_mem = '7MB';
INSERT INTO a VALUES (5);
-- migrate:downgrade
DROP TABLE fired;
DROP TRIGGER fire ON a;
DROP FUNCTION fire;
DELETE FROM a WHERE id = 5;
$$);
CALL migrate.upgrade('e2');
SELECT * FROM fired;
CALL migrate.downgrade('b1');
-- a revision that would migrate, or commit
SELECT migrate_load($$
-- migrate:revision f1
-- migrate:revises b1
-- migrate:upgrade
CALL migrate.upgrade('c1');
-- migrate:revision f2
-- migrate:revises b1
-- migrate:upgrade
DO $d$ BEGIN COMMIT; END $d$;
-- migrate:revision f3
-- migrate:revises b1
-- migrate:upgrade autocommit
CALL migrate.upgrade('c1');
$$);
\set VERBOSITY terse
CALL migrate.upgrade('f1');
CALL migrate.upgrade('f2');
CALL migrate.upgrade('f3');
\set VERBOSITY default
SELECT * FROM migrate_current();

-- ---- autocommit -------------------------------------------------------------
SELECT migrate_load($$
-- migrate:revision x1
-- migrate:revises b1
-- migrate:upgrade
CREATE TABLE x (id int, t text);
SET work_mem = '5MB';
-- migrate:upgrade autocommit
SET work_mem = '7MB';
SET search_path = pg_catalog;
CREATE INDEX CONCURRENTLY x_id ON procs.x (id);
RESET search_path;
SET search_path = procs;
ALTER TYPE state ADD VALUE IF NOT EXISTS 'done';
INSERT INTO a VALUES (4, 'done');
VACUUM (FULL, ANALYZE) a;
REINDEX TABLE CONCURRENTLY x;
DO $d$
BEGIN
	FOR i IN 1 .. 3 LOOP
		INSERT INTO x VALUES (i, current_setting('work_mem'));
		COMMIT;
	END LOOP;
END;
$d$;
COPY x FROM stdin;
4	copied
5	too
\.
CREATE TABLE listed AS SELECT * FROM x;
SET ROLE pg_monitor;
SET myapp.setting = 'x';
-- migrate:upgrade
INSERT INTO x VALUES (6, current_setting('work_mem') || ' ' || current_user);
-- migrate:downgrade autocommit
DROP INDEX CONCURRENTLY x_id;
-- migrate:downgrade
DROP TABLE x, listed;
DELETE FROM a WHERE id = 4;
$$);
SELECT * FROM migrate_upgrade('x1');
SELECT migrate_stamp('x1');
SELECT * FROM migrate_downgrade('b1');
SELECT migrate_stamp('b1');
DO $$ BEGIN CALL migrate.upgrade('x1'); END $$;
SELECT to_regclass('x');
SELECT current_user AS me \gset
CALL migrate.upgrade('x1');
SELECT id, CASE WHEN id = 6 THEN replace(t, :'me', 'me') ELSE t END FROM x ORDER BY id;
SELECT count(*) FROM listed;
SELECT id, state FROM a ORDER BY id;
\d x
SELECT revision, statements FROM migrate_log() LIMIT 1;
SHOW work_mem;
SHOW search_path;
SELECT current_user = :'me' AS same, coalesce(current_setting('myapp.setting', true), '') AS setting;
:locks
CALL migrate.downgrade('b1');
-- event triggers see them as any other statement
CREATE TABLE commands (tag text);
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS
	'BEGIN INSERT INTO procs.commands VALUES (tg_tag); END';
CREATE EVENT TRIGGER regress_migrate_note ON ddl_command_end WHEN tag IN ('CREATE INDEX') EXECUTE FUNCTION note();
CALL migrate.upgrade('x1');
DROP EVENT TRIGGER regress_migrate_note;
SELECT tag FROM commands;
CALL migrate.downgrade('b1');

-- a value that is new in the transaction
SELECT migrate_load($$
-- migrate:revision w2
-- migrate:revises b1
-- migrate:upgrade
ALTER TYPE state ADD VALUE 'late';
INSERT INTO a VALUES (6, 'late');
$$);
CALL migrate.upgrade('w2');
-- half-way: what was committed stays, and so does the row before
CREATE TABLE y (id int, other int);
INSERT INTO y VALUES (1, 2), (1, 3);
SELECT migrate_load($$
-- migrate:revision y1
-- migrate:revises b1
-- migrate:upgrade
CREATE TABLE IF NOT EXISTS y1 ();
-- migrate:upgrade autocommit
CREATE TABLE IF NOT EXISTS y2 ();
SET work_mem = '7MB';
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS y_id ON y (id);
-- migrate:upgrade
INSERT INTO y VALUES (2);
-- migrate:downgrade
DROP TABLE y1, y2;
DROP INDEX y_id;
-- migrate:revision y2
-- migrate:revises b1
-- migrate:upgrade autocommit
CREATE UNIQUE INDEX CONCURRENTLY ON y (id);
-- migrate:revision y3
-- migrate:revises b1
-- migrate:upgrade autocommit
REINDEX INDEX CONCURRENTLY y_id;
-- migrate:revision y4
-- migrate:revises b1
-- migrate:upgrade autocommit
CREATE INDEX CONCURRENTLY y_id ON a (id);
$$);
CALL migrate.upgrade('y1');
SELECT * FROM migrate_current();
SELECT to_regclass('y1'), to_regclass('y2');
SHOW work_mem;
:locks
\d y
-- the index of another table's is left alone
CALL migrate.upgrade('y4');
-- and that of the script is built anew
DELETE FROM y;
CALL migrate.upgrade('y1');
\d y
CALL migrate.downgrade('b1');
-- a valid one stays
CREATE INDEX y_id ON y (other);
CALL migrate.upgrade('y1');
\d y
CALL migrate.downgrade('b1');
-- one without a name, one that was there before, and no table at all
TRUNCATE y;
CREATE UNIQUE INDEX y_id ON y (other);
INSERT INTO y VALUES (1), (1);
CALL migrate.upgrade('y2');
CALL migrate.upgrade('y2');
SELECT migrate_load(replace(migrate_script('y2'), 'ON y (id)', 'ON missing (id)'));
CALL migrate.upgrade('y2');
-- REINDEX leaves one as well
DROP INDEX y_id;
CREATE FUNCTION fails(i int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
	'BEGIN RETURN 1 / (i - current_setting(''procs.bad'', true)::int); END';
SET procs.bad = 7;
CREATE INDEX y_id ON y (fails(id));
SET procs.bad = 1;
CALL migrate.upgrade('y3');
SELECT * FROM migrate_current();
:locks
DROP TABLE y;
-- and several, of which all are named
CREATE TABLE y (id int, other int);
CREATE INDEX y_other ON y (other);
SET procs.bad = 7;
CREATE INDEX y_id ON y (fails(id));
INSERT INTO y VALUES (1), (1);
SET procs.bad = 1;
SELECT migrate_load($$
-- migrate:revision y5
-- migrate:revises b1
-- migrate:upgrade autocommit
REINDEX TABLE CONCURRENTLY y;
$$);
CALL migrate.upgrade('y5');
DROP TABLE y;

-- ---- the session behind a section --------------------------------------------
CREATE ROLE regress_migrate_alice;
CREATE ROLE regress_migrate_bob;
CREATE SCHEMA procs_secret;
CREATE TABLE procs_secret.t (a int);
SELECT current_user AS me \gset
\set who 'SELECT replace(session_user, :''me'', ''me'') AS session_user, replace(current_user, :''me'', ''me'') AS current_user, current_setting(''work_mem'') AS work_mem;'
-- an error before the statement has begun; of the server's parser, even
SELECT migrate_load($$
-- migrate:revision v1
-- migrate:revises b1
-- migrate:upgrade autocommit
SET work_mem = '7MB';
SET ROLE regress_migrate_alice;
CREATE INDEX CONCURRENTLY i ON procs_secret.t (a);
-- migrate:revision v2
-- migrate:revises b1
-- migrate:upgrade autocommit
SET work_mem = '7MB';
SET ROLE regress_migrate_alice;
SET standard_conforming_strings = off;
SELECT 'it\';
-- migrate:revision v3
-- migrate:revises b1
-- migrate:upgrade autocommit
SET work_mem = '7MB';
SET ROLE regress_migrate_alice;
SET standard_conforming_strings = off;
COPY a FROM stdin (NULL '\');
\.
$$);
CALL migrate.upgrade('v1');
:who
CALL migrate.upgrade('v2');
:who
CALL migrate.upgrade('v3');
:who
:locks
-- another user of the session, which takes the role away, and gives it back
SELECT migrate_load($$
-- migrate:revision u1
-- migrate:revises b1
-- migrate:upgrade autocommit
SET SESSION AUTHORIZATION regress_migrate_bob;
SET work_mem = '7MB';
-- migrate:upgrade
CREATE TABLE u AS SELECT session_user AS session, current_user AS current;
-- migrate:downgrade
DROP TABLE u;
-- migrate:revision u2
-- migrate:revises b1
-- migrate:upgrade autocommit
SET SESSION AUTHORIZATION regress_migrate_bob;
SET work_mem = '7MB';
SELECT 1 / 0;
-- migrate:revision u3
-- migrate:revises b1
-- migrate:upgrade autocommit
SET work_mem = '7MB';
RESET ROLE;
ALTER ROLE regress_migrate_alice RENAME TO regress_migrate_alicia;
$$);
GRANT ALL ON SCHEMA migrate, procs TO regress_migrate_alice;
GRANT ALL ON ALL TABLES IN SCHEMA migrate TO regress_migrate_alice;
GRANT ALL ON procs_version TO regress_migrate_alice;
ALTER ROLE regress_migrate_alice SUPERUSER;
SET ROLE regress_migrate_alice;
CALL migrate.upgrade('u1');
:who
SELECT replace(session, :'me', 'me') AS session, current FROM u;
CALL migrate.downgrade('b1');
CALL migrate.upgrade('u2');
:who
GRANT regress_migrate_alice TO regress_migrate_bob;
CALL migrate.upgrade('u1');
:who
CALL migrate.downgrade('b1');
-- a role that is no more: the rest is set back all the same
CALL migrate.upgrade('u3');
:who
RESET ROLE;
:locks
-- what can't be set back costs a warning, and a number isn't rounded
SELECT migrate_load($$
-- migrate:revision t2
-- migrate:revises b1
-- migrate:upgrade autocommit
SET temp_buffers = '2MB';
SET work_mem = '7MB';
SET seq_page_cost = 1.5;
CREATE TEMP TABLE used AS SELECT 1 AS i;
-- migrate:downgrade
$$);
CREATE TABLE big_enough (i int) WITH (autovacuum_enabled = off);
INSERT INTO big_enough SELECT generate_series(1, 100000);
ANALYZE big_enough;
SET temp_buffers = '1MB';
SET seq_page_cost = 1234.56789;
CALL migrate.upgrade('t2');
:who
-- shown rounded: only what it costs tells
EXPLAIN SELECT * FROM big_enough;
RESET seq_page_cost;
CALL migrate.downgrade('b1');
-- a ROLLBACK of a statement's takes the locks, and the run has them again
SELECT migrate_load($$
-- migrate:revision t1
-- migrate:revises b1
-- migrate:upgrade autocommit
SET ROLE regress_migrate_bob;
DO $d$ BEGIN PERFORM 1; ROLLBACK; END $d$;
RESET ROLE;
CREATE TABLE held AS SELECT relation::regclass, mode FROM pg_locks
WHERE pid = pg_backend_pid() AND relation IN ('migrate.log'::regclass, 'migrate.script'::regclass) ORDER BY 1;
DO $d$ BEGIN PERFORM 1; ROLLBACK; END $d$;
-- migrate:downgrade
DROP TABLE held;
$$);
CALL migrate.upgrade('t1');
SELECT * FROM held ORDER BY relation::text;
:who
:locks
CALL migrate.downgrade('base');
SET client_min_messages = warning;
DROP SCHEMA procs_secret CASCADE;
DROP OWNED BY regress_migrate_alicia, regress_migrate_bob;
DROP ROLE regress_migrate_alicia, regress_migrate_bob;
RESET client_min_messages;

-- our own statements hold no name that the caller's search_path could take over,
-- behind each commit as well
CREATE SCHEMA procs_evil;
CREATE FUNCTION procs_evil.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS
	$$BEGIN RAISE EXCEPTION 'hijacked'; END$$;
CREATE OPERATOR procs_evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = procs_evil.eq);
CREATE TABLE procs_evil.pg_database ();
SET search_path = procs_evil, pg_catalog, procs;
SELECT 'a'::text = 'b'::text;
SET search_path = procs, procs_evil, pg_catalog;
CALL migrate.upgrade('x1');
CALL migrate.downgrade('base');
SET search_path = procs, public;
SET client_min_messages = warning;
DROP SCHEMA procs_evil CASCADE;
RESET client_min_messages;

-- rights: a role that may, and one that may not
CREATE ROLE regress_migrate_call;
GRANT ALL ON SCHEMA procs TO regress_migrate_call;
SET ROLE regress_migrate_call;
CALL migrate.upgrade('a1');
RESET ROLE;
GRANT USAGE ON SCHEMA migrate TO regress_migrate_call;
SET ROLE regress_migrate_call;
CALL migrate.upgrade('a1');
RESET ROLE;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA migrate TO regress_migrate_call;
ALTER TABLE procs_version OWNER TO regress_migrate_call;
SET ROLE regress_migrate_call;
CALL migrate.upgrade('b1');
SELECT tableowner FROM pg_tables WHERE tablename = 'a' AND schemaname = 'procs';
CALL migrate.downgrade('base');
RESET ROLE;
:locks
REVOKE ALL ON SCHEMA migrate FROM regress_migrate_call;
REVOKE ALL ON ALL TABLES IN SCHEMA migrate FROM regress_migrate_call;
DELETE FROM migrate.script;
DELETE FROM migrate.log;
SET client_min_messages = warning;
DROP SCHEMA procs CASCADE;
DROP ROLE regress_migrate_call;
