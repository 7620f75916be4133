#!/usr/bin/python3
# Random schemas, random ALTER TABLEs: nothing is lost, and what fails leaves all as
# it was.  The rows of all tables stay but for what the statement says, indexes,
# triggers, views and settings too, and another connection sees it at once.
#
#   alter_random.py module directory [first seed] [number of seeds]
#
# A failure names its seed: give it as the first to see it again.  Needs an sqlite3
# module of Python that can load extensions, as Debian's can.
import os
import random
import re
import sqlite3
import subprocess
import sys

NAMES = ["a", "b", "c", "name", "Value", "order", "group", "a b", 'we"ird',
         "select", "key", "größe", "x'y", "[br]", "desc", "oid", "check", "type",
         "d1", "e_2", "constraint", "add", "first", "after"]
TABLES = ["t", "Item", "order", "my table", 'q"t', "größe", "p1", "check", "to"]
TYPES = ["", "INT", "integer", "BIGINT", "TEXT", "varchar(10)", "REAL",
         "numeric(10, 2)", "BLOB", "double precision", "boolean", "date"]
STRICT_TYPES = ["INT", "INTEGER", "TEXT", "REAL", "BLOB", "ANY"]
DEFAULTS = ["5", "-3", "+1", "'x'", "'it''s'", "NULL", "(1 + 1)", "1.5", "x'00ff'",
            "CURRENT_TIMESTAMP", "true", "(abs(-7))", "1e3", "('a' || 'b')"]
CONSTANTS = {"5": 5, "-3": -3, "'x'": "x", "'it''s'": "it's", "NULL": None,
             "1.5": 1.5, "x'00ff'": b"\0\xff", "(1 + 1)": 2, "(abs(-7))": 7}
CONFLICTS = ["", "", "", " ON CONFLICT IGNORE", " ON CONFLICT REPLACE",
             " ON CONFLICT ROLLBACK", " ON CONFLICT FAIL"]
ACTIONS = ["", " ON DELETE CASCADE", " ON DELETE SET NULL ON UPDATE CASCADE",
           " ON DELETE SET DEFAULT", " ON DELETE RESTRICT",
           " DEFERRABLE INITIALLY DEFERRED",
           " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"]
KNOWS_STRICT = sqlite3.sqlite_version_info >= (3, 37)
COLLATIONS = ["", "", " COLLATE NOCASE", " COLLATE RTRIM", " COLLATE binary"]
# errors that no statement here should meet: they are ours, or about a wreck
BUGS = re.compile(r"has become another|malformed|no source|internal|incomplete"
                  r"|_migrate old|syntax error|disk image|no such table"
                  r"|no such index|writable_schema|unrecognized token"
                  r"|sqlite_schema|ambiguous column"
                  r"|has no column named|values for")
WORD = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""
                  r"|\[[^]]*\]|`[^`]*`|\w+|[^\s\w]", re.S)


