.load ./migrate
.mode list
.nullvalue NULL
PRAGMA foreign_keys = on;

-- a foreign key refers to a key, or no row could be changed any more
CREATE TABLE p (a int, b int, c int UNIQUE, PRIMARY KEY (a, b));
CREATE TABLE q (a int);
CREATE TABLE f (a int, b int, CHECK (a > 0));
SELECT migrate_execute('ALTER TABLE f ADD FOREIGN KEY (a) REFERENCES q (a)');
SELECT migrate_execute('ALTER TABLE f ADD FOREIGN KEY (a) REFERENCES p (b)');
SELECT migrate_execute('ALTER TABLE f ADD n int REFERENCES q (a)');
SELECT migrate_execute('ALTER TABLE f ADD FOREIGN KEY (a) REFERENCES p (c), ADD n int REFERENCES p (c)');
INSERT INTO f VALUES (1, 1, NULL);
SELECT migrate_execute('ALTER TABLE f ADD FOREIGN KEY (a) REFERENCES q (a)');

-- of a foreign key that names no columns it is the primary key
CREATE TABLE g (a int);
INSERT INTO g VALUES (1);
SELECT migrate_execute('ALTER TABLE g ADD FOREIGN KEY (a) REFERENCES nosuch');
SELECT migrate_execute('ALTER TABLE g ADD FOREIGN KEY (a) REFERENCES q');
SELECT migrate_execute('ALTER TABLE g ADD FOREIGN KEY (a) REFERENCES p');
SELECT migrate_execute('ALTER TABLE g ADD c int REFERENCES nosuch');
SELECT migrate_execute('ALTER TABLE g ADD c int REFERENCES q');
SELECT migrate_execute('ALTER TABLE g ADD c int REFERENCES p (x)');
SELECT migrate_execute('ALTER TABLE g ADD c int REFERENCES sqlite_schema');
SELECT migrate_execute('ALTER TABLE g ADD FOREIGN KEY (a) REFERENCES nosuch (x) NOT VALID');
CREATE VIEW gv AS SELECT 1 AS a;
CREATE VIRTUAL TABLE gr USING rtree (a, b, c);
SELECT migrate_execute('ALTER TABLE g ADD c int REFERENCES gv');
SELECT migrate_execute('ALTER TABLE g ADD c int REFERENCES gr (a)');
SELECT migrate_execute('ALTER TABLE g ADD c int REFERENCES g (c), ADD UNIQUE (c)');
SELECT migrate_execute('ALTER TABLE g ADD IF NOT EXISTS c int REFERENCES nosuch');
SELECT sql FROM sqlite_schema WHERE name = 'g';
DROP TABLE gr;

-- no foreign key sets a generated column
CREATE TABLE h (a int PRIMARY KEY, b int REFERENCES h ON DELETE SET NULL, c int AS (a), d int REFERENCES h ON UPDATE NO ACTION);
SELECT migrate_execute('ALTER TABLE h ALTER b ADD GENERATED ALWAYS AS (a)');
SELECT migrate_execute('ALTER TABLE h ALTER d ADD GENERATED ALWAYS AS (a)');
SELECT migrate_execute('ALTER TABLE h ADD FOREIGN KEY (c) REFERENCES h ON DELETE CASCADE ON UPDATE CASCADE');
SELECT migrate_execute('ALTER TABLE h ADD FOREIGN KEY (c) REFERENCES h ON DELETE CASCADE');
SELECT migrate_execute('ALTER TABLE h ADD e int AS (a) REFERENCES h ON DELETE SET DEFAULT');
DELETE FROM h;
-- (up to 3.34 RENAME COLUMN would change its generated column, see below)
DROP TABLE h;

-- a column gets one type
CREATE TABLE i (a text);
SELECT migrate_execute('ALTER TABLE i ALTER a TYPE int, ALTER A TYPE real');

