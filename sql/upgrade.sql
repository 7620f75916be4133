-- Loading, upgrading, looking.
CREATE SCHEMA upgrade;
SET search_path = upgrade, public;

SELECT * FROM migrate_load($$
-- migrate:revision   fd23b24f6f9a
-- migrate:revises
-- migrate:message    create job
-- migrate:created    2026-11-20T10:00:00Z

-- migrate:upgrade
CREATE TABLE job (id int PRIMARY KEY, name text);
INSERT INTO job VALUES (1, 'a;b'), (2, $q$ ; -- $q$);

-- migrate:downgrade
DROP TABLE job;
$$);
SELECT * FROM migrate_load($$
-- migrate:revision   6a32f8fc32ca
-- migrate:revises    fd23b24f6f9a
-- migrate:message    add new_field
-- migrate:created    2026-11-21T10:00:00Z

-- migrate:upgrade postgresql
ALTER TABLE job ADD COLUMN new_field varchar;
CREATE FUNCTION job_count() RETURNS bigint LANGUAGE plpgsql AS $f$
BEGIN
	RETURN (SELECT count(*) FROM job);
END;
$f$;

-- migrate:upgrade sqlite
this is no SQL for PostgreSQL;

-- migrate:downgrade
DROP FUNCTION job_count();
ALTER TABLE job DROP COLUMN new_field;
$$);

SELECT * FROM migrate_status();
SELECT step, operation, revision, from_revisions, to_revisions, heads, message
FROM migrate_plan('upgrade', 'head');
SELECT * FROM migrate_upgrade('+1');
SELECT * FROM migrate_current();
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_upgrade('head');
SELECT * FROM migrate_upgrade(revision => 'heads', sql => false);
TABLE job;
SELECT job_count();
TABLE alembic_version;
\d alembic_version

SELECT revision, down_revision, message, create_date AT TIME ZONE 'UTC' AS created,
	is_head, is_base, is_current, path FROM migrate_history();
SELECT revision, is_current FROM migrate_heads();
SELECT revision FROM migrate_branches();
SELECT revision, script LIKE '%ADD COLUMN%' AS script FROM migrate_show('6a32');
SELECT migrate_script('fd23') LIKE '%create job%' AS script;
SELECT id - min(id) OVER () AS id, revision, operation, from_revisions, to_revisions,
	applied_by = current_user AS me, started_at <= now() + interval '1 min' AS started,
	elapsed_ms >= 0 AS elapsed, statements
FROM migrate_log();
SELECT heads_current, heads_available, pending, is_up_to_date,
	last_applied_at IS NOT NULL AS applied FROM migrate_status();

-- as an expression, in FROM, with several rows, in a plan that joins
SELECT migrate_current(), migrate_current();
SELECT * FROM migrate_current() c, migrate_heads() h WHERE c = h.revision \gset
\echo :c :revision
SELECT string_agg(line, ', ') FROM migrate_upgrade('head') AS line;
-- what nobody answers to
SELECT * FROM migrate_upgrade('nosuch');
SELECT * FROM migrate_upgrade(NULL);
SELECT * FROM migrate_upgrade('fd23');
SELECT * FROM migrate_downgrade('base');
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA upgrade CASCADE;
