-- What autogenerate writes keeps the words of the model, and the blanks in them.
.load ./migrate
CREATE TABLE job (id integer PRIMARY KEY, title text);
SELECT migrate_model('
CREATE TABLE job (id integer PRIMARY KEY, title text);
CREATE TRIGGER blank AFTER INSERT ON job BEGIN
	SELECT ''two blanks:  
'';
END;
CREATE VIEW v AS SELECT id FROM job -- no end of it
;');
SELECT migrate_revision('text', true, false, 'head', false, NULL, NULL, 'text');
SELECT replace(substr(migrate_script('text'),
		instr(migrate_script('text'), '-- migrate:upgrade')), ' ' || char(10), '.' || char(10));
SELECT migrate_upgrade('head');
SELECT count(*) FROM migrate_check();

-- A line that would be a directive can't stand there.
SELECT migrate_model('
CREATE TABLE job (id integer PRIMARY KEY, title text);
CREATE TRIGGER t AFTER INSERT ON job BEGIN
-- migrate:downgrade
	SELECT 1;
END;');
SELECT migrate_revision('directive', true);
