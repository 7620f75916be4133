CREATE EXTENSION migrate;
\set scripts `cat versions/*.sql`
SELECT migrate_load(:'scripts');
SELECT migrate_upgrade('head');
