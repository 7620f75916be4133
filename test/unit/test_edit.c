/*
 * test_edit.c
 *	  ALTER TABLE done in the text of a CREATE TABLE: what it becomes, what that
 *	  costs, and what the rows have to satisfy.
 */
#include "edit.h"

/* the usual styles: a comment behind each column, groups, commas in front */
#define LINES                                                                  \
	"CREATE TABLE t (\n"                                                       \
	"    a integer PRIMARY KEY, -- the key\n"                                  \
	"    b text NOT NULL,\n"                                                   \
	"    -- about c\n"                                                         \
	"    c int DEFAULT 5        -- last\n"                                     \
	")"
#define RULES                                                                  \
	"CREATE TABLE t (\n"                                                       \
	"    a int,\n"                                                             \
	"    b int,\n"                                                             \
	"\n"                                                                       \
	"    -- keys\n"                                                            \
	"    PRIMARY KEY (a), -- the key\n"                                        \
	"    CONSTRAINT u UNIQUE (b)\n"                                            \
	")"
#define LEAD                                                                   \
	"CREATE TABLE t (\n"                                                       \
	"    a int -- one\n"                                                       \
	"  , b int -- two\n"                                                       \
	"  , c int -- three\n"                                                     \
	"  , CHECK (a < b)\n"                                                      \
	")"