-- a text that is no number isn't 0 in a column for numbers
CREATE TABLE j (a integer PRIMARY KEY, b bigint REFERENCES j);
INSERT INTO j VALUES (0, 0);
SELECT migrate_execute('ALTER TABLE j ALTER b ADD GENERATED ALWAYS AS (typeof(a))');
SELECT migrate_execute('ALTER TABLE j ADD c int AS (typeof(a)) CHECK (c <> 0)');
SELECT a, b, c FROM j;

-- a true that is a text
CREATE TABLE k (a int);
INSERT INTO k VALUES (1);
SELECT migrate_execute('ALTER TABLE k ADD b text DEFAULT true NOT NULL, ADD c text');
SELECT migrate_execute('ALTER TABLE k ADD d text DEFAULT true NOT NULL');
SELECT *, typeof(d) FROM k;
PRAGMA integrity_check;

-- rows keep their rowids when the column goes that was the rowid
CREATE TABLE l (a integer PRIMARY KEY, b int);
INSERT INTO l VALUES (-5, 1), (7, 2);
SELECT migrate_execute('ALTER TABLE l DROP a');
SELECT rowid, * FROM l;
SELECT migrate_execute('ALTER TABLE l ADD a integer PRIMARY KEY FIRST');
SELECT * FROM l;

-- a view that doesn't work is named, with legacy_alter_table too
CREATE TABLE m (a int);
CREATE VIEW v AS SELECT * FROM nosuch;
PRAGMA legacy_alter_table = on;
SELECT migrate_execute('ALTER TABLE m RENAME a TO b');
DROP VIEW v;
CREATE VIEW v AS SELECT a FROM m;
.print == SQLite 3.35
SELECT migrate_execute('ALTER TABLE m RENAME a TO b');
SELECT sql FROM sqlite_schema WHERE name = 'v';
.print ==
PRAGMA legacy_alter_table;
PRAGMA legacy_alter_table = off;
DROP VIEW v;

-- new values of a column that others refer to
CREATE TABLE n (a int PRIMARY KEY, b int UNIQUE, c text UNIQUE, d int REFERENCES n);
CREATE TABLE o (x int REFERENCES n, y int REFERENCES n (b), z text REFERENCES n (c));
INSERT INTO n VALUES (1, 2, 'a', NULL), (3, 4, 'b', 1);
INSERT INTO o VALUES (1, 4, 'a');
SELECT migrate_execute('ALTER TABLE n ALTER a TYPE bigint USING a + 1');
SELECT migrate_execute('ALTER TABLE n ALTER b TYPE bigint USING b + 1');
SELECT migrate_execute('ALTER TABLE n ALTER c TYPE varchar(9) COLLATE nocase, ALTER b TYPE text');
SELECT migrate_execute('ALTER TABLE n ALTER a TYPE bigint USING a + 1, DROP CONSTRAINT n_b_key');
SELECT migrate_execute('ALTER TABLE n ALTER a TYPE bigint USING a + d');
DELETE FROM o;
SELECT migrate_execute('ALTER TABLE n ALTER b TYPE text USING b || ''x''');
SELECT migrate_execute('ALTER TABLE n ALTER a TYPE bigint USING a + 1');
SELECT * FROM n;
PRAGMA foreign_key_check;

-- the key of a table that refers to itself
CREATE TABLE r (a int PRIMARY KEY, b int REFERENCES r);
SELECT migrate_execute('ALTER TABLE r DROP CONSTRAINT r_pkey');
SELECT migrate_execute('ALTER TABLE r DROP CONSTRAINT r_pkey CASCADE');
SELECT sql FROM sqlite_schema WHERE name = 'r';

-- a comma in a comment before the last column
CREATE TABLE s (a int, b int, /* one, two */ c int, -- three, four
d int);
SELECT migrate_execute('ALTER TABLE s DROP d');
SELECT migrate_execute('ALTER TABLE s DROP c');
SELECT sql FROM sqlite_schema WHERE name = 's';

