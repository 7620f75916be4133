-- migrate:revision   17ac5f8e3b90
-- migrate:revises    8d03b7c5e611
-- migrate:message    log what workers do
-- migrate:created    2026-02-03T11:27:09Z

-- migrate:upgrade postgresql
CREATE TABLE job_event (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	job_id integer NOT NULL REFERENCES job (id),
	at timestamptz NOT NULL DEFAULT now(),
	phase varchar(16) NOT NULL
);
CREATE FUNCTION job_logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO job_event (job_id, phase) VALUES (NEW.id, NEW.phase);
	RETURN NULL;
END $$;
CREATE TRIGGER job_logged AFTER INSERT OR UPDATE OF phase ON job
	FOR EACH ROW EXECUTE FUNCTION job_logged();

-- migrate:upgrade sqlite
CREATE TABLE job_event (
	id integer PRIMARY KEY,
	job_id integer NOT NULL REFERENCES job (id),
	at text NOT NULL DEFAULT CURRENT_TIMESTAMP,
	phase varchar(16) NOT NULL
);
CREATE TRIGGER job_inserted AFTER INSERT ON job
BEGIN
	INSERT INTO job_event (job_id, phase) VALUES (NEW.id, NEW.phase);
END;
CREATE TRIGGER job_moved AFTER UPDATE OF phase ON job
BEGIN
	INSERT INTO job_event (job_id, phase) VALUES (NEW.id, NEW.phase);
END;

-- migrate:downgrade postgresql
DROP TRIGGER job_logged ON job;
DROP FUNCTION job_logged();
DROP TABLE job_event;

-- migrate:downgrade sqlite
DROP TRIGGER job_moved;
DROP TRIGGER job_inserted;
DROP TABLE job_event;
