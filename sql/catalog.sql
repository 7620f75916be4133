-- The live schema read as facts: printed as a model, built from it, and equal.
SET client_min_messages = warning;
CREATE SCHEMA cat;
SET search_path = cat, public;
SET migrate.name = 'cat';
-- what tables are made of
CREATE TYPE mood AS ENUM ('sad', 'o''k', 'happy');
CREATE DOMAIN posint AS integer DEFAULT 1 NOT NULL CHECK (VALUE > 0);
CREATE TYPE pair AS (a integer, b text COLLATE "C");
CREATE SEQUENCE tick START 5 INCREMENT 2 CYCLE;
CREATE TABLE job (
	id serial PRIMARY KEY,
	big bigint GENERATED ALWAYS AS IDENTITY (START WITH 7),
	name varchar(30) COLLATE "C" NOT NULL DEFAULT 'x',
	state varchar(9) CHECK (state IN ('new', 'old')),
	m mood DEFAULT 'sad',
	pairs pair[],
	n posint,
	full_name text GENERATED ALWAYS AS (name || '!') STORED,
	at timestamptz DEFAULT '2020-01-01 00:00+01',
	UNIQUE (name, m) WITH (fillfactor = 70)
) WITH (fillfactor = 80, autovacuum_enabled = off);
CREATE TABLE item (
	job_id integer REFERENCES job ON DELETE CASCADE DEFERRABLE,
	price numeric(10, 2) CHECK (price > 0),
	tick integer DEFAULT nextval('tick'),
	EXCLUDE USING gist (int4range(job_id, job_id) WITH &&)
);
ALTER SEQUENCE tick OWNED BY item.tick;
ALTER TABLE item ADD CONSTRAINT cheap CHECK (price < 100) NOT VALID;
ALTER TABLE item ALTER price SET STATISTICS 7, ALTER price SET STORAGE PLAIN, ALTER price SET (n_distinct = 5);
CREATE INDEX item_expr ON item (lower(price::text), job_id DESC NULLS LAST) INCLUDE (tick) WHERE price > 5;
CREATE UNIQUE INDEX "Weird Name" ON job (name varchar_pattern_ops);
ALTER TABLE job CLUSTER ON "Weird Name";
CREATE STATISTICS both_of (dependencies) ON id, name FROM job;
ALTER TABLE job REPLICA IDENTITY FULL, ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON job AS RESTRICTIVE FOR UPDATE USING (id > 0) WITH CHECK (name <> '');
CREATE TABLE part (id integer, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX part_at ON part (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE part_rest PARTITION OF part DEFAULT;
CREATE TABLE base (a integer CHECK (a > 0));
CREATE UNLOGGED TABLE leaf (b integer) INHERITS (base);
COMMENT ON TABLE job IS 'jobs';
COMMENT ON COLUMN job.name IS 'it''s a name';
COMMENT ON CONSTRAINT cheap ON item IS 'not so dear';
COMMENT ON INDEX job_pkey IS 'of the key';
COMMENT ON TYPE mood IS 'how it goes';
COMMENT ON CONSTRAINT posint_check ON DOMAIN posint IS 'no zero';
COMMENT ON SEQUENCE job_id_seq IS 'counts jobs';
SELECT * FROM migrate_dump_model();
-- the rest, whose texts differ between releases
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE VIEW v WITH (security_barrier) AS SELECT id, name, state FROM job WHERE id > 0;
ALTER VIEW v ALTER name SET DEFAULT 'v';
CREATE MATERIALIZED VIEW mv AS SELECT count(*) FROM v;
CREATE FUNCTION f(a integer, OUT b text, c text DEFAULT 'x') LANGUAGE plpgsql AS $$ BEGIN b := 'x'; END $$;
CREATE FUNCTION whole(job) RETURNS SETOF job LANGUAGE sql AS 'SELECT * FROM job';
CREATE PROCEDURE pr(INOUT x integer) LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE TRIGGER t1 BEFORE INSERT OR UPDATE OF name ON job FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION trg();
CREATE CONSTRAINT TRIGGER t2 AFTER INSERT ON item FROM job DEFERRABLE FOR EACH ROW EXECUTE FUNCTION trg();
ALTER TABLE job DISABLE TRIGGER t1;
CREATE RULE r AS ON UPDATE TO item WHERE OLD.price > 3 DO INSTEAD NOTHING;
CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'fired'; END $$;
CREATE EVENT TRIGGER et ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION et();
CREATE FUNCTION pair_eq(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a = $2.a';
CREATE FUNCTION pair_cmp(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.a - $2.a';
CREATE FUNCTION pair_text(pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.b';
CREATE OPERATOR === (FUNCTION = pair_eq, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = ===, HASHES);
CREATE OPERATOR CLASS pair_ops FOR TYPE pair USING btree AS OPERATOR 3 ===, FUNCTION 1 pair_cmp(pair, pair);
CREATE CAST (pair AS text) WITH FUNCTION pair_text(pair) AS ASSIGNMENT;
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = pg_catalog.simple, STOPWORDS = 'english');
CREATE TEXT SEARCH CONFIGURATION cfg (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION cfg ADD MAPPING FOR asciiword, word WITH dict, simple;
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON COLUMN v.id IS 'of a view';
COMMENT ON FUNCTION f(integer, text) IS 'of a function';
COMMENT ON CAST (pair AS text) IS 'of a cast';
SELECT string_agg(line, E'\n') AS model FROM migrate_dump_model() line \gset
SELECT count(*) > 100 AS set FROM regexp_split_to_table(:'model', E'\n');
SELECT migrate_model(:'model') LIKE 'Set the model: %' AS set;
-- built, it is what there is; nothing of it stays
SELECT * FROM migrate_check();
SELECT nspname FROM pg_namespace WHERE nspname LIKE 'migrate%';
SELECT evtname, evtenabled FROM pg_event_trigger;
-- run for real, it makes the same
DROP SCHEMA cat CASCADE;
CREATE SCHEMA cat;
SET client_min_messages = error;
:model
SET client_min_messages = warning;
SELECT * FROM migrate_check();
SELECT string_agg(line, E'\n') = :'model' AS same FROM migrate_dump_model() line;
-- owners, rights and publications if they are asked for
SET migrate.cat.compare_owners = on;
SET migrate.cat.compare_grants = on;
SET migrate.cat.compare_publications = on;
CREATE ROLE regress_migrate_reader;
GRANT SELECT, UPDATE (name) ON job TO regress_migrate_reader WITH GRANT OPTION;
GRANT USAGE ON SEQUENCE job_id_seq, tick TO regress_migrate_reader;
REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;
REVOKE USAGE ON TYPE pair FROM PUBLIC;
ALTER TABLE part OWNER TO regress_migrate_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA cat GRANT SELECT ON TABLES TO regress_migrate_reader;
SET client_min_messages = error;
CREATE PUBLICATION migrate_pub FOR TABLE job, item WITH (publish = 'insert');
SELECT operation, replace(object, 'ROLE ' || quote_ident(current_user), 'ROLE me') AS object FROM migrate_check() ORDER BY 1, 2;
SELECT string_agg(line, E'\n') AS model FROM migrate_dump_model() line \gset
SELECT migrate_model(:'model') LIKE 'Set the model: %' AS set;
SELECT * FROM migrate_check();
DROP PUBLICATION migrate_pub;
DROP EVENT TRIGGER et;
DROP SCHEMA cat CASCADE;
DELETE FROM migrate.model;
DROP ROLE regress_migrate_reader;
