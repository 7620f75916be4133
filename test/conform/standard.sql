-- what SQLite hasn't besides ALTER TABLE: DROP of a list, TRUNCATE, CREATE OR REPLACE VIEW, COMMENT ON

SELECT migrate_execute('
CREATE TABLE owner (id integer PRIMARY KEY, name varchar(20));
CREATE TABLE job (id integer PRIMARY KEY, owner_id integer REFERENCES owner ON DELETE CASCADE, title varchar(20) UNIQUE);
CREATE TABLE log (x integer);
CREATE INDEX job_owner ON job (owner_id);
CREATE INDEX owner_name ON owner (name);
INSERT INTO owner VALUES (1, ''a''), (2, ''b'');
INSERT INTO job VALUES (1, 1, ''one''), (2, 2, ''two''), (3, NULL, ''three'');
');

-- views
SELECT migrate_execute('CREATE OR REPLACE VIEW titles AS SELECT id, title FROM job');
SELECT migrate_execute('CREATE VIEW firsts AS SELECT * FROM titles WHERE id < 3');
SELECT migrate_execute('CREATE OR REPLACE VIEW titles (id, title, owner_id) AS SELECT id, title, owner_id FROM job');
SELECT * FROM titles ORDER BY id;
SELECT id, title FROM firsts ORDER BY id;
SELECT migrate_execute('CREATE OR REPLACE VIEW job AS SELECT 1 AS id');
SELECT migrate_execute('CREATE OR REPLACE VIEW titles AS SELEC 1');

-- DROP: all names are there before anything is dropped
SELECT migrate_execute('DROP TABLE log, nosuch');
SELECT migrate_execute('DROP TABLE log, titles');
SELECT migrate_execute('DROP VIEW titles, log');
SELECT migrate_execute('DROP INDEX job_owner, nosuch');
SELECT migrate_execute('DROP INDEX job_owner, job');
SELECT migrate_execute('DROP TABLE log, if');
SELECT migrate_execute('DROP TABLE IF EXISTS nosuch, neither');
SELECT count(*) FROM log;
-- what hangs on it
SELECT migrate_execute('DROP VIEW titles RESTRICT');
SELECT migrate_execute('DROP TABLE owner RESTRICT');
SELECT migrate_execute('DROP TABLE owner, log');
SELECT migrate_execute('DROP VIEW titles, firsts');
SELECT migrate_execute('DROP INDEX IF EXISTS job_owner, nosuch, owner_name');
SELECT migrate_execute('CREATE VIEW names AS SELECT name FROM owner; CREATE VIEW names2 AS SELECT * FROM names');

-- TRUNCATE
SELECT migrate_execute('TRUNCATE owner');
SELECT migrate_execute('TRUNCATE TABLE log, owner RESTRICT');
SELECT migrate_execute('TRUNCATE nosuch');
SELECT migrate_execute('TRUNCATE names');
SELECT migrate_execute('INSERT INTO log VALUES (1); TRUNCATE TABLE ONLY log; INSERT INTO log VALUES (2)');
SELECT * FROM log;
SELECT migrate_execute('TRUNCATE owner, job RESTART IDENTITY');
SELECT migrate_execute('INSERT INTO owner VALUES (1, ''a''); INSERT INTO job VALUES (1, 1, ''one'')');
SELECT migrate_execute('TRUNCATE log, owner CONTINUE IDENTITY CASCADE');
SELECT (SELECT count(*) FROM owner), (SELECT count(*) FROM job), (SELECT count(*) FROM log);

-- COMMENT ON
SELECT migrate_execute('
COMMENT ON TABLE job IS ''what there''''s to do'';
COMMENT ON COLUMN job.title IS ''one line'';
COMMENT ON COLUMN names.name IS ''whose'';
COMMENT ON VIEW names IS ''all'';
COMMENT ON CONSTRAINT job_title_key ON job IS ''once'';
COMMENT ON CONSTRAINT job_owner_id_fkey ON job IS NULL;
CREATE INDEX job_owner ON job (owner_id);
COMMENT ON INDEX job_owner IS ''quick'';
COMMENT ON TABLE job IS '''';
');
SELECT migrate_execute('COMMENT ON TABLE nosuch IS ''x''');
SELECT migrate_execute('COMMENT ON TABLE names IS ''x''');
SELECT migrate_execute('COMMENT ON VIEW job IS ''x''');
SELECT migrate_execute('COMMENT ON INDEX job IS ''x''');
SELECT migrate_execute('COMMENT ON INDEX nosuch IS ''x''');
SELECT migrate_execute('COMMENT ON COLUMN job.nosuch IS ''x''');
SELECT migrate_execute('COMMENT ON CONSTRAINT nosuch ON job IS ''x''');
SELECT migrate_execute('COMMENT ON TRIGGER nosuch ON job IS ''x''');
SELECT migrate_execute('DROP TRIGGER nosuch ON job');
SELECT migrate_execute('DROP TRIGGER nosuch ON neither');
SELECT migrate_execute('DROP TRIGGER IF EXISTS nosuch ON job');

-- CASCADE
SELECT migrate_execute('DROP VIEW names CASCADE');
SELECT migrate_execute('DROP TABLE owner CASCADE');
SELECT migrate_execute('INSERT INTO job VALUES (1, 9, ''nine'')');
SELECT * FROM job;
SELECT migrate_execute('DROP VIEW names2 RESTRICT');
SELECT migrate_execute('DROP TABLE job, log CASCADE');
SELECT migrate_execute('CREATE TABLE job (id integer); CREATE TABLE log (id integer)');