class Wrong(Exception):
    """What isn't as it should be."""


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Schema:
    """Writes random tables and what hangs on them."""

    def __init__(self, rng):
        self.rng = rng
        self.count = 0

    def spelled(self, name):
        """A name, in one of the ways to write it."""
        plain = re.fullmatch(r"[A-Za-z_]\w*", name, re.A) and name.lower() not in (
            "order", "group", "select", "check", "constraint", "add", "to")
        ways = [quoted(name)]
        if plain:
            ways += [name] * 3 + [name.upper()]
        if "]" not in name:
            ways.append("[" + name + "]")
        if "`" not in name:
            ways.append("`" + name + "`")
        return self.rng.choice(ways)

    def chance(self, part):
        return self.rng.random() < part

    def comment(self):
        if not self.chance(0.25):
            return ""
        self.count += 1
        if self.lines and self.chance(0.6):
            return " -- it's, (no %d\n" % self.count
        return " /* a, b) %d */" % self.count

    def named(self):
        if not self.chance(0.3):
            return ""
        self.count += 1
        return "CONSTRAINT " + self.spelled("k%d" % self.count) + " "

    def type(self, strict):
        return self.rng.choice(STRICT_TYPES if strict else TYPES)

    def check(self, column):
        name = self.spelled(column)
        return self.rng.choice([
            "(%s IS NOT 'zz')", "(%s is null or length(%s) < 100000)",
            "(typeof(%s) <> 'x, y')", "(%s NOT IN ('q', ')'))"
        ]).replace("%s", name)

    def target(self, others, own):
        """A table and the columns of a key of it, to refer to."""
        keys = [(name, key) for name, key in others if len(key) == 1]
        if own is not None:
            keys.append(own)
        if not keys:
            return None
        name, key = self.rng.choice(keys)
        return "REFERENCES %s%s%s" % (
            self.spelled(name),
            " (%s)" % self.spelled(key[0]) if self.chance(0.7) else "",
            self.rng.choice(ACTIONS))

    def column(self, name, strict, others=(), own=None, plain=None):
        """A column's definition, but for its place in a key."""
        text = self.spelled(name)
        kind = self.type(strict)
        text += " " + kind if kind else ""
        parts = []
        if plain and self.chance(0.15):
            parts.append("%sAS (%s)%s" % (
                self.rng.choice(["", "GENERATED ALWAYS "]),
                self.rng.choice(["%s || '-'", "coalesce(%s, 0)", "typeof(%s)"])
                % self.spelled(plain),
                self.rng.choice(["", " VIRTUAL", " STORED"])))
            if strict and kind not in ("ANY", "TEXT"):
                text = self.spelled(name) + " ANY"
        elif self.chance(0.3) and not strict:
            parts.append(self.named() + "DEFAULT " + self.rng.choice(DEFAULTS))
        if self.chance(0.2):
            parts.append(self.named() + "NOT NULL" + self.rng.choice(CONFLICTS))
        if self.chance(0.12):
            parts.append(self.named() + "UNIQUE" + self.rng.choice(CONFLICTS))
        if self.chance(0.15):
            parts.append(self.named() + "CHECK " + self.check(name))
        if self.chance(0.2):
            parts.append(self.rng.choice(COLLATIONS).strip())
        if self.chance(0.2) and "AS (" not in "".join(parts):
            parts.append(self.named() + (self.target(others, own) or ""))
        self.rng.shuffle(parts)
        return text + "".join(" " + part for part in parts if part.strip()
                              and not part.endswith(" ") or "AS (" in part)

    def table(self, name, others):
        """CREATE TABLE; returns the text, the columns and the key."""
        rng = self.rng
        self.lines = self.chance(0.6)
        strict = self.chance(0.2) and KNOWS_STRICT
        without = self.chance(0.2)
        names = rng.sample(NAMES, rng.randint(2, 6))
        if len({n.lower() for n in names}) < len(names):
            names = ["a", "b"]
        key = []
        style = rng.choice(["alias", "alias", "auto", "column", "table", "pair",
                            "none"])
        if without and style in ("none", "auto"):
            style = "column"
        entries = []
        for i, column in enumerate(names):
            if i == 0 and style in ("alias", "auto"):
                entries.append(self.spelled(column) + " INTEGER " + self.named() +
                               "PRIMARY KEY" +
                               (" AUTOINCREMENT" if style == "auto" else ""))
                key = [column]
            elif i == 0 and style == "column":
                kind = rng.choice(STRICT_TYPES if strict else TYPES)
                entries.append("%s %s %sPRIMARY KEY%s" % (
                    self.spelled(column), kind, self.named(),
                    rng.choice(["", "", " DESC"])))
                key = [column]
            elif i == 0:
                entries.append(self.spelled(column) + " " +
                               rng.choice(STRICT_TYPES))
            else:
                entries.append(self.column(
                    column, strict, others,
                    (name, key) if key else None, names[0]))
        if style in ("table", "pair"):
            key = names[:1] if style == "table" else names[:2]
            if style == "pair" and " AS (" in entries[1]:
                key = names[:1]
            entries.append("%sPRIMARY KEY (%s)%s" % (
                self.named(), ", ".join(self.spelled(c) + rng.choice(
                    ["", "", " DESC", " COLLATE NOCASE"]) for c in key),
                rng.choice(CONFLICTS)))
        if self.chance(0.3):
            entries.append("%sUNIQUE (%s)%s" % (
                self.named(), ", ".join(self.spelled(c)
                                        for c in rng.sample(names, 2)),
                rng.choice(CONFLICTS)))
        if self.chance(0.3):
            entries.append(self.named() + "CHECK " + self.check(rng.choice(names)))
        if self.chance(0.25):
            target = self.target(others, (name, key) if len(key) == 1 else None)
            if target:
                entries.append("%sFOREIGN KEY (%s) %s" % (
                    self.named(), self.spelled(rng.choice(names)), target))
        gap = "\n    " if self.lines else " "
        text = self.spelled(name) + rng.choice([" (", "("]) + self.comment()
        for i, entry in enumerate(entries):
            text += gap + self.comment() + entry
            text += ("," if i + 1 < len(entries) else "") + self.comment()
        options = [o for o, yes in (("STRICT", strict), ("WITHOUT ROWID", without))
                   if yes]
        text += ("\n" if self.lines else "") + ")" + " " + ", ".join(options)
        return text.rstrip(), names, key

    def index(self, number, table, columns):
        rng = self.rng
        parts = []
        for column in rng.sample(columns, rng.randint(1, 2)):
            part = self.spelled(column)
            if self.chance(0.2):
                part = rng.choice(["length(%s)", "coalesce(%s, 'n')"]) % part
            parts.append(part + rng.choice(["", "", " DESC", " COLLATE NOCASE"]))
        where = " WHERE %s IS NOT NULL" % self.spelled(rng.choice(columns))
        return "%s ON %s (%s)%s" % (
            self.spelled("i%d" % number), self.spelled(table), ", ".join(parts),
            where if self.chance(0.2) else "")

    def view(self, number, table, columns):
        picked = self.rng.choice(
            ["*", ", ".join(self.spelled(c) for c in columns[:2]),
             quoted(columns[-1]) + " AS z", "count(*) AS n"])
        return "CREATE %sVIEW %s.%s AS SELECT %s FROM %s", (
            "v%d" % number, picked, table)

    def value(self):
        rng = self.rng
        return rng.choice([
            None, None, 0, 1, -1, 2**63 - 1, -2**63, rng.randint(0, 20), 1.5, 2.0,
            1e300, -0.0, "", "text", "12", "3.7", "a\0b", "x" * 300, b"", b"\0\xff",
            "%d" % rng.randint(0, 20), "größe", rng.random(), "é" * 3000])


