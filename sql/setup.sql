-- What every other test needs.
CREATE EXTENSION migrate;
SELECT migrate_version();
SELECT extname, extversion FROM pg_extension WHERE extname = 'migrate';
SELECT * FROM migrate_status();
SELECT * FROM migrate_history();
SELECT count(*) FROM migrate_current();
-- each test works in a schema of its own, some in a history of its own
