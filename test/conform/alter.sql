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
