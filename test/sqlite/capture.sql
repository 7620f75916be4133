-- What an application runs is noted, and taken in as an Alembic project's revisions.
.load ./migrate
SELECT migrate_config('capture', 'on');
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
BEGIN;
CREATE TABLE t (a INTEGER NOT NULL, b TEXT, PRIMARY KEY (a));
INSERT INTO t VALUES (1, 'it''s; 100%'), (2, NULL);
INSERT INTO t VALUES (3, 'x
-- migrate:upgrade');
UPDATE t SET b = 'y' WHERE a = 9;
INSERT INTO alembic_version (version_num) VALUES ('a1');
COMMIT;
-- what was rolled back, or has failed, doesn't count
BEGIN;
CREATE TABLE lost (x);
UPDATE alembic_version SET version_num='b1' WHERE alembic_version.version_num = 'a1';
ROLLBACK;
INSERT INTO t VALUES (1, 'twice');
VACUUM;
BEGIN;
CREATE TABLE _alembic_tmp_t (a INTEGER NOT NULL, c VARCHAR(9) NOT NULL, PRIMARY KEY (a));
INSERT INTO _alembic_tmp_t (a, c) SELECT t.a, t.b FROM t WHERE t.b IS NOT NULL;
DROP TABLE _alembic_tmp_t;
CREATE TABLE _alembic_tmp_t (a INTEGER NOT NULL, c TEXT DEFAULT 'none', PRIMARY KEY (a));
INSERT INTO _alembic_tmp_t (a, c) SELECT t.a, t.b FROM t;
DROP TABLE t;
ALTER TABLE _alembic_tmp_t RENAME TO t;
UPDATE alembic_version SET version_num='b1' WHERE alembic_version.version_num = 'a1';
COMMIT;
DROP TABLE t;
UPDATE alembic_version SET version_num='a1' WHERE alembic_version.version_num = 'b1';
-- no run
DELETE FROM alembic_version;
INSERT INTO alembic_version (version_num) VALUES ('b1');
SELECT migrate_config('capture', 'off');
.print == taken in
SELECT writefile('project/a1.py', 'revision = "a1"
down_revision = None'), writefile('project/b1.py', 'revision = "b1"
down_revision = "a1"
branch_labels = "side"');
SELECT migrate_import_alembic_files('project');
SELECT migrate_script('a1');
SELECT migrate_script('b1');
.print == Alembic's SQL: rebuilds are said as ALTER TABLE, too
.open other.db
.load ./migrate
SELECT migrate_import_alembic('-- Running upgrade  -> a1

CREATE TABLE t (a INTEGER NOT NULL, b TEXT, PRIMARY KEY (a));

INSERT INTO alembic_version (version_num) VALUES (''a1'');

-- Running upgrade a1 -> b1

CREATE TABLE _alembic_tmp_t (
    a INTEGER NOT NULL, 
    b TEXT NOT NULL, 
    PRIMARY KEY (a)
);

INSERT INTO _alembic_tmp_t (a, b) SELECT t.a, t.b 
FROM t;

DROP TABLE t;

ALTER TABLE _alembic_tmp_t RENAME TO t;

CREATE INDEX i ON t (b);

UPDATE alembic_version SET version_num=''b1'' WHERE alembic_version.version_num = ''a1'';

-- Running upgrade b1 -> c1

CREATE TABLE _alembic_tmp_u (
    a INTEGER
);

INSERT INTO _alembic_tmp_u (a) SELECT u.a 
FROM u;

DROP TABLE u;

ALTER TABLE _alembic_tmp_u RENAME TO u;

UPDATE alembic_version SET version_num=''c1'' WHERE alembic_version.version_num = ''b1'';
', '-- Running downgrade c1 -> b1

DROP TABLE u;

UPDATE alembic_version SET version_num=''b1'' WHERE alembic_version.version_num = ''c1'';

-- Running downgrade b1 -> a1

CREATE TABLE _alembic_tmp_t (
    a INTEGER NOT NULL, 
    b TEXT, 
    PRIMARY KEY (a)
);

INSERT INTO _alembic_tmp_t (a, b) SELECT t.a, t.b 
FROM t;

DROP TABLE t;

ALTER TABLE _alembic_tmp_t RENAME TO t;

UPDATE alembic_version SET version_num=''a1'' WHERE alembic_version.version_num = ''b1'';
');
SELECT migrate_script('b1');
SELECT migrate_script('c1');
