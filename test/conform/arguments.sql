-- arguments: nulls, defaults, forms that this version doesn't have

SELECT migrate_load('-- migrate:revision a1
-- migrate:upgrade
-- migrate:downgrade
');
SELECT migrate_upgrade(NULL);
SELECT migrate_downgrade(NULL);
SELECT migrate_stamp(NULL);
SELECT migrate_upgrade('head', NULL, NULL);
SELECT migrate_downgrade('base', false, 'a tag');
SELECT migrate_stamp('head', NULL, NULL, NULL);
SELECT migrate_stamp('base', false, 'a tag', false);
SELECT migrate_upgrade('head', true);
SELECT migrate_downgrade('base', true);
SELECT migrate_stamp('head', true);
SELECT migrate_ensure_version(true);
SELECT migrate_upgrade('base:head', true);
SELECT migrate_upgrade('base:head');
SELECT migrate_downgrade('a1:base');
SELECT migrate_stamp('base:a1');
SELECT migrate_upgrade('');
SELECT migrate_upgrade('   ');
SELECT migrate_downgrade('');
SELECT migrate_stamp('');
SELECT migrate_upgrade(' head ');
SELECT migrate_upgrade('head, a1');
SELECT count(*) FROM migrate_heads();
SELECT count(*) FROM migrate_branches();
SELECT count(*) FROM migrate_current();
SELECT count(*) FROM migrate_log();
SELECT count(*) FROM migrate_status();
SELECT * FROM migrate_show('a1');
SELECT * FROM migrate_heads();
SELECT * FROM migrate_history();
-- a call in a query, its columns by name
SELECT h.revision, s.script FROM migrate_heads() h CROSS JOIN migrate_show('a1') s WHERE h.revision = s.revision;
SELECT p.step FROM migrate_plan('downgrade', 'base') p;
