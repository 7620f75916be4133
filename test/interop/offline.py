"""Offline SQL: what `alembic upgrade a:b --sql` prints, and what our
migrate_upgrade('a:b', true) gives, of a project that both have: the same
transactions, comments, statements and version rows; and the same databases,
where they are run.
"""
import os
import re

import import_alembic
from projects import Ours, database, refusal, several, tally, url_of
from hosts import Failed, Postgres, literal, run

# id, parents, label, depends_on, statements up, statements down; a statement
# with "autocommit" before it is to be run outside of transactions
GRAPH = [
    ("a1", [], None, [],
     ["CREATE TABLE job (id integer PRIMARY KEY, name text DEFAULT 'a;b', note text)",
      "INSERT INTO job VALUES (1, '100%', 'it''s'), (2, 'x -- no comment', '{\"a\": 1}')"],
     ["DROP TABLE job"]),
    ("b1", ["a1"], "side", [], ["CREATE TABLE side (id integer,\n    body text)"],
     ["DROP TABLE side"]),
    ("b2", ["b1"], None, [], ["INSERT INTO side VALUES (1, 'of b2')"], ["DELETE FROM side"]),
    ("a2", ["a1"], None, [], ["ALTER TABLE job ADD COLUMN phase text DEFAULT 'new'"],
     ["ALTER TABLE job DROP COLUMN phase"]),
    ("m1", ["b2", "a2"], None, [], [], []),
    ("p1", [], "plugin", [], ["CREATE TABLE plug (id integer)"], ["DROP TABLE plug"]),
    ("p2", ["p1"], None, ["a2"], ["INSERT INTO plug SELECT id FROM job"], ["DELETE FROM plug"]),
    ("c1", ["m1"], None, ["p2"],
     ["UPDATE side SET body = 'before'", "autocommit INDEX", "autocommit ANALYZE",
      "INSERT INTO side VALUES (2, 'after')"],
     ["autocommit DROP INDEX side_body", "DELETE FROM side WHERE id = 2"]),
    ("d1", ["c1"], None, [], ["CREATE VIEW both_of_them AS SELECT job.name, side.body"
                              " FROM job, side"], ["DROP VIEW both_of_them"]),
]
INDEX = {"postgresql": "CREATE INDEX CONCURRENTLY side_body ON side (body)",
         "sqlite": "CREATE INDEX side_body ON side (body)"}

NAMES = [row[0] for row in GRAPH]
# ranges: every pair, and other ways to name them
PAIRS = [f"{a}:{b}" for a in ["base", *NAMES] for b in ["base", *NAMES]]
UPGRADES = ["head", "heads", "plugin@head", "side@head", "a1:+1", "a1:side@head", "a1:side@+1",
            "base:+1", "p1:+1", "a1:heads", "b2:a1+1", "c1:d1-1", "side:m1", "plugin:d1"]
DOWNGRADES = ["d1:-1", "d1:-2", "d1:c1-1", "d1:side", "p2:plugin", "p2:-1", "d1:base",
              "p2:plugin@base"]
STAMPS = ["heads", "m1", "base", "a1:m1", "m1:a1", "d1:base", "base:b2", "d1:m1", "a1:d1", "p1:p2",
          "a1:b2 a1:a2", "b2 a2", "d1:p1", "a1:b1 a1:p1", "a1:plugin@head", "d1:side@base",
          "c1:plugin@base"]
WRONG = [("downgrade", "a1", "downgrade with --sql requires <fromrev>:<torev>"),
         ("upgrade", "a1:nosuch", "Can't locate revision identified by 'nosuch'"),
         ("upgrade", "nosuch:a1", "Can't locate revision identified by 'nosuch'"),
         ("downgrade", "a1:nosuch", "Can't locate revision identified by 'nosuch'"),
         ("downgrade", "a1:d1", "Destination d1 is not a valid downgrade target")]

