-- migrate:revision   6a32f8fc32ca
-- migrate:revises    fd23b24f6f9a
-- migrate:message    add new_field
-- migrate:created    2026-11-21T10:00:00Z
-- migrate:labels lib, app
-- migrate:depends_on other

-- migrate:upgrade
ALTER TABLE job ADD COLUMN new_field varchar;

-- migrate:downgrade
ALTER TABLE job DROP COLUMN new_field;
