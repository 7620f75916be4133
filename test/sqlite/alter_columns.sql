-- ALTER TABLE: what it does to a column, in a table that much hangs on.
-- Each case is undone behind it; alter/show tells which lines of the schema it has
-- changed, and which rows of those that ./rows is about.
.load ./migrate
ATTACH ':memory:' AS was;

-- a parent with children, views, triggers, indexes
PRAGMA foreign_keys = ON;
CREATE TABLE p (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- a number
  code TEXT UNIQUE,
  kind TEXT COLLATE NOCASE DEFAULT 'k' NOT NULL, /* of what kind */
  n INTEGER CHECK (n > 0),
  g INTEGER AS (n * 2) STORED,
  "odd ""name" varchar(10) DEFAULT (1 + 1),
  CONSTRAINT pair UNIQUE (kind, n) ON CONFLICT REPLACE
);
CREATE TABLE c (
  id INTEGER PRIMARY KEY,
  p INTEGER REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE,
  pc TEXT REFERENCES p (code) ON DELETE SET NULL,
  u INTEGER CONSTRAINT self REFERENCES c (id)
);
CREATE TABLE log (what TEXT);
CREATE INDEX p_n ON p (n DESC) WHERE n > 1;
CREATE INDEX p_expr ON p (lower(code), kind COLLATE BINARY);
CREATE VIEW v1 AS SELECT id, n FROM p;
CREATE VIEW v2 AS SELECT n AS m FROM v1;
CREATE VIEW v3 AS SELECT count(*) FROM p;
CREATE TRIGGER p_n_changed AFTER UPDATE OF n ON p BEGIN INSERT INTO log VALUES ('n ' || new.n); END;
CREATE TRIGGER c_added AFTER INSERT ON c BEGIN UPDATE p SET kind = 'parent' WHERE id = new.p; END;
CREATE TRIGGER v1_added INSTEAD OF INSERT ON v1 BEGIN INSERT INTO p (n) VALUES (new.n); END;
CREATE TEMP TRIGGER p_gone AFTER DELETE ON p BEGIN INSERT INTO log VALUES ('gone ' || old.code); END;
CREATE TEMP VIEW tv AS SELECT code FROM main.p;
INSERT INTO p (id, code, kind, n) VALUES (1, 'one', 'a', 10), (2, 'two', 'b', 20), (9, 'nine', 'c', 1);
DELETE FROM p WHERE id = 9;
INSERT INTO c VALUES (1, 1, 'two', NULL), (2, 2, NULL, 2);
DELETE FROM log;
.output rows
.print "INSERT INTO was.n SELECT 'c: ' || id || '|' || p || '|' || coalesce(pc, '~') FROM c;"
.print "INSERT INTO was.n SELECT 'log: ' || what FROM log;"
.print "INSERT INTO was.n SELECT 'seq: ' || name || ' ' || seq FROM sqlite_sequence WHERE name NOT LIKE '\\_migr%' ESCAPE '\\';"
.output
.read mark
.echo on
SELECT migrate_execute('ALTER TABLE p ADD a');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD COLUMN a integer');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD COLUMN IF NOT EXISTS n integer');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD COLUMN n integer');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD COLUMN "N" text');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer NOT NULL');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer NOT NULL DEFAULT 5');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer DEFAULT (abs(-7))');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a text DEFAULT CURRENT_DATE CHECK (a LIKE ''____-__-__'')');
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer UNIQUE');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer DEFAULT 1 UNIQUE');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer PRIMARY KEY');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer REFERENCES c');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer DEFAULT 1 REFERENCES c (id) ON DELETE CASCADE');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer DEFAULT 7 REFERENCES c (id)');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer REFERENCES nosuch');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer GENERATED ALWAYS AS (n + 1)');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer GENERATED ALWAYS AS (n + 1) STORED');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer AS (nosuch + 1) STORED');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer FIRST');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer DEFAULT 3 AFTER code');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer AFTER nosuch');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer CHECK (a > 0 AND n > 0)');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer DEFAULT 0 CONSTRAINT a_positive CHECK (a > 0)');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a text COLLATE NOCASE, ADD b blob, ADD "c d" text DEFAULT ''it''''s''');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer, ADD a integer');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a text COLLATE nosuch');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p DROP COLUMN nosuch');
.read show
SELECT migrate_execute('ALTER TABLE p DROP IF EXISTS nosuch');
.read show
SELECT migrate_execute('ALTER TABLE p DROP nosuch, ADD a text');
.read show
SELECT migrate_execute('ALTER TABLE p DROP id');
.read show
SELECT migrate_execute('ALTER TABLE p DROP id CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE p DROP code');
.read show
SELECT migrate_execute('ALTER TABLE p DROP code RESTRICT');
.read show
SELECT migrate_execute('ALTER TABLE p DROP COLUMN code CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE p DROP kind');
.read show
SELECT migrate_execute('ALTER TABLE p DROP kind CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE p DROP n');
.read show
SELECT migrate_execute('ALTER TABLE p DROP n CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE p DROP g');
.read show
SELECT migrate_execute('ALTER TABLE p DROP "odd ""name"');
.read show
SELECT migrate_execute('ALTER TABLE p DROP n CASCADE, DROP code CASCADE, DROP kind CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE varchar(40)');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code SET DATA TYPE varchar(40) COLLATE NOCASE');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE integer');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE integer USING length(code)');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE text USING ''same''');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE text USING nosuch');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE text USING upper(code) || n');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER n TYPE text');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER n TYPE bigint');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER n TYPE integer USING -n');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER n TYPE integer USING NULL');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER g TYPE bigint');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER id TYPE bigint');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER id TYPE text');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER nosuch TYPE text');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER kind TYPE text COLLATE BINARY');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code SET DEFAULT ''x''');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code SET DEFAULT upper(''x'')');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code SET DEFAULT n');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER kind SET DEFAULT ''other''');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER kind DROP DEFAULT');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code DROP DEFAULT');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER "odd ""name" DROP DEFAULT');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER g SET DEFAULT 1');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER id SET DEFAULT 7');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code SET NOT NULL, ALTER code SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER "odd ""name" SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER kind DROP NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code DROP NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER id DROP NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER g SET NOT NULL');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER g DROP EXPRESSION');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code DROP EXPRESSION');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code DROP EXPRESSION IF EXISTS');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER g SET EXPRESSION AS (n * 3)');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER n SET EXPRESSION AS (1)');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER n ADD GENERATED ALWAYS AS (id * 3) STORED');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER g FIRST');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ALTER id AFTER n');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER nosuch FIRST');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME n TO number');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME COLUMN code TO "new code"');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME code TO n');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME nosuch TO a');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME TO q');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME TO c');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME TO "q r"');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME TO sqlite_q');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME TO _migrate_script');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME TO p');
.read show
SELECT migrate_execute('ALTER TABLE p RENAME n TO number, ADD a integer');
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer, RENAME TO q');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer, ADD b integer DEFAULT (random() * 0), ALTER code SET NOT NULL, DROP CONSTRAINT pair');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer, DROP COLUMN a');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p DROP "odd ""name", ADD "odd ""name" integer');
.read show
SELECT migrate_execute('ALTER TABLE p SET SCHEMA other');
.read show
SELECT migrate_execute('ALTER TABLE p OWNER TO nobody');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code');
.read show
SELECT migrate_execute('ALTER TABLE p ADD');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p DROP');
.read show
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p ADD a integer,');
SELECT * FROM p;
.read show
SELECT migrate_execute('ALTER TABLE p RENAME');
.read show
SELECT migrate_execute('ALTER TABLE nosuch ADD a integer');
.read show
SELECT migrate_execute('ALTER TABLE IF EXISTS nosuch ADD a integer');
.read show
SELECT migrate_execute('ALTER TABLE IF EXISTS p DROP COLUMN IF EXISTS "odd ""name"');
.read show
SELECT migrate_execute('ALTER TABLE main.p ALTER code SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE temp.p ALTER code SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE nosuch.p ALTER code SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE IF EXISTS nosuch.p ALTER code SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE "P" ALTER "CODE" SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE [p] ALTER `code` SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE ONLY p ALTER code SET NOT NULL');
.read show
SELECT migrate_execute('alter /* c */ table p alter column code set not null -- d');
.read show
SELECT migrate_execute('ALTER TABLE v1 ADD a integer');
.read show
SELECT migrate_execute('ALTER TABLE tv RENAME COLUMN code TO a');
.read show
SELECT migrate_execute('ALTER TABLE p_n RENAME TO q');
.read show
SELECT migrate_execute('ALTER TABLE c_added ADD a integer');
.read show
SELECT migrate_execute('ALTER TABLE sqlite_schema ADD a integer');
.read show
SELECT migrate_execute('ALTER TABLE sqlite_schema ALTER sql SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE sqlite_sequence ADD a integer NOT NULL DEFAULT 1');
.read show
SELECT migrate_execute('ALTER TABLE sqlite_sequence ALTER name SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE sqlite_sequence DROP COLUMN seq');
.read show
SELECT migrate_execute('ALTER TABLE temp.sqlite_temp_schema ALTER sql SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE pragma_table_info ALTER cid SET NOT NULL');
.read show
-- foreign keys, triggers and views work behind it
SELECT migrate_execute('ALTER TABLE p ALTER code TYPE varchar(40)');
DELETE FROM p WHERE id = 1;
SELECT * FROM c;
SELECT * FROM log;
INSERT INTO c (p) VALUES (77);
INSERT INTO p (code) VALUES ('new');
SELECT max(id) FROM p;
SELECT * FROM v2;
.read show
SELECT migrate_execute('ALTER TABLE p RENAME TO q');
DELETE FROM q WHERE id = 1;
SELECT * FROM c;
SELECT * FROM v2;
.read show
.echo off
RELEASE c;

-- the children
CREATE TABLE kept AS SELECT 1;
DROP TABLE kept;
.output rows
.output
.read mark
.echo on
SELECT migrate_execute('ALTER TABLE c DROP COLUMN p');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c DROP COLUMN p CASCADE');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c DROP COLUMN u');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c DROP COLUMN id');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c DROP COLUMN id CASCADE');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c ALTER p SET NOT NULL');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c ALTER pc SET NOT NULL');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c ALTER p TYPE bigint');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c ALTER p TYPE integer USING p + 1');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE c ALTER pc SET DEFAULT ''one''');
SELECT * FROM c;
.read show
SELECT migrate_execute('ALTER TABLE log DROP COLUMN what');
.read show
SELECT migrate_execute('ALTER TABLE log DROP COLUMN what, ADD COLUMN what text');
.read show
SELECT migrate_execute('ALTER TABLE log RENAME TO book');
.read show
SELECT migrate_execute('ALTER TABLE log RENAME what TO said');
.read show
SELECT migrate_execute('ALTER TABLE log ALTER what SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE log ADD id INTEGER PRIMARY KEY AUTOINCREMENT FIRST');
.read show
.echo off
RELEASE c;