# ways to configure: env.py's options and our settings
VARIANTS = {
    "plain": ("", []),
    "per migration": ("transaction_per_migration=True", [("transaction_per_migration", "true")]),
    "own table": ('version_table="my versions", version_table_pk=False',
                  [("version_table", "my versions"), ("version_table_pk", "false")]),
    "own schema": ('version_table_schema="else where"', [("version_table_schema", "else where")]),
}

ENV = """
from alembic import context
from sqlalchemy import create_engine
def run(**named):
    context.configure(transactional_ddl=True, OPTIONS, **named)
    with context.begin_transaction():
        context.run_migrations()
if context.is_offline_mode():
    run(url=URL, literal_binds=True, dialect_opts={"paramstyle": "named"})
else:
    with create_engine(URL).connect() as connection:
        run(connection=connection)
"""


def statement(text, dialect):
    """(is it autocommit, its SQL)"""
    apart, _, sql = text.rpartition("autocommit ")
    apart = text.startswith("autocommit ")
    sql = text[len("autocommit "):] if apart else text
    return apart, INDEX[dialect] if sql == "INDEX" else sql


def python(name, statements, dialect):
    lines = [f"def {name}():", "    pass"]
    block = False
    for text in statements:
        apart, sql = statement(text, dialect)
        if apart and not block:
            lines.append("    with op.get_context().autocommit_block():")
        block = apart
        lines.append(f"    {'    ' if apart else ''}op.execute({sql!r})")
    return "\n".join(lines) + "\n"


def section(name, statements, dialect):
    text = f"-- migrate:{name}\n"
    block = False
    for one in statements:
        apart, sql = statement(one, dialect)
        if apart != block:
            text += f"-- migrate:{name}{' autocommit' if apart else ''}\n"
        block = apart
        text += sql + ";\n"
    return text


def make_alembic(path, host, options):
    os.makedirs(os.path.join(path, "versions"))
    write = import_alembic.write
    write(path, "alembic.ini", import_alembic.INI.format(path=path))
    write(path, "env.py", ENV.replace("URL", repr(url_of(host)))
          .replace("OPTIONS, ", f"{options}, " if options else ""))
    for number, (ident, parents, label, deps, up, down) in enumerate(GRAPH):
        write(os.path.join(path, "versions"), f"{number:02}_{ident}.py",
              f'"""of {ident}"""\nfrom alembic import op\nrevision = {ident!r}\n'
              f"down_revision = {tuple(parents) or None!r}\nbranch_labels = {label!r}\n"
              f"depends_on = {tuple(deps) or None!r}\n"
              + python("upgrade", up, host.name) + python("downgrade", down, host.name))
    return os.path.join(path, "alembic.ini")


def scripts(dialect):
    return "\n".join(
        f"-- migrate:revision {ident}\n-- migrate:revises {', '.join(parents)}\n"
        f"-- migrate:message of {ident}\n-- migrate:labels {label or ''}\n"
        f"-- migrate:depends_on {', '.join(deps)}\n"
        + section("upgrade", up, dialect) + section("downgrade", down, dialect)
        for ident, parents, label, deps, up, down in GRAPH)


# ---- what the texts say ---------------------------------------------------------

ROW = [(r"INSERT INTO (.*) \(version_num\) VALUES \('(.*)'\)(?: RETURNING .*)?;", (None, 2)),
       (r"UPDATE (.*) SET version_num='(.*)' WHERE (?:.*\.)?version_num = '(.*)';", (3, 2)),
       (r"DELETE FROM (.*) WHERE (?:.*\.)?version_num = '(.*)';", (2, None))]


def read_row(text, table):
    """A statement on the version table: (word, row that goes, row that comes)."""
    for pattern, groups in ROW:
        found = re.fullmatch(pattern, text)
        if found and found.group(1) == table:
            return (text.split()[0], *(group and found.group(group) for group in groups))
    return None