static const struct
{
	const char *create;
	const char *alter;	 /* behind ALTER TABLE t */
	const char *text;	 /* NULL: as it was */
	const char *how;	 /* the cost; native: SQLite's own ALTER does it */
	const char *demands; /* their messages */
} good[] = {
	/* ADD COLUMN: where it goes, and how it is set */
	{"CREATE TABLE t (a)", "ADD b", "CREATE TABLE t (a, b)", "rebuild native",
	 ""},
	{"CREATE TABLE t (a int, b int)", "ADD COLUMN c int",
	 "CREATE TABLE t (a int, b int, c int)", "rebuild native", ""},
	{"CREATE TABLE t (a int,b int)", "ADD c int",
	 "CREATE TABLE t (a int,b int, c int)", "rebuild native", ""},
	{"CREATE TABLE t(a)", "ADD b int", "CREATE TABLE t(a, b int)",
	 "rebuild native", ""},
	{"CREATE TABLE t( a )", "ADD b int", "CREATE TABLE t( a, b int )",
	 "rebuild native", ""},
	{LINES, "ADD COLUMN d text",
	 "CREATE TABLE t (\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    b text NOT NULL,\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5,        -- last\n"
	 "    d text\n"
	 ")",
	 "rebuild native", ""},
	{RULES, "ADD COLUMN c text",
	 "CREATE TABLE t (\n"
	 "    a int,\n"
	 "    b int,\n"
	 "    c text,\n"
	 "\n"
	 "    -- keys\n"
	 "    PRIMARY KEY (a), -- the key\n"
	 "    CONSTRAINT u UNIQUE (b)\n"
	 ")",
	 "rebuild native", ""},
	{LEAD, "ADD COLUMN d text",
	 "CREATE TABLE t (\n"
	 "    a int -- one\n"
	 "  , b int -- two\n"
	 "  , c int -- three\n"
	 "  , d text\n"
	 "  , CHECK (a < b)\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, UNIQUE (a))", "ADD b int",
	 "CREATE TABLE t (a int, b int, UNIQUE (a))", "rebuild native", ""},
	{"CREATE TABLE t (\n"
	 "\ta int\n"
	 ")",
	 "ADD b int",
	 "CREATE TABLE t (\n"
	 "\ta int,\n"
	 "\tb int\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (\n"
	 "\ta int,\n"
	 "\tb int)",
	 "ADD c int",
	 "CREATE TABLE t (\n"
	 "\ta int,\n"
	 "\tb int,\n"
	 "\tc int)",
	 "rebuild native", ""},
	{"CREATE TABLE t (\r\n"
	 "  a int, -- x\r\n"
	 "  b int -- y\r\n"
	 ")",
	 "ADD c int",
	 "CREATE TABLE t (\r\n"
	 "  a int, -- x\r\n"
	 "  b int, -- y\r\n"
	 "  c int\r\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int -- only\n"
	 ")",
	 "ADD b int",
	 "CREATE TABLE t (a int, -- only\n"
	 " b int\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int /* only */)", "ADD b int",
	 "CREATE TABLE t (a int, /* only */ b int)", "rebuild native", ""},
	{"CREATE TABLE t (a int\n"
	 "\n"
	 "  -- the end\n"
	 ")",
	 "ADD b int",
	 "CREATE TABLE t (a int, b int\n"
	 "\n"
	 "  -- the end\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t ( -- mine\n"
	 "  a int,\n"
	 "  b int\n"
	 ")",
	 "ADD c int FIRST",
	 "CREATE TABLE t ( -- mine\n"
	 "  c int,\n"
	 "  a int,\n"
	 "  b int\n"
	 ")",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, b int)", "ADD c int FIRST",
	 "CREATE TABLE t (c int, a int, b int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int)", "ADD c int AFTER a",
	 "CREATE TABLE t (a int, c int, b int)", "rebuild", ""},
	{"CREATE TABLE t (a int)", "ADD c int FIRST",
	 "CREATE TABLE t (c int, a int)", "rebuild", ""},
	{LINES, "ADD d int FIRST",
	 "CREATE TABLE t (\n"
	 "    d int,\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    b text NOT NULL,\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5        -- last\n"
	 ")",
	 "rebuild", ""},
	{LINES, "ADD d int AFTER b",
	 "CREATE TABLE t (\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    b text NOT NULL,\n"
	 "    d int,\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5        -- last\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "ADD d int FIRST",
	 "CREATE TABLE t (\n"
	 "    d int\n"
	 "  , a int -- one\n"
	 "  , b int -- two\n"
	 "  , c int -- three\n"
	 "  , CHECK (a < b)\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "ADD d int AFTER A",
	 "CREATE TABLE t (\n"
	 "    a int -- one\n"
	 "  , d int\n"
	 "  , b int -- two\n"
	 "  , c int -- three\n"
	 "  , CHECK (a < b)\n"
	 ")",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, b int) STRICT",
	 "ADD \"the c\" text NOT NULL DEFAULT 'x'",
	 "CREATE TABLE t (a int, b int, \"the c\" text NOT NULL DEFAULT 'x') STRICT",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int PRIMARY KEY, b int) WITHOUT ROWID",
	 "ADD c int DEFAULT (random())",
	 "CREATE TABLE t (a int PRIMARY KEY, b int, c int DEFAULT (random())) WITHOUT ROWID",
	 "rebuild", ""},
	{"CREATE TABLE t (a int)", "ADD COLUMN IF NOT EXISTS a text", NULL, "text",
	 ""},
	{"CREATE TABLE t (a int)", "ADD b int, ADD c int, ADD d int FIRST",
	 "CREATE TABLE t (d int, a int, b int, c int)", "rebuild", ""},
	/* ADD COLUMN: what the rows have to satisfy */
	{"CREATE TABLE t (a)", "ADD b int NOT NULL",
	 "CREATE TABLE t (a, b int NOT NULL)", "rebuild",
	 "column \"b\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a)", "ADD b int NOT NULL DEFAULT NULL",
	 "CREATE TABLE t (a, b int NOT NULL DEFAULT NULL)", "rebuild",
	 "column \"b\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a)", "ADD b int NOT NULL DEFAULT (1 + 1)",
	 "CREATE TABLE t (a, b int NOT NULL DEFAULT (1 + 1))", "rebuild",
	 "column \"b\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a)", "ADD b int NOT NULL DEFAULT 0",
	 "CREATE TABLE t (a, b int NOT NULL DEFAULT 0)", "rebuild native", ""},
	{"CREATE TABLE t (a)", "ADD b int UNIQUE",
	 "CREATE TABLE t (a, b int UNIQUE)", "rebuild", ""},
	{"CREATE TABLE t (a)", "ADD b int UNIQUE DEFAULT 1",
	 "CREATE TABLE t (a, b int UNIQUE DEFAULT 1)", "rebuild",
	 "could not create unique index \"t_b_key\""},
	{"CREATE TABLE t (a)", "ADD b int CONSTRAINT pos CHECK (b > 0)",
	 "CREATE TABLE t (a, b int CONSTRAINT pos CHECK (b > 0))", "rebuild native",
	 "check constraint \"pos\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a)", "ADD b int REFERENCES u",
	 "CREATE TABLE t (a, b int REFERENCES u)", "rebuild native", "a reference"},
	{"CREATE TABLE t (a, CHECK (a > 0))", "ADD b int CHECK (a > 1)",
	 "CREATE TABLE t (a, b int CONSTRAINT t_a_check1 CHECK (a > 1), CONSTRAINT t_a_check CHECK (a > 0))",
	 "rebuild native",
	 "check constraint \"t_a_check1\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a, CHECK (a > 0) CHECK (a > 1), CONSTRAINT t_a_check2 CHECK (a < 9))",
	 "ADD b int CHECK (a > 2) FIRST",
	 "CREATE TABLE t (b int CONSTRAINT t_a_check3 CHECK (a > 2), a, CONSTRAINT t_a_check CHECK (a > 0) CONSTRAINT t_a_check1 CHECK (a > 1), CONSTRAINT t_a_check2 CHECK (a < 9))",
	 "rebuild",
	 "check constraint \"t_a_check3\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a)", "ADD b int DEFAULT 1 REFERENCES u (x)",
	 "CREATE TABLE t (a, b int DEFAULT 1 REFERENCES u (x))", "rebuild",
	 "insert or update on table \"t\" violates foreign key constraint \"t_b_fkey\""},
	{"CREATE TABLE t (a)", "ADD id INTEGER PRIMARY KEY",
	 "CREATE TABLE t (a, id INTEGER PRIMARY KEY)", "rebuild", ""},
	{"CREATE TABLE t (a)", "ADD id integer PRIMARY KEY AUTOINCREMENT",
	 "CREATE TABLE t (a, id integer PRIMARY KEY AUTOINCREMENT)", "rebuild", ""},
	{"CREATE TABLE t (a)", "ADD b text PRIMARY KEY",
	 "CREATE TABLE t (a, b text NOT NULL PRIMARY KEY)", "rebuild",
	 "column \"b\" of relation \"t\" contains null values; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a any) STRICT", "ADD b text PRIMARY KEY",
	 "CREATE TABLE t (a any, b text PRIMARY KEY) STRICT", "rebuild",
	 "column \"b\" of relation \"t\" contains null values; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a)", "ADD b int AS (a + 1) STORED",
	 "CREATE TABLE t (a, b int AS (a + 1) STORED)", "rebuild", ""},
	{"CREATE TABLE t (a)", "ADD b int AS (a + 1) NOT NULL CHECK (b > 1) UNIQUE",
	 "CREATE TABLE t (a, b int AS (a + 1) NOT NULL CHECK (b > 1) UNIQUE)",
	 "rebuild",
	 "column \"b\" of relation \"t\" contains null values; check constraint \"t_b_check\" of relation \"t\" is violated by some row; could not create unique index \"t_b_key\""},
	/* DROP COLUMN */
	{"CREATE TABLE t (a int, b int)", "DROP COLUMN b", "CREATE TABLE t (a int)",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, b int)", "DROP a", "CREATE TABLE t (b int)",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, b int, c int)", "DROP b",
	 "CREATE TABLE t (a int, c int)", "rebuild native", ""},
	{"CREATE TABLE t (a int,b int,c int)", "DROP b",
	 "CREATE TABLE t (a int,c int)", "rebuild native", ""},
	{"CREATE TABLE t (a int, b int, c int)", "DROP a, DROP c",
	 "CREATE TABLE t (b int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int, c int)", "DROP a, DROP b",
	 "CREATE TABLE t (c int)", "rebuild", ""},
	{"CREATE TABLE t (a int, \"B c\" int)", "DROP \"b C\"",
	 "CREATE TABLE t (a int)", "rebuild native", ""},
	{LINES, "DROP c",
	 "CREATE TABLE t (\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    b text NOT NULL\n"
	 ")",
	 "rebuild native", ""},
	{LINES, "DROP b",
	 "CREATE TABLE t (\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5        -- last\n"
	 ")",
	 "rebuild native", ""},
	{LINES, "DROP a",
	 "CREATE TABLE t (\n"
	 "    b text NOT NULL,\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5        -- last\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "DROP a",
	 "CREATE TABLE t (\n"
	 "    b int -- two\n"
	 "  , c int -- three\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "DROP b",
	 "CREATE TABLE t (\n"
	 "    a int -- one\n"
	 "  , c int -- three\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "DROP c",
	 "CREATE TABLE t (\n"
	 "    a int -- one\n"
	 "  , b int -- two\n"
	 "  , CHECK (a < b)\n"
	 ")",
	 "rebuild native", ""},
	{RULES, "DROP a",
	 "CREATE TABLE t (\n"
	 "    b int,\n"
	 "\n"
	 "    -- keys\n"
	 "    CONSTRAINT u UNIQUE (b)\n"
	 ")",
	 "rebuild", ""},
	{RULES, "DROP b",
	 "CREATE TABLE t (\n"
	 "    a int,\n"
	 "\n"
	 "    -- keys\n"
	 "    PRIMARY KEY (a) -- the key\n"
	 ")",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, -- one\n"
	 "  b int, c int)",
	 "DROP b",
	 "CREATE TABLE t (a int, -- one\n"
	 " c int)",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, -- one\n"
	 "  b int)",
	 "DROP b",
	 "CREATE TABLE t (a int -- one\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, b int -- two\n"
	 ")",
	 "DROP b",
	 "CREATE TABLE t (a int\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, /* of b */ b int, c int)", "DROP b",
	 "CREATE TABLE t (a int, c int)", "rebuild native", ""},
	{"CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- names\n"
	 "\n"
	 "  b text,\n"
	 "  c text\n"
	 ")",
	 "DROP b",
	 "CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- names\n"
	 "  c text\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- names\n"
	 "\n"
	 "  b text\n"
	 ")",
	 "DROP b",
	 "CREATE TABLE t (\n"
	 "  a int\n"
	 "\n"
	 "  -- names\n"
	 ")",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, b int, CHECK (a > 0) CHECK (b > 0) CHECK (a < 9))",
	 "DROP b", "CREATE TABLE t (a int, CHECK (a > 0) CHECK (a < 9))", "rebuild",
	 ""},
	{"CREATE TABLE t (a int, b int, CHECK (a > b) UNIQUE (a))", "DROP b",
	 "CREATE TABLE t (a int, UNIQUE (a))", "rebuild", ""},
	{"CREATE TABLE t (a int CHECK (a < b) NOT NULL, b int)", "DROP b",
	 "CREATE TABLE t (a int NOT NULL)", "rebuild", ""},
	{"CREATE TABLE t (a int CHECK (length(a) > 1), length int)", "DROP length",
	 "CREATE TABLE t (a int CHECK (length(a) > 1))", "rebuild", ""},
	{"CREATE TABLE t (a text CHECK (a <> 'b'), b int)", "DROP b",
	 "CREATE TABLE t (a text CHECK (a <> 'b'))", "rebuild native", ""},
	{"CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES u (x, y))",
	 "DROP b", "CREATE TABLE t (a int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int REFERENCES u)", "DROP b",
	 "CREATE TABLE t (a int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int, g AS (b + 1), h AS (g))", "DROP b CASCADE",
	 "CREATE TABLE t (a int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int, g AS (b + 1) UNIQUE, CHECK (g > a))",
	 "DROP b CASCADE", "CREATE TABLE t (a int)", "rebuild", ""},
	{"CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t)", "DROP a CASCADE",
	 "CREATE TABLE t (b int)", "rebuild", ""},
	{"CREATE TABLE t (a int UNIQUE, b int, FOREIGN KEY (b) REFERENCES T (a))",
	 "DROP a CASCADE", "CREATE TABLE t (b int)", "rebuild", ""},
	{"CREATE TABLE t (a int UNIQUE, b int, FOREIGN KEY (a) REFERENCES t (a))",
	 "DROP a", "CREATE TABLE t (b int)", "rebuild", ""},
	{"CREATE TABLE t (a int)", "DROP IF EXISTS x", NULL, "text", ""},
	{"CREATE TABLE t (a int CHECK (a > 0), b int CHECK (b > 0) CHECK (b < 9))",
	 "DROP a", "CREATE TABLE t (b int CHECK (b > 0) CHECK (b < 9))",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, b int, c int, CHECK (a < b), CHECK (a < c), CHECK (b < c))",
	 "DROP a",
	 "CREATE TABLE t (b int, c int, CONSTRAINT t_check2 CHECK (b < c))",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, b int, CHECK (a > 0) CONSTRAINT c CHECK (b > 0), UNIQUE (a))",
	 "DROP b", "CREATE TABLE t (a int, CHECK (a > 0), UNIQUE (a))", "rebuild",
	 ""},
	{"CREATE TABLE t (a int CONSTRAINT x, b int CONSTRAINT y)", "DROP b",
	 "CREATE TABLE t (a int CONSTRAINT x)", "rebuild native", ""},
	{"CREATE TABLE t (a int CHECK (a > 0), b int CHECK (a > 1) CHECK (b > a) CONSTRAINT c CHECK (a < 9))",
	 "DROP b",
	 "CREATE TABLE t (a int CHECK (a > 0), CONSTRAINT t_a_check1 CHECK (a > 1), CONSTRAINT c CHECK (a < 9))",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, CONSTRAINT x, UNIQUE (a), CONSTRAINT y, CONSTRAINT z)",
	 "ADD b int", "CREATE TABLE t (a int, b int,   UNIQUE (a)    )",
	 "rebuild native", ""},
	{"CREATE TABLE t (a int, CONSTRAINT none, CHECK (a > 0))", "ADD b int",
	 "CREATE TABLE t (a int, b int,   CHECK (a > 0))", "rebuild native", ""},
	/* SET TYPE */
	{"CREATE TABLE t (a int, b text)", "ALTER a TYPE bigint",
	 "CREATE TABLE t (a bigint, b text)", "text", ""},
	{"CREATE TABLE t (a int, b text)", "ALTER COLUMN a SET DATA TYPE bigint",
	 "CREATE TABLE t (a bigint, b text)", "text", ""},
	{"CREATE TABLE t (a, b text)", "ALTER a TYPE blob",
	 "CREATE TABLE t (a blob, b text)", "text", ""},
	{"CREATE TABLE t (a, b text)", "ALTER a TYPE int",
	 "CREATE TABLE t (a int, b text)", "rebuild",
	 "invalid input syntax for type integer: "},
	{"CREATE TABLE t (a varchar (20) -- short\n"
	 "  NOT NULL, b)",
	 "ALTER a TYPE varchar(40)",
	 "CREATE TABLE t (a varchar(40) -- short\n"
	 "  NOT NULL, b)",
	 "text", ""},
	{"CREATE TABLE t (a int)", "ALTER a TYPE INT", "CREATE TABLE t (a INT)",
	 "text", ""},
	{"CREATE TABLE t (a varchar( 20 ))", "ALTER a TYPE varchar(20)", NULL,
	 "text", ""},
	{"CREATE TABLE t (a text)", "ALTER a TYPE integer",
	 "CREATE TABLE t (a integer)", "rebuild",
	 "invalid input syntax for type integer: "},
	{"CREATE TABLE t (a text)", "ALTER a TYPE double precision",
	 "CREATE TABLE t (a double precision)", "rebuild",
	 "invalid input syntax for type double precision: "},
	{"CREATE TABLE t (a text)", "ALTER a TYPE numeric(10, 2)",
	 "CREATE TABLE t (a numeric(10, 2))", "rebuild",
	 "invalid input syntax for type numeric: "},
	{"CREATE TABLE t (a text)", "ALTER a TYPE date", "CREATE TABLE t (a date)",
	 "rebuild", ""},
	{"CREATE TABLE t (a numeric)", "ALTER a TYPE int", "CREATE TABLE t (a int)",
	 "rebuild", ""},
	{"CREATE TABLE t (a int)", "ALTER a TYPE text", "CREATE TABLE t (a text)",
	 "rebuild", ""},
	{"CREATE TABLE t (a, b, PRIMARY KEY (a, b))",
	 "ALTER a TYPE int USING a + b",
	 "CREATE TABLE t (a int, b, PRIMARY KEY (a, b))", "rebuild",
	 "invalid input syntax for type integer: ; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID",
	 "ALTER a TYPE int USING a + b",
	 "CREATE TABLE t (a int, b, PRIMARY KEY (a, b)) WITHOUT ROWID", "rebuild",
	 "invalid input syntax for type integer: ; column \"a\" of relation \"t\" contains null values; column \"b\" of relation \"t\" contains null values; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a text NOT NULL)", "ALTER a TYPE int USING length(a)",
	 "CREATE TABLE t (a int NOT NULL)", "rebuild",
	 "invalid input syntax for type integer: ; column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int)", "ALTER a TYPE int USING a + 1", NULL, "rebuild",
	 "invalid input syntax for type integer: "},
	{"CREATE TABLE t (a text)", "ALTER a TYPE text COLLATE nocase",
	 "CREATE TABLE t (a text COLLATE nocase)", "rebuild", ""},
	{"CREATE TABLE t (a text UNIQUE)", "ALTER a TYPE varchar COLLATE nocase",
	 "CREATE TABLE t (a varchar COLLATE nocase UNIQUE)", "rebuild",
	 "could not create unique index \"t_a_key\""},
	{"CREATE TABLE t (a text COLLATE nocase)",
	 "ALTER a TYPE varchar COLLATE NOCASE",
	 "CREATE TABLE t (a varchar COLLATE nocase)", "text", ""},
	{"CREATE TABLE t (a text COLLATE nocase)", "ALTER a TYPE varchar",
	 "CREATE TABLE t (a varchar COLLATE nocase)", "text", ""},
	{"CREATE TABLE t (a text COLLATE nocase DEFAULT 'x')",
	 "ALTER a TYPE varchar COLLATE \"rtrim\"",
	 "CREATE TABLE t (a varchar COLLATE \"rtrim\" DEFAULT 'x')", "rebuild", ""},
	{"CREATE TABLE t (a int) STRICT", "ALTER a TYPE integer",
	 "CREATE TABLE t (a integer) STRICT", "rebuild", ""},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY)", "ALTER a TYPE bigint",
	 "CREATE TABLE t (a bigint NOT NULL PRIMARY KEY)", "rebuild",
	 "could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a bigint PRIMARY KEY)", "ALTER a TYPE integer",
	 "CREATE TABLE t (a integer PRIMARY KEY)", "rebuild",
	 "column \"a\" of relation \"t\" contains null values; invalid input syntax for type integer: ; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY DESC)", "ALTER a TYPE bigint",
	 "CREATE TABLE t (a bigint PRIMARY KEY DESC)", "rebuild",
	 "could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))",
	 "ALTER b TYPE integer",
	 "CREATE TABLE t (a int, b integer, PRIMARY KEY (a, b))", "rebuild",
	 "could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a int, b int, PRIMARY KEY (b DESC))",
	 "ALTER b TYPE integer",
	 "CREATE TABLE t (a int, b integer, PRIMARY KEY (b DESC))", "rebuild",
	 "column \"b\" of relation \"t\" contains null values; invalid input syntax for type integer: ; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a int PRIMARY KEY) WITHOUT ROWID", "ALTER a TYPE integer",
	 "CREATE TABLE t (a integer PRIMARY KEY) WITHOUT ROWID", "rebuild",
	 "could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a text UNIQUE CHECK (a <> '') REFERENCES u (x), b)",
	 "ALTER a TYPE int",
	 "CREATE TABLE t (a int UNIQUE CHECK (a <> '') REFERENCES u (x), b)",
	 "rebuild",
	 "invalid input syntax for type integer: ; could not create unique index \"t_a_key\"; check constraint \"t_a_check\" of relation \"t\" is violated by some row; insert or update on table \"t\" violates foreign key constraint \"t_a_fkey\""},
	{"CREATE TABLE t (a text, b, CONSTRAINT \"the c\" CHECK (a > b), UNIQUE (b))",
	 "ALTER a TYPE int",
	 "CREATE TABLE t (a int, b, CONSTRAINT \"the c\" CHECK (a > b), UNIQUE (b))",
	 "rebuild",
	 "invalid input syntax for type integer: ; check constraint \"the c\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int, g int AS (a + 1))", "ALTER g TYPE text",
	 "CREATE TABLE t (a int, g text AS (a + 1))", "rebuild", ""},
	{"CREATE TABLE t (a int, g GENERATED ALWAYS AS (a + 1))",
	 "ALTER g TYPE text",
	 "CREATE TABLE t (a int, g text GENERATED ALWAYS AS (a + 1))", "rebuild",
	 ""},
	/* SET DEFAULT, DROP DEFAULT */
	{"CREATE TABLE t (a int)", "ALTER a SET DEFAULT 1",
	 "CREATE TABLE t (a int DEFAULT 1)", "text",
	 "\"a\" IS NULL OR \"a\" IS +(NULL)"},
	{"CREATE TABLE t (a int NOT NULL)", "ALTER a SET DEFAULT -1.5",
	 "CREATE TABLE t (a int DEFAULT -1.5 NOT NULL)", "text", ""},
	{"CREATE TABLE t (a int NULL)",
	 "ALTER a SET DEFAULT 1, ALTER a SET NOT NULL",
	 "CREATE TABLE t (a int DEFAULT 1 NOT NULL)", "check",
	 "column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int DEFAULT 1 NOT NULL)",
	 "ALTER a DROP DEFAULT, ALTER a SET DEFAULT 2",
	 "CREATE TABLE t (a int DEFAULT 2 NOT NULL)", "text",
	 "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a)", "ALTER a SET DEFAULT 'it''s'",
	 "CREATE TABLE t (a DEFAULT 'it''s')", "text",
	 "\"a\" IS NULL OR \"a\" IS +(NULL)"},
	{"CREATE TABLE t (a DEFAULT 1 NOT NULL)", "ALTER a SET DEFAULT x'00'",
	 "CREATE TABLE t (a DEFAULT x'00' NOT NULL)", "text",
	 "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a CONSTRAINT d DEFAULT (1 + 2))",
	 "ALTER a SET DEFAULT CURRENT_TIMESTAMP",
	 "CREATE TABLE t (a CONSTRAINT d DEFAULT CURRENT_TIMESTAMP)", "text",
	 "\"a\" IS NULL OR \"a\" IS +((1 + 2))"},
	{"CREATE TABLE t (a DEFAULT 1)", "ALTER a SET DEFAULT 1 + 2",
	 "CREATE TABLE t (a DEFAULT (1 + 2))", "text",
	 "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a DEFAULT 1)", "ALTER a SET DEFAULT (1) + (2)",
	 "CREATE TABLE t (a DEFAULT ((1) + (2)))", "text",
	 "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a DEFAULT 1)", "ALTER a SET DEFAULT (1 + 2)",
	 "CREATE TABLE t (a DEFAULT (1 + 2))", "text",
	 "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a DEFAULT 1)", "ALTER a SET DEFAULT lower('X')",
	 "CREATE TABLE t (a DEFAULT (lower('X')))", "text",
	 "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a DEFAULT 1)", "ALTER a SET DEFAULT true",
	 "CREATE TABLE t (a DEFAULT true)", "text",
	 "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a DEFAULT 1 DEFAULT 2)", "ALTER a SET DEFAULT 3",
	 "CREATE TABLE t (a DEFAULT 3)", "text", "\"a\" IS NULL OR \"a\" IS +(2)"},
	{"CREATE TABLE t (a int -- one\n"
	 "  DEFAULT 1 -- two\n"
	 "  NOT NULL -- three\n"
	 ")",
	 "ALTER a SET DEFAULT 2",
	 "CREATE TABLE t (a int -- one\n"
	 "  DEFAULT 2 -- two\n"
	 "  NOT NULL -- three\n"
	 ")",
	 "text", "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a int DEFAULT 1)", "ALTER a DROP DEFAULT",
	 "CREATE TABLE t (a int)", "text", "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a int DEFAULT 1, b)", "ALTER b DROP DEFAULT", NULL,
	 "text", ""},
	{"CREATE TABLE t (a int DEFAULT(1)NOT NULL)", "ALTER a DROP DEFAULT",
	 "CREATE TABLE t (a int NOT NULL)", "text",
	 "\"a\" IS NULL OR \"a\" IS +((1))"},
	{"CREATE TABLE t (a int CONSTRAINT d DEFAULT 1 NOT NULL DEFAULT 2)",
	 "ALTER a DROP DEFAULT", "CREATE TABLE t (a int NOT NULL)", "text",
	 "\"a\" IS NULL OR \"a\" IS +(2)"},
	{"CREATE TABLE t (a int -- one\n"
	 "  DEFAULT 1 -- two\n"
	 "  NOT NULL -- three\n"
	 ")",
	 "ALTER a DROP DEFAULT",
	 "CREATE TABLE t (a int -- one\n"
	 "  NOT NULL -- three\n"
	 ")",
	 "text", "\"a\" IS NULL OR \"a\" IS +(1)"},
	{"CREATE TABLE t (a int -- one\n"
	 "  DEFAULT 1, b)",
	 "ALTER a DROP DEFAULT",
	 "CREATE TABLE t (a int -- one\n"
	 ", b)",
	 "text", "\"a\" IS NULL OR \"a\" IS +(1)"},
	/* SET NOT NULL, DROP NOT NULL */
	{"CREATE TABLE t (a int)", "ALTER a SET NOT NULL",
	 "CREATE TABLE t (a int NOT NULL)", "check",
	 "column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a)", "ALTER a SET NOT NULL",
	 "CREATE TABLE t (a NOT NULL)", "check",
	 "column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int -- one\n"
	 "  DEFAULT 1)",
	 "ALTER a SET NOT NULL",
	 "CREATE TABLE t (a int NOT NULL -- one\n"
	 "  DEFAULT 1)",
	 "check", "column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int)", "ALTER a SET NOT NULL ON CONFLICT IGNORE",
	 "CREATE TABLE t (a int NOT NULL ON CONFLICT IGNORE)", "check",
	 "column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int NULL)", "ALTER a SET NOT NULL",
	 "CREATE TABLE t (a int NOT NULL)", "check",
	 "column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int NOT NULL)", "ALTER a SET NOT NULL", NULL, "text",
	 ""},
	{"CREATE TABLE t (a text NOT NULL PRIMARY KEY)", "ALTER a DROP NOT NULL",
	 "CREATE TABLE t (a text PRIMARY KEY)", "text", ""},
	{"CREATE TABLE t (a text, b text NOT NULL)",
	 "ALTER a DROP NOT NULL, ALTER b DROP NOT NULL, ADD PRIMARY KEY (a, b)",
	 "CREATE TABLE t (a text, b text, PRIMARY KEY (a, b))", "rebuild",
	 "could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a text PRIMARY KEY) STRICT",
	 "ALTER a DROP NOT NULL, DROP CONSTRAINT t_pkey",
	 "CREATE TABLE t (a text) STRICT", "rebuild", ""},
	{"CREATE TABLE t (a text PRIMARY KEY) WITHOUT ROWID", "SET WITH ROWID",
	 "CREATE TABLE t (a text NOT NULL PRIMARY KEY)", "rebuild", ""},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT, WITHOUT ROWID",
	 "SET WITH ROWID, SET NOT STRICT", "CREATE TABLE t (a INTEGER PRIMARY KEY)",
	 "rebuild", ""},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY)",
	 "ALTER a TYPE text, ALTER a DROP NOT NULL",
	 "CREATE TABLE t (a text PRIMARY KEY)", "rebuild",
	 "could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a /* x */ int DEFAULT 1)", "ALTER a DROP TYPE",
	 "CREATE TABLE t (a DEFAULT 1)", "rebuild", ""},
	{"CREATE TABLE t (a blob)", "ALTER a DROP TYPE COLLATE nocase",
	 "CREATE TABLE t (a COLLATE nocase)", "rebuild", ""},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY)", "ALTER a SET NOT NULL", NULL,
	 "text", ""},
	{"CREATE TABLE t (a text PRIMARY KEY)", "ALTER a SET NOT NULL",
	 "CREATE TABLE t (a text NOT NULL PRIMARY KEY)", "check",
	 "column \"a\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a text PRIMARY KEY) WITHOUT ROWID",
	 "ALTER a SET NOT NULL", NULL, "text", ""},
	{"CREATE TABLE t (a int, g AS (a + 1))", "ALTER g SET NOT NULL",
	 "CREATE TABLE t (a int, g NOT NULL AS (a + 1))", "check",
	 "column \"g\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int NOT NULL)", "ALTER a DROP NOT NULL",
	 "CREATE TABLE t (a int)", "text", ""},
	{"CREATE TABLE t (a int DEFAULT 1 CONSTRAINT n NOT NULL ON CONFLICT ABORT UNIQUE)",
	 "ALTER a DROP NOT NULL", "CREATE TABLE t (a int DEFAULT 1 UNIQUE)", "text",
	 ""},
	{"CREATE TABLE t (a int NOT/**/NULL, b int)", "ALTER a DROP NOT NULL",
	 "CREATE TABLE t (a int, b int)", "text", ""},
	{"CREATE TABLE t (a int -- one\n"
	 "  NOT NULL\n"
	 ", b int)",
	 "ALTER a DROP NOT NULL",
	 "CREATE TABLE t (a int -- one\n"
	 ", b int)",
	 "text", ""},
	{"CREATE TABLE t (a int)", "ALTER a DROP NOT NULL", NULL, "text", ""},
	{"CREATE TABLE t (a NOT NULL NOT NULL)", "ALTER a DROP NOT NULL",
	 "CREATE TABLE t (a)", "text", ""},
	/* SET EXPRESSION, ADD GENERATED, DROP EXPRESSION */
	{"CREATE TABLE t (a int, g AS (a + 1) STORED)",
	 "ALTER g SET EXPRESSION AS (a + 2)",
	 "CREATE TABLE t (a int, g AS (a + 2) STORED)", "rebuild", ""},
	{"CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a) VIRTUAL NOT NULL CHECK (g > 0))",
	 "ALTER g SET EXPRESSION AS (a * 2)",
	 "CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a * 2) VIRTUAL NOT NULL CHECK (g > 0))",
	 "rebuild",
	 "column \"g\" of relation \"t\" contains null values; check constraint \"t_g_check\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int, b int)",
	 "ALTER b ADD GENERATED ALWAYS AS (a + 1) STORED",
	 "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, b NOT NULL)",
	 "ALTER b ADD GENERATED ALWAYS AS (a + 1) VIRTUAL",
	 "CREATE TABLE t (a int, b GENERATED ALWAYS AS (a + 1) VIRTUAL NOT NULL)",
	 "rebuild", "column \"b\" of relation \"t\" contains null values"},
	{"CREATE TABLE t (a int, g int AS (a + 1) STORED NOT NULL)",
	 "ALTER g DROP EXPRESSION", "CREATE TABLE t (a int, g int NOT NULL)",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, g int NOT NULL GENERATED ALWAYS AS (a + 1))",
	 "ALTER g DROP EXPRESSION", "CREATE TABLE t (a int, g int NOT NULL)",
	 "rebuild", ""},
	{"CREATE TABLE t (a int)", "ALTER a DROP EXPRESSION IF EXISTS", NULL,
	 "text", ""},
	/* ADD CONSTRAINT */
	{"CREATE TABLE t (a int)", "ADD CHECK (a > 0)",
	 "CREATE TABLE t (a int, CHECK (a > 0))", "check",
	 "check constraint \"t_a_check\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int)", "ADD CONSTRAINT pos CHECK (a > 0)",
	 "CREATE TABLE t (a int, CONSTRAINT pos CHECK (a > 0))", "check",
	 "check constraint \"pos\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int)", "ADD CONSTRAINT pos CHECK (a > 0) NOT VALID",
	 "CREATE TABLE t (a int, CONSTRAINT pos CHECK (a > 0))", "text", ""},
	{"CREATE TABLE t (a int)",
	 "ADD CHECK (t.a IS TRUE AND rowid > 0 AND a <> \"b\")",
	 "CREATE TABLE t (a int, CHECK (t.a IS TRUE AND rowid > 0 AND a <> \"b\"))",
	 "check",
	 "check constraint \"t_a_check\" of relation \"t\" is violated by some row"},
	{LINES, "ADD CONSTRAINT pos CHECK (c > 0)",
	 "CREATE TABLE t (\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    b text NOT NULL,\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5,        -- last\n"
	 "    CONSTRAINT pos CHECK (c > 0)\n"
	 ")",
	 "check",
	 "check constraint \"pos\" of relation \"t\" is violated by some row"},
	{RULES, "ADD CHECK (a < b)",
	 "CREATE TABLE t (\n"
	 "    a int,\n"
	 "    b int,\n"
	 "\n"
	 "    -- keys\n"
	 "    PRIMARY KEY (a), -- the key\n"
	 "    CONSTRAINT u UNIQUE (b),\n"
	 "    CHECK (a < b)\n"
	 ")",
	 "check",
	 "check constraint \"t_check\" of relation \"t\" is violated by some row"},
	{LEAD, "ADD CHECK (a < c)",
	 "CREATE TABLE t (\n"
	 "    a int -- one\n"
	 "  , b int -- two\n"
	 "  , c int -- three\n"
	 "  , CHECK (a < b)\n"
	 "  , CHECK (a < c)\n"
	 ")",
	 "check",
	 "check constraint \"t_check1\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int, CHECK (a > 0) CHECK (a > 1))", "ADD CHECK (a > 2)",
	 "CREATE TABLE t (a int, CHECK (a > 0) CHECK (a > 1), CHECK (a > 2))",
	 "check",
	 "check constraint \"t_a_check2\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int, b int)",
	 "ADD FOREIGN KEY (a) REFERENCES u (x) ON DELETE CASCADE",
	 "CREATE TABLE t (a int, b int, FOREIGN KEY (a) REFERENCES u (x) ON DELETE CASCADE)",
	 "check",
	 "insert or update on table \"t\" violates foreign key constraint \"t_a_fkey\""},
	{"CREATE TABLE t (a int, b int)",
	 "ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES u",
	 "CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES u)",
	 "check",
	 "insert or update on table \"t\" violates foreign key constraint \"f\""},
	{"CREATE TABLE t (a int, b int)",
	 "ADD FOREIGN KEY (a) REFERENCES t (b) NOT VALID",
	 "CREATE TABLE t (a int, b int, FOREIGN KEY (a) REFERENCES t (b))", "text",
	 "a reference"},
	{"CREATE TABLE t (a int, b int)", "ADD UNIQUE (a, b)",
	 "CREATE TABLE t (a int, b int, UNIQUE (a, b))", "rebuild",
	 "could not create unique index \"t_a_b_key\""},
	{"CREATE TABLE t (a int, b int)",
	 "ADD CONSTRAINT u UNIQUE (a COLLATE nocase) ON CONFLICT REPLACE",
	 "CREATE TABLE t (a int, b int, CONSTRAINT u UNIQUE (a COLLATE nocase) ON CONFLICT REPLACE)",
	 "rebuild", "could not create unique index \"u\""},
	{"CREATE TABLE t (a int, b int)", "ADD PRIMARY KEY (a, b)",
	 "CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b))",
	 "rebuild",
	 "column \"a\" of relation \"t\" contains null values; column \"b\" of relation \"t\" contains null values; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a int, b int NOT NULL)",
	 "ADD CONSTRAINT k PRIMARY KEY (b, a)",
	 "CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT k PRIMARY KEY (b, a))",
	 "rebuild",
	 "column \"b\" of relation \"t\" contains null values; column \"a\" of relation \"t\" contains null values; could not create unique index \"k\""},
	{"CREATE TABLE t (a integer, b int)", "ADD PRIMARY KEY (a)",
	 "CREATE TABLE t (a integer, b int, PRIMARY KEY (a))", "rebuild",
	 "column \"a\" of relation \"t\" contains null values; invalid input syntax for type integer: ; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a integer, b int)", "ADD PRIMARY KEY (a AUTOINCREMENT)",
	 "CREATE TABLE t (a integer, b int, PRIMARY KEY (a AUTOINCREMENT))",
	 "rebuild",
	 "column \"a\" of relation \"t\" contains null values; invalid input syntax for type integer: ; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a int, b int) STRICT", "ADD PRIMARY KEY (a)",
	 "CREATE TABLE t (a int, b int, PRIMARY KEY (a)) STRICT", "rebuild",
	 "column \"a\" of relation \"t\" contains null values; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a int, b int, CHECK (a > 0))",
	 "ADD CONSTRAINT \"t_a_check1\" CHECK (b > 0), ADD CHECK (a < 5)",
	 "CREATE TABLE t (a int, b int, CHECK (a > 0), CONSTRAINT \"t_a_check1\" CHECK (b > 0), CHECK (a < 5))",
	 "check",
	 "check constraint \"t_a_check1\" of relation \"t\" is violated by some row; check constraint \"t_a_check2\" of relation \"t\" is violated by some row"},
	/* DROP CONSTRAINT */
	{"CREATE TABLE t (a int CHECK (a > 0))", "DROP CONSTRAINT t_a_check",
	 "CREATE TABLE t (a int)", "text", ""},
	{"CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0) NOT NULL)",
	 "DROP CONSTRAINT c", "CREATE TABLE t (a int NOT NULL)", "text", ""},
	{"CREATE TABLE t (a int UNIQUE, b int)", "DROP CONSTRAINT t_a_key",
	 "CREATE TABLE t (a int, b int)", "rebuild", ""},
	{"CREATE TABLE t (a int REFERENCES u ON DELETE CASCADE NOT NULL DEFERRABLE, b int)",
	 "DROP CONSTRAINT t_a_fkey", "CREATE TABLE t (a int NOT NULL, b int)",
	 "text", ""},
	{"CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (a > 0))",
	 "DROP CONSTRAINT c", "CREATE TABLE t (a int, b int)", "text", ""},
	{"CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (a > 0), UNIQUE (b))",
	 "DROP CONSTRAINT C", "CREATE TABLE t (a int, b int, UNIQUE (b))", "text",
	 ""},
	{RULES, "DROP CONSTRAINT u",
	 "CREATE TABLE t (\n"
	 "    a int,\n"
	 "    b int,\n"
	 "\n"
	 "    -- keys\n"
	 "    PRIMARY KEY (a) -- the key\n"
	 ")",
	 "rebuild", ""},
	{RULES, "DROP CONSTRAINT t_pkey",
	 "CREATE TABLE t (\n"
	 "    a int,\n"
	 "    b int,\n"
	 "\n"
	 "    -- keys\n"
	 "    CONSTRAINT u UNIQUE (b)\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "DROP CONSTRAINT t_check",
	 "CREATE TABLE t (\n"
	 "    a int -- one\n"
	 "  , b int -- two\n"
	 "  , c int -- three\n"
	 ")",
	 "text", ""},
	{"CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b int)",
	 "DROP CONSTRAINT t_pkey", "CREATE TABLE t (a INTEGER NOT NULL, b int)",
	 "rebuild", ""},
	{"CREATE TABLE t (a text PRIMARY KEY, b int)", "DROP CONSTRAINT t_pkey",
	 "CREATE TABLE t (a text, b int)", "rebuild", ""},
	{"CREATE TABLE t (a text PRIMARY KEY, b int) STRICT",
	 "DROP CONSTRAINT t_pkey", "CREATE TABLE t (a text NOT NULL, b int) STRICT",
	 "rebuild", ""},
	{"CREATE TABLE t (a text PRIMARY KEY, b int) WITHOUT ROWID",
	 "DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (b)",
	 "CREATE TABLE t (a text NOT NULL, b int, PRIMARY KEY (b)) WITHOUT ROWID",
	 "rebuild",
	 "column \"b\" of relation \"t\" contains null values; could not create unique index \"t_pkey\""},
	{"CREATE TABLE t (a int CONSTRAINT n NOT NULL)", "DROP CONSTRAINT n",
	 "CREATE TABLE t (a int)", "text", ""},
	{"CREATE TABLE t (a int)", "DROP CONSTRAINT IF EXISTS n", NULL, "text", ""},
	{"CREATE TABLE t (a int, CHECK (a > 0) CHECK (a > 1) CHECK (a > 2))",
	 "DROP CONSTRAINT t_a_check",
	 "CREATE TABLE t (a int, CONSTRAINT t_a_check1 CHECK (a > 1) CONSTRAINT t_a_check2 CHECK (a > 2))",
	 "text", ""},
	{"CREATE TABLE t (a int, CHECK (a > 0), -- first\n"
	 "  CHECK (a > 1) -- second\n"
	 ")",
	 "DROP CONSTRAINT t_a_check1",
	 "CREATE TABLE t (a int, CHECK (a > 0) -- first\n"
	 ")",
	 "text", ""},
	{"CREATE TABLE \"My t\" (a int CHECK (a > 0) CHECK (a > 1))",
	 "DROP CONSTRAINT \"My t_a_check\"",
	 "CREATE TABLE \"My t\" (a int CONSTRAINT \"My t_a_check1\" CHECK (a > 1))",
	 "text", ""},
	/* RENAME CONSTRAINT */
	{"CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0))",
	 "RENAME CONSTRAINT c TO d",
	 "CREATE TABLE t (a int CONSTRAINT d CHECK (a > 0))", "text", ""},
	{"CREATE TABLE t (a int, CONSTRAINT [c] CHECK (a > 0))",
	 "RENAME CONSTRAINT \"c\" TO \"the d\"",
	 "CREATE TABLE t (a int, CONSTRAINT \"the d\" CHECK (a > 0))", "text", ""},
	{"CREATE TABLE t (a int PRIMARY KEY)", "RENAME CONSTRAINT t_pkey TO k",
	 "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY)", "text", ""},
	{"CREATE TABLE t (a int, b int,\n"
	 "  UNIQUE (a, b))",
	 "RENAME CONSTRAINT t_a_b_key TO ab",
	 "CREATE TABLE t (a int, b int,\n"
	 "  CONSTRAINT ab UNIQUE (a, b))",
	 "text", ""},
	{"CREATE TABLE t (a int, CHECK (a > 0) CHECK (a < 9))",
	 "RENAME CONSTRAINT t_a_check TO pos",
	 "CREATE TABLE t (a int, CONSTRAINT pos CHECK (a > 0) CONSTRAINT t_a_check1 CHECK (a < 9))",
	 "text", ""},
	{"CREATE TABLE t (a int CONSTRAINT n NOT NULL)", "RENAME CONSTRAINT n TO m",
	 "CREATE TABLE t (a int CONSTRAINT m NOT NULL)", "text", ""},
	/* VALIDATE CONSTRAINT */
	{"CREATE TABLE t (a int CHECK (a > 0))", "VALIDATE CONSTRAINT t_a_check",
	 NULL, "check",
	 "check constraint \"t_a_check\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES u (x))",
	 "VALIDATE CONSTRAINT t_a_fkey", NULL, "check",
	 "insert or update on table \"t\" violates foreign key constraint \"t_a_fkey\""},
	/* a column's place */
	{"CREATE TABLE t (a int, b int, c int)", "ALTER c FIRST",
	 "CREATE TABLE t (c int, a int, b int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int, c int)", "ALTER a AFTER b",
	 "CREATE TABLE t (b int, a int, c int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int, c int)", "ALTER a AFTER c",
	 "CREATE TABLE t (b int, c int, a int)", "rebuild", ""},
	{"CREATE TABLE t (a int, b int, c int)", "ALTER b AFTER a", NULL, "text",
	 ""},
	{"CREATE TABLE t (a int, b int, c int)", "ALTER b AFTER b", NULL, "text",
	 ""},
	{"CREATE TABLE t (a int, b int, c int)", "ALTER a FIRST", NULL, "text", ""},
	{LINES, "ALTER c FIRST",
	 "CREATE TABLE t (\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5,        -- last\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    b text NOT NULL\n"
	 ")",
	 "rebuild", ""},
	{LINES, "ALTER a AFTER c",
	 "CREATE TABLE t (\n"
	 "    b text NOT NULL,\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5,        -- last\n"
	 "    a integer PRIMARY KEY -- the key\n"
	 ")",
	 "rebuild", ""},
	{LINES, "ALTER b AFTER c",
	 "CREATE TABLE t (\n"
	 "    a integer PRIMARY KEY, -- the key\n"
	 "    -- about c\n"
	 "    c int DEFAULT 5,        -- last\n"
	 "    b text NOT NULL\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "ALTER c FIRST",
	 "CREATE TABLE t (\n"
	 "    c int -- three\n"
	 "  , a int -- one\n"
	 "  , b int -- two\n"
	 "  , CHECK (a < b)\n"
	 ")",
	 "rebuild", ""},
	{LEAD, "ALTER a AFTER c",
	 "CREATE TABLE t (\n"
	 "    b int -- two\n"
	 "  , c int -- three\n"
	 "  , a int -- one\n"
	 "  , CHECK (a < b)\n"
	 ")",
	 "rebuild", ""},
	{RULES, "ALTER b FIRST",
	 "CREATE TABLE t (\n"
	 "    b int,\n"
	 "    a int,\n"
	 "\n"
	 "    -- keys\n"
	 "    PRIMARY KEY (a), -- the key\n"
	 "    CONSTRAINT u UNIQUE (b)\n"
	 ")",
	 "rebuild", ""},
	{"CREATE TABLE t (a int, -- one\n"
	 " b int, c int)",
	 "ALTER a AFTER b",
	 "CREATE TABLE t (b int,\n"
	 " a int, -- one\n"
	 " c int)",
	 "rebuild", ""},
	{"CREATE TABLE t (a CHECK (a > 0) CHECK (a > 1), b)", "ALTER b FIRST",
	 "CREATE TABLE t (b, a CHECK (a > 0) CHECK (a > 1))", "rebuild", ""},
	{"CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- more\n"
	 "\n"
	 "  b int,\n"
	 "  c int\n"
	 ")",
	 "ALTER b AFTER c",
	 "CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- more\n"
	 "  c int,\n"
	 "  b int\n"
	 ")",
	 "rebuild", ""},
	{"CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- more\n"
	 "  b int,\n"
	 "  c int\n"
	 ")",
	 "ALTER b AFTER c",
	 "CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- more\n"
	 "  c int,\n"
	 "  b int\n"
	 ")",
	 "rebuild", ""},
	{"CREATE TABLE t (\n"
	 "  a int,\n"
	 "\n"
	 "  -- b\n"
	 "  b int,\n"
	 "  -- c\n"
	 "  c int\n"
	 ")",
	 "ALTER b FIRST",
	 "CREATE TABLE t (\n"
	 "  -- b\n"
	 "  b int,\n"
	 "\n"
	 "  a int,\n"
	 "  -- c\n"
	 "  c int\n"
	 ")",
	 "rebuild", ""},
	/* several at once */
	{"CREATE TABLE t (a int, b text)",
	 "ADD c int DEFAULT 1, DROP b, ALTER a TYPE text, ADD UNIQUE (c)",
	 "CREATE TABLE t (a text, c int DEFAULT 1, UNIQUE (c))", "rebuild",
	 "could not create unique index \"t_c_key\""},
	{"CREATE TABLE t (a int)",
	 "ADD b int DEFAULT 0, ADD CHECK (b < 5), ALTER a SET NOT NULL",
	 "CREATE TABLE t (a int NOT NULL, b int DEFAULT 0, CHECK (b < 5))",
	 "rebuild",
	 "column \"a\" of relation \"t\" contains null values; check constraint \"t_b_check\" of relation \"t\" is violated by some row"},
	{"CREATE TABLE t (a int, b text)", "DROP a, ADD a text DEFAULT 'x'",
	 "CREATE TABLE t (b text, a text DEFAULT 'x')", "rebuild", ""},
	{"CREATE TABLE t (a text)",
	 "ADD g AS (a || '!'), ADD h AS (g || g), ADD CHECK (h <> '')",
	 "CREATE TABLE t (a text, g AS (a || '!'), h AS (g || g), CHECK (h <> ''))",
	 "rebuild",
	 "check constraint \"t_h_check\" of relation \"t\" is violated by some row"},
};