class World:
    """A database under test, and what is in it."""

    def __init__(self, module, directory, seed):
        self.rng = random.Random(seed)
        self.schema = Schema(self.rng)
        self.path = os.path.join(directory, "random.db")
        self.module = module
        self.log = []
        self.revisions = 0
        self.place = self.rng.choice(["main"] * 4 + ["temp", "aux"])
        for name in ("random.db", "aux.db"):
            for end in ("", "-journal", "-wal"):
                if os.path.exists(os.path.join(directory, name + end)):
                    os.unlink(os.path.join(directory, name + end))
        self.db = self.open()
        self.other = self.open() if self.place != "temp" else None
        self.settings = []
        for setting in ("foreign_keys", "recursive_triggers",
                        "legacy_alter_table"):
            self.settings.append("PRAGMA %s = %d" % (setting,
                                                     self.rng.randint(0, 1)))

    def open(self):
        db = sqlite3.connect(self.path, isolation_level=None,
                             cached_statements=0)
        db.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
        db.enable_load_extension(True)
        db.load_extension(self.module)
        db.execute("PRAGMA synchronous = off")
        db.execute("ATTACH ? AS aux", (os.path.join(
            os.path.dirname(self.path), "aux.db"),))
        db.execute("PRAGMA aux.synchronous = off")
        return db

    def run(self, sql, args=()):
        self.log.append(sql + (" -- %r" % (args,) if args else ""))
        return self.db.execute(sql, args)

    def attempt(self, sql, args=()):
        try:
            self.db.execute(sql, args)
            self.log.append(sql + ("; -- %r" % (args,) if args else ";"))
        except sqlite3.Error:
            pass

    def make(self):
        """Make tables, what hangs on them, and rows."""
        schema, rng = self.schema, self.rng
        place = quoted(self.place)
        self.attempt("CREATE TABLE %s.lg (what, value)" % place)
        made = []
        for name in rng.sample(TABLES, rng.randint(1, 3)):
            for _ in range(8):
                text, columns, key = schema.table(name, made and [
                    (n, k) for n, c, k in made if k])
                try:
                    self.db.execute("CREATE TABLE %s.%s" % (place, text))
                except sqlite3.Error:
                    continue
                self.log.append("CREATE TABLE %s.%s;" % (place, text))
                made.append((name, columns, key))
                break
        for name, columns, _ in made:
            for i in range(rng.randint(0, 3)):
                self.attempt("CREATE %sINDEX %s.%s" % (
                    rng.choice(["", "", "UNIQUE "]), place,
                    schema.index(i * 10 + len(self.log), name, columns)))
            self.fill(name, columns)
        for name, columns, _ in made:
            self.hang(name, columns)
        if schema.chance(0.3):
            self.namesake(rng.choice(made)[0])
        if schema.chance(0.3):
            self.attempt("ANALYZE")
        self.run("SELECT migrate_load('-- migrate:revision r0')").fetchall()
        self.run("SELECT migrate_upgrade('heads')").fetchall()
        for setting in self.settings:
            self.run(setting)

    def fill(self, name, columns):
        """Put rows in, at rowids with gaps where there are such."""
        full = "%s.%s" % (quoted(self.place), quoted(name))
        for i in range(self.rng.choice([0, 1, 5, 12])):
            usable = [r[1] for r in self.db.execute(
                "PRAGMA %s.table_xinfo(%s)" % (quoted(self.place), quoted(name)))
                if r[6] == 0]
            row = [self.schema.value() if self.rng.random() < 0.6 else
                   self.rng.randint(0, 4) for _ in usable]
            self.attempt("INSERT OR IGNORE INTO %s (%s) VALUES (%s)" % (
                full, ", ".join(quoted(c) for c in usable),
                ", ".join("?" * len(usable))), row)
        self.attempt("DELETE FROM %s WHERE _rowid_ %% 3 = 2" % full)

    def namesake(self, name):
        """Make a table of the same name elsewhere, with a temporary trigger."""
        other = self.rng.choice([p for p in self.schemas() if p != self.place])
        full = "%s.%s" % (quoted(other), quoted(name))
        self.attempt("CREATE TABLE %s (a INTEGER, b TEXT)" % full)
        self.attempt("INSERT INTO %s VALUES (1, 'x'), (5, NULL)" % full)
        self.attempt("CREATE TEMP TRIGGER h1 AFTER INSERT ON %s BEGIN"
                     " UPDATE %s SET b = new.b; END" % (full, quoted(name)))

    def hang(self, name, columns):
        """Make views and triggers."""
        rng, schema, place = self.rng, self.schema, quoted(self.place)
        for i in range(rng.randint(0, 2)):
            number = len(self.log)
            where = "temp" if schema.chance(0.2) else self.place
            inside = schema.spelled(name)
            if where != self.place:
                inside = place + "." + inside
            form, args = schema.view(number, name, columns)
            self.attempt(form % ("", quoted(where), quoted(args[0]), args[1],
                                 inside))
            if schema.chance(0.3):
                self.attempt(
                    "CREATE TRIGGER %s.g%d INSTEAD OF DELETE ON v%d BEGIN"
                    " INSERT INTO lg VALUES ('v', 1); END" % (
                        quoted(where), number, number))
        for i in range(rng.randint(0, 2)):
            column = schema.spelled(rng.choice(columns))
            event = rng.choice(["INSERT", "DELETE", "UPDATE",
                                "UPDATE OF " + column])
            row = "old" if event == "DELETE" else "new"
            where = "temp" if schema.chance(0.2) else self.place
            on = schema.spelled(name)
            if where != self.place:
                on = place + "." + on
            when = " WHEN %s.%s IS NOT 77" % (row, column)
            body = rng.choice([
                "INSERT INTO lg VALUES ('%s', %s.%s)" % (event[0], row, column),
                "UPDATE lg SET value = (SELECT count(%s) FROM %s)" % (
                    column, schema.spelled(name)),
                "DELETE FROM %s WHERE %s = 'never'" % (schema.spelled(name),
                                                      column)])
            self.attempt("CREATE TRIGGER %s.g%d %s %s ON %s%s BEGIN /* ; */ %s;"
                         " END" % (quoted(where), len(self.log),
                                   rng.choice(["AFTER", "BEFORE"]), event, on,
                                   when if schema.chance(0.4) else "", body))

    # ---- looking --------------------------------------------------------------

    def schemas(self):
        return ["main", "temp", "aux"]

    def texts(self, db=None):
        """All that is in the catalogs, but for our own tables."""
        found = {}
        for place in self.schemas():
            for row in (db or self.db).execute(
                    "SELECT type, name, tbl_name, sql FROM %s.sqlite_schema"
                    " WHERE name NOT LIKE '%%migrate%%'"
                    " AND tbl_name NOT LIKE '%%migrate%%'"
                    " AND name NOT LIKE 'alembic%%'"
                    " AND tbl_name NOT LIKE 'alembic%%'" % place):
                found[(place, row[0], row[1])] = (row[2], row[3])
        return found

    def info(self, place, name, db=None):
        # 3.34 takes that for a part of the type
        return [r[:2] + (r[2].replace(" GENERATED ALWAYS", ""),) + r[3:]
                for r in (db or self.db).execute("PRAGMA %s.table_xinfo(%s)" % (
                    quoted(place), quoted(name)))]

    def rows(self, place, name):
        """The rows of a table by rowid or key, as dictionaries."""
        columns = [r[1] for r in self.info(place, name)]
        lower = [c.lower() for c in columns]
        full = "%s.%s" % (quoted(place), quoted(name))
        # 12 or 12.0: an index on a generated column has the shorter form
        made = {r[1].lower() for r in self.info(place, name) if r[6]}
        rowid = [r for r in ("rowid", "_rowid_", "oid") if r not in lower]
        listed = ", ".join(quoted(c) for c in columns)
        try:
            found = self.db.execute("SELECT %s, %s FROM %s ORDER BY 1" % (
                rowid[0], listed, full)).fetchall()
            return [(r[0], {c: float(v) if c in made and isinstance(v, int)
                            else v for c, v in zip(lower, r[1:])})
                    for r in found]
        except sqlite3.Error:
            found = self.db.execute("SELECT %s FROM %s" % (listed, full))
            return sorted(((None, {c: float(v) if c in made and isinstance(
                v, int) else v for c, v in zip(lower, r)}) for r in found),
                          key=repr)

    def tables(self, texts):
        return [(k[0], k[2]) for k, v in texts.items() if k[1] == "table"
                and not k[2].startswith("sqlite_stat4")]

    def usable(self, texts):
        """What can be used: views read, tables written with their triggers."""
        found = set()
        for place, kind, name in texts:
            if kind not in ("table", "view") or name.startswith("sqlite_"):
                continue
            full = "%s.%s" % (quoted(place), quoted(name))
            for what in ("SELECT * FROM %s LIMIT 0", "EXPLAIN DELETE FROM %s",
                         "EXPLAIN INSERT INTO %s DEFAULT VALUES"):
                try:
                    self.db.execute(what % full).fetchall()
                    found.add((place, name.lower(), what))
                except sqlite3.Error:
                    pass
        return found

    def broken_keys(self):
        """How many rows have no match, by table; -1: keys don't match at all."""
        found = {}
        for place, name in self.tables(self.texts()):
            try:
                found[(place, name)] = len(self.db.execute(
                    "PRAGMA %s.foreign_key_check(%s)" % (
                        place, quoted(name))).fetchall())
            except sqlite3.Error:
                found[(place, name)] = -1
        return found

    def state(self):
        """Everything, to be compared."""
        texts = self.texts()
        return {
            "texts": texts,
            "rows": {t: self.rows(*t) for t in self.tables(texts)},
            "usable": self.usable(texts),
            "keys": self.broken_keys(),
            "pragmas": [self.db.execute("PRAGMA " + p).fetchone()[0] for p in (
                "foreign_keys", "recursive_triggers", "legacy_alter_table",
                "writable_schema", "defer_foreign_keys", "trusted_schema",
                "ignore_check_constraints", "cell_size_check")],
            "indexes": {t: self.indexes(*t) for t in self.tables(texts)},
            "fks": {t: self.db.execute("PRAGMA %s.foreign_key_list(%s)" % (
                quoted(t[0]), quoted(t[1]))).fetchall()
                for t in self.tables(texts)},
            "kinds": self.kinds(texts),
            "infos": {t: self.info(*t) for t in self.tables(texts)},
        }

    def kinds(self, texts):
        """What kind of table each is: as PRAGMA table_list has it, if it is there."""
        if KNOWS_STRICT:
            return {(r[0], r[1]): r[2:] for r in sorted(self.db.execute(
                "PRAGMA table_list")) if "migrate" not in r[1]}
        return {t: ("table", 0, "WITHOUT ROWID" in texts[(t[0], "table", t[1])][1]
                    .rpartition(")")[2], 0) for t in self.tables(texts)}

    def indexes(self, place, name):
        found = []
        for row in self.db.execute("PRAGMA %s.index_list(%s)" % (
                quoted(place), quoted(name))).fetchall():
            parts = self.db.execute("PRAGMA %s.index_xinfo(%s)" % (
                quoted(place), quoted(row[1]))).fetchall()
            named = row[1] if row[3] == "c" else ""
            found.append((named, row[2], row[3], row[4],
                          tuple(tuple(str(x).lower() for x in p[2:5])
                                for p in parts if p[5])))
        return sorted(found)

    # ---- the statement -----------------------------------------------------------

    def constraint(self, name, columns):
        """A name that a constraint of the table may answer to."""
        answers = ["k%d" % n for n in range(1, self.schema.count + 1)]
        answers += ["%s_%s_%s" % (name, c, e) for c in columns
                    for e in ("key", "check", "fkey", "not_null")]
        return self.rng.choice(answers + [
            name + "_pkey", name + "_pkey", name + "_check"])

    def action(self, place, name, columns, strict):
        """An action; returns its text and what it does: kind, column, more."""
        rng, schema = self.rng, self.schema
        column = rng.choice(columns)
        spelled = schema.spelled(column)
        fresh = "n%d" % rng.randint(1, 9)
        where = rng.choice(["", "", "", " FIRST",
                            " AFTER " + schema.spelled(rng.choice(columns))])
        kind = rng.choice(["add", "add", "drop", "type", "type", "default",
                           "nodefault", "full", "null", "constraint",
                           "constraint", "unconstraint", "move", "express",
                           "unexpress", "generate"])
        text = ""
        more = None
        if kind == "add":
            more = where
            if where and not schema.chance(0.5):
                where = more = ""
            schema.lines = False
            definition = schema.column(fresh, strict, [], None, columns[0])
            text = "ADD %s%s%s" % (rng.choice(["", "COLUMN "]), definition, where)
            column, more = fresh, (where, definition)
        elif kind == "drop":
            text = "DROP COLUMN %s%s" % (spelled, rng.choice(
                ["", " CASCADE", " CASCADE", " RESTRICT"]))
        elif kind == "type":
            more = schema.type(strict) or "TEXT"
            using = rng.choice(["", "", "", " USING length(%s)" % spelled,
                                " USING %s + 10" % spelled, " USING (NULL)"])
            collation = rng.choice(COLLATIONS)
            text = "ALTER %s %sTYPE %s%s%s" % (
                spelled, rng.choice(["", "SET DATA "]), more, collation, using)
            more = (more, using)
        elif kind == "default":
            more = rng.choice(DEFAULTS)
            text = "ALTER COLUMN %s SET DEFAULT %s" % (spelled, more)
        elif kind == "nodefault":
            text = "ALTER %s DROP DEFAULT" % spelled
        elif kind == "full":
            text = "ALTER %s SET NOT NULL" % spelled
        elif kind == "null":
            text = "ALTER %s DROP NOT NULL" % spelled
        elif kind == "constraint":
            text = "ADD %s%s" % (schema.named(), rng.choice([
                "CHECK " + schema.check(column), "UNIQUE (%s)" % spelled,
                "PRIMARY KEY (%s)" % spelled,
                "FOREIGN KEY (%s) REFERENCES %s (%s)" % (
                    spelled, schema.spelled(name), schema.spelled(columns[0])),
                "CHECK (%s IS NOT 5)" % spelled]))
        elif kind == "unconstraint":
            text = "DROP CONSTRAINT %s%s" % (
                quoted(self.constraint(name, columns)),
                rng.choice(["", " CASCADE"]))
        elif kind == "move":
            where = where or " FIRST"
            text = "ALTER %s%s" % (spelled, where)
            more = where
        elif kind == "express":
            text = "ALTER %s SET EXPRESSION AS (%s)" % (
                spelled, "coalesce(%s, 'e')" % schema.spelled(columns[0]))
        elif kind == "unexpress":
            text = "ALTER %s DROP EXPRESSION" % spelled
        else:
            text = "ALTER %s ADD GENERATED ALWAYS AS (%s)%s" % (
                spelled, "typeof(%s)" % schema.spelled(columns[0]),
                rng.choice(["", " STORED"]))
        return text, (kind, column, more)

    def offline(self):
        """Let the sqlite3 shell run the last revision; False where it can't."""
        script = self.run("SELECT migrate_upgrade('r%d:r%d', 1)" % (
            self.revisions - 1, self.revisions)).fetchone()[0]
        if "What migrate would run" in script:
            return False
        aux = os.path.join(os.path.dirname(self.path), "aux.db")
        self.log.append(script)
        done = subprocess.run(
            ["sqlite3", "-batch", self.path], stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL, input=("ATTACH '%s' AS aux;\n%s" % (
                aux, script)).encode("utf-8", "surrogateescape"))
        if done.stderr:
            raise sqlite3.Error(done.stderr.decode("utf-8", "replace"))
        return True

    def execute(self, sql):
        """Run it in one of the ways there are; returns the error or None."""
        rng = self.rng
        way = rng.choice(["call", "call", "begin", "savepoint", "revision",
                          "autocommit", "offline"])
        # what is in temp is in no other connection
        if way == "offline" and self.db.execute(
                "SELECT 1 FROM sqlite_temp_schema").fetchone():
            way = "revision"
        undo = None
        if way == "begin":
            self.run("BEGIN" + rng.choice(["", " IMMEDIATE"]))
        elif way == "savepoint":
            self.run("SAVEPOINT mine")
        self.way = way
        try:
            if way in ("revision", "autocommit", "offline"):
                self.revisions += 1
                self.run("SELECT migrate_load(?)", (
                    "-- migrate:revision r%d\n%s-- migrate:upgrade%s\n%s;\n"
                    "-- migrate:downgrade\n" % (
                        self.revisions, "-- migrate:revises r%d\n" % (
                            self.revisions - 1),
                        " autocommit" if way == "autocommit" else "",
                        sql),)).fetchall()
                if way != "offline" or not self.offline():
                    self.run("SELECT migrate_upgrade('heads')").fetchall()
            else:
                self.run("SELECT migrate_execute(?)", (sql,)).fetchall()
        except sqlite3.Error as error:
            undo = str(error).split("\n")[0]
            if way in ("revision", "autocommit", "offline"):
                self.run("SELECT migrate_stamp('heads')").fetchall()
        if way == "begin":
            self.run("COMMIT")
        elif way == "savepoint":
            self.run("RELEASE mine")
        return undo

    def step(self):
        """One random ALTER TABLE, and all that has to hold behind it."""
        rng = self.rng
        before = self.state()
        places = [t for t in self.tables(before["texts"])
                  if not t[1].startswith("sqlite_") and t[1] != "lg"]
        place, name = rng.choice(places)
        columns = [r[1] for r in self.info(place, name)]
        strict = before["kinds"][(place, name)][3]
        done = []
        which = rng.random()
        if which < 0.06:
            new = rng.choice(TABLES) + "2"
            body, done = "RENAME TO " + quoted(new), [("rename", new, None)]
        elif which < 0.14:
            old, new = rng.choice(columns), "r%d" % rng.randint(1, 9)
            body = "RENAME %s TO %s" % (self.schema.spelled(old), new)
            done = [("rename column", old, new)]
        elif which < 0.18:
            body = "RENAME CONSTRAINT %s TO %s" % (
                quoted(self.constraint(name, columns)),
                self.schema.spelled("rk%d" % rng.randint(1, 9)))
            done = [("rename constraint", "", None)]
        else:
            texts = []
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                text, what = self.action(place, name, columns, strict)
                texts.append(text)
                done.append(what)
            body = ", ".join(texts)
        hidden = [t for t in places if t[1].lower() == name.lower()
                  and t[0] != place]
        sql = "ALTER TABLE %s%s %s" % (
            quoted(place) + "." if hidden or rng.random() < 0.7 else "",
            self.schema.spelled(name), body)
        # SQLite's RENAME, which the rebuild needs, looks into temp for triggers
        self.hidden = bool(hidden)
        error = self.execute(sql)
        after = self.state()
        self.legacy = done[0][0] == "rename" and before["pragmas"][2]
        self.sound(before, after)
        if error is not None:
            self.refused(before, after, error)
            return sql, error
        if done[0][0] == "rename":
            self.renamed(before, after, (place, name), (place, done[0][1]))
        else:
            self.compare(before, after, (place, name), done)
        if self.other is not None:
            there = self.texts(self.other)
            here = {k: v for k, v in after["texts"].items() if k[0] != "temp"}
            must(there == here, "another connection sees another schema")
            if place != "temp":
                self.other.execute("SELECT * FROM %s.%s" % (
                    quoted(place), quoted(name if done[0][0] != "rename"
                                          else done[0][1]))).fetchall()
        return sql, None

    # ---- what has to hold -----------------------------------------------------------

    def sound(self, before, after):
        """What always has to hold."""
        for place in self.schemas():
            found = self.db.execute("PRAGMA %s.integrity_check" %
                                    place).fetchall()
            # what a virtual column of a STRICT table gives isn't looked at;
            # 3.40 sees a NULL where a key of WITHOUT ROWID stands behind
            worse = [r for r in found if r[0] != "ok" and not r[0].startswith(
                ("non-", "NULL value in "))]
            must(not worse, "integrity_check: %s" % worse[:3])
        for table, info in after["infos"].items():
            full = {r[1].lower() for r in info if r[3]}
            must(not any(row[c] is None for _, row in after["rows"][table]
                         for c in full), "NULL in a column of %s" % (table,))
        must(before["pragmas"] == after["pragmas"], "settings changed")
        must(not self.db.in_transaction, "a transaction is open")
        # a RENAME is left to legacy_alter_table, if the user has set that
        for table, broken in after["keys"].items():
            must(before["keys"].get(table, broken) in (-1,) or
                 -1 < broken <= before["keys"].get(table, broken) or self.legacy,
                 "foreign keys of %s are broken" % (table,))
        left = [k for k in after["texts"] if "_migrate old" in k[2]]
        must(not left, "left behind: %s" % left)

    def refused(self, before, after, error):
        """What fails has done nothing."""
        # legacy_alter_table has left views behind that don't work
        left = before["pragmas"][2] and re.match(
            "error in (view|trigger)|no such table", error)
        left = left or self.hidden and "after rename" in error
        must(left or not BUGS.search(error), "an error of ours: " + error)
        for part in before:
            must(same(before[part], after[part]),
                 "failed (%s), and yet changed: %s: %s" % (
                     error, part, different(before[part], after[part])))

    def renamed(self, before, after, old, new):
        must(same(before["rows"][old], after["rows"][new]), "rows changed")
        for table in before["rows"]:
            if table != old and not table[1].startswith("sqlite_"):
                must(same(before["rows"][table], after["rows"][table]),
                     "rows of %s changed" % (table,))

    def compare(self, before, after, table, done):
        """What succeeded has done that, and nothing else."""
        kinds = {what[0] for what in done}
        dropping = kinds & {"drop", "unconstraint"}
        for other in before["rows"]:
            if other != table and not (dropping and "sqlite_" in other[1]):
                must(same(before["rows"][other], after["rows"].get(other)),
                     "rows of %s changed: %s, %s" % (
                         other, before["rows"][other], after["rows"][other]))
        if not dropping and "rename column" not in kinds:
            for key, value in before["texts"].items():
                if key[2] != table[1] and not key[2].startswith("sqlite_auto"):
                    must(after["texts"].get(key) == value,
                         "%s changed to %r" % (key, after["texts"].get(key)))
            must(before["usable"] - {u for u in before["usable"]
                                     if "INSERT" in u[2]} <= after["usable"],
                 "no longer usable: %s" % (before["usable"] - after["usable"]))
        lost = {k for k in before["texts"] if k not in after["texts"]
                and not k[2].startswith("sqlite_auto")}
        must(not lost or dropping, "lost: %s" % lost)
        must(before["kinds"][table][2:] == after["kinds"][table][2:],
             "STRICT or WITHOUT ROWID is lost")
        old = before["texts"][(table[0], "table", table[1])][1]
        new = after["texts"][(table[0], "table", table[1])][1]
        if not dropping:
            for comment in re.findall(r"no \d+\n|b\) \d+ \*/", old):
                must(comment in new, "comment lost: %r in %s" % (comment, new))
        if kinds <= {"add", "full", "constraint"}:
            must(contains(WORD.findall(new), WORD.findall(old)),
                 "text lost:\n%s\n%s" % (old, new))
        if kinds <= {"add", "full", "null", "default", "nodefault", "move"}:
            left = [i for i in before["indexes"][table]
                    if i not in after["indexes"][table]]
            must(not left, "indexes lost: %s" % left)
            must(strip(before["fks"][table]) <= strip(after["fks"][table]),
                 "foreign keys lost")
        self.columns(before, after, table, done)
        self.values(before, after, table, done)

    def columns(self, before, after, table, done):
        """The columns are in the order, and are what they should be."""
        wanted = {r[1].lower(): list(r[1:5]) + [r[6]]
                  for r in before["infos"][table]}
        order = [r[1].lower() for r in before["infos"][table]]
        cascading = "drop" in {w[0] for w in done}
        loose = set()
        keyed = {r[1].lower() for r in before["infos"][table] if r[5]}
        for kind, column, more in sorted(done, key=lambda w: PASSES[w[0]]):
            column = column.lower()
            if kind == "drop":
                order.remove(column)
            elif kind == "add":
                if column in order:
                    continue
                put(order, column, more[0])
                loose.add(column)
            elif kind == "move":
                if more.strip() == "FIRST" or plain(more) != column:
                    order.remove(column)
                    put(order, column, more)
            elif kind == "rename column":
                order[order.index(column)] = more
                loose.add(more)
            elif kind == "type":
                wanted[column][1] = more[0]
                loose.add(column)
            elif kind in ("full", "null") and column in wanted:
                wanted[column][2] = int(kind == "full")
                if column in keyed or "constraint" in str(done):
                    loose.add(column)
            else:
                loose.add(column)
        found = {r[1].lower(): list(r[1:5]) + [r[6]]
                 for r in after["infos"][table]}
        names = [r[1].lower() for r in after["infos"][table]]
        if cascading:
            must([n for n in order if n in names] == names, "columns: %s for %s"
                 % (names, order))
        else:
            must(names == order, "columns: %s for %s" % (names, order))
        constraining = {w[0] for w in done} & {"constraint", "unconstraint",
                                               "drop", "type", "generate"}
        for name in names:
            if name not in loose and name in wanted and not constraining:
                must(found[name] == wanted[name], "column %s: %s for %s" % (
                    name, found[name], wanted[name]))

    def values(self, before, after, table, done):
        """The rows are what they were but for what was said."""
        old, new = before["rows"][table], after["rows"][table]
        must(len(old) == len(new), "%d rows became %d" % (len(old), len(new)))
        free = set()
        names = {}
        for kind, column, more in done:
            if kind in ("type", "express", "generate", "add"):
                free.add(column.lower())
            if kind == "rename column":
                names[column.lower()] = more
        generated = {r[1].lower() for r in after["infos"][table] +
                     before["infos"][table] if r[6]}
        if free:
            free |= generated
        rekeyed = {w[0] for w in done} & {"constraint", "unconstraint", "drop",
                                          "type"}
        if old and old[0][0] is None or new and new[0][0] is None or \
                [r[0] for r in old] != [r[0] for r in new]:
            must(rekeyed or not old or old[0][0] is None,
                 "rowids changed: %s, %s" % (old, new))
            if "type" in str(done):
                return
            old, new = ([(None, r) for r in sorted(
                (r for _, r in rows), key=lambda r: repr(sorted(
                    (k, v) for k, v in r.items()
                    if names.get(k, k) in common(before, after, table, names)
                    and k not in free)))] for rows in (
                        [(i, {names.get(k, k): v for k, v in r.items()})
                         for i, r in old], new))
            names = {}
        for (was, row), (now, became) in zip(old, new):
            must(was == now or rekeyed, "rowid %s became %s" % (was, now))
            for name, value in row.items():
                name = names.get(name, name)
                if name in became and name not in free:
                    must(alike(value, became[name]) or
                         name in generated and isinstance(value, float)
                         and value == float(became[name]),
                         "%s of row %s: %r became %r" % (name, was, value,
                                                         became[name]))
        for kind, column, more in done:
            if kind == "type" and not more[1] and column.lower() not in generated:
                self.converted(old, new, column.lower(), more[0],
                               after["kinds"][table][3])
            if kind == "type" and "+ 10" in more[1]:
                self.added(old, new, column.lower())
            if kind == "add":
                self.filled(new, column.lower(), more[1],
                            column.lower() in before["rows"][table][0][1]
                            if old else True)

    def converted(self, old, new, column, kind, strict):
        scratch = sqlite3.connect(":memory:")
        scratch.text_factory = self.db.text_factory
        scratch.execute("CREATE TABLE x (v %s)%s" % (
            kind, " STRICT" if strict and kind == "ANY" else ""))
        for (_, row), (_, became) in zip(old, new):
            value = row.get(column)
            if column not in became or column not in row:
                continue
            able = []
            for tried in (value, round(value) if isinstance(value, float)
                          and abs(value) < 9.2e18 else value,
                          int(abs(value) + 0.5) * (1 if value > 0 else -1)
                          if isinstance(value, float) and abs(value) < 9.2e18
                          else value):
                scratch.execute("DELETE FROM x")
                scratch.execute("INSERT INTO x VALUES (?)", (tried,))
                able.append(scratch.execute("SELECT v FROM x").fetchone()[0])
            loosely = [float(a) if isinstance(a, str) and re.fullmatch(
                r"-?[\d.]+", a) else a for a in able]
            must(any(alike(a, became[column]) for a in able) or
                 isinstance(value, str) and isinstance(
                     became[column], (int, float)) and
                 abs(float(value) - became[column]) <= 0.5,
                 "%r became %r as %s (%s)" % (value, became[column], kind,
                                              loosely))
        scratch.close()

    def added(self, old, new, column):
        """The values are by 10 more, where they were small numbers."""
        for (_, row), (_, became) in zip(old, new):
            value = row.get(column)
            if isinstance(value, int) and abs(value) < 1000 and \
                    column in became:
                must(float(became[column]) == value + 10,
                     "%r + 10 became %r" % (value, became[column]))

    def filled(self, new, column, definition, existed):
        found = re.search(r"DEFAULT (\([^)]*\(?[^)]*\)?\)|\S+'\w*'?|\S+)",
                          definition)
        if existed or " AS (" in definition or found is None or \
                found.group(1) not in CONSTANTS:
            return
        wanted = CONSTANTS[found.group(1)]
        for _, row in new:
            must(row.get(column) == wanted or str(wanted) == str(row.get(column))
                 or isinstance(wanted, int) and row.get(column) in (
                     float(wanted), str(float(wanted))),
                 "a new column has %r for %r" % (row.get(column), wanted))

    def reopen(self):
        """Closed and opened again, it is the same; written anew too."""
        texts = {k: v for k, v in self.texts().items() if k[0] != "temp"}
        self.db.close()
        if self.other is not None:
            self.other.close()
        self.db = self.open()
        must(self.texts() == texts, "another schema behind closing")
        fresh = sqlite3.connect(":memory:")
        fresh.text_factory = self.db.text_factory
        for kind in ("table", "view", "index", "trigger"):
            for key, value in texts.items():
                if key[0] == self.place and key[1] == kind and value[1] and \
                        not key[2].startswith("sqlite_"):
                    fresh.execute(value[1])
        for key, value in texts.items():
            if key[0] == self.place and value[1] and key[1] == "table" and \
                    not key[2].startswith("sqlite_"):
                must(self.info("main", key[2], fresh) ==
                     self.info(key[0], key[2]),
                     "written anew it is another table: " + key[2])
        fresh.close()

    def close(self):
        self.db.close()
        if self.other is not None:
            self.other.close()


