-- A database in UTF-16: a blob is a script in UTF-8 there, too, as readfile()
-- brings it.
PRAGMA encoding = 'UTF-16le';
.load ./migrate
-- what CAST makes is none
SELECT migrate_load(CAST('-- migrate:revision ä1' AS blob));
SELECT writefile('ä1.sql', x'2d2d206d6967726174653a7265766973696f6e20c3a4310a2d2d206d6967726174653a757067726164650a4352454154452054414245204cc3b6203b0a');
SELECT migrate_load(readfile('ä1.sql'));
SELECT migrate_upgrade('head');
SELECT migrate_edit('ä1', '-- migrate:revision ä1
-- migrate:message zwölf 𝄞
-- migrate:upgrade
CREATE TABLE "tä" (t TEXT DEFAULT ''zwölf 𝄞'');
INSERT INTO "tä" DEFAULT VALUES;
-- migrate:downgrade
DROP TABLE "tä";
');
SELECT migrate_upgrade('head');
SELECT * FROM "tä";
SELECT migrate('current -v');
SELECT revision, message FROM migrate_history('ä1:');
SELECT migrate_script('ä1') = script FROM _migrate_script;
SELECT migrate_downgrade('base');
PRAGMA encoding;
