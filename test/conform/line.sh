# A project for line.sql: an alembic.ini in db/, and its scripts.
mkdir -p db/migrations/versions
cat >db/alembic.ini <<INI
# as Alembic writes it
[alembic]
script_location = $PWD/db/migrations
prepend_sys_path = .
sqlalchemy.url = postgresql+psycopg://user:pass@host/db
version_path_separator = os  # Use os.pathsep

[plugin]
script_location = %(here)s/plugin
version_table = plugin_revs

[latin]
script_location = %(here)s/plugin
output_encoding = latin-1

[same]
script_location = %(here)s/plugin
version_table = same_revs
file_template = always

[loggers]
keys = root
INI
mkdir -p db/plugin/versions
script() { cat >"$1"; }
script db/migrations/versions/1.sql <<'SQL'
-- migrate:revision   fd23b24f6f9a
-- migrate:message    create job
-- migrate:created    2026-11-20T09:30:00Z

-- migrate:upgrade
CREATE TABLE job (id integer);
-- migrate:downgrade
DROP TABLE job;
SQL
script db/migrations/versions/2.sql <<'SQL'
-- migrate:revision   6a32f8fc32ca
-- migrate:revises    fd23b24f6f9a
-- migrate:message    add new_field
-- migrate:created    2026-11-21T10:00:00Z

-- migrate:upgrade
ALTER TABLE job ADD COLUMN new_field varchar;
-- migrate:downgrade
ALTER TABLE job DROP COLUMN new_field;
SQL
script db/migrations/versions/3.sql <<'SQL'
-- migrate:revision   b1b1b1b1b1b1
-- migrate:revises    6a32f8fc32ca
-- migrate:message    left
-- migrate:labels     left

-- migrate:upgrade
INSERT INTO job VALUES (1, coalesce(migrate_x('tenant'), 'none') || coalesce(migrate_tag(), '-'));
-- migrate:downgrade
DELETE FROM job;
SQL
script db/migrations/versions/4.sql <<'SQL'
-- migrate:revision   c1c1c1c1c1c1
-- migrate:revises    6a32f8fc32ca
-- migrate:message    right
-- migrate:depends_on left

-- migrate:upgrade
-- migrate:downgrade
SQL
script db/migrations/versions/5.sql <<'SQL'
-- migrate:revision   d1d1d1d1d1d1
-- migrate:revises    b1b1b1b1b1b1, c1c1c1c1c1c1
-- migrate:message    together
SQL
script db/plugin/versions/1.sql <<'SQL'
-- migrate:revision   p1
-- migrate:message    of the plugin
-- migrate:upgrade
CREATE TABLE plug (id integer);
SQL