/* Does SQLite's own ALTER TABLE do all of it? */
static bool
is_native(Unit *unit, const char *create, const char *actions)
{
	MigrTableDef table;
	MigrAlter parsed;

	assert_true(migr_ddl_table(&unit->ctx, migr_span(create), &table));
	assert_true(edit_parse(unit, actions, &parsed));
	return parsed.actions.count == 1 &&
		   migr_edit_is_native(&table, &parsed.actions.items[0]);
}

static void
test_good(void **state)
{
	static const char *const costs[] = {"text", "check", "rebuild"};

	(void) state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
	{
		const char *text = good[i].text != NULL ? good[i].text : good[i].create;
		Unit unit;
		MigrEdit edit;
		MigrStr demands;

		edit_open(&unit, &edit, good[i].create, good[i].alter);
		assert_string_equal(migr_span_dup(&unit.ctx.arena, edit.text), text);
		assert_string_equal(
			migr_printf(&unit.ctx.arena, "%s%s", costs[edit.cost],
						is_native(&unit, good[i].create, good[i].alter)
							? " native"
							: ""),
			good[i].how);
		migr_str_init(&demands, &unit.ctx.arena);
		for (int k = 0; k < edit.demands.count; k++)
			migr_str_printf(&demands, "%s%s", k > 0 ? "; " : "",
							edit.demands.items[k].message != NULL
								? edit.demands.items[k].message
								: "a reference");
		for (int k = 0; k < edit.lacking.count; k++)
			migr_str_printf(&demands, "%s%s", demands.len > 0 ? "; " : "",
							edit.lacking.items[k]);
		assert_string_equal(demands.data, good[i].demands);
		unit_close(&unit);
	}
}

