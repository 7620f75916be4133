"""What autogenerate is asked beside Alembic: tables, before and after.

A case has a name, which is its table's; what else it makes is named NAME__x.
"""
from collections import namedtuple

# A name that begins with alone_ gets databases of its own: Alembic ends in an error.
# before, after: SQL in which {t} is the name.  models: the same as SQLAlchemy's
# tables, a function (sqlalchemy, metadata, name, after); the SQL is made of them.
Case = namedtuple("Case", "name hosts before after models")
BOTH = ("postgresql", "sqlite")
PG, LITE = ("postgresql",), ("sqlite",)
CASES = []


def case(name, before, after, hosts=BOTH):
    CASES.append(Case(name, hosts, before, after, None))


def column(name, before, after, hosts=BOTH):
    """A column's definition, before and after."""
    case(name, f"CREATE TABLE {{t}} (id integer NOT NULL PRIMARY KEY, a {before});",
         f"CREATE TABLE {{t}} (id integer NOT NULL PRIMARY KEY, a {after});", hosts)


def rest(name, before, after, hosts=BOTH):
    """What stands behind a table's columns or statement, before and after: it
    begins with a comma, or with a semicolon."""
    table = "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a integer, b integer, c text"
    case(name, *(table + (text if ";" in text else text + ");") for text in (before, after)), hosts)


def models(name, hosts=BOTH):
    def add(function):
        CASES.append(Case(name, hosts, None, None, function))
        return function
    return add


# ---- tables and columns ----
case("table_added", "", "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a text); CREATE INDEX {t}__i ON {t} (a);")
case("table_removed", "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a text); CREATE INDEX {t}__i ON {t} (a);", "")
case("tables_linked", "", "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY); CREATE TABLE {t}__x "
     "(id integer NOT NULL PRIMARY KEY, a integer, CONSTRAINT {t}__f FOREIGN KEY (a) REFERENCES {t} (id));")
case("unchanged", *["CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a varchar(20) DEFAULT 'x' NOT NULL, b numeric(8,2) DEFAULT 0);"
                  "CREATE INDEX {t}__i ON {t} (a, b);"] * 2)
rest("column_added", "", ", d text")
rest("column_filled", "", ", d varchar(20) DEFAULT 'new' NOT NULL")
rest("column_removed", ", d integer", "")
rest("column_renamed", ", d integer", ", e integer")
column("not_null", "integer", "integer NOT NULL")
column("nullable", "integer NOT NULL", "integer")

# ---- types ----
for number, (before, after) in enumerate((
        ("integer", "bigint"), ("smallint", "integer"), ("varchar(10)", "varchar(20)"), ("varchar(20)", "varchar(10)"),
        ("text", "varchar(20)"), ("varchar(20)", "text"), ("char(3)", "char(4)"), ("numeric(10,2)", "numeric(12,3)"),
        ("numeric(10,2)", "numeric(10,4)"), ("date", "timestamp"), ("integer", "text"), ("real", "double precision"),
        ("boolean", "integer"), ("varchar", "varchar(30)"), ("numeric", "numeric(10,2)"), ("numeric(10)", "numeric(10,2)"))):
    column(f"type{number}", before, after)
for number, (before, after) in enumerate((
        ("json", "jsonb"), ("integer[]", "bigint[]"), ("inet", "cidr"), ("timestamp(3)", "timestamp(6)"),
        ("timestamp", "timestamptz"), ("time", "timetz"), ("uuid", "text"), ("bit(3)", "bit(5)"), ("bytea", "text"),
        ("interval", "interval(3)"), ("varchar(10)[]", "varchar(20)[]"), ("int4range", "int8range"), ("money", "numeric"))):
    column(f"type_pg{number}", before, after, PG)
case("type_enum", "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a varchar(10));",
     "CREATE TYPE {t}__e AS ENUM ('x', 'y'); CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a {t}__e);", PG)
case("type_labels", "CREATE TYPE {t}__e AS ENUM ('x'); CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a {t}__e);",
     "CREATE TYPE {t}__e AS ENUM ('x', 'y'); CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a {t}__e);", PG)
case("type_domain", "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a text);",
     "CREATE DOMAIN {t}__d AS text; CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a {t}__d);", PG)
