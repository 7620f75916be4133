"""The two hosts, driven by their command line programs; and a tally of checks.

Shared by the tests that run whole projects (test/corpora, test/interop) and by
bench.  Needs what test/server.sh sets, and build/migrate.so.
"""
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODULE = os.path.join(TOP, "build", "migrate")


class Failed(Exception):
    """A statement failed; the text is the host's error output."""


def run(command, text="", **options):
    """Run a program with text as its input; its output, or Failed."""
    done = subprocess.run(command, input=text.encode(), capture_output=True, **options)
    # as bytes, so that a line's end stays what it is
    if done.returncode != 0:
        raise Failed((done.stderr.strip() or done.stdout.strip()).decode())
    return done.stdout.decode()


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Postgres:
    name = "postgresql"
    files = os.environ.get("MIGRATE_DATA", "/nowhere")

    def __init__(self, database, extension=True):
        self.database = database
        run(["psql", "-X", "-q", "-d", "postgres"],
            f'DROP DATABASE IF EXISTS "{database}"; CREATE DATABASE "{database}";')
        if extension:
            self.sql("CREATE EXTENSION migrate;")

    def sql(self, text):
        """Run SQL as psql reads a file; the rows as psql -At prints them."""
        return run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", self.database],
                   text).strip()

    def load(self, path):
        """Load a file of scripts, as the manual says."""
        return self.sql(f"\\set scripts `cat {path}`\nSELECT migrate_load(:'scripts');")

    def schema(self):
        """The schema without what is ours, as a list of pg_dump's entries."""
        return dump_entries(run(["pg_dump", "-s", "-O", "-x", "-T", "alembic_version",
                                 "-d", self.database]))

    @staticmethod
    def parse_schema(text):
        return dump_entries(text)


class Sqlite:
    name = "sqlite"
    files = tempfile.gettempdir()

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            os.remove(path)

    def sql(self, text):
        """Run SQL as the shell reads a file, our module loaded."""
        return run(["sqlite3", "-batch", "-bail", self.path], f".load {MODULE}\n{text}").strip()

    def load(self, path):
        return self.sql(f"SELECT migrate_load(CAST(readfile({literal(path)}) AS text));")

    def schema(self):
        return statements(run(["sqlite3", "-batch", self.path],
                              "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL"
                              " AND tbl_name <> 'alembic_version'"
                              " AND tbl_name NOT LIKE '\\_migrate\\_%' ESCAPE '\\'"
                              " AND tbl_name NOT LIKE 'sqlite\\_%' ESCAPE '\\';"))

    @staticmethod
    def parse_schema(text):
        return statements(text)


def dump_entries(text):
    """Split a dump into its entries; drop our extension, and what pg_dump says
    about itself."""
    text = re.sub(r"(?m)^(\\(un)?restrict .*|-- Dumped (from|by) .*|SET default_.*"
                  r"|--\n-- PostgreSQL database dump.*\n--)\n", "", text)
    entries = re.split(r"\n(?=--\n-- (?:Data for )?Name: )", text)
    kept = (entry.strip() for entry in entries
            if not re.match(r"--\n-- Name: (migrate; Type: EXTENSION"
                            r"|EXTENSION migrate; Type: COMMENT)", entry))
    return [re.sub(r"\n{2,}", "\n\n", entry) for entry in kept]


def statements(text):
    """Split schema texts into statements; their order says nothing."""
    parts = re.split(r";\n(?=CREATE )", text.strip().rstrip(";"))
    return sorted(part.strip() for part in parts if part.strip())


class Tally:
    """Count checks, and report each in one line."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, ok, title, detail=""):
        if ok:
            self.passed += 1
            print(f"ok - {title}")
        else:
            self.failed += 1
            print(f"not ok - {title}")
            for line in str(detail).splitlines()[:40]:
                print(f"    {line}")
        sys.stdout.flush()
        return ok

    def equal(self, got, wanted, title):
        detail = ""
        if got != wanted:
            if isinstance(got, list):
                got = [f"+ {x}" for x in got if x not in wanted] + \
                      [f"- {x}" for x in wanted if x not in got] or ["another order"]
                detail = "\n".join(got)
            else:
                detail = f"got:    {got}\nwanted: {wanted}"
        return self.check(not detail, title, detail)

    @staticmethod
    def skip(title):
        print(f"skip - {title}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
