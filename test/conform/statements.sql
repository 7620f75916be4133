-- where statements end: strings, quoted names, comments, bodies of functions and triggers

SELECT migrate_load('
-- migrate:revision s1
-- migrate:message strings and names
-- migrate:upgrade
;;
CREATE TABLE "odd; name" ("a;b" text, c text); ;
INSERT INTO "odd; name" VALUES (''x;y'', ''it''''s''), (''-- no comment'', ''/* nor this */'');
/* a; comment */ INSERT INTO "odd; name" /* in; the middle */ VALUES (''c'', NULL); -- at; the end
-- a line; of its own
INSERT INTO "odd; name" VALUES (''line one
-- line two;
line three'', '''')
-- migrate:downgrade
DROP TABLE "odd; name" -- no semicolon, no line end');
SELECT migrate_upgrade('head');
SELECT * FROM "odd; name" ORDER BY "a;b" || 'x';
SELECT revision, statements FROM migrate_log();
SELECT migrate_load('
-- migrate:revision s2
-- migrate:revises s1
-- migrate:message a trigger that counts
-- migrate:upgrade
CREATE TABLE counted (id integer);
CREATE TABLE counter (n integer);
INSERT INTO counter VALUES (0);
-- migrate:upgrade postgresql
CREATE FUNCTION count_one() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
	UPDATE counter SET n = n + 1; -- END;
	RETURN NEW;
END;
$body$;
CREATE TRIGGER count_one AFTER INSERT ON counted FOR EACH ROW EXECUTE FUNCTION count_one();
-- migrate:upgrade sqlite
SELECT ''a statement that gives rows'';
CREATE TRIGGER count_one AFTER INSERT ON counted BEGIN
	UPDATE counter SET n = n + 1; -- END;
	SELECT CASE WHEN 1 THEN 2 END;
END;
-- migrate:upgrade
INSERT INTO counted VALUES (1);
INSERT INTO counted VALUES (2);
-- migrate:downgrade
DROP TABLE counted;
DROP TABLE counter;
-- migrate:downgrade postgresql
DROP FUNCTION count_one();
');
SELECT migrate_upgrade('head');
SELECT n FROM counter;
SELECT revision, statements FROM migrate_log();
-- a section of comments, and one of nothing
SELECT migrate_load('
-- migrate:revision s3
-- migrate:revises s2
-- migrate:upgrade
-- nothing; here
/* nor; here
*/
-- migrate:upgrade


-- migrate:downgrade
;
');
SELECT migrate_upgrade('head');
SELECT revision, statements FROM migrate_log() WHERE revision = 's3';
SELECT migrate_downgrade('base');
SELECT count(*) FROM counter;
SELECT revision, operation, statements FROM migrate_log() WHERE operation = 'downgrade' AND revision <> 's2';
-- the line of an error, counted in the script
SELECT migrate_load('
-- migrate:revision s4
-- migrate:revises s3

-- migrate:upgrade
CREATE TABLE t (a text);
INSERT INTO t VALUES (''one
two
three'');
/* and
   a comment */
INSERT INTO t VALUES (1) bogus
;
');
SELECT migrate_upgrade('s4');
-- what isn't closed
SELECT migrate_load('
-- migrate:revision s5
-- migrate:revises s3
-- migrate:upgrade
CREATE TABLE t (a text);
INSERT INTO t VALUES (''never closed);
');
SELECT migrate_upgrade('s5');
SELECT * FROM migrate_current();
