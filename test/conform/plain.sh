# Files as other tools have them, without a header.
mkdir -p versions mixed/versions bad/versions
cat >versions/20260101120000_create_users.sql <<'SQL'
-- migrate:up
CREATE TABLE users (id integer, name text);

-- migrate:down
DROP TABLE users;
SQL
cat >versions/20260102120000_add_email.sql <<'SQL'
-- a comment above
-- migrate:up
ALTER TABLE users ADD COLUMN email text;
-- migrate:down
ALTER TABLE users DROP COLUMN email;
SQL
cat >versions/20260103120000.sql <<'SQL'
-- migrate:up transaction:true
INSERT INTO users VALUES (1, 'a', 'b');
-- migrate:down
DELETE FROM users;
SQL
cp versions/* mixed/versions/
cat >mixed/versions/a1_after.sql <<'SQL'
-- migrate:revision a1
-- migrate:revises 20260103120000
-- migrate:upgrade
CREATE TABLE more (id integer);
SQL
cat >'bad/versions/one two_x.sql' <<'SQL'
-- migrate:up
SQL

mkdir -p late/versions gone/versions
cp versions/* late/versions/
cat >late/versions/20260101130000_late.sql <<'SQL'
-- migrate:up
CREATE TABLE late (email text);
INSERT INTO late SELECT email FROM users;
-- migrate:down
DROP TABLE late;
SQL
cp late/versions/* gone/versions/
rm gone/versions/20260102120000_add_email.sql
mkdir extra
cp late/versions/20260101130000_late.sql extra/
