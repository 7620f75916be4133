-- ALTER TABLE: constraints, in all kinds of tables.
-- Each case is undone behind it; alter/show tells which lines of the schema it has
-- changed, and which rows of those that ./rows is about.
.load ./migrate
ATTACH ':memory:' AS was;

-- constraints with names and without
PRAGMA foreign_keys = ON;
CREATE TABLE owner (id INTEGER PRIMARY KEY, a int, b int, name text, UNIQUE (a, b));
CREATE TABLE t (
  id integer CONSTRAINT "the key" PRIMARY KEY,
  a int NOT NULL CHECK (a > 0) CHECK (a < 1000),
  b int UNIQUE REFERENCES owner (id),
  name text CONSTRAINT full_name NOT NULL CONSTRAINT long_name CHECK (length(name) < 10), -- a name
  up int REFERENCES t,
  CHECK (a < b OR b IS NULL), -- in order
  FOREIGN KEY (a, b) REFERENCES owner (a, b),
  CONSTRAINT both UNIQUE (a, b),
  UNIQUE (name, a)
);
CREATE TABLE child (
  id integer PRIMARY KEY,
  a int, b int,
  t_id int REFERENCES t ON DELETE CASCADE,
  FOREIGN KEY (a, b) REFERENCES t (a, b) ON DELETE SET NULL ON UPDATE CASCADE,
  CONSTRAINT named FOREIGN KEY (b) REFERENCES t (b) DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX child_t ON child (t_id);
INSERT INTO owner VALUES (5, 1, 5, 'o'), (6, 2, 6, 'p'), (7, 3, NULL, 'q');
INSERT INTO t VALUES (1, 1, 5, 'one', NULL), (2, 2, 6, 'two', 1), (3, 3, NULL, 'three', 1);
INSERT INTO child VALUES (1, 1, 5, 1), (2, 2, 6, 2), (3, NULL, NULL, NULL);
.output rows
.print "INSERT INTO was.n SELECT 't: ' || id || '|' || coalesce(a, '~') || '|' || coalesce(b, '~') || '|' || coalesce(name, '~') FROM t;"
.print "INSERT INTO was.n SELECT 'child: ' || id || '|' || coalesce(a, '~') || '|' || coalesce(b, '~') || '|' || coalesce(t_id, '~') FROM child;"
.output
.read mark
.echo on
SELECT migrate_execute('ALTER TABLE t ADD CHECK (b > 0)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CHECK (b > 5)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT c1 CHECK (b > 5)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT c1 CHECK (b > 5) NOT VALID');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT c1 CHECK (b IS NOT NULL)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT both CHECK (b > 0)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT t_a_check CHECK (b > 0)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CHECK (nosuch > 0)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CHECK (a > (SELECT 0))');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CHECK (a > 0) , ADD CHECK (b > 0)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD UNIQUE (up)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD UNIQUE (id, up)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT "one of" UNIQUE (name)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD UNIQUE (nosuch)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD UNIQUE (a, a)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD UNIQUE (b)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD UNIQUE (name COLLATE NOCASE)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD PRIMARY KEY (a)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY (a, b)');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT "the key", ADD PRIMARY KEY (a)');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT "the key" CASCADE, ADD PRIMARY KEY (a)');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT "the key" CASCADE, ADD CONSTRAINT k PRIMARY KEY (a, name)');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT "the key" CASCADE, ADD PRIMARY KEY (b)');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT "the key"');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT "the key" CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_pkey');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (up) REFERENCES owner');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (up) REFERENCES owner NOT VALID');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (up) REFERENCES t (id) ON DELETE CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES owner ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED');
.read show
SELECT migrate_execute('ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES owner MATCH FULL');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES owner (name)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES owner (nosuch)');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (nosuch) REFERENCES owner');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES nosuch');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES nosuch NOT VALID');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES owner');
.read show
SELECT migrate_execute('ALTER TABLE t ADD FOREIGN KEY (a, b) REFERENCES owner (b, a)');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT nosuch');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT IF EXISTS nosuch');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_a_check');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_a_check1');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT T_A_CHECK1');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_check');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_b_key');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_b_key CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_b_fkey');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_up_fkey');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_a_b_fkey');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT both');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT both RESTRICT');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT both CASCADE');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_name_a_key');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT long_name');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT full_name');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_a_not_null');
.read show
SELECT migrate_execute('ALTER TABLE t DROP CONSTRAINT t_a_check, DROP CONSTRAINT t_a_check1, DROP CONSTRAINT t_check');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT nosuch TO x');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT both TO long_name');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT both TO "B O"');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT t_check TO ordered');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT t_a_check TO t_a_check9');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT "the key" TO t_pkey');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT full_name TO x');
.read show
SELECT migrate_execute('ALTER TABLE t RENAME CONSTRAINT t_up_fkey TO upwards');
.read show
SELECT migrate_execute('ALTER TABLE t VALIDATE CONSTRAINT t_check');
.read show
SELECT migrate_execute('ALTER TABLE t VALIDATE CONSTRAINT both');
.read show
SELECT migrate_execute('ALTER TABLE t VALIDATE CONSTRAINT nosuch');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER name DROP NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER a DROP NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER b SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER id SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER id TYPE bigint');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER id TYPE text');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER a TYPE text');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER a TYPE int USING a + 1');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER up TYPE int USING 9');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER b TYPE int USING NULL');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER name TYPE varchar(3)');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER name TYPE text COLLATE NOCASE');
.read show
SELECT migrate_execute('ALTER TABLE t ADD c int CONSTRAINT c_full NOT NULL DEFAULT 3 CONSTRAINT c_small CHECK (c < 5) CONSTRAINT c_ref REFERENCES owner');
.read show
SELECT migrate_execute('ALTER TABLE t ADD c int DEFAULT 5 CONSTRAINT c_ref REFERENCES owner ON DELETE SET DEFAULT');
.read show
SELECT migrate_execute('ALTER TABLE t ALTER b DROP DEFAULT, ALTER b SET DEFAULT 6, ADD CONSTRAINT x CHECK (b <> 9), DROP CONSTRAINT t_check');
.read show
.echo off
RELEASE c;

