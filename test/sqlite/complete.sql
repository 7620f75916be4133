-- Revisions of a directory that serves PostgreSQL too: what it alone runs is
-- completed for this host, and the other way round.
.load ./migrate
SELECT migrate('init -t multidb both');
.shell cat both/script.sql.tmpl
SELECT writefile('both/schema.sql', 'CREATE TABLE t (id integer PRIMARY KEY, mood text, "user" integer);
-- migrate:model postgresql
CREATE TYPE mood AS ENUM ();
-- migrate:model
CREATE INDEX t_mood ON t (mood);
') > 0;
-- nothing is there for this host, as PostgreSQL has written it
SELECT writefile('both/versions/p1.sql', '-- migrate:revision p1
-- migrate:upgrade
-- (both)
-- migrate:upgrade postgresql
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, mood mood, "user" integer);
-- migrate:downgrade postgresql
DROP TABLE t;


-- migrate:revision p2
-- migrate:revises p1
-- migrate:upgrade
') > 0;
-- two are pending
SELECT migrate('revision --autogenerate');
.shell sed -i '/^-- migrate:revision p2/,99d' both/versions/p1.sql
-- another one is meant
SELECT migrate('revision --autogenerate --rev-id p3');
SELECT migrate('revision --autogenerate --branch-label b');
SELECT migrate('check');
SELECT migrate('revision --autogenerate -m "of no matter" --rev-id p1');
.shell cat both/versions/p1.sql
-- it is no half any more
SELECT migrate('revision --autogenerate');
SELECT migrate_upgrade('head');
SELECT migrate('check');
-- what both run
SELECT writefile('both/schema.sql', 'CREATE TABLE t (id integer PRIMARY KEY, mood text NOT NULL DEFAULT ''good'', "user" integer);
CREATE INDEX t_mood ON t (mood) WHERE mood <> ''good'';
') > 0;
SELECT migrate('revision --autogenerate -m plain --rev-id s1');
.shell sed -n '/migrate:upgrade/,99p' both/versions/s1_plain.sql
SELECT migrate_upgrade('head');
SELECT writefile('both/schema.sql', 'CREATE TABLE t (id integer PRIMARY KEY, mood text NOT NULL DEFAULT ''good'', "user" integer, at text DEFAULT (datetime()));
CREATE INDEX t_mood ON t (mood) WHERE mood <> ''good'';
') > 0;
SELECT migrate('revision --autogenerate -m "our own" --rev-id s2');
.shell sed -n '/migrate:upgrade/,99p' both/versions/s2_our_own.sql
SELECT migrate_upgrade('head');
-- nothing differs: the other host's revision stays as it is
SELECT writefile('both/versions/p4.sql', '-- migrate:revision p4
-- migrate:revises s2
-- migrate:upgrade postgresql
ALTER TABLE t ALTER COLUMN mood SET STORAGE EXTERNAL;
-- migrate:downgrade postgresql
ALTER TABLE t ALTER COLUMN mood SET STORAGE EXTENDED;
') > 0;
SELECT migrate('revision --autogenerate');
.shell cat both/versions/p4.sql
SELECT migrate_upgrade('head');
-- a section of the other host's is nothing to a script that is applied, a plain one is
.shell printf '\n-- migrate:upgrade postgresql\nSELECT 1;\n' >> both/versions/s2_our_own.sql
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('s1');
SELECT migrate_upgrade('head');
.shell printf '\n-- migrate:upgrade\nSELECT 1;\n' >> both/versions/s2_our_own.sql
SELECT migrate_downgrade('s1');
