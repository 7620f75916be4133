"""Random pairs on PostgreSQL: see random_pairs.py.  A server is at hand."""
import contextlib
import json
import os
import re
import subprocess

import pairs
from grammar_postgresql import ROLES, Pg
from grammar import Wrong, quoted

ROWS = """
SELECT format('SELECT %L || E''\\t'' || row_to_json(t) FROM %s %I.%I AS t',
 CASE WHEN n.nspname = 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END,
 CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, n.nspname, c.relname)
 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema$|migrate$)'
 AND c.relname <> 'alembic_version'
\\gexec
"""


def psql(database, text):
    """Run, without a stop at errors."""
    return subprocess.run(["psql", "-XqAt", "-d", database, "-f", "-"], input=text, capture_output=True, text=True,
                          env={**os.environ, "PGOPTIONS": "-c client_min_messages=error"}).stdout


def accepted(database, statements):
    """Those that PostgreSQL takes, run."""
    text = "".join(f"{statement};\n\\echo @@{number} :ERROR\n" for number, statement in enumerate(statements))
    good = {int(number) for number in re.findall(r"@@(\d+) false", psql(database, text))}
    return [statement for number, statement in enumerate(statements) if number in good]


def settled(dump):
    """A dump without what can't be had, or isn't compared: whether a table has a
    column or a check by itself as well as from above, and the order of a composite
    type's members."""
    bodies = {lines[0].split(" TABLE ")[-1].removesuffix(" ("): lines
              for lines in (statement.split("\n") for statement in dump) if " TABLE " in lines[0]}
    out = []
    for statement in dump:
        lines = statement.split("\n")
        if re.match("CREATE TYPE .* AS \\($", lines[0]):
            lines = sorted(line.rstrip(",") for line in lines)
        above = re.search("(?m)^INHERITS \\((.*)\\)", statement)
        upper = bodies.get(above[1], []) if above else []
        lines = [line for line in lines if not line.startswith("    ")
                 or not any(other.rstrip(",").startswith(line.rstrip(",")) for other in upper)]
        statement = "\n".join(lines)
        # which pg_dump says there if the column comes from above alone
        if not re.match("ALTER TABLE (ONLY )?.* ALTER COLUMN .* (SET DEFAULT (?!nextval)|SET NOT NULL)", statement):
            out.append(statement)
    return sorted(out)


def rows_of(text):
    out = {}
    for line in text.split("\n"):
        if "\t" in line:
            table, row = line.split("\t", 1)
            out.setdefault(table, []).append(json.loads(row, parse_float=str, parse_int=str))
    return out


class Place:
    def __init__(self):
        self.name = f"random_{os.getpid()}"
        psql("postgres", "".join(f'CREATE DATABASE "{self.name}_{side}" TEMPLATE random_template;' + "\n" for side in ("from", "to")))

    def at(self, side):
        return f"{self.name}_{side}"

    def build(self, start, model):
        texts = [accepted(self.at("from"), Pg(None).say(start)), accepted(self.at("to"), Pg(None).say(model, start))]
        self.found = None
        texts = [";\n".join(text) + ";" * bool(text) for text in texts]
        self.grants = re.search("GRANT|REVOKE", "".join(texts)) is not None
        self.owners = "OWNER TO" in "".join(texts)
        self.publications = "PUBLICATION" in "".join(texts)
        return texts

    def fill(self, start, rng):
        psql(self.at("from"), ";\n".join(Pg(rng).rows(start)) + ";")

    def catalog(self, side):
        return settled(pairs.dump(self.at(side), self.grants))

    def rows(self):
        return rows_of(psql(self.at("from"), ROWS))

    def revision(self, texts):
        settings = "SELECT migrate_config('compare_grants', 'on') IS NULL;" * self.grants
        settings += "SELECT migrate_config('compare_owners', 'on') IS NULL;" * self.owners
        settings += "SELECT migrate_config('compare_publications', 'on') IS NULL;" * self.publications
        text = pairs.ROUND.format(settings=settings, model=pairs.literal(texts[1] or pairs.NOTHING))
        text = text.replace("SELECT count(*) FROM migrate_upgrade('head');", "")
        try:
            pairs.psql(self.at("from"), text)
            return pairs.psql(self.at("from"), "SELECT migrate_script('there')")
        except pairs.Failed as error:
            raise Wrong(f"revision:\n{error}") from None

    def run(self, command, target):
        try:
            pairs.psql(self.at("from"), f"SELECT count(*) FROM migrate_{command}('{target}')")
        except pairs.Failed as error:
            return str(error)
        return None

    def check(self):
        found = pairs.psql(self.at("from"), pairs.AGAIN)
        return [found] if "FOUND" in found else []


class Host:
    name = "postgresql"
    patience = 100

    def __init__(self):
        psql("postgres", "CREATE DATABASE random_template;\n" + "".join(f"CREATE ROLE {quoted(r)};\n" for r in ROLES))
        psql("random_template", "CREATE EXTENSION migrate;")

    def pair(self, rng):
        grammar = Pg(rng)
        start = grammar.generate()
        return start, grammar.change(start)

    @contextlib.contextmanager
    def place(self):
        place = Place()
        try:
            yield place
        finally:
            psql("postgres", "".join(f'DROP DATABASE IF EXISTS "{place.at(side)}" WITH (FORCE);\n' for side in ("from", "to")))

    def texts(self, start, model):
        with self.place() as place:
            return place.build(start, model)

    def differences(self, found, wanted):
        return pairs.differences(found, wanted)

    def is_made(self, schema, table, name):
        return any(column["name"] == name and column["made"] for item in schema
                   if item["kind"] == "table" and item["name"] == table.split(".")[-1] for column in item["columns"])