PASSES = {"drop": 0, "unconstraint": 0, "nodefault": 0, "null": 0,
          "unexpress": 0, "type": 1, "add": 2, "express": 3, "generate": 3,
          "full": 4, "constraint": 5, "default": 6, "move": 7,
          "rename column": 7, "rename constraint": 7, "rename": 7}


def must(condition, message):
    if not condition:
        raise Wrong(message)


def alike(a, b):
    return type(a) is type(b) and (a == b)


def same(a, b):
    return repr(a) == repr(b)


def different(a, b):
    if not isinstance(a, dict):
        return [a, b]
    return [(k, a.get(k), b.get(k)) for k in a.keys() | b.keys()
            if not same(a.get(k), b.get(k))]


def plain(where):
    """The column behind AFTER."""
    name = where.strip()[len("AFTER "):]
    if name[0] in '"[`':
        return name[1:-1].replace('""', '"').lower()
    return name.lower()


def put(order, column, where):
    where = where.strip()
    if where == "FIRST":
        order.insert(0, column)
    elif where:
        after = plain(where)
        order.insert(order.index(after) + 1 if after in order else len(order),
                     column)
    else:
        order.append(column)


def common(before, after, table, names):
    old = {names.get(r[1].lower(), r[1].lower()) for r in before["infos"][table]}
    return old & {r[1].lower() for r in after["infos"][table]}


