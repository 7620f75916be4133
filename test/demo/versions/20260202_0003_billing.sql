-- migrate:revision   b60e94d1f2a8
-- migrate:revises    8d03b7c5e611
-- migrate:message    create invoices
-- migrate:created    2026-02-02T08:05:31Z
-- migrate:labels     billing

-- migrate:upgrade
CREATE TABLE invoice (
	id integer PRIMARY KEY,
	job_id integer NOT NULL REFERENCES job (id),
	cents integer NOT NULL CHECK (cents >= 0)
);

-- migrate:downgrade
DROP TABLE invoice;