-- the same tables, without a look at columns
PRAGMA foreign_keys;
.output rows
.output
.read mark
.echo on
SELECT migrate_execute('ALTER TABLE t DROP COLUMN a');
SELECT rowid, * FROM t;
.read show
SELECT migrate_execute('ALTER TABLE t DROP COLUMN a CASCADE');
SELECT rowid, * FROM t;
.read show
SELECT migrate_execute('ALTER TABLE t DROP COLUMN b CASCADE');
SELECT rowid, * FROM t;
.read show
SELECT migrate_execute('ALTER TABLE t DROP COLUMN name');
SELECT rowid, * FROM t;
.read show
SELECT migrate_execute('ALTER TABLE t DROP COLUMN up');
SELECT rowid, * FROM t;
.read show
SELECT migrate_execute('ALTER TABLE t RENAME COLUMN a TO "a b"');
SELECT rowid, * FROM t;
.read show
SELECT migrate_execute('ALTER TABLE t RENAME COLUMN id TO key');
SELECT rowid, * FROM t;
.read show
SELECT migrate_execute('ALTER TABLE t RENAME TO u');
SELECT rowid, * FROM u;
.read show
.echo off
RELEASE c;

-- composite keys, WITHOUT ROWID, STRICT
.print == SQLite 3.37
CREATE TABLE w (a INT, b TEXT COLLATE NOCASE, c REAL DEFAULT 1.5, PRIMARY KEY (b, a DESC)) WITHOUT ROWID, STRICT;
CREATE TABLE s (i INTEGER, n INT NOT NULL DEFAULT 0, x ANY, g TEXT AS (i || '!') VIRTUAL UNIQUE) STRICT;
CREATE TABLE k (a, b, c, PRIMARY KEY (a, b) ON CONFLICT IGNORE);
CREATE TABLE r (a, b, rowid int, _rowid_ int, oid int);
CREATE TABLE d (id INTEGER PRIMARY KEY DESC, x);
CREATE INDEX w_c ON w (c DESC, b COLLATE BINARY);
CREATE INDEX s_x ON s (x) WHERE n = 0;
INSERT INTO w VALUES (1, 'A', 1), (2, 'a', 2), (3, 'b', NULL);
INSERT INTO s (rowid, i, x) VALUES (5, 1, 'x'), (9, 2, 2), (11, NULL, x'00');
INSERT INTO k (rowid, a, b, c) VALUES (7, 1, 1, 1), (8, NULL, 1, 2), (3, NULL, 1, 3);
INSERT INTO r VALUES (1, 2, 3, 4, 5);
INSERT INTO d (rowid, id, x) VALUES (4, 10, 'ten'), (2, 20, 'twenty');
.output rows
.print "INSERT INTO was.n SELECT 'w: ' || b || a || coalesce(c, '~') FROM w;"
.print "INSERT INTO was.n SELECT 's: ' || rowid || '|' || coalesce(i, '~') || '|' || quote(x) FROM s;"
.print "INSERT INTO was.n SELECT 'k: ' || rowid || '|' || coalesce(a, '~') FROM k;"
.print "INSERT INTO was.n SELECT 'd: ' || rowid || '|' || x FROM d;"
.output
.read mark
.echo on
SELECT migrate_execute('ALTER TABLE w ADD d INT');
.read show
SELECT migrate_execute('ALTER TABLE w ADD d INT NOT NULL DEFAULT 0 UNIQUE');
.read show
SELECT migrate_execute('ALTER TABLE w ADD d int4');
.read show
SELECT migrate_execute('ALTER TABLE w ALTER c SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE w ALTER a SET DEFAULT 5');
.read show
SELECT migrate_execute('ALTER TABLE w ALTER a TYPE INTEGER USING a * 10');
.read show
SELECT migrate_execute('ALTER TABLE w ALTER a TYPE INTEGER USING 1');
.read show
SELECT migrate_execute('ALTER TABLE w ALTER b TYPE TEXT COLLATE BINARY');
.read show
SELECT migrate_execute('ALTER TABLE w DROP CONSTRAINT w_pkey');
.read show
SELECT migrate_execute('ALTER TABLE w DROP CONSTRAINT w_pkey, ADD PRIMARY KEY (b)');
.read show
SELECT migrate_execute('ALTER TABLE w DROP CONSTRAINT w_pkey, ADD CONSTRAINT wk PRIMARY KEY (a)');
.read show
SELECT migrate_execute('ALTER TABLE w ALTER c FIRST');
.read show
SELECT migrate_execute('ALTER TABLE w ADD CHECK (c > 1)');
.read show
SELECT migrate_execute('ALTER TABLE w RENAME CONSTRAINT w_pkey TO pk');
.read show
SELECT migrate_execute('ALTER TABLE s ADD d TEXT DEFAULT ''x''');
.read show
SELECT migrate_execute('ALTER TABLE s ADD d varchar(10)');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER x TYPE INT');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER x TYPE INT USING 3');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER i TYPE INT');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER i TYPE TEXT');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER i SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER n SET DEFAULT 7');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER g SET EXPRESSION AS (n || ''?'')');
.read show
SELECT migrate_execute('ALTER TABLE s ALTER g SET EXPRESSION AS (i || ''?'')');
.read show
SELECT migrate_execute('ALTER TABLE s DROP CONSTRAINT s_g_key');
.read show
SELECT migrate_execute('ALTER TABLE s ADD PRIMARY KEY (n, i)');
.read show
SELECT migrate_execute('ALTER TABLE s ADD PRIMARY KEY (i)');
.read show
SELECT migrate_execute('ALTER TABLE s ADD id INTEGER PRIMARY KEY');
.read show
SELECT migrate_execute('ALTER TABLE s ADD id INTEGER PRIMARY KEY FIRST');
.read show
SELECT migrate_execute('ALTER TABLE s ADD id INTEGER PRIMARY KEY AUTOINCREMENT');
.read show
SELECT migrate_execute('ALTER TABLE k DROP CONSTRAINT k_pkey');
.read show
SELECT migrate_execute('ALTER TABLE k ALTER c SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE k ALTER a SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE k ALTER b SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE k ALTER b TYPE text');
.read show
SELECT migrate_execute('ALTER TABLE k ADD UNIQUE (c)');
.read show
SELECT migrate_execute('ALTER TABLE k ADD UNIQUE (b)');
.read show
SELECT migrate_execute('ALTER TABLE k ADD CONSTRAINT z UNIQUE (b, c) ON CONFLICT REPLACE');
.read show
SELECT migrate_execute('ALTER TABLE k ALTER c TYPE integer');
.read show
SELECT migrate_execute('ALTER TABLE k ALTER c TYPE varchar(5)');
.read show
SELECT migrate_execute('ALTER TABLE r ALTER a TYPE text');
.read show
SELECT migrate_execute('ALTER TABLE r ADD x int UNIQUE');
.read show
SELECT migrate_execute('ALTER TABLE d ALTER x SET NOT NULL');
.read show
SELECT migrate_execute('ALTER TABLE d ALTER x TYPE text');
.read show
SELECT migrate_execute('ALTER TABLE d ALTER id TYPE bigint');
.read show
SELECT migrate_execute('ALTER TABLE d DROP CONSTRAINT d_pkey');
.read show
.echo off
RELEASE c;