def contains(words, part):
    """Are the words of a text all there still, in their order?"""
    at = iter(words)
    return all(any(w.split() == p.split() for w in at) for p in part)


def strip(keys):
    return {tuple(str(x).lower() for x in k[1:]) for k in keys}


def run_seed(module, directory, seed, counts):
    world = World(module, directory, seed)
    try:
        world.make()
        for _ in range(6):
            _, error = world.step()
            what = re.sub(r'"[^"]*"|\d+', "_", error or "done")
            counts[what] = counts.get(what, 0) + 1
            if error and os.environ.get("SHOW") and re.search(
                    os.environ["SHOW"], error):
                print("shown: seed %d: %s\n  %s" % (
                    seed, error, "\n  ".join(world.log)))
        world.reopen()
    except (Wrong, sqlite3.Error, ValueError, KeyError, TypeError,
            AttributeError) as error:
        print("seed %d: %s: %s" % (seed, type(error).__name__, error))
        print("  %s, %s, %s" % (world.place, getattr(world, "way", ""),
                                world.settings))
        print("  " + "\n  ".join(world.log))
        if os.environ.get("TRACE"):
            raise
        return False
    finally:
        world.close()
    return True


def main():
    module, directory = sys.argv[1:3]
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 100
    if not hasattr(sqlite3.Connection, "enable_load_extension"):
        print("python3's sqlite3 can't load extensions: not run")
        return 0
    counts = {}
    failed = 0
    for seed in range(first, first + count):
        failed += not run_seed(module, directory, seed, counts)
    if os.environ.get("VERBOSE"):
        for what, times in sorted(counts.items(), key=lambda c: -c[1]):
            print("%6d %s" % (times, what))
    if counts.get("done", 0) * 4 < sum(counts.values()):
        print("too few of the statements went well: %s" % counts)
        return 1
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
