-- comments are a part of a model
.load ./migrate
CREATE TABLE job (id integer PRIMARY KEY, title text, CONSTRAINT c CHECK (id > 0));
CREATE VIEW v AS SELECT id FROM job;
CREATE INDEX i ON job (title);
CREATE TRIGGER tr AFTER INSERT ON job BEGIN SELECT 1; END;
SELECT migrate_execute('COMMENT ON TABLE job IS ''old''; COMMENT ON COLUMN job.title IS ''gone''; COMMENT ON INDEX i IS ''stays''');
SELECT migrate_model('CREATE TABLE job (id integer PRIMARY KEY, title text, CONSTRAINT c CHECK (id > 0));
CREATE VIEW v AS SELECT id FROM job;
CREATE INDEX i ON job (title);
CREATE TRIGGER tr AFTER INSERT ON job BEGIN SELECT 1; END;
COMMENT ON TABLE job IS ''it''''s new''; COMMENT ON VIEW v IS ''view''; COMMENT ON COLUMN v.id IS ''vc''; COMMENT ON CONSTRAINT c ON job IS ''cc''; COMMENT ON TRIGGER tr ON job IS ''tt''; COMMENT ON INDEX i IS ''stays'';');
SELECT operation, object, description, upgrade_sql, downgrade_sql FROM migrate_check();
SELECT migrate_revision('c', true, false, 'head', false, NULL, NULL, 'c1');
SELECT migrate_upgrade('head');
SELECT migrate('check');
SELECT migrate_dump_model();
SELECT migrate_downgrade('base');
SELECT * FROM _migrate_comment;
