-- The facts of a model are kept in the database: when, and when they count no more.
.load ./migrate
SELECT migrate_config('verify_model', '0');
-- what can be seen of them
CREATE TEMP VIEW kept AS SELECT coalesce(max(facts LIKE '%job%'), 0) AS job FROM _migrate_facts;
SELECT migrate_model('
CREATE TABLE job (id integer PRIMARY KEY, name text DEFAULT ''none'', CHECK (name <> ''''));
CREATE INDEX job_name ON job (lower(name)) WHERE id > 0;
CREATE VIEW v AS SELECT name, count(*) FROM job GROUP BY 1;
COMMENT ON COLUMN job.name IS ''its name'';
');
SELECT * FROM kept;
SELECT operation, object FROM migrate_check();
SELECT * FROM kept;
SELECT operation, object FROM migrate_check();
-- they are believed, where the digests are right
CREATE TEMP TABLE good AS SELECT * FROM _migrate_facts;
SELECT migrate_model('CREATE TABLE other (id integer);');
SELECT description FROM migrate_check();
SELECT * FROM kept;
UPDATE _migrate_facts SET model = (SELECT model FROM good);
SELECT migrate_model('
CREATE TABLE job (id integer PRIMARY KEY, name text DEFAULT ''none'', CHECK (name <> ''''));
CREATE INDEX job_name ON job (lower(name)) WHERE id > 0;
CREATE VIEW v AS SELECT name, count(*) FROM job GROUP BY 1;
COMMENT ON COLUMN job.name IS ''its name'';
');
SELECT description FROM migrate_check();
-- but not by a proof, which keeps what is right
SELECT migrate_config('verify_model', '1');
SELECT count(*) FROM migrate_check();
SELECT * FROM kept;
SELECT migrate_config('verify_model', '0');
-- nor where they are damaged, or something else is there
UPDATE _migrate_facts SET facts = replace(facts, 'job', 'bob');
SELECT count(*) FROM migrate_check();
UPDATE _migrate_facts SET facts = x'00ff';
SELECT count(*) FROM migrate_check();
UPDATE _migrate_facts SET around = 5, facts = 7;
SELECT count(*) FROM migrate_check();
SELECT * FROM kept;
-- a transaction of the caller's keeps its locks to itself
DELETE FROM _migrate_facts;
BEGIN;
SELECT count(*) FROM migrate_check();
SELECT * FROM kept;
COMMIT;
-- unless it has the lock anyway; what is kept goes with it
BEGIN IMMEDIATE;
SELECT count(*) FROM migrate_check();
SELECT * FROM kept;
ROLLBACK;
SELECT * FROM kept;
-- a flag that the model's statements depend on; newer shells have it off
.dbconfig dqs_ddl on
SELECT count(*) FROM migrate_check();
UPDATE _migrate_facts SET around = substr(around, 1, 31) || '-';
SELECT around LIKE '%-' FROM _migrate_facts;
SELECT count(*) FROM migrate_check();
SELECT around LIKE '%-' FROM _migrate_facts;
.dbconfig dqs_ddl off
CREATE TEMP TABLE flagged AS SELECT * FROM _migrate_facts;
SELECT count(*) FROM migrate_check();
SELECT count(*) FROM flagged JOIN _migrate_facts USING (around);
.dbconfig dqs_ddl on
-- where few statements have changed, those are built: what is said of the rest is
-- believed, though it be wrong
SELECT migrate_model('CREATE TABLE still (a); CREATE TABLE job (id integer PRIMARY KEY); CREATE TABLE part (job REFERENCES job);');
SELECT count(*) FROM migrate_check();
CREATE TEMP TABLE was AS SELECT * FROM _migrate_facts;
SELECT migrate_model('CREATE TABLE still (a, wrong); CREATE TABLE job (id integer PRIMARY KEY); CREATE TABLE part (job REFERENCES job);');
SELECT count(*) FROM migrate_check();
UPDATE _migrate_facts SET statements = (SELECT statements FROM was);
SELECT migrate_model('CREATE TABLE still (a); CREATE TABLE job (id integer PRIMARY KEY, n); CREATE TABLE part (job REFERENCES job);');
SELECT upgrade_sql FROM migrate_check();
.log stdout
SELECT migrate_config('verify_model', '1');
SELECT upgrade_sql FROM migrate_check();
-- and whatever changes, that gives what the whole gives: nothing is logged
SELECT migrate_model('CREATE TABLE a (x); CREATE VIEW v AS SELECT * FROM a; CREATE TABLE b AS SELECT * FROM a; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x, y); CREATE VIEW v AS SELECT * FROM a; CREATE TABLE b AS SELECT * FROM a; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x, y); CREATE VIEW v AS SELECT * FROM a; CREATE TABLE b AS SELECT * FROM a; CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 2; END; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x, y); CREATE TABLE c (x REFERENCES a); CREATE VIEW v AS SELECT * FROM c; ALTER TABLE a RENAME TO a2; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x, y); CREATE TABLE c (x REFERENCES a, y); CREATE VIEW v AS SELECT * FROM c; ALTER TABLE a RENAME TO a2; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE [a b] (x); CREATE VIEW v AS SELECT * FROM [a b]; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE [a b] (y); CREATE VIEW v AS SELECT * FROM [a b]; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE A (x); CREATE INDEX i ON a (x); ALTER TABLE a ADD COLUMN y; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE A (x); CREATE INDEX I ON a (x DESC); ALTER TABLE a ADD COLUMN y; CREATE TABLE n (z)');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE A (x); CREATE INDEX I ON a (x DESC); ALTER TABLE a ADD COLUMN y; CREATE TABLE n (z, z2)');
SELECT count(*) FROM migrate_check();
.log off
SELECT migrate_config('verify_model', '0');
-- the columns of a stand-in are asked for in the database
SELECT migrate_model('CREATE VIRTUAL TABLE odd USING no_such_module(a); CREATE VIEW job AS SELECT 1;');
SELECT count(*) FROM migrate_check();
SELECT facts LIKE '%odd%' FROM _migrate_facts;
-- without a table there is nothing to keep them in
DROP TABLE _migrate_facts;
SELECT count(*) FROM migrate_check();
-- and nobody who can't write is refused
PRAGMA query_only = on;
SELECT count(*) FROM migrate_check();
