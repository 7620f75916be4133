-- A script directory on the server; paths are relative to the data directory.
CREATE SCHEMA files;
SET search_path = files, public;
SET migrate.name = 'files';
SET migrate.files.script_location = 'migrate_regress';
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm -rf migrate_regress';
SELECT * FROM migrate_upgrade('head');
COPY (SELECT 1) TO PROGRAM 'mkdir -p migrate_regress/versions/sub.sql; cat > migrate_regress/versions/README';
SELECT revision FROM migrate_history();
-- what is named like a revision and can't be read is no revision less
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; mkfifo migrate_regress/versions/pipe.sql';
SELECT revision FROM migrate_history();
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm migrate_regress/versions/pipe.sql; ln -s nowhere migrate_regress/versions/link.sql';
SELECT revision FROM migrate_history();
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm migrate_regress/versions/link.sql';
COPY (SELECT unnest(ARRAY['-- migrate:revision a1', '-- migrate:message first', '', '-- migrate:upgrade',
	'CREATE TABLE a (id int);', '-- migrate:downgrade', 'DROP TABLE a;']))
	TO PROGRAM 'cat > migrate_regress/versions/a1_first.sql';
COPY (SELECT unnest(ARRAY['-- migrate:revision b1', '-- migrate:revises a1', '-- migrate:upgrade',
	'CREATE TABLE b (id int);', '-- migrate:downgrade', 'DROP TABLE b;']))
	TO PROGRAM 'cat > migrate_regress/versions/b1_.sql';
SELECT revision, message, path FROM migrate_history();
SELECT migrate_script('a1');
SELECT * FROM migrate_upgrade('head');
SELECT revision, path, stored_by = current_user AS mine FROM migrate.script ORDER BY "position";
-- the file has gone, the downgrade works from what is stored
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm migrate_regress/versions/b1_.sql';
SELECT * FROM migrate_downgrade('-1');
SELECT revision FROM migrate_history();
-- errors name the file, and the line in it
COPY (SELECT unnest(ARRAY['-- migrate:revision c1', '-- migrate:revises a1', '-- migrate:upgrade', '',
	'CREATE TABLE c (id int);', 'SELECT', '  nosuch FROM c;']))
	TO PROGRAM 'cat > migrate_regress/versions/c1.sql';
SELECT * FROM migrate_upgrade('head');
COPY (SELECT unnest(ARRAY['-- migrate:revision c1', '-- migrate:revises a1', '-- migrate:upgrade', '',
	'CREATE TABLE c (id int);', 'BEGIN;']))
	TO PROGRAM 'cat > migrate_regress/versions/c1.sql';
SELECT * FROM migrate_upgrade('head');
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; printf ''%s\n\377\n'' ''-- migrate:revision c1'' > migrate_regress/versions/c1.sql';
SELECT * FROM migrate_upgrade('head');
SET migrate.files.script_location = 'migrate_regress/versions/a1_first.sql';
SELECT * FROM migrate_upgrade('head');
SET migrate.files.script_location = 'migrate_regress';
-- the server's files are for some roles only
CREATE ROLE regress_migrate_files;
GRANT USAGE ON SCHEMA migrate TO regress_migrate_files;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA migrate TO regress_migrate_files;
GRANT USAGE ON SCHEMA files TO regress_migrate_files;
GRANT SELECT ON ALL TABLES IN SCHEMA files TO regress_migrate_files;
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm migrate_regress/versions/c1.sql';
SET ROLE regress_migrate_files;
SELECT revision FROM migrate_history();
RESET ROLE;
GRANT pg_read_server_files TO regress_migrate_files;
SET ROLE regress_migrate_files;
SELECT revision FROM migrate_history();
RESET ROLE;
SELECT * FROM migrate_downgrade('base');
COPY (SELECT 1) TO PROGRAM 'cat > /dev/null; rm -r migrate_regress';
DELETE FROM migrate.script;
DELETE FROM migrate.log;
\set VERBOSITY terse
DROP SCHEMA files CASCADE;
DROP OWNED BY regress_migrate_files;
DROP ROLE regress_migrate_files;
