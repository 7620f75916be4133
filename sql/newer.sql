-- What depends on the server's version: newer_1.out is for 14, newer_2.out for 13.
CREATE SCHEMA newer;
SET search_path = newer, public;
SET migrate.name = 'newer';
-- 14: what only the server knows not to run inside of a transaction
SELECT migrate_load($$
-- migrate:revision w1
-- migrate:upgrade
CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
REINDEX TABLE parts;
-- migrate:downgrade
DROP TABLE parts;
$$);
CALL migrate.upgrade('w1');
SELECT migrate_stamp('base');
DROP TABLE IF EXISTS parts;
-- 15: what a function of somebody else has set is his
CREATE ROLE regress_migrate_planter;
GRANT ALL ON SCHEMA newer TO regress_migrate_planter;
SET SESSION AUTHORIZATION regress_migrate_planter;
CREATE FUNCTION plant() RETURNS void LANGUAGE sql SECURITY DEFINER
AS $$ SELECT set_config('migrate.newer.on_version_apply', 'SELECT 1', false) $$;
RESET SESSION AUTHORIZATION;
SELECT plant();
SELECT migrate_stamp('w1');
DROP FUNCTION plant();
REVOKE ALL ON SCHEMA newer FROM regress_migrate_planter;
DROP ROLE regress_migrate_planter;
