-- migrate:revision   e3b58a60c1d4
-- migrate:revises    c9d2e07f4a36
-- migrate:message    add the view of open jobs
-- migrate:created    2026-02-16T16:18:57Z

-- migrate:upgrade
CREATE VIEW open_job AS
	SELECT j.id, j.title, w.name AS worker
	FROM job j LEFT JOIN worker w ON w.id = j.worker_id
	WHERE j.phase IN ('queued', 'running');
INSERT INTO worker (id, name) VALUES (1, 'nobody');

-- migrate:downgrade
DELETE FROM worker WHERE id = 1;
DROP VIEW open_job;
