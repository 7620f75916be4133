-- migrate:revision   8d03b7c5e611
-- migrate:revises    4f1c2a9be07d
-- migrate:message    add phase to job
-- migrate:created    2026-01-19T15:40:02Z

-- migrate:upgrade
ALTER TABLE job ADD COLUMN phase varchar(16) NOT NULL DEFAULT 'queued'
	CHECK (phase IN ('queued', 'running', 'done', 'failed'));
CREATE INDEX job_phase_idx ON job (phase);

-- migrate:downgrade
DROP INDEX job_phase_idx;
ALTER TABLE job DROP COLUMN phase;
