-- standard ALTER TABLE: the same statements on both hosts, the same rows

SELECT migrate_execute('
CREATE TABLE owner (id integer PRIMARY KEY, email varchar(40));
CREATE TABLE job (
	id integer PRIMARY KEY, -- a number
	owner_id integer,
	title varchar(20) DEFAULT ''untitled'' NOT NULL,
	"Size" integer
);
CREATE INDEX job_title ON job (title);
INSERT INTO owner VALUES (1, ''a@b''), (2, ''c@d'');
INSERT INTO job VALUES (1, 1, ''one'', 10), (2, 2, ''two'', 20), (3, NULL, ''three'', NULL);
');

-- columns
SELECT migrate_execute('ALTER TABLE job ADD COLUMN note text');
SELECT migrate_execute('ALTER TABLE job ADD COLUMN IF NOT EXISTS note text');
SELECT migrate_execute('ALTER TABLE job ADD COLUMN note text');
SELECT migrate_execute('ALTER TABLE job ADD state varchar(10) NOT NULL DEFAULT ''new'', ADD points integer CHECK (points > 0)');
SELECT migrate_execute('UPDATE job SET points = 5 WHERE id = 1');
SELECT migrate_execute('UPDATE job SET points = 0 WHERE id = 1');
SELECT * FROM job ORDER BY id;
SELECT migrate_execute('ALTER TABLE job ADD COLUMN must integer NOT NULL');
SELECT migrate_execute('ALTER TABLE job DROP COLUMN note, DROP COLUMN IF EXISTS nosuch');
SELECT migrate_execute('ALTER TABLE job DROP COLUMN nosuch');
SELECT migrate_execute('ALTER TABLE job DROP COLUMN points');
SELECT migrate_execute('ALTER TABLE job RENAME COLUMN "Size" TO size');
SELECT migrate_execute('ALTER TABLE job RENAME TO task');
SELECT migrate_execute('ALTER TABLE task RENAME TO job');
SELECT migrate_execute('ALTER TABLE IF EXISTS nosuch ADD COLUMN a integer');
SELECT * FROM job ORDER BY id;

-- types, defaults, NOT NULL
SELECT migrate_execute('ALTER TABLE job ALTER COLUMN title TYPE varchar(100)');
SELECT migrate_execute('ALTER TABLE job ALTER size TYPE varchar(10)');
SELECT id, size FROM job ORDER BY id;
SELECT migrate_execute('ALTER TABLE job ALTER size TYPE integer USING length(size)');
SELECT id, size FROM job ORDER BY id;
SELECT migrate_execute('ALTER TABLE job ALTER COLUMN title SET DEFAULT ''none'', ALTER COLUMN size SET DEFAULT 7');
SELECT migrate_execute('INSERT INTO job (id) VALUES (4)');
SELECT id, title, size FROM job ORDER BY id;
SELECT migrate_execute('ALTER TABLE job ALTER COLUMN title DROP DEFAULT');
SELECT migrate_execute('INSERT INTO job (id) VALUES (5)');
SELECT migrate_execute('ALTER TABLE job ALTER COLUMN title DROP NOT NULL');
SELECT migrate_execute('INSERT INTO job (id) VALUES (5)');
SELECT migrate_execute('ALTER TABLE job ALTER COLUMN title SET NOT NULL');
SELECT migrate_execute('DELETE FROM job WHERE title IS NULL');
SELECT migrate_execute('ALTER TABLE job ALTER COLUMN title SET NOT NULL');
SELECT migrate_execute('INSERT INTO job (id) VALUES (6)');

-- constraints, by their names and by those that they would have
SELECT migrate_execute('ALTER TABLE job ADD CONSTRAINT positive CHECK (size > 100)');
SELECT migrate_execute('ALTER TABLE job ADD CONSTRAINT positive CHECK (size > 0)');
SELECT migrate_execute('INSERT INTO job (id, title, size) VALUES (7, ''x'', -1)');
SELECT migrate_execute('ALTER TABLE job ADD UNIQUE (title)');
SELECT migrate_execute('INSERT INTO job (id, title) VALUES (7, ''one'')');
SELECT migrate_execute('ALTER TABLE job DROP CONSTRAINT job_title_key');
SELECT migrate_execute('INSERT INTO job (id, title) VALUES (7, ''one'')');
SELECT migrate_execute('ALTER TABLE job ADD UNIQUE (title)');
SELECT migrate_execute('ALTER TABLE job RENAME CONSTRAINT positive TO job_size_check');
SELECT migrate_execute('ALTER TABLE job DROP CONSTRAINT job_size_check');
SELECT migrate_execute('ALTER TABLE job DROP CONSTRAINT job_size_check');
SELECT migrate_execute('ALTER TABLE job DROP CONSTRAINT IF EXISTS job_size_check');
SELECT migrate_execute('INSERT INTO job (id, title, size) VALUES (8, ''x'', -1)');
SELECT migrate_execute('ALTER TABLE job ADD CONSTRAINT job_owner FOREIGN KEY (owner_id) REFERENCES owner (id)');
SELECT migrate_execute('ALTER TABLE job DROP CONSTRAINT job_owner');
SELECT migrate_execute('UPDATE job SET owner_id = 9 WHERE id = 8');
SELECT migrate_execute('ALTER TABLE job ADD FOREIGN KEY (owner_id) REFERENCES owner');
SELECT migrate_execute('DELETE FROM job WHERE owner_id = 9');
SELECT migrate_execute('ALTER TABLE job ADD FOREIGN KEY (owner_id) REFERENCES owner ON DELETE CASCADE');
SELECT migrate_execute('ALTER TABLE owner ALTER COLUMN email SET NOT NULL, ALTER COLUMN email TYPE varchar(80), ADD UNIQUE (email)');
SELECT count(*) FROM job;
SELECT migrate_execute('ALTER TABLE owner DROP CONSTRAINT owner_pkey');
SELECT * FROM job ORDER BY id;
-- the index is still there
SELECT migrate_execute('DROP INDEX job_title');

-- composite keys, and foreign keys with actions
SELECT migrate_execute('
CREATE TABLE place (country varchar(2), code integer, name varchar(20), CONSTRAINT place_key PRIMARY KEY (country, code), UNIQUE (name));
CREATE TABLE trip (
	id integer PRIMARY KEY,
	country varchar(2),
	code integer,
	back varchar(20) REFERENCES place (name) ON DELETE SET NULL ON UPDATE CASCADE,
	days integer CHECK (days > 0) CHECK (days < 100),
	CHECK (days <> code),
	FOREIGN KEY (country, code) REFERENCES place ON DELETE CASCADE
);
INSERT INTO place VALUES (''de'', 1, ''Ulm''), (''de'', 2, ''Bonn''), (''fr'', 1, ''Metz'');
INSERT INTO trip VALUES (1, ''de'', 1, ''Ulm'', 5), (2, ''fr'', 1, ''Bonn'', 6), (3, NULL, NULL, NULL, 7);
');
SELECT migrate_execute('ALTER TABLE place ALTER COLUMN name SET NOT NULL, ALTER COLUMN name SET DEFAULT ''nowhere''');
SELECT migrate_execute('ALTER TABLE place ADD CONSTRAINT place_key CHECK (code > 0)');
SELECT migrate_execute('ALTER TABLE place ADD PRIMARY KEY (name)');
SELECT migrate_execute('ALTER TABLE place DROP CONSTRAINT place_name_key');
SELECT migrate_execute('ALTER TABLE place DROP CONSTRAINT place_key');
SELECT migrate_execute('ALTER TABLE trip DROP CONSTRAINT trip_days_check1, DROP CONSTRAINT trip_check');
SELECT migrate_execute('ALTER TABLE trip DROP CONSTRAINT trip_check');
SELECT migrate_execute('INSERT INTO trip VALUES (4, NULL, 200, NULL, 200)');
SELECT migrate_execute('ALTER TABLE trip RENAME CONSTRAINT trip_days_check TO "Long"');
SELECT migrate_execute('ALTER TABLE trip RENAME CONSTRAINT trip_country_code_fkey TO trip_place');
SELECT migrate_execute('ALTER TABLE trip RENAME CONSTRAINT "Long" TO trip_place');
SELECT migrate_execute('ALTER TABLE trip DROP CONSTRAINT "Long"');
SELECT migrate_execute('ALTER TABLE place DROP CONSTRAINT place_name_key CASCADE');
SELECT migrate_execute('ALTER TABLE trip DROP CONSTRAINT trip_back_fkey');
SELECT migrate_execute('ALTER TABLE place DROP CONSTRAINT place_key CASCADE');
SELECT migrate_execute('ALTER TABLE trip DROP CONSTRAINT trip_place');
SELECT migrate_execute('ALTER TABLE place ALTER COLUMN code DROP NOT NULL');
SELECT migrate_execute('INSERT INTO place (country) VALUES (''it'')');
SELECT migrate_execute('ALTER TABLE place ADD PRIMARY KEY (country, code)');
SELECT migrate_execute('ALTER TABLE place ADD CONSTRAINT one UNIQUE (country)');
SELECT migrate_execute('ALTER TABLE trip ADD FOREIGN KEY (country, code) REFERENCES place (country, code)');
SELECT migrate_execute('ALTER TABLE trip ADD FOREIGN KEY (country) REFERENCES nosuch');
SELECT migrate_execute('ALTER TABLE trip ADD FOREIGN KEY (nosuch) REFERENCES job');
SELECT migrate_execute('ALTER TABLE trip ADD FOREIGN KEY (country) REFERENCES place (nosuch)');
SELECT migrate_execute('ALTER TABLE trip ADD FOREIGN KEY (code) REFERENCES place');
SELECT country, code, name FROM place ORDER BY name;
SELECT id, country, code, back, days FROM trip ORDER BY id;

-- a table that refers to itself
SELECT migrate_execute('CREATE TABLE node (id integer PRIMARY KEY, up integer REFERENCES node)');
SELECT migrate_execute('INSERT INTO node VALUES (1, NULL), (2, 1)');
SELECT migrate_execute('ALTER TABLE node DROP CONSTRAINT node_pkey');
SELECT migrate_execute('ALTER TABLE node DROP CONSTRAINT node_pkey CASCADE');
SELECT migrate_execute('ALTER TABLE node DROP CONSTRAINT node_up_fkey');
SELECT migrate_execute('INSERT INTO node VALUES (2, 7)');
SELECT migrate_execute('ALTER TABLE node ALTER COLUMN up TYPE integer USING -up');
SELECT id, up FROM node ORDER BY id, up;

-- values that others refer to
SELECT migrate_execute('
CREATE TABLE tag (name varchar(10) PRIMARY KEY);
CREATE TABLE tagged (tag varchar(10) REFERENCES tag ON DELETE CASCADE);
INSERT INTO tag VALUES (''a''), (''b'');
INSERT INTO tagged VALUES (''a'');
');
SELECT migrate_execute('ALTER TABLE tag ALTER COLUMN name TYPE varchar(20)');
SELECT count(*) FROM tagged;

-- two of them in one revision, up and down
SELECT migrate_load('
-- migrate:revision n1
-- migrate:upgrade
ALTER TABLE node ADD COLUMN label varchar(10) NOT NULL DEFAULT ''none'', ADD COLUMN num integer;
ALTER TABLE node ALTER COLUMN num SET DEFAULT 4, ADD CONSTRAINT small CHECK (num < 10), DROP COLUMN up;
-- migrate:downgrade
ALTER TABLE node ADD COLUMN up integer, DROP CONSTRAINT small;
ALTER TABLE node DROP COLUMN label, DROP COLUMN num;
');
SELECT migrate_upgrade('n1');
SELECT migrate_execute('INSERT INTO node (id) VALUES (8)');
SELECT migrate_execute('UPDATE node SET num = 11');
SELECT id, label, num FROM node ORDER BY id, num;
SELECT migrate_downgrade('base');
SELECT id, up FROM node ORDER BY id;

-- the last column goes where another comes, and what is referred to has to be there
CREATE TABLE lone (a int);
INSERT INTO lone VALUES (1);
SELECT migrate_execute('ALTER TABLE lone DROP a, ADD b int NOT NULL DEFAULT 7, ADD a text');
SELECT b, a FROM lone;
SELECT migrate_execute('ALTER TABLE lone ADD c int REFERENCES nosuch');
SELECT migrate_execute('ALTER TABLE lone ADD FOREIGN KEY (b) REFERENCES nosuch (x) NOT VALID');
SELECT migrate_execute('ALTER TABLE lone ALTER b SET DEFAULT b');

-- a column is renamed that a view of a view names
CREATE VIEW view1 AS SELECT b, a FROM lone;
CREATE VIEW view2 AS SELECT b FROM view1;
SELECT migrate_execute('ALTER TABLE lone RENAME b TO d');
SELECT b FROM view1;
SELECT b FROM view2;
SELECT migrate_execute('ALTER TABLE lone DROP d');
