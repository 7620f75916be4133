-- What a table is as a whole: STRICT, WITHOUT ROWID, AUTOINCREMENT.
.load ./migrate
PRAGMA foreign_keys = on;
CREATE TABLE t (
	id INTEGER PRIMARY KEY, -- its number
	a text,
	b int
);
CREATE TABLE c (t_id int REFERENCES t ON DELETE CASCADE, x int REFERENCES t (id));
CREATE INDEX t_a ON t (a);
CREATE VIEW v AS SELECT t.a, c.x FROM t JOIN c ON c.t_id = t.id;
CREATE TRIGGER t_gone AFTER DELETE ON t BEGIN UPDATE c SET x = NULL WHERE x = old.id; END;
CREATE TRIGGER c_made AFTER INSERT ON c BEGIN UPDATE t SET b = b + 1 WHERE id = new.t_id; END;
INSERT INTO t VALUES (1, 'x', 1), (5, 'y', 2);
INSERT INTO c VALUES (1, 5), (5, 1);
CREATE TABLE before AS SELECT type, name, sql FROM sqlite_schema WHERE name <> 't' AND name NOT LIKE '\_%' ESCAPE '\' AND name <> 'before';
.print == SQLite 3.37
SELECT migrate_execute('ALTER TABLE t SET STRICT');
SELECT sql FROM sqlite_schema WHERE name = 't';
INSERT INTO t VALUES (6, 'z', 'no number');
SELECT migrate_execute('ALTER TABLE t SET STRICT');
SELECT migrate_execute('ALTER TABLE t SET WITHOUT ROWID');
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT migrate_execute('ALTER TABLE t SET NOT STRICT');
.print ==
SELECT migrate_execute('ALTER TABLE t SET WITHOUT ROWID');
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT rowid FROM t;
SELECT migrate_execute('ALTER TABLE t SET WITH ROWID');
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT migrate_execute('ALTER TABLE t ALTER id ADD AUTOINCREMENT');
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT * FROM sqlite_sequence;
INSERT INTO t VALUES (9, 'z', 3);
DELETE FROM t WHERE id = 9;
INSERT INTO t (a) VALUES ('w');
SELECT * FROM t;
SELECT migrate_execute('ALTER TABLE t ALTER COLUMN id ADD AUTOINCREMENT, ALTER id DROP AUTOINCREMENT');
SELECT migrate_execute('ALTER TABLE t ALTER id DROP AUTOINCREMENT');
SELECT migrate_execute('ALTER TABLE t ALTER id DROP AUTOINCREMENT');
SELECT sql FROM sqlite_schema WHERE name = 't';
SELECT * FROM sqlite_sequence;
-- nothing else has changed
SELECT b.name FROM before AS b LEFT JOIN sqlite_schema AS s ON s.name = b.name AND s.sql IS b.sql WHERE s.name IS NULL;
SELECT * FROM v;
SELECT * FROM c;
PRAGMA foreign_key_check;
PRAGMA integrity_check;
DELETE FROM t WHERE id = 5;
SELECT * FROM c;

-- with others in one statement
CREATE TABLE k (a INTEGER, b varchar(10), PRIMARY KEY (a));
INSERT INTO k VALUES (1, 'x');
SELECT migrate_execute('ALTER TABLE k ALTER a ADD AUTOINCREMENT, ALTER b TYPE text');
SELECT sql FROM sqlite_schema WHERE name = 'k';
.print == SQLite 3.37
SELECT migrate_execute('ALTER TABLE k ALTER a DROP AUTOINCREMENT, SET STRICT');
SELECT sql FROM sqlite_schema WHERE name = 'k';
SELECT migrate_execute('ALTER TABLE k ALTER a ADD AUTOINCREMENT, SET NOT STRICT');
.print ==
SELECT migrate_execute('ALTER TABLE k ALTER a DROP AUTOINCREMENT, SET WITHOUT ROWID');
SELECT sql FROM sqlite_schema WHERE name = 'k';
SELECT migrate_execute('ALTER TABLE k ALTER a DROP AUTOINCREMENT, DROP CONSTRAINT k_pkey, SET WITH ROWID');
SELECT sql FROM sqlite_schema WHERE name = 'k';
SELECT migrate_execute('ALTER TABLE k ADD PRIMARY KEY (a AUTOINCREMENT), ALTER a ADD AUTOINCREMENT');
SELECT sql FROM sqlite_schema WHERE name = 'k';

-- what can't be
CREATE TABLE n (a text, b varchar(10));
INSERT INTO n VALUES (1, 2);
SELECT migrate_execute('ALTER TABLE n SET WITHOUT ROWID');
SELECT migrate_execute('ALTER TABLE n ALTER a ADD AUTOINCREMENT');
SELECT migrate_execute('ALTER TABLE n ALTER z ADD AUTOINCREMENT');
SELECT migrate_execute('ALTER TABLE n ADD PRIMARY KEY (a), ALTER a ADD AUTOINCREMENT');
SELECT migrate_execute('ALTER TABLE n SET LOOSE');
SELECT migrate_execute('ALTER TABLE n SET WITH OIDS');
SELECT migrate_execute('ALTER TABLE n DROP STRICT');
SELECT migrate_execute('ALTER TABLE k SET WITHOUT ROWID');
CREATE TABLE s (a int, b text);
INSERT INTO s VALUES ('word', 'x');
.print == SQLite 3.37
SELECT migrate_execute('ALTER TABLE n SET STRICT');
SELECT migrate_execute('ALTER TABLE s SET STRICT');
.print ==
SELECT name, sql FROM sqlite_schema WHERE name IN ('n', 's');
SELECT * FROM s;
-- comments stay
CREATE TABLE m (a int PRIMARY KEY /* key */) /* before */ WITHOUT /* in */ ROWID -- behind
;
.print == SQLite 3.37
SELECT migrate_execute('ALTER TABLE m SET STRICT');
SELECT sql FROM sqlite_schema WHERE name = 'm';
.print ==
SELECT migrate_execute('ALTER TABLE m SET NOT STRICT, SET WITH ROWID');
SELECT sql FROM sqlite_schema WHERE name = 'm';