def read_script(text, table):
    """A script as a list: comments and statements as they stand; but of the
    version rows of a step, which ones go and come.  Which row of a merge is
    updated, and which are deleted, is anybody's guess in Alembic too."""
    entries = []
    rows = []

    def end_rows():
        if rows:
            words = [word for word, _, _ in rows]
            entries.append(("rows", sorted(words), words[-1],
                            sorted(gone for _, gone, _ in rows if gone),
                            sorted(come for _, _, come in rows if come)))
            rows.clear()

    for part in re.split(r"\n{2,}", text.strip("\n")):
        part = re.sub(r"[ \t]+$", "", part, flags=re.M)
        row = read_row(part, table)
        if row:
            rows.append(row)
            continue
        end_rows()
        # how the shell is to treat errors
        if part and part not in (".bail on", "\\set ON_ERROR_STOP on"):
            entries.append(part)
    end_rows()
    # where there is nothing to do, an empty transaction is as good as none
    # behind an autocommit section we commit its revision with its row
    for i in range(len(entries) - 1, 0, -1):
        if entries[i - 1:i + 1] == ["COMMIT;", "BEGIN;"]:
            del entries[i - 1:i + 1]
    return [] if entries == ["BEGIN;", "COMMIT;"] else entries


def call(command, *words):
    if not words:
        return f"migrate_{command}(true)"
    return f"migrate_{command}({literal(' '.join(words))}, true)"


class Project:
    """The project on both sides, for one host and variant."""

    def __init__(self, make, path, variant):
        options, settings = VARIANTS[variant]
        self.make = make
        self.host = database(make, "offline")
        self.what = f"{self.host.name}, offline, {variant}"
        self.path = os.path.join(path, f"offline-{self.host.name}-{variant.replace(' ', '-')}")
        self.ini = make_alembic(self.path, self.host, options)
        quoted = {name: f'"{value}"' for name, value in settings}
        self.schema = quoted.get("version_table_schema")
        self.table = (self.schema + "." if self.schema else "") \
            + quoted.get("version_table", "alembic_version")
        if self.schema:
            self.host.sql(f"CREATE SCHEMA {self.schema};")
        Ours(self.host, settings)
        self.host.sql(f"SELECT migrate_load({literal(scripts(self.host.name))});")

    def theirs(self, requests):
        """What Alembic prints for each request (command, range, ...), or None."""
        commands = [[command, *words, "--sql"] for command, *words in requests]
        # at base, Alembic before 1.19 drops the version table
        drop = f"DROP TABLE {self.table};\n\n"
        return [out.replace(drop, "") if status == 0 else None
                for status, out, _ in import_alembic.worker.ask(self.ini, commands)]

    def ours(self, requests):
        return several(self.host, [call(*request) for request in requests])

    def compare(self, requests):
        """The texts say the same."""
        theirs = self.theirs(requests)
        asked = [request for request, out in zip(requests, theirs) if out is not None]
        theirs = [out for out in theirs if out is not None]
        different = []
        for request, mine, other in zip(asked, self.ours(asked), theirs):
            mine, other = read_script(mine, self.table), read_script(other, self.table)
            if mine != other:
                different.append(f"{' '.join(request)}:\n  ours {mine}\n  theirs {other}")
        for command in sorted({request[0] for request in requests}):
            count = sum(request[0] == command for request in asked)
            found = [text for text in different if text.startswith(command)]
            tally.check(count > 0 and not found,
                        f"{self.what}: {command} --sql, {count} of them", "\n".join(found))
        return [request for request in requests if request not in asked]

    def refuse(self, requests):
        """What Alembic refuses, we refuse."""
        done = []
        for command, span in requests:
            error = refusal(self.host, call(command, span))
            if error is None:
                done.append(f"{command} {span}")
        tally.equal(done, [], f"{self.what}: {len(requests)} ranges that Alembic refuses")

    # ---- run them --------------------------------------------------------------

    def fresh(self, name):
        host = database(self.make, name)
        if self.schema:
            host.sql(f"CREATE SCHEMA {self.schema};")
        return host

    def run(self, host, text):
        """Run a script as its user does."""
        if host.name == "sqlite":
            return run(["sqlite3", host.path], text)
        path = os.path.join(self.path, "script.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return run(["psql", "-X", "-q", "-At", "-v", "VERBOSITY=terse", "-d", host.database,
                    "-f", path])

    def state(self, host):
        try:
            versions = host.sql(f"SELECT version_num FROM {self.table} ORDER BY 1;").split()
        except Failed as error:
            if not re.search("no such table|does not exist", str(error)):
                raise
            versions = []
        schema = host.schema()
        there = [table for table in ("job", "side", "plug")
                 if re.search(rf"CREATE TABLE (public\.)?{table} ", "\n".join(schema))]
        rows = several(host, [f"* FROM {table} ORDER BY 1" for table in there]) if there else []
        return (schema, rows, versions)

    def walk(self, requests):
        """Run both sides' scripts in databases of their own, one after the other."""
        ours, theirs = self.fresh("offline_ours"), self.fresh("offline_theirs")
        for request, mine, other in zip(requests, self.ours(requests), self.theirs(requests)):
            self.run(ours, mine + "\n")
            self.run(theirs, other)
            what = f"{self.what}: {' '.join(request)} --sql, run"
            got, wanted = self.state(ours), self.state(theirs)
            tally.equal(got[0] + got[1], wanted[0] + wanted[1], f"{what}: the same database")
            tally.equal(got[2], wanted[2], f"{what}: the same version rows")
            self.recognised(ours, what, got[2])

    def recognised(self, host, what, versions):
        """alembic current, on our database."""
        env = os.path.join(self.path, "env.py")
        with open(env, encoding="utf-8") as file:
            text = file.read()
        there = repr(url_of(host))
        import_alembic.write(self.path, "env.py", text.replace(repr(url_of(self.host)), there))
        out = import_alembic.alembic(self.ini, [["current"]])[0]
        import_alembic.write(self.path, "env.py", text)
        shown = {line.split()[0] for line in out.splitlines()}
        # it shows what a row implies by a dependency as well
        tally.check(set(versions) <= shown and bool(versions) == bool(shown),
                    f"{what}: alembic current", f"{out} is not {versions}")