/* Join texts. */
#define JOINED(unit, vec)                                                      \
	migr_join(&(unit).ctx.arena, (vec).items, (vec).count, "; ")

/* What is told beside the text. */
static void
test_told(void **state)
{
	Unit unit;
	MigrEdit edit;

	(void) state;
	edit_open(&unit, &edit, "CREATE TABLE t (a, b, g AS (b), c UNIQUE)",
			  "DROP b CASCADE, ADD COLUMN IF NOT EXISTS A, DROP IF EXISTS x,"
			  " DROP CONSTRAINT IF EXISTS n, ALTER a DROP EXPRESSION IF EXISTS,"
			  " ALTER c TYPE int");
	assert_string_equal(JOINED(unit, edit.dropped), "b; g");
	assert_string_equal(JOINED(unit, edit.fresh), "c");
	assert_string_equal(
		JOINED(unit, edit.notices),
		"column \"x\" of relation \"t\" does not exist, skipping; "
		"constraint \"n\" of relation \"t\" does not exist, skipping; "
		"column \"a\" of relation \"t\" is not a generated column, skipping; "
		"column \"A\" of relation \"t\" already exists, skipping");
	assert_int_equal(edit.old.columns.count, 4);
	unit_close(&unit);

	/* a column that is dropped isn't new any more */
	edit_open(&unit, &edit, "CREATE TABLE t (a, b)", "ADD c");
	assert_string_equal(JOINED(unit, edit.fresh), "c");
	assert_true(edit_alter(&unit, &edit, "DROP c"));
	assert_string_equal(JOINED(unit, edit.fresh), "");
	assert_string_equal(migr_span_dup(&unit.ctx.arena, edit.text),
						"CREATE TABLE t (a, b)");
	unit_close(&unit);
}

