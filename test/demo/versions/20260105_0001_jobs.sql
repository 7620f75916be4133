-- migrate:revision   4f1c2a9be07d
-- migrate:message    create jobs and workers
-- migrate:created    2026-01-05T09:12:44Z

-- migrate:upgrade
CREATE TABLE worker (
	id integer PRIMARY KEY,
	name varchar(80) NOT NULL UNIQUE
);
CREATE TABLE job (
	id integer PRIMARY KEY,
	title varchar(200) NOT NULL,
	worker_id integer REFERENCES worker (id)
);

-- migrate:downgrade
DROP TABLE job;
DROP TABLE worker;
