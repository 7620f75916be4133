"""Random pairs on SQLite: see random_pairs.py."""
import contextlib
import os
import random
import re
import sqlite3
import tempfile

import pairs
from grammar import Wrong, quoted
from grammar_sqlite import Lite

MODULE = os.path.join(pairs.TOP, "build", "migrate")


def accepted(statements, connection):
    """Those that SQLite takes, run."""
    out = []
    for statement in statements:
        try:
            connection.execute(re.sub(r"(?m)^-- migrate:.*\n", "", statement))
            out.append(statement)
        except sqlite3.Error:
            pass
    return out


def is_whole(connection):
    """Do all tables and views work, and is there all that foreign keys refer to?"""
    try:
        for name, in connection.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall():
            connection.execute(f"SELECT * FROM {quoted(name)} LIMIT 0")
    except sqlite3.Error:
        return False
    return not connection.execute(
        'SELECT 1 FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f WHERE NOT EXISTS'
        ' (SELECT 1 FROM sqlite_schema AS o WHERE lower(o.name) = lower(f."table"))').fetchone()


class Place:
    """Two databases: the live one, and the one that is wanted."""

    def __init__(self, directory):
        self.paths = {side: os.path.join(directory, side + ".db") for side in ("from", "to")}
        self.at = {}
        for side, path in self.paths.items():
            self.at[side] = sqlite3.connect(path, isolation_level=None)
            self.at[side].text_factory = lambda text: text.decode(errors="replace")
            self.at[side].execute("PRAGMA foreign_keys = ON")
            self.at[side].execute("PRAGMA synchronous = OFF")
        self.at["from"].enable_load_extension(True)
        self.at["from"].load_extension(MODULE)

    def build(self, start, model):
        texts = [accepted(Lite(None).say(start), self.at["from"]),
                 accepted(Lite(None).say(model, start), self.at["to"])]
        if not all(is_whole(at) for at in self.at.values()):
            return None
        return [";\n".join(text) + ";" * bool(text) for text in texts]

    def fill(self, start, rng):
        for statement, values in Lite(rng).rows(start):
            try:
                self.at["from"].execute(statement, values)
            except sqlite3.Error:
                pass

    def catalog(self, side):
        lines = []
        for statement in pairs.CATALOG.split(";\n"):
            lines += [row[0] for row in self.at[side].execute(statement) if row[0] is not None]
        return pairs.catalog_of(lines)

    def rows(self):
        out = {}
        at = self.at["from"]
        for name, in at.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
                                " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_migrate\\_%' ESCAPE '\\'"
                                " AND name <> 'alembic_version'").fetchall():
            cursor = at.execute(f"SELECT * FROM {quoted(name)}")
            out[name] = [dict(zip([d[0] for d in cursor.description], row)) for row in cursor]
        return out

    def revision(self, texts):
        at = self.at["from"]
        # a model without any statement is refused
        at.execute("SELECT migrate_model(?)", [texts[1] or "PRAGMA user_version;"])
        try:
            at.execute("SELECT migrate_revision('there', true, false, 'head', false, NULL, NULL, 'there')")
        except sqlite3.Error as error:
            raise Wrong(f"revision:\n{error}") from None
        return at.execute("SELECT migrate_script('there')").fetchone()[0]

    def run(self, command, target):
        try:
            self.at["from"].execute(f"SELECT migrate_{command}(?)", [target])
        except sqlite3.Error as error:
            return str(error)
        return None

    def check(self):
        return [": ".join(map(str, row)) for row in
                self.at["from"].execute("SELECT description, upgrade_sql FROM migrate_check()")]


class Host:
    name = "sqlite"
    patience = 400

    def pair(self, rng):
        grammar = Lite(rng)
        start = grammar.generate()
        return start, grammar.change(start)

    @contextlib.contextmanager
    def place(self):
        with tempfile.TemporaryDirectory() as directory:
            yield Place(directory)

    def texts(self, start, model):
        with self.place() as place:
            return place.build(start, model)

    def differences(self, found, wanted):
        return pairs.differences(found, wanted)

    def is_made(self, schema, table, name):
        """Is it a generated column?"""
        return any(column["name"] == name and column["made"] for item in schema
                   if item["kind"] == "table" and item["name"] == table for column in item["columns"])
