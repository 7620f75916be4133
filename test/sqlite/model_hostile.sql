-- Models that do more than define: refused, or harmless.  The functions are the shell's
-- own, of which newer versions let writefile() in no CHECK and no DEFAULT.
.load ./migrate
-- (newer shells trust no schema)
PRAGMA trusted_schema = on;
CREATE TABLE live (id INTEGER PRIMARY KEY, a text);
INSERT INTO live VALUES (1, 'one'), (2, 'two');
CREATE VIEW tried AS SELECT * FROM (SELECT 1);
-- each in turn, and what the database and the directory hold afterwards
SELECT migrate_model('CREATE TABLE t (a); SELECT writefile(''made'', ''x'')');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('WITH w AS (SELECT 1) SELECT edit(''x'', ''touch made'') FROM w');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('VALUES (load_extension(''x''))');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE t (a);
VACUUM INTO ''made''');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('ATTACH ''made'' AS m');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('PRAGMA journal_mode = wal; PRAGMA user_version = 9; PRAGMA wal_checkpoint');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('PRAGMA key = ''x''');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('SAVEPOINT s');
SELECT count(*) FROM migrate_check();
-- what is about rows is passed over, and what calls functions gets none of the application's
SELECT migrate_model('CREATE TABLE t (a DEFAULT (shell_putsnl(''made'')), CHECK (shell_putsnl(''made'') IS NULL));
CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT writefile(''made'', ''x''); END;
INSERT INTO t DEFAULT VALUES;
UPDATE t SET a = writefile(''made'', ''x'');
DELETE FROM t WHERE writefile(''made'', ''x'');
SELECT writefile(''made'', ''x'') FROM t;
CREATE TABLE s AS SELECT writefile(''made'', ''x'') AS a, migrate_upgrade(''head'') AS b;
CREATE INDEX i ON s (a);
REINDEX; ANALYZE;');
SELECT group_concat(operation || ' ' || object, ', ') FROM (SELECT * FROM migrate_check() ORDER BY 1, 2);
-- modules of the application's are stood in for
SELECT migrate_model('CREATE VIRTUAL TABLE z USING zipfile(''made''); CREATE VIRTUAL TABLE f USING fsdir(''.'')');
SELECT group_concat(object) FROM migrate_check();
-- the live tables aren't there
SELECT migrate_model('CREATE TABLE t (a); DROP TABLE main.live');
SELECT count(*) FROM migrate_check();
SELECT migrate_model('CREATE TABLE t (a); INSERT INTO main.live VALUES (3, ''three''); DELETE FROM live;');
SELECT group_concat(object) FROM (SELECT * FROM migrate_check() ORDER BY object);
SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE '\_migrate%' ESCAPE '\' AND sql IS NOT NULL;
SELECT * FROM live;
SELECT readfile('made') IS NULL;
SELECT * FROM pragma_user_version, pragma_journal_mode;
SELECT name FROM pragma_database_list;