-- new values of the same type
CREATE TABLE u (a text, b int);
INSERT INTO u VALUES ('x', 1);
SELECT migrate_execute('ALTER TABLE u ALTER a TYPE text USING a || b');
SELECT * FROM u;

-- a key that is no match any more, as its collation isn't the column's
CREATE TABLE w (a integer, b int REFERENCES w (a), PRIMARY KEY (a COLLATE nocase));
SELECT migrate_execute('ALTER TABLE w ALTER a TYPE bigint');
DELETE FROM w;

-- a key by another collation than the column's is no match for one that is new
CREATE TABLE x (a text, b text, PRIMARY KEY (a COLLATE nocase));
SELECT migrate_execute('ALTER TABLE x ADD FOREIGN KEY (b) REFERENCES x (a)');
SELECT migrate_execute('ALTER TABLE x ADD c text REFERENCES x (a)');
DELETE FROM x;

-- temporary triggers, where several schemas have a table of the name
ATTACH ':memory:' AS aux;
CREATE TABLE y (a int);
CREATE TABLE aux.y (a int);
CREATE TABLE z (x);
CREATE TEMP TRIGGER y1 AFTER INSERT ON main.y BEGIN INSERT INTO z VALUES ('main'); END;
CREATE TEMP TRIGGER y2 AFTER INSERT ON aux.y BEGIN INSERT INTO z VALUES ('aux'); END;
CREATE TEMP TRIGGER y3 AFTER INSERT ON y BEGIN INSERT INTO z VALUES ('first'); END;
SELECT migrate_execute('ALTER TABLE aux.y ALTER a TYPE text');
SELECT migrate_execute('ALTER TABLE main.y ALTER a TYPE text');
CREATE TEMP TABLE y (a int);
SELECT migrate_execute('ALTER TABLE main.y ALTER a TYPE real');
INSERT INTO main.y VALUES (1);
INSERT INTO aux.y VALUES (1);
INSERT INTO temp.y VALUES (1);
SELECT * FROM z ORDER BY x;
DROP TABLE z;
DROP TRIGGER y1;
DROP TRIGGER y2;
DROP TRIGGER y3;
DETACH aux;

-- all that depends on what is dropped is named, and what goes with CASCADE
CREATE TABLE aa (a int PRIMARY KEY, b int, c int, g int AS (b), up int REFERENCES aa);
CREATE TABLE ab (x int REFERENCES aa, y int CONSTRAINT own REFERENCES aa (a));
CREATE VIEW ac AS SELECT a, b FROM aa;
CREATE VIEW ad AS SELECT g FROM aa;
CREATE VIEW ae AS SELECT * FROM ac;
CREATE TRIGGER af AFTER UPDATE OF c ON aa BEGIN DELETE FROM ab; END;
SELECT migrate_execute('ALTER TABLE aa DROP a');
SELECT migrate_execute('ALTER TABLE aa DROP b');
SELECT migrate_execute('ALTER TABLE aa DROP c CASCADE, DROP b, DROP CONSTRAINT aa_pkey');
SELECT migrate_execute('ALTER TABLE aa DROP a RESTRICT, DROP c RESTRICT, DROP b CASCADE');
SELECT group_concat(name, ' ') FROM sqlite_schema WHERE name GLOB 'a[a-z]';
SELECT migrate_execute('ALTER TABLE aa DROP b CASCADE, DROP CONSTRAINT aa_pkey CASCADE, DROP c CASCADE');
SELECT sql FROM sqlite_schema WHERE name GLOB 'a[a-z]';

