-- as other tools write it
-- migrate:up transaction:false
CREATE TABLE t (id integer);
-- migrate:down
DROP TABLE t;
