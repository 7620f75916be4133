-- migrate_import_alembic: what alembic prints with --sql

SELECT migrate_import_alembic('INFO  [alembic.runtime.migration] Context impl X.
INFO  [alembic.runtime.migration] Running upgrade  -> a1, create job
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> a1

CREATE TABLE job (
    id INTEGER NOT NULL, 
    name VARCHAR(40), 
    PRIMARY KEY (id)
);

INSERT INTO alembic_version (version_num) VALUES (''a1'');

-- Running upgrade a1 -> b2

INSERT INTO job (id, name) VALUES (1, ''-- Running upgrade b2 -> c3'');

UPDATE alembic_version SET version_num=''b2'' WHERE alembic_version.version_num = ''a1'';

', '-- Running downgrade b2 -> a1

DELETE FROM job;

UPDATE alembic_version SET version_num=''a1'' WHERE alembic_version.version_num = ''b2'';

-- Running downgrade a1 -> 

DROP TABLE job;

DELETE FROM alembic_version WHERE alembic_version.version_num = ''a1'';

');
SELECT revision, down_revision, message FROM migrate_history();
SELECT migrate_script('b2');
SELECT migrate_upgrade('head');
SELECT name FROM job;
SELECT migrate_downgrade('base');
-- again, and what isn't Alembic's
SELECT migrate_import_alembic('-- Running upgrade  -> a1

CREATE TABLE other (id INTEGER);

INSERT INTO alembic_version (version_num) VALUES (''a1'');
');
SELECT migrate_script('a1');
SELECT migrate_import_alembic('');
SELECT migrate_import_alembic('CREATE TABLE t (id integer);');
SELECT migrate_import_alembic('-- Running upgrade  -> a1
CREATE TABLE t (id integer);
');
SELECT migrate_import_alembic('-- Running upgrade  -> c1

SELECT '':x'', ''NULL'';

INSERT INTO alembic_version (version_num) VALUES (''c1'');
');
SELECT migrate_script('c1');
SELECT migrate_import_alembic('-- Running upgrade nosuch -> d1

INSERT INTO alembic_version (version_num) VALUES (''d1'');
');
-- what is there stays: a direction that isn't shown, and where nobody has seen one
SELECT migrate_load('-- migrate:revision e1
-- migrate:labels early
-- migrate:message of the file

-- migrate:upgrade
CREATE TABLE e1 (captured integer);

-- migrate:upgrade autocommit
VACUUM;

-- migrate:downgrade unseen
-- migrate:revision e2
-- migrate:revises e1

-- migrate:upgrade unseen

-- migrate:downgrade
DROP TABLE e2;');
SELECT migrate_import_alembic('-- Running upgrade  -> e1

CREATE TABLE e1 (printed integer);

INSERT INTO alembic_version (version_num) VALUES (''e1'');

-- Running upgrade e1 -> e2

CREATE TABLE e2 (id integer);

UPDATE alembic_version SET version_num=''e2'' WHERE alembic_version.version_num = ''e1'';
');
SELECT migrate_script('e1');
SELECT migrate_script('e2');
SELECT migrate_import_alembic('-- Running upgrade  -> e1

CREATE TABLE e1 (printed integer);

INSERT INTO alembic_version (version_num) VALUES (''e1'');
', '-- Running downgrade e1 -> 

DROP TABLE e1;

DELETE FROM alembic_version WHERE alembic_version.version_num = ''e1'';
');
SELECT migrate_script('e1');