/* Names are written out. */
static void
test_pin(void **state)
{
	const char *create =
		"CREATE TABLE \"a t\" (a int PRIMARY KEY CHECK (a > 0),"
		" b int UNIQUE CONSTRAINT c CHECK (b > a))";
	Unit unit;
	MigrEdit edit;

	(void) state;
	unit_open(&unit);
	assert_true(migr_edit_begin(&unit.ctx, migr_span(create), &edit));
	assert_true(migr_edit_pin(&unit.ctx, &edit, "B"));
	assert_string_equal(
		migr_span_dup(&unit.ctx.arena, edit.text),
		"CREATE TABLE \"a t\" (a int PRIMARY KEY CHECK (a > 0),"
		" b int CONSTRAINT \"a t_b_key\" UNIQUE CONSTRAINT c CHECK (b > a))");
	assert_true(migr_edit_pin(&unit.ctx, &edit, NULL));
	assert_string_equal(
		migr_span_dup(&unit.ctx.arena, edit.text),
		"CREATE TABLE \"a t\" (a int CONSTRAINT \"a t_pkey\" PRIMARY KEY"
		" CONSTRAINT \"a t_a_check\" CHECK (a > 0),"
		" b int CONSTRAINT \"a t_b_key\" UNIQUE CONSTRAINT c CHECK (b > a))");
	assert_int_equal(edit.cost, MIGR_COST_TEXT);
	assert_false(migr_edit_pin(&unit.ctx, &edit, "x"));
	unit_close(&unit);
}

