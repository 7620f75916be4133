-- a test of the application's own, on the schema at head
INSERT INTO worker (id, name) VALUES (2, 'ada');
INSERT INTO job (id, title, worker_id) VALUES (1, 'clean up', 2);
SELECT * FROM open_job;
UPDATE job SET phase = 'done' WHERE id = 1;
SELECT job_id, phase FROM job_event ORDER BY id;
SELECT * FROM open_job;
