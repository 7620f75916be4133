-- What a schema is made of, and models built in memory.
.load ./migrate
CREATE TABLE p (id INTEGER PRIMARY KEY, code text UNIQUE); -- a parent
CREATE TABLE C (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- its number
	p_id int REFERENCES p ON DELETE CASCADE,
	Kind text COLLATE NOCASE DEFAULT "none" NOT NULL ON CONFLICT IGNORE,
	twice int GENERATED ALWAYS AS (p_id * 2) STORED,
	CONSTRAINT positive CHECK (p_id > 0)
);
CREATE TABLE keyed (a INT PRIMARY KEY, b ANY) WITHOUT ROWID;
CREATE INDEX c_kind ON c (kind DESC, lower(Kind)) WHERE p_id IS NOT NULL;
CREATE VIEW v AS SELECT p.id, c.kind FROM p JOIN c ON c.p_id = p.id;
CREATE TRIGGER v_insert INSTEAD OF INSERT ON v BEGIN
	INSERT INTO p (id) VALUES (new.id);
END;
CREATE VIRTUAL TABLE words USING fts5(word, tokenize = 'porter');
CREATE TEMP TABLE passing (a);
INSERT INTO p (id) VALUES (1);
ANALYZE;
-- neither SQLite's own tables, nor what words keeps its rows in, nor ours
SELECT migrate_dump_model();

-- the same in other words is no difference
SELECT migrate_model('
CREATE TABLE IF NOT EXISTS "p" (id integer, code TEXT, PRIMARY KEY (id), UNIQUE (code));
CREATE TABLE c (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	P_ID int,
	kind text DEFAULT ''none'' NOT NULL ON CONFLICT IGNORE COLLATE nocase,
	twice int AS ( [p_id]*2 ) STORED,
	CONSTRAINT positive CHECK ((p_id > 0)),
	FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE
);
CREATE TABLE keyed (a INT PRIMARY KEY NOT NULL, b any) WITHOUT ROWID;
CREATE INDEX c_kind ON c (kind /* first */ DESC, LOWER("kind")) WHERE (p_id is not null);
CREATE VIEW v as select p.id, C.Kind from p join c on c.p_id=p.id;
CREATE TRIGGER v_insert INSTEAD OF INSERT ON v FOR EACH ROW BEGIN
	INSERT INTO "p"(id) VALUES (NEW.id); END;
CREATE VIRTUAL TABLE words USING FTS5(word, tokenize=''porter'');
CREATE TABLE sqlite_sequence(name,seq);
CREATE TEMP TABLE other (a);
INSERT INTO p VALUES (1, ''x'');
');
SELECT description FROM migrate_check();
-- ALTER TABLE builds as well
SELECT migrate_model((SELECT migrate_dump_model()) || '
ALTER TABLE p ADD COLUMN more int DEFAULT 0;
ALTER TABLE p ADD CONSTRAINT few CHECK (more < 10);
DROP VIEW v;
');
SELECT description FROM migrate_check() ORDER BY 1;
-- the database is as it was
SELECT count(*) FROM pragma_table_info('p');
SELECT count(*) FROM p;
SELECT count(*) FROM pragma_database_list;

.print == SQLite 3.37
CREATE TABLE strict_one (a INT PRIMARY KEY, b ANY) WITHOUT ROWID, STRICT;
SELECT migrate_model('CREATE TABLE strict_one (a INT PRIMARY KEY NOT NULL, b any) STRICT, WITHOUT ROWID;');
SELECT count(*) FROM migrate_check() WHERE object = 'strict_one';
DROP TABLE strict_one;
.print ==

-- modules that aren't there
SELECT migrate_model((SELECT migrate_dump_model()) || '
CREATE VIRTUAL TABLE odd USING no_such_module(Data text, "filename" = ''x'');
INSERT INTO odd (data) VALUES (1);
UPDATE odd SET data = 2;
DELETE FROM odd;
ALTER TABLE odd RENAME TO odder;
CREATE TRIGGER p_odd AFTER INSERT ON p BEGIN INSERT INTO odder (odd, data) VALUES (1, 2); END;
CREATE VIRTUAL TABLE own USING fts5(a, tokenize = ''no_such_tokenizer'');
');
SELECT description FROM migrate_check() ORDER BY 1;

-- errors name where
.print == SQLite 3.38
SELECT migrate_model('CREATE TABLE a (x);
CREATE TABLE b (x,

);');
SELECT * FROM migrate_check();
.print ==
SELECT migrate_model('CREATE TABLE a (x); CREATE INDEX i ON nothing_there (x);');
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x); CREATE TABLE a (y);');
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x); SELECT load_extension(''x'');');
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x); PRAGMA temp_store_directory = ''/'';');
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x); PRAGMA main.writable_schema = on;');
SELECT * FROM migrate_check();
SELECT migrate_model('CREATE TABLE a (x); PRAGMA user_version = 5;');
SELECT count(*) > 0 FROM migrate_check();
SELECT * FROM pragma_user_version;

-- many: rows are set aside, and back when a statement may look for them
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
SELECT migrate_model(group_concat('CREATE TABLE t' || i || ' (a, b int REFERENCES t' || (i - 1)
	|| ' (a)); CREATE INDEX i' || i || ' ON t' || i || ' (b);', char(10))
	|| 'ALTER TABLE t7 RENAME TO t7b; ALTER TABLE t8 ADD UNIQUE (a); DROP TABLE t9;
	CREATE TABLE seen AS SELECT count(*) AS n FROM sqlite_schema WHERE type = ''index'';')
FROM n;
SELECT count(*) FROM migrate_check() WHERE operation = 'add_table';
SELECT upgrade_sql FROM migrate_check() WHERE object IN ('t7b', 't8', 't9', 'seen');

-- a text that nobody can read; newer shells are defensive
.dbconfig defensive off
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = 'CREATE VIEW v AS' WHERE name = 'v';
SELECT migrate_dump_model() IS NOT NULL;
UPDATE sqlite_schema SET sql = 'CREATE TRIGGER v_insert' WHERE name = 'v_insert';
SELECT migrate_dump_model();
