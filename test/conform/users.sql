-- Five teams' daily commands, as they note them: SELECT migrate('...')
-- revision --autogenerate comes with a later version, and isn't here

-- mmli-backend: up, what is there, and down by hash
SELECT migrate_config('script_location', '@DIR@/mmli');
SELECT migrate('upgrade fd23b24f6f9a');
INSERT INTO job VALUES (1, 'a@b.c', 'new', 0);
SELECT migrate('upgrade head');
SELECT * FROM job;
SELECT migrate('upgrade 6a32f8fc32ca');
SELECT migrate('downgrade fd23b24f6f9a');
SELECT * FROM job;
SELECT migrate('revision -m "add new_field of another kind" --head 6a32f8fc32ca');
SELECT message, down_revision, length(revision), is_head, path FROM migrate_history() WHERE message LIKE '%kind';
SELECT migrate('downgrade base');

-- Lumigator: a database that existed before
SELECT migrate_config('script_location', '@DIR@/lumigator');
SELECT migrate('--version');
SELECT migrate('current');
SELECT migrate('stamp head');
SELECT migrate('current');
CREATE TABLE lumi_e75fa022c781 (id integer);
SELECT migrate('stamp e75fa022c781');
SELECT migrate('history');
SELECT migrate('current');
SELECT migrate('upgrade +1');
SELECT migrate('upgrade cb3cf47d9259');
SELECT migrate('upgrade head');
SELECT migrate('upgrade head');
SELECT migrate('current');
SELECT migrate('downgrade -1');
SELECT migrate('downgrade e75fa022c781');
SELECT migrate('downgrade base');
SELECT migrate('current');
SELECT migrate('revision -m "added desc field to job"');
SELECT migrate('revision -m added');
SELECT message, is_head, path FROM migrate_history() WHERE message LIKE 'added%';
-- a random id was given, so the lines that name it aren't printed
SELECT length(revision), length(down_revision) FROM migrate_heads();
SELECT migrate('upgrade head') LIKE 'INFO %' LIMIT 1;
SELECT is_current, path FROM migrate_heads();
SELECT migrate('downgrade base') LIKE 'INFO %' LIMIT 1;
SELECT migrate('current');

-- mage-ai: one history for PostgreSQL and SQLite
SELECT migrate_config('script_location', '@DIR@/mage');
SELECT migrate('upgrade dfe49d040487');
INSERT INTO block_run VALUES (3, 'CONDITION_FAILED');
SELECT * FROM block_run ORDER BY id;
SELECT migrate('downgrade -1');
SELECT * FROM block_run ORDER BY id;
-- the autocommit block
SELECT migrate('upgrade dfe4');
SELECT migrate('current');
CALL migrate.upgrade('head');
SELECT migrate('current');
SELECT migrate('downgrade base');
SELECT migrate('current');

-- agent-api: when the container starts, and when there is nothing to do
SELECT migrate_config('script_location', NULL);
SELECT migrate('-c @DIR@/db/alembic.ini upgrade head');
SELECT migrate('-c @DIR@/db/alembic.ini upgrade head');
SELECT migrate('-c @DIR@/db/alembic.ini current');
SELECT migrate('-c @DIR@/db/alembic.ini revision -m "Your Revision Message"');
SELECT migrate('-c @DIR@/db/alembic.ini downgrade base');
-- a path that begins elsewhere would count from the database's directory
SELECT migrate('init @DIR@/db/migrations');
SELECT migrate('init @DIR@/db/migrations');
SELECT migrate_config('script_location');
SELECT migrate('revision -m "create the sessions" --rev-id 0f0f0f0f0f0f');
SELECT migrate_script('0f0f0f0f0f0f') LIKE '%revision   0f0f0f0f0f0f%message    create the sessions%migrate:upgrade%migrate:downgrade%';
SELECT migrate('upgrade head');
SELECT migrate('downgrade base');

-- wps: steps by number
SELECT migrate_config('script_location', '@DIR@/wps');
SELECT migrate('upgrade +3');
SELECT migrate('upgrade +3');
SELECT migrate('upgrade head');
SELECT migrate('downgrade -2');
SELECT migrate('downgrade a17a5f7a0e01');
SELECT migrate('history --verbose');
SELECT migrate('revision -m "<revision-name>"');
SELECT path, is_head FROM migrate_heads();
SELECT migrate('downgrade base');
SELECT migrate('downgrade -2');
SELECT * FROM migrate_current();