-- the last column goes where another comes
CREATE TABLE ba (
  -- of the table
  a int PRIMARY KEY, -- of the column
  CHECK (a > 0),
  CHECK (1)
);
INSERT INTO ba VALUES (3), (4);
SELECT migrate_execute('ALTER TABLE ba DROP a');
SELECT migrate_execute('ALTER TABLE ba ADD IF NOT EXISTS a text, DROP a, ADD b int PRIMARY KEY');
SELECT migrate_execute('ALTER TABLE ba DROP a, ADD b int AS (1)');
SELECT migrate_execute('ALTER TABLE ba ADD b int DEFAULT 7, DROP a, ADD c int CHECK (c > 7)');
SELECT migrate_execute('ALTER TABLE ba DROP b, DROP c, ADD a text NOT NULL DEFAULT ''x'', ADD b integer PRIMARY KEY FIRST, ADD UNIQUE (a, b)');
SELECT rowid, * FROM ba;
SELECT migrate_execute('ALTER TABLE ba DROP a, DROP b, ADD c int DEFAULT 5');
SELECT rowid, * FROM ba;
SELECT sql FROM sqlite_schema WHERE name = 'ba';
PRAGMA integrity_check;
CREATE TABLE bb (a int PRIMARY KEY) WITHOUT ROWID;
SELECT migrate_execute('ALTER TABLE bb DROP a, ADD b int');
SELECT migrate_execute('ALTER TABLE bb DROP a, ADD b int PRIMARY KEY');
SELECT sql FROM sqlite_schema WHERE name = 'bb';

-- a column is renamed that views of views name, and triggers of views
CREATE TABLE ca (a int, "b 2" int);
CREATE VIEW cb AS SELECT * FROM ca; -- a comment
CREATE VIEW cc AS SELECT max(a) AS a FROM cb;
CREATE VIEW cd /* c */ AS SELECT a, "b 2" FROM ca WHERE a > 0;
CREATE TRIGGER ce INSTEAD OF INSERT ON cd BEGIN INSERT INTO ca VALUES (new.a, new."b 2"); END;
CREATE VIEW cf (a) AS SELECT a FROM ca;
CREATE VIEW cg AS SELECT a FROM cf;
CREATE VIEW ch AS SELECT a FROM ca;
CREATE VIEW ci AS SELECT 1 AS a;
CREATE TEMP VIEW cj AS SELECT "b 2" FROM main.ca;
CREATE TEMP VIEW ck AS SELECT "b 2" FROM cj;
PRAGMA legacy_alter_table = on;
SELECT migrate_execute('ALTER TABLE ca RENAME a TO x');
SELECT migrate_execute('ALTER TABLE ca RENAME "b 2" TO y');
PRAGMA legacy_alter_table = off;
INSERT INTO cd VALUES (1, 2);
SELECT * FROM cc, cg, ck;
SELECT sql FROM sqlite_schema WHERE name GLOB 'c[a-z]' UNION ALL SELECT sql FROM sqlite_temp_schema WHERE name GLOB 'c[a-z]';
CREATE VIEW cl AS SELECT x, nosuch FROM ca;
SELECT migrate_execute('ALTER TABLE ca RENAME x TO a');
DROP VIEW cl;
SELECT sql FROM sqlite_schema WHERE name GLOB 'c[ach]';

