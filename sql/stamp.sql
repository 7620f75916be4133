-- Stamping: rows without scripts.
CREATE SCHEMA stamp;
SET search_path = stamp, public;
SET migrate.name = 'stamp';
SELECT * FROM migrate_load($$
-- migrate:revision a1
-- migrate:revises
-- migrate:upgrade
SELECT 1/0;
-- migrate:downgrade
-- migrate:revision b1
-- migrate:revises a1
-- migrate:upgrade
SELECT 1/0;
-- migrate:revision b2
-- migrate:revises a1
-- migrate:upgrade
SELECT 1/0;
$$);
SELECT * FROM migrate_stamp('heads');
SELECT * FROM migrate_current() ORDER BY 1;
SELECT * FROM migrate_stamp('heads');
SELECT * FROM migrate_stamp('a1');
TABLE stamp_version;
INSERT INTO stamp_version VALUES ('gone');
SELECT * FROM migrate_current();
SELECT * FROM migrate_stamp('b1');
SELECT * FROM migrate_stamp('b1', purge => true);
TABLE stamp_version;
SELECT * FROM migrate_stamp('base');
TABLE stamp_version;

-- an existing table of Alembic's is recognised
CREATE TABLE other_version (version_num varchar(32) NOT NULL,
	CONSTRAINT other_version_pkc PRIMARY KEY (version_num));
INSERT INTO other_version VALUES ('b1');
SET migrate.stamp.version_table = 'other_version';
SELECT * FROM migrate_current();
SELECT * FROM migrate_ensure_version();
-- a row whose script comes now is nothing to warn of
UPDATE other_version SET version_num = 'late';
SELECT * FROM migrate_load('-- migrate:revision early');
SELECT * FROM migrate_load('-- migrate:revision late');
SET migrate.stamp.version_table = 'third_version';
SELECT * FROM migrate_ensure_version();
SELECT * FROM migrate_ensure_version();
\d third_version
SET migrate.stamp.version_table = 'fourth';
SET migrate.stamp.version_table_pk = 'false';
SELECT * FROM migrate_ensure_version();
\d fourth
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA stamp CASCADE;
