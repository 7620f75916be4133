# Five teams' script directories for users.sql, as they use Alembic.
script() { mkdir -p "$(dirname "$1")" && cat >"$1"; }

# one that names the next revision, in a line of so many
chain() { # DIRECTORY PREFIX ID ...
	local dir=$1 prefix=$2 parent='' id
	shift 2
	for id; do
		script "$dir/versions/${id}_step.sql" <<SQL
-- migrate:revision $id
-- migrate:revises  $parent
-- migrate:message  step $id
-- migrate:created  2026-11-20T09:30:00Z
-- migrate:upgrade
CREATE TABLE ${prefix}_$id (id integer);
-- migrate:downgrade
DROP TABLE ${prefix}_$id;
SQL
		parent=$id
	done
}

# files are named by what they do, so that no chance is in their names
names() { # DIRECTORY
	script "$1/migrate.ini" <<'INI'
[alembic]
script_location = %(here)s
file_template = %%(slug)s
INI
}

# mmli-backend: a table that was there before, and a column
script mmli/versions/fd23b24f6f9a_create_job.sql <<'SQL'
-- migrate:revision fd23b24f6f9a
-- migrate:message  create job
-- migrate:upgrade
CREATE TABLE job (id integer PRIMARY KEY, email varchar, phase varchar NOT NULL, deleted integer NOT NULL);
-- migrate:downgrade
DROP TABLE job;
SQL
script mmli/versions/6a32f8fc32ca_add_new_field.sql <<'SQL'
-- migrate:revision 6a32f8fc32ca
-- migrate:revises  fd23b24f6f9a
-- migrate:message  add new_field
-- migrate:created  2026-11-21T10:00:00Z

-- migrate:upgrade
ALTER TABLE job ADD COLUMN new_field varchar;

-- migrate:downgrade
ALTER TABLE job DROP COLUMN new_field;
SQL
names mmli

# lumigator: a line, of which a database may have a part already
chain lumigator lumi e75fa022c781 0aa7c6c09b1d cb3cf47d9259 9d2b3a1c0f5e
names lumigator

# mage-ai: one history for both hosts; a value more for an enum
script mage/versions/8971f24c4df5_block_run.sql <<'SQL'
-- migrate:revision 8971f24c4df5
-- migrate:message  create block_run
-- migrate:upgrade postgresql
CREATE TYPE blockrunstatus AS ENUM ('INITIAL', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'UPSTREAM_FAILED');
CREATE TABLE block_run (id integer PRIMARY KEY, status blockrunstatus);
-- migrate:upgrade sqlite
CREATE TABLE block_run (id integer PRIMARY KEY, status varchar(15));
-- migrate:upgrade
INSERT INTO block_run VALUES (1, 'COMPLETED'), (2, 'UPSTREAM_FAILED');
-- migrate:downgrade
DROP TABLE block_run;
-- migrate:downgrade postgresql
DROP TYPE blockrunstatus;
SQL
script mage/versions/dfe49d040487_condition_failed.sql <<'SQL'
-- migrate:revision dfe49d040487
-- migrate:revises  8971f24c4df5
-- migrate:message  add condition failed status to block run
-- migrate:upgrade postgresql
ALTER TYPE blockrunstatus ADD VALUE 'CONDITION_FAILED';
-- migrate:downgrade
UPDATE block_run SET status = 'FAILED' WHERE status = 'CONDITION_FAILED';
-- migrate:downgrade postgresql
ALTER TYPE blockrunstatus RENAME TO blockrunstatus_old;
CREATE TYPE blockrunstatus AS ENUM ('INITIAL', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'UPSTREAM_FAILED');
ALTER TABLE block_run ALTER COLUMN status TYPE blockrunstatus USING status::text::blockrunstatus;
DROP TYPE blockrunstatus_old;
SQL
script mage/versions/39a1d4e1f0c2_outside.sql <<'SQL'
-- migrate:revision 39a1d4e1f0c2
-- migrate:revises  dfe49d040487
-- migrate:message  the same in an autocommit block
-- migrate:upgrade autocommit
UPDATE block_run SET status = 'CONDITION_FAILED' WHERE id = 2;
-- migrate:downgrade
SQL

# agent-api: the configuration is in db/, and not where one works
script db/alembic.ini <<INI
# A generic, single database configuration.

[alembic]
# path to migration scripts
script_location = %(here)s/scripts
file_template = %%(slug)s
prepend_sys_path = .
version_path_separator = os
sqlalchemy.url = driver://user:pass@localhost/dbname

[post_write_hooks]

[loggers]
keys = root,sqlalchemy,alembic
[logger_root]
level = WARN
handlers = console
qualname =
INI
chain db/scripts agent b1e1a7d4c201 b1e1a7d4c202

# wps: a longer line
chain wps wps a17a5f7a0e01 a17a5f7a0e02 a17a5f7a0e03 a17a5f7a0e04 a17a5f7a0e05
names wps