column("collated", "text", 'text COLLATE "C"', PG)
column("collated_lite", "text", "text COLLATE NOCASE", LITE)

# ---- defaults ----
column("default_added", "integer", "integer DEFAULT 5")
column("default_removed", "integer DEFAULT 5", "integer")
column("default_number", "integer DEFAULT 5", "integer DEFAULT 6")
column("default_text", "text DEFAULT 'a'", "text DEFAULT 'b'")
column("default_empty", "text", "text DEFAULT ''")
column("default_function", "timestamp", "timestamp DEFAULT CURRENT_TIMESTAMP")
column("default_case", "timestamp DEFAULT current_timestamp", "timestamp DEFAULT CURRENT_TIMESTAMP")
column("default_now", "timestamptz DEFAULT now()", "timestamptz DEFAULT CURRENT_TIMESTAMP", PG)
column("default_same", "numeric DEFAULT 5", "numeric DEFAULT (5)", PG)
column("default_json", "jsonb DEFAULT '{{}}'", "jsonb DEFAULT '{{\"a\": 1}}'", PG)
column("default_random", "uuid", "uuid DEFAULT gen_random_uuid()", PG)
column("default_parentheses", "integer DEFAULT 5", "integer DEFAULT (5)")
column("serial", "serial", "serial", PG)
column("serial_dropped", "serial", "integer NOT NULL", PG)

column("alone_sequence", "integer NOT NULL DEFAULT 1", "serial", PG)
column("alone_quote", "text DEFAULT 'a'", "text DEFAULT 'it''s'", PG)
column("alone_type", "text DEFAULT 'a'", "integer DEFAULT 5", PG)

# ---- identity, computed ----
column("identity_added", "integer NOT NULL", "integer GENERATED ALWAYS AS IDENTITY", PG)
column("identity_removed", "integer GENERATED ALWAYS AS IDENTITY", "integer NOT NULL", PG)
column("identity_always", "integer GENERATED ALWAYS AS IDENTITY", "integer GENERATED BY DEFAULT AS IDENTITY", PG)
column("identity_start", "integer GENERATED ALWAYS AS IDENTITY",
       "integer GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 5 CACHE 3)", PG)
column("identity_limits", "bigint GENERATED ALWAYS AS IDENTITY",
       "bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 5 MAXVALUE 500 CYCLE)", PG)
rest("computed_added", "", ", d integer GENERATED ALWAYS AS (a + 1) STORED", PG)
rest("computed_changed", ", d integer GENERATED ALWAYS AS (a + 1) STORED", ", d integer GENERATED ALWAYS AS (a + 2) STORED")
rest("computed_removed", ", d integer GENERATED ALWAYS AS (a + 1) STORED", ", d integer")

# ---- primary keys, uniques ----
case("primary_key", "CREATE TABLE {t} (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a));",
     "CREATE TABLE {t} (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b));")
rest("unique_added", "", ", CONSTRAINT {t}__u UNIQUE (a)")
rest("unique_removed", ", CONSTRAINT {t}__u UNIQUE (a)", "")
rest("unique_columns", ", CONSTRAINT {t}__u UNIQUE (a)", ", CONSTRAINT {t}__u UNIQUE (a, b)")
rest("unique_order", ", CONSTRAINT {t}__u UNIQUE (a, b)", ", CONSTRAINT {t}__u UNIQUE (b, a)")
rest("unique_renamed", ", CONSTRAINT {t}__u UNIQUE (a)", ", CONSTRAINT {t}__v UNIQUE (a)")
rest("unique_unnamed", "", ", UNIQUE (a)")
rest("unique_deferred", ", CONSTRAINT {t}__u UNIQUE (a)", ", CONSTRAINT {t}__u UNIQUE (a) DEFERRABLE", PG)
rest("unique_or_index", ", CONSTRAINT {t}__u UNIQUE (a)", "); CREATE UNIQUE INDEX {t}__u ON {t} (a);")

