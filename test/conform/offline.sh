# A project for offline.sql.
mkdir -p versions
script() { cat >"versions/$1.sql"; }
script 1 <<'SQL'
-- migrate:revision a1
-- migrate:message  first
-- migrate:upgrade
-- a comment above
CREATE TABLE job (id integer PRIMARY KEY, name text DEFAULT 'a;b'); -- behind it
INSERT INTO job VALUES (1, '100%'), (2, ':x \ -- no comment')
-- migrate:downgrade
DROP TABLE job
SQL
script 2 <<'SQL'
-- migrate:revision a2
-- migrate:revises  a1
-- migrate:message  for each its own
-- migrate:upgrade postgresql
ALTER TABLE job ADD COLUMN host text DEFAULT 'one of both';
-- migrate:upgrade sqlite
ALTER TABLE job ADD COLUMN host text DEFAULT 'one of both';
-- migrate:downgrade
ALTER TABLE job DROP COLUMN host;
SQL
script 3 <<'SQL'
-- migrate:revision b1
-- migrate:revises  a1
-- migrate:labels   side
-- migrate:upgrade
CREATE TABLE side (id integer);
-- migrate:downgrade
DROP TABLE side;
SQL
script 4 <<'SQL'
-- migrate:revision m1
-- migrate:revises  a2, b1
-- migrate:upgrade
-- migrate:downgrade
SQL
script 5 <<'SQL'
-- migrate:revision c1
-- migrate:revises  m1
-- migrate:upgrade
INSERT INTO side VALUES (1);
-- migrate:upgrade autocommit
UPDATE side SET id = 2;
-- migrate:upgrade
INSERT INTO side VALUES (3);
-- migrate:downgrade autocommit
DELETE FROM side;
SQL
script 6 <<'SQL'
-- migrate:revision d1
-- migrate:revises  c1
-- migrate:upgrade
DROP TABLE side;
SQL