-- the same tables, without a look at columns
PRAGMA foreign_keys;
.output rows
.output
.read mark
.echo on
SELECT migrate_execute('ALTER TABLE w ALTER a DROP NOT NULL');
SELECT * FROM w;
.read show
SELECT migrate_execute('ALTER TABLE w DROP a');
SELECT * FROM w;
.read show
SELECT migrate_execute('ALTER TABLE w DROP c');
SELECT * FROM w;
.read show
SELECT migrate_execute('ALTER TABLE w RENAME c TO d');
SELECT * FROM w;
.read show
SELECT migrate_execute('ALTER TABLE s ALTER n DROP NOT NULL');
SELECT rowid, * FROM s;
.read show
SELECT migrate_execute('ALTER TABLE s DROP g');
SELECT rowid, * FROM s;
.read show
SELECT migrate_execute('ALTER TABLE s DROP i');
SELECT rowid, * FROM s;
.read show
SELECT migrate_execute('ALTER TABLE s DROP i CASCADE');
SELECT rowid, * FROM s;
.read show
SELECT migrate_execute('ALTER TABLE s ALTER g DROP EXPRESSION');
SELECT rowid, * FROM s;
.read show
SELECT migrate_execute('ALTER TABLE s DROP x');
SELECT rowid, * FROM s;
.read show
SELECT migrate_execute('ALTER TABLE k DROP a');
SELECT rowid, * FROM k;
.read show
SELECT migrate_execute('ALTER TABLE r DROP oid');
SELECT rowid, * FROM r;
.read show
SELECT migrate_execute('ALTER TABLE d DROP id');
SELECT rowid, * FROM d;
.read show
.echo off
RELEASE c;
.print ==