-- statistics go with a table that is renamed
CREATE TABLE da (a int PRIMARY KEY, b int);
CREATE TABLE "d b" (a int PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE da_ (a int UNIQUE);
CREATE INDEX da_b ON da (b);
INSERT INTO da VALUES (1, 2), (3, 4);
INSERT INTO "d b" VALUES (1), (3);
INSERT INTO da_ VALUES (1), (2);
ANALYZE da;
ANALYZE "d b";
ANALYZE da_;
SELECT migrate_execute('ALTER TABLE da RENAME TO dc');
SELECT migrate_execute('ALTER TABLE "D B" RENAME TO "d ''d"');
SELECT migrate_execute('ALTER TABLE dc ALTER b SET NOT NULL, ALTER a TYPE text');
SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl LIKE 'd%' ORDER BY 1, 2;

-- new values of a key that a foreign key refers to that isn't valid, or that goes
CREATE TABLE ea (a int PRIMARY KEY, b int, c int REFERENCES ea, d int UNIQUE REFERENCES ea (d));
INSERT INTO ea VALUES (1, 9, 1, 1), (2, 9, 1, 2);
SELECT migrate_execute('ALTER TABLE ea ALTER a TYPE text USING -a, ALTER c TYPE text USING -c, ADD FOREIGN KEY (b) REFERENCES ea NOT VALID');
SELECT migrate_execute('ALTER TABLE ea ALTER a TYPE text USING a || '' '', ADD FOREIGN KEY (b) REFERENCES ea');
SELECT migrate_execute('ALTER TABLE ea ALTER a TYPE text USING a || '' ''');
SELECT migrate_execute('ALTER TABLE ea ALTER a TYPE text USING a || '' '', ALTER c TYPE text USING c || '' '', DROP CONSTRAINT ea_b_fkey');
SELECT migrate_execute('ALTER TABLE ea ALTER d TYPE int USING -d, DROP CONSTRAINT ea_d_key');
SELECT migrate_execute('ALTER TABLE ea ALTER d TYPE int USING -d, DROP CONSTRAINT ea_d_key CASCADE');
SELECT * FROM ea;
SELECT sql FROM sqlite_schema WHERE name = 'ea';
PRAGMA foreign_key_check;

-- what a virtual table is made of
CREATE VIRTUAL TABLE fa USING fts5 (a);
CREATE VIRTUAL TABLE fa_b USING rtree (a, b, c);
CREATE TABLE fa_own (a int);
CREATE TABLE fa_b_own (a int);
SELECT migrate_execute('ALTER TABLE fa_data ADD b int');
SELECT migrate_execute('ALTER TABLE FA_data ALTER block SET NOT NULL');
SELECT migrate_execute('ALTER TABLE fa_content RENAME TO fb');
SELECT migrate_execute('ALTER TABLE fa_b_node RENAME data TO b');
SELECT migrate_execute('ALTER TABLE fa_own ADD b int');
SELECT migrate_execute('ALTER TABLE fa_b_own ALTER a TYPE text');
SELECT migrate_execute('ALTER TABLE fa RENAME TO fc');
INSERT INTO fc VALUES ('x');
SELECT name FROM sqlite_schema WHERE name GLOB 'f[ac]*' ORDER BY name;

-- a default that rows have by the text alone, and one that none of them has
CREATE TABLE ga (a int PRIMARY KEY);
INSERT INTO ga VALUES (1), (2);
SELECT migrate_execute('ALTER TABLE ga ADD b text DEFAULT 5');
SELECT migrate_execute('ALTER TABLE ga ADD c int DEFAULT true');
SELECT migrate_execute('ALTER TABLE ga ADD d text COLLATE nocase DEFAULT "X"');
SELECT migrate_execute('ALTER TABLE ga ADD e');
SELECT migrate_execute('ALTER TABLE ga ADD f real DEFAULT -1e3');
INSERT INTO ga VALUES (3, 'y', 0, 'z', 'e', 1);
UPDATE ga SET c = 0 WHERE a = 1;
CREATE TEMP TABLE gb AS SELECT rootpage FROM sqlite_schema WHERE name = 'ga';
SELECT migrate_execute('ALTER TABLE ga ALTER b SET DEFAULT ''other''');
SELECT rootpage = (SELECT rootpage FROM gb) FROM sqlite_schema WHERE name = 'ga';
SELECT b, typeof(b) FROM ga;
SELECT migrate_execute('ALTER TABLE ga ALTER e SET DEFAULT 7, ALTER c DROP DEFAULT, ALTER d SET DEFAULT (lower(''Q'')), ALTER f DROP DEFAULT');
SELECT * FROM ga;
UPDATE gb SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'ga');
SELECT migrate_execute('ALTER TABLE ga ALTER c SET DEFAULT 8, ALTER b DROP DEFAULT, ALTER d SET DEFAULT true');
SELECT migrate_execute('ALTER TABLE ga ALTER c DROP DEFAULT, ALTER b SET NOT NULL');
SELECT rootpage = (SELECT rootpage FROM gb) FROM sqlite_schema WHERE name = 'ga';
INSERT INTO ga (a, b) VALUES (4, 'b');
SELECT * FROM ga;
SELECT migrate_execute('ALTER TABLE ga ALTER c SET DEFAULT b');
SELECT migrate_execute('ALTER TABLE ga ALTER c SET DEFAULT (1 + "b")');
PRAGMA integrity_check;