/* A long table takes no longer than its length says: columns, constraints. */
static void
test_long(void **state)
{
	const int count = 3000;
	Unit unit;
	MigrEdit edit;
	MigrStr create;

	(void) state;
	unit_open(&unit);
	migr_str_init(&create, &unit.ctx.arena);
	migr_str_add(&create, "CREATE TABLE t (");
	for (int i = 0; i < count; i++)
		migr_str_printf(&create, "c%d int CHECK (c%d <> c0), -- %d\n", i, i, i);
	for (int i = 0; i < count; i++)
		migr_str_printf(&create, "%sCHECK (c%d > c1)", i > 0 ? ",\n" : "", i);
	migr_str_add(&create, ")");
	assert_true(migr_edit_begin(&unit.ctx, migr_span(create.data), &edit));
	assert_true(edit_alter(&unit, &edit, "DROP c0"));
	assert_int_equal(edit.table.columns.count, count - 1);
	assert_int_equal(edit.table.constraints.count, count - 1);
	assert_true(edit_alter(&unit, &edit, "ADD c0 int NOT NULL FIRST"));
	assert_true(edit_alter(&unit, &edit, "ALTER c0 AFTER c2999"));
	assert_true(edit_alter(&unit, &edit, "DROP c1"));
	assert_int_equal(edit.table.constraints.count, 0);
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_pin),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