# ---- indexes ----
rest("index_added", "", "); CREATE INDEX {t}__i ON {t} (a);")
rest("index_removed", "); CREATE INDEX {t}__i ON {t} (a);", "")
rest("index_columns", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__i ON {t} (a, b);")
rest("index_order", "); CREATE INDEX {t}__i ON {t} (a, b);", "); CREATE INDEX {t}__i ON {t} (b, a);")
rest("index_unique", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE UNIQUE INDEX {t}__i ON {t} (a);")
rest("index_renamed", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__j ON {t} (a);")
rest("index_desc", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__i ON {t} (a DESC);")
rest("index_where", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__i ON {t} (a) WHERE b > 0;")
rest("index_expression", "); CREATE INDEX {t}__i ON {t} (lower(c));", "); CREATE INDEX {t}__i ON {t} (upper(c));")
rest("index_expression_added", "", "); CREATE INDEX {t}__i ON {t} (lower(c));")
rest("index_nulls", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__i ON {t} (a NULLS FIRST);", PG)
rest("index_method", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__i ON {t} USING hash (a);", PG)
rest("index_include", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__i ON {t} (a) INCLUDE (b);", PG)
rest("index_class", "); CREATE INDEX {t}__i ON {t} (c);", "); CREATE INDEX {t}__i ON {t} (c text_pattern_ops);", PG)
rest("index_options", "); CREATE INDEX {t}__i ON {t} (a);", "); CREATE INDEX {t}__i ON {t} (a) WITH (fillfactor = 70);", PG)
rest("index_collation", "); CREATE INDEX {t}__i ON {t} (c);", '); CREATE INDEX {t}__i ON {t} (c COLLATE "C");', PG)
rest("index_collation_lite", "); CREATE INDEX {t}__i ON {t} (c);", "); CREATE INDEX {t}__i ON {t} (c COLLATE NOCASE);", LITE)

# ---- foreign keys ----
OTHER = "CREATE TABLE {t}__o (id integer NOT NULL PRIMARY KEY, x integer NOT NULL, y integer NOT NULL, UNIQUE (x), UNIQUE (x, y));"


def key(name, before, after, hosts=BOTH):
    """A foreign key, before and after."""
    table = OTHER + "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a integer, b integer"
    sides = [", CONSTRAINT {t}__f FOREIGN KEY " + text if text.startswith("(") else text for text in (before, after)]
    case(name, *(table + side + ");" for side in sides), hosts)


KEY = "(a) REFERENCES {t}__o (id)"
key("key_added", "", KEY)
key("key_removed", KEY, "")
key("key_columns", KEY, "(b) REFERENCES {t}__o (id)")
key("key_target", KEY, "(a) REFERENCES {t}__o (x)")
key("key_several", "", "(a, b) REFERENCES {t}__o (x, y)")
key("key_renamed", KEY, ", CONSTRAINT {t}__g FOREIGN KEY " + KEY)
key("key_on_delete", KEY, KEY + " ON DELETE CASCADE")
key("key_on_delete_other", KEY + " ON DELETE CASCADE", KEY + " ON DELETE SET NULL")
key("key_on_update", KEY, KEY + " ON UPDATE CASCADE")
key("key_restrict", KEY, KEY + " ON DELETE RESTRICT")
key("key_no_action", KEY, KEY + " ON DELETE NO ACTION")
key("key_deferrable", KEY, KEY + " DEFERRABLE")
key("key_deferred", KEY + " DEFERRABLE", KEY + " DEFERRABLE INITIALLY DEFERRED")
key("key_match", "(a, b) REFERENCES {t}__o (x, y)", "(a, b) REFERENCES {t}__o (x, y) MATCH FULL", PG)
key("key_unnamed", "", ", FOREIGN KEY " + KEY)

# ---- checks ----
rest("check_added", "", ", CONSTRAINT {t}__c CHECK (a > 0)")
rest("check_removed", ", CONSTRAINT {t}__c CHECK (a > 0)", "")
rest("check_changed", ", CONSTRAINT {t}__c CHECK (a > 0)", ", CONSTRAINT {t}__c CHECK (a > 1)")
rest("check_renamed", ", CONSTRAINT {t}__c CHECK (a > 0)", ", CONSTRAINT {t}__d CHECK (a > 0)")
rest("check_unnamed", *[", CHECK (a > 0)"] * 2)
rest("exclude", "", ", CONSTRAINT {t}__x EXCLUDE USING btree (a WITH =)", PG)

# ---- comments ----
rest("comment_added", "", "); COMMENT ON TABLE {t} IS 'it''s one';", PG)
rest("comment_changed", "); COMMENT ON TABLE {t} IS 'one';", "); COMMENT ON TABLE {t} IS 'two';", PG)
rest("comment_removed", "); COMMENT ON TABLE {t} IS 'one';", "", PG)
rest("comment_column_added", "", "); COMMENT ON COLUMN {t}.a IS 'one';", PG)
rest("comment_column_changed", "); COMMENT ON COLUMN {t}.a IS 'one';", "); COMMENT ON COLUMN {t}.a IS 'two';", PG)
rest("comment_column_removed", "); COMMENT ON COLUMN {t}.a IS 'one';", "", PG)

# ---- what stands beside tables ----
rest("sequence", "", "); CREATE SEQUENCE {t}__s;", PG)
rest("view", "", "); CREATE VIEW {t}__v AS SELECT id FROM {t};")
rest("view_changed", "); CREATE VIEW {t}__v AS SELECT id FROM {t};", "); CREATE VIEW {t}__v AS SELECT id FROM {t} WHERE a > 0;")
rest("trigger", "", "); CREATE TRIGGER {t}__t AFTER INSERT ON {t} BEGIN SELECT 1; END;", LITE)
case("partition", *["CREATE TABLE {t} (id integer NOT NULL, a integer) PARTITION BY LIST (a);"
                    "CREATE TABLE {t}__p PARTITION OF {t} FOR VALUES IN (1);"] * 2, PG)
case("strict", "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a text);",
     "CREATE TABLE {t} (id integer NOT NULL PRIMARY KEY, a text) STRICT;", LITE)


# ---- models as SQLAlchemy has them: the database is made of the same ----
@models("model_plain")
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String(20)),
             sa.Column("b", sa.Numeric(10, 2), nullable=False, server_default="0"), sa.Column("c", sa.Boolean),
             sa.Column("d", sa.DateTime, server_default=sa.func.now()), sa.Column("e", sa.Float),
             sa.Column("f", sa.LargeBinary), sa.Column("g", sa.JSON), sa.Column("h", sa.Text, unique=True, index=True))


@models("model_empty_default")
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("a", sa.String(20), server_default=""),
             sa.Column("b", sa.String(20), server_default="it"), sa.Column("c", sa.Integer, server_default="5"))


@models("model_small_letters")
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("a", sa.DateTime, server_default=sa.text("current_timestamp" if after else "CURRENT_TIMESTAMP")))


@models("model_parentheses")
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("a", sa.Integer, server_default=sa.text("(1 + 2)")),
             sa.Column("b", sa.Integer, server_default=sa.text("( 5 )" if after else "5")))


@models("model_check")
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Integer),
             sa.CheckConstraint("a > 0"), sa.CheckConstraint("a < 100", name=name + "__c"))


@models("model_variants", LITE)
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("a", sa.Integer().with_variant(sa.BigInteger(), "postgresql")), sa.Column("b", sa.Unicode(20)),
             sa.Column("c", sa.Interval), sa.Column("d", sa.Enum("x", "y", name=name + "__e")), sa.Column("e", sa.REAL))


@models("model_key")
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("up", sa.Integer, sa.ForeignKey(name + ".id", ondelete="CASCADE", name=name + "__f")))


@models("model_expression")
def _(sa, metadata, name, after):
    table = sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Text))
    sa.Index(name + "__i", sa.func.lower(table.c.a))


@models("model_search", PG)
def _(sa, metadata, name, after):
    table = sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.Text))
    sa.Index(name + "__i", sa.func.to_tsvector(sa.text("'english'"), table.c.a), postgresql_using="gin")


@models("alone_model_quotes", PG)
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.Integer, primary_key=True),
             sa.Column("a", sa.DateTime, server_default=sa.text("timezone('utc', now())")),
             sa.Column("b", sa.String(9), server_default=sa.text("'x'::character varying")))


@models("model_array", PG)
def _(sa, metadata, name, after):
    sa.Table(name, metadata, sa.Column("id", sa.BigInteger, sa.Identity(always=True, start=5), primary_key=True),
             sa.Column("a", sa.ARRAY(sa.Integer), server_default="{}", nullable=False),
             sa.Column("b", sa.Enum("x", "y", name=name + "__e"), server_default="x"),
             sa.Column("c", sa.Integer, sa.Computed("id * 2")))
