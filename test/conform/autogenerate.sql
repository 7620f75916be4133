-- the model, and what differs from it: the same on both hosts
CREATE TABLE team (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE job (id integer, title text, size integer, CONSTRAINT job_pk PRIMARY KEY (id));
SELECT * FROM migrate_check();
SELECT migrate_model('');
SELECT * FROM migrate_check();
SELECT migrate_revision('first', true, false, 'head', false, NULL, NULL, 'r1');
SELECT migrate_current();
SELECT migrate('downgrade base --sql');
SELECT migrate_revision('second', true, false, 'head', false, NULL, NULL, 'r2');
SELECT migrate_model('CREATE TABLE team (id integer PRIMARY KEY, name text NOT NULL, CONSTRAINT team_name UNIQUE (name));
-- migrate:renamed_from job
CREATE TABLE task (
	id integer NOT NULL,
	-- migrate:renamed_from title
	name text NOT NULL,
	team_id integer,
	CONSTRAINT job_pk PRIMARY KEY (id),
	CONSTRAINT task_team FOREIGN KEY (team_id) REFERENCES team (id) ON DELETE CASCADE,
	CONSTRAINT task_name CHECK (name <> ''x'')
);
CREATE INDEX task_by_team ON task (team_id);
CREATE TABLE tag (task integer NOT NULL REFERENCES task (id), name text NOT NULL, PRIMARY KEY (task, name));
CREATE VIEW big AS SELECT id FROM task WHERE id > 10;');
SELECT operation, object, description FROM migrate_check() ORDER BY 1, 2, 3;
SELECT migrate_revision('second', true, false, 'head', false, NULL, NULL, 'r2');
SELECT * FROM migrate_check();
SELECT migrate('upgrade head');
SELECT operation FROM migrate_check();
SELECT migrate('check');
SELECT migrate('revision --autogenerate -m third --rev-id r3');
SELECT * FROM migrate_verify();
SELECT migrate('upgrade head');
-- a rename that nobody has asked for, and what is lost
SELECT migrate_model('CREATE TABLE team (id integer PRIMARY KEY, label text NOT NULL);');
SELECT operation, object, description FROM migrate_check() ORDER BY 1, 2, 3;
SELECT migrate('check');
SELECT migrate_config('include_name', 'team, big');
SELECT operation, object FROM migrate_check() ORDER BY 1, 2;
SELECT migrate_config('include_name', '!t*');
SELECT operation, object FROM migrate_check() ORDER BY 1, 2;
SELECT migrate_config('include_name', NULL);
SELECT migrate_downgrade('r1');
SELECT * FROM migrate_check();
SELECT revision, step, ok FROM migrate_verify();
SELECT migrate_downgrade('base');
-- what can't be a model
SELECT migrate_model('CREATE TABLE t (a integer);
-- migrate:model mysql
CREATE TABLE u (a integer);');
SELECT migrate_model('CREATE TABLE t (a integer);
-- migrate:model postgresql
CREATE TABLE u (a integer);
-- migrate:model sqlite
CREATE TABLE u (a integer);
-- migrate:model
CREATE TABLE v (a integer)');
SELECT migrate_model('CREATE TABLE t (a integer); COMMIT;');
SELECT migrate_upgrade('head');
SELECT migrate('check');
SELECT migrate_model('-- migrate:renamed_from nothing
CREATE VIEW v AS SELECT 1 AS a');
SELECT count(*) FROM migrate_check();
SELECT migrate_current();
-- what can't be proven: no way back, another one than the way there, outside of a transaction
SELECT migrate_model('CREATE TABLE none_such (a integer)');
SELECT migrate_load('
-- migrate:revision v1
-- migrate:revises r3
-- migrate:upgrade
CREATE TABLE v1 (a integer);
-- migrate:revision v2
-- migrate:revises v1
-- migrate:upgrade
CREATE TABLE v2 (a integer);
CREATE TABLE IF NOT EXISTS v2b (a integer);
-- migrate:downgrade
DROP TABLE v2;
-- migrate:revision v3
-- migrate:revises v2
-- migrate:upgrade autocommit
CREATE TABLE v3 (a integer);
-- migrate:downgrade
DROP TABLE v3;
-- migrate:revision v4
-- migrate:revises v3
-- migrate:upgrade
ALTER TABLE v3 ADD COLUMN b integer;
-- migrate:downgrade
');
SELECT revision, step, ok FROM migrate_verify('v1');
SELECT * FROM migrate_verify();
SELECT migrate_current();