def check_errors(project):
    for command, span, wanted in WRONG:
        status, out, errors = import_alembic.worker.ask(project.ini, [[command, span, "--sql"]])[0]
        ours = refusal(project.host, call(command, span))
        tally.check(status != 0 and wanted in out + errors and wanted in (ours or ""),
                    f"{project.what}: {command} {span} --sql fails as Alembic does",
                    f"ours: {ours}\ntheirs: {out}{errors}")


def requests_of(upgrades, downgrades):
    return [("upgrade", span) for span in upgrades] + [("downgrade", span) for span in downgrades]


def run_host(make, path):
    for variant in VARIANTS:
        if variant == "own schema" and make is not Postgres:
            continue  # on SQLite a schema is an attached file: imports.py has that
        project = Project(make, path, variant)
        everything = variant == "plain" and project.host.name == "sqlite"
        spans = PAIRS if everything else PAIRS[3::7]
        refused = project.compare(requests_of(UPGRADES + spans, DOWNGRADES + spans)
                                  + [("stamp", *span.split()) for span in STAMPS]
                                  # which has no transaction of its own with that setting
                                  + [("ensure_version",)] * (variant != "per migration"))
        if variant == "plain":
            project.refuse(refused)
            project.walk(requests_of(["m1", "m1:c1", "c1:heads"], ["d1:c1", "c1:base"]))
            project.walk([("stamp", "m1"), ("stamp", "m1:d1"), ("stamp", "d1:b1"),
                          ("stamp", "b1:base")])
            check_errors(project)
        else:
            project.walk(requests_of(["heads"], ["d1:base"]))
