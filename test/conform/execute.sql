-- migrate_execute(): SQL outside of any revision, all of it or nothing

SELECT migrate_execute('CREATE TABLE t (id integer);
INSERT INTO t VALUES (1);
INSERT INTO t VALUES (2); -- and no more
');
SELECT id FROM t ORDER BY id;
SELECT migrate_execute('UPDATE t SET id = 7');
SELECT migrate_execute('');
SELECT migrate_execute('-- nothing');
SELECT migrate_execute(NULL);
-- an error has its place
SELECT migrate_execute('INSERT INTO t VALUES (3);

INSERT INTO nosuch
VALUES (4);');
SELECT count(*) FROM t WHERE id = 3;
SELECT migrate_execute('INSERT INTO t VALUES (3) bogus');
-- what ends a transaction, or needs to be outside of one
SELECT migrate_execute('INSERT INTO t VALUES (3); COMMIT;');
SELECT migrate_execute('VACUUM');
-- in a transaction of the caller's
BEGIN;
SELECT migrate_execute('INSERT INTO t VALUES (3)');
ROLLBACK;
SELECT count(*) FROM t;
-- it leaves no trace of its own
SELECT count(*) FROM migrate_log();
SELECT * FROM migrate_current();