-- triggers that work go on, whatever becomes of others of their table
CREATE TABLE ha (a int, b int);
CREATE TABLE hb (x int, b int);
CREATE TABLE hc (b int);
CREATE VIEW hd AS SELECT b FROM ha;
CREATE TRIGGER he AFTER INSERT ON hb BEGIN INSERT INTO hc (b) VALUES (new.b); END;
CREATE TRIGGER hf AFTER INSERT ON hb BEGIN UPDATE ha SET a = 1 WHERE b = new.x; END;
CREATE TEMP TRIGGER hg AFTER INSERT ON main.hb BEGIN INSERT INTO hc SELECT b + 1 FROM main.hb; END;
CREATE TRIGGER hh INSTEAD OF INSERT ON hd BEGIN DELETE FROM hc WHERE b = new.b; END;
CREATE TRIGGER hi INSTEAD OF UPDATE ON hd BEGIN DELETE FROM hc WHERE b = new.b; END;
CREATE TRIGGER hj INSTEAD OF DELETE ON hd BEGIN DELETE FROM hc WHERE b = old.b; END;
SELECT migrate_execute('ALTER TABLE ha DROP b');
SELECT migrate_execute('ALTER TABLE ha DROP b CASCADE');
INSERT INTO hb VALUES (1, 2);
SELECT b FROM hc ORDER BY b;
SELECT sql FROM sqlite_schema WHERE name GLOB 'h[a-z]' UNION ALL SELECT sql FROM sqlite_temp_schema WHERE name = 'hg';
-- a view that takes rows by a trigger, and no other change
CREATE TABLE kept (a int, b int);
CREATE VIEW shown AS SELECT 1 AS n;
CREATE TRIGGER shown_new INSTEAD OF INSERT ON shown BEGIN INSERT INTO kept (b) VALUES (new.n); END;
SELECT migrate_execute('ALTER TABLE kept DROP b');
SELECT migrate_execute('ALTER TABLE kept DROP b CASCADE');
SELECT name FROM sqlite_schema WHERE tbl_name IN ('kept', 'shown');
-- a text that SQLite doesn't take is found at once, wherever the table is
ATTACH ':memory:' AS later;
CREATE TABLE later.bad (a);
SELECT migrate_execute('ALTER TABLE bad ADD CHECK (a > (SELECT 0))');
SELECT sql FROM later.sqlite_schema;
CREATE TEMP TABLE bad (a);
SELECT migrate_execute('ALTER TABLE bad ADD CHECK (a > (SELECT 0))');
SELECT sql FROM temp.sqlite_schema WHERE name = 'bad';
-- up to 3.34 RENAME COLUMN could change the generated columns of other tables
CREATE TABLE later.made (k int, g text AS ([k] || '-'));
CREATE TABLE later.plain (a int, b int);
INSERT INTO later.made VALUES (1);
.print == SQLite before 3.35
SELECT migrate_execute('ALTER TABLE plain RENAME a TO c');
.print ==
.print == SQLite 3.35
SELECT migrate_execute('ALTER TABLE plain RENAME a TO c');
.print ==
SELECT migrate_execute('ALTER TABLE made RENAME k TO l');
SELECT * FROM made;
SELECT sql FROM later.sqlite_schema WHERE name = 'made';
