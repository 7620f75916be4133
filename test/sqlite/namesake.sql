-- Constraints of one table that have one name, which SQLite lets them.
.load ./migrate
CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0), b int NOT NULL CONSTRAINT d CHECK (b < 9) CONSTRAINT d CHECK (b > -9), CONSTRAINT c UNIQUE (b), CONSTRAINT C FOREIGN KEY (a) REFERENCES t (b), CHECK (b > 0), CONSTRAINT t_b_check CHECK (a < b));
INSERT INTO t VALUES (2, 3), (NULL, 2);
SELECT migrate_dump_model();

-- the same, and then each of them another, one after the other, and back
SELECT migrate_model('CREATE TABLE t (a int, b int, CHECK (b > 0), CONSTRAINT d CHECK (b < 9), CONSTRAINT d CHECK (b > -9), CONSTRAINT t_b_check CHECK (a < b), CONSTRAINT c CHECK (a > 0), CONSTRAINT c UNIQUE (b), CONSTRAINT c FOREIGN KEY (a) REFERENCES t (b)); CREATE TABLE x (a int CONSTRAINT c CHECK (a > 0) CONSTRAINT c CHECK (a > 1))');
SELECT operation, object, description FROM migrate_check();
SELECT migrate_model('CREATE TABLE t (a int, b int NOT NULL, CHECK (b > -1), CONSTRAINT d CHECK (b < 9), CONSTRAINT d CHECK (b > -10), CONSTRAINT t_b_check CHECK (a < b), CONSTRAINT c CHECK (a > -1), CONSTRAINT c UNIQUE (b), CONSTRAINT c FOREIGN KEY (a) REFERENCES t (b))');
SELECT migrate_revision('first', true, false, 'head', false, NULL, NULL, 'first');
SELECT substr(script, instr(script, '-- migrate:upgrade')) FROM (SELECT migrate_script('first') AS script);
SELECT migrate_upgrade('head');
SELECT count(*) FROM migrate_check();
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT migrate_model('CREATE TABLE t (a int, b int NOT NULL, CONSTRAINT c CHECK (a > -1), CONSTRAINT other UNIQUE (b), CONSTRAINT e CHECK (a < 9), CONSTRAINT e CHECK (a < 8))');
SELECT migrate_revision('second', true, false, 'head', false, NULL, NULL, 'second');
SELECT substr(script, instr(script, '-- migrate:upgrade')) FROM (SELECT migrate_script('second') AS script);
SELECT migrate_upgrade('head');
SELECT count(*) FROM migrate_check();
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT migrate_downgrade('base');
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT migrate_dump_model();
SELECT * FROM t;
