"""Hand databases to and fro between migrate and a real Alembic.

A small project with branches and a merge, as an Alembic project and as
revision scripts of the same ids and the same SQL; either tool goes on where the
other one stopped.  Beside it stand what Alembic prints: its offline SQL, to
import (imports.py) and to compare with ours (offline.py), its lists of revisions
(printed.py), the revisions that it writes (written.py), and whole projects that
it runs while we look on (live.py).
"""
import os
import re

import files
import imports
import live
import offline
import printed
import written
from projects import Alembic, Ours, database, python_files, run_hosts, tables, tally
from hosts import run

# id, parents, labels, depends_on
GRAPH = [
    ("1a01", [], [], []),
    ("1b02", ["1a01"], [], []),
    ("2c03", ["1b02"], ["left"], []),
    ("2d04", ["2c03"], [], []),
    ("3c03", ["1b02"], ["right"], []),
    ("3d04", ["3c03"], [], []),
    ("4e05", ["2d04", "3d04"], [], []),
    ("4f06", ["4e05"], [], []),
]
# a second history in the same database, with a dependency
PLUGIN = [
    ("a001", [], ["first"], []),
    ("a002", ["a001"], [], []),
    ("b001", [], ["second"], ["a001"]),
    ("b002", ["b001"], [], ["a002"]),
]

def both(what, alembic, ours, wanted):
    tally.equal(ours.current(), sorted(wanted), f"{what}: migrate_current")
    tally.equal(alembic.current(), sorted(wanted), f"{what}: alembic current")


def to_and_fro(what, host, alembic, ours):
    """Alembic up to two rows, migrate to head, Alembic down, migrate again."""
    everything = sorted(ident for ident, *_ in GRAPH)
    alembic("upgrade", "2d04")
    alembic("upgrade", "3c03")
    ours.load(GRAPH, "main")
    both(f"{what}: two rows that Alembic made", alembic, ours, ["2d04", "3c03"])
    pending = host.sql("SELECT pending FROM migrate_status();")
    tally.equal(pending, "3", f"{what}: what is left to do")
    tally.equal(ours.ran("upgrade", "head"),
                ["Running upgrade 3c03 -> 3d04, make main_3d04",
                 "Running upgrade 2d04, 3d04 -> 4e05, make main_4e05",
                 "Running upgrade 4e05 -> 4f06, make main_4f06"],
                f"{what}: migrate goes on")
    both(f"{what}: at head", alembic, ours, ["4f06"])
    tally.equal(tables(host, "main"), everything, f"{what}: all tables")
    alembic("upgrade", "head")
    tally.equal(tables(host, "main"), everything, f"{what}: nothing to do for Alembic")
    alembic("downgrade", "-1")
    both(f"{what}: one down by Alembic", alembic, ours, ["4e05"])
    tally.equal(tables(host, "main"), everything[:-1], f"{what}: a table less")
    tally.equal(len(ours.ran("upgrade", "head")), 1, f"{what}: one up by migrate")
    tally.equal(len(ours.ran("downgrade", "-2")), 2, f"{what}: down over the merge by migrate")
    both(f"{what}: two rows that migrate made", alembic, ours, ["2d04", "3d04"])
    alembic("downgrade", "left@-1")
    both(f"{what}: one branch down by Alembic", alembic, ours, ["2c03", "3d04"])
    ours.ran("downgrade", "right@1b02")
    both(f"{what}: the other branch down by migrate", alembic, ours, ["2c03"])
    alembic("upgrade", "heads")
    both(f"{what}: up by Alembic", alembic, ours, ["4f06"])
    alembic("stamp", "2c03")
    both(f"{what}: a stamp of Alembic's", alembic, ours, ["2c03"])
    ours.ran("stamp", "head")
    both(f"{what}: a stamp of migrate's", alembic, ours, ["4f06"])
    tally.equal(len(ours.ran("downgrade", "base")), len(GRAPH), f"{what}: to base by migrate")
    both(f"{what}: at base", alembic, ours, [])
    tally.equal(tables(host, "main"), [], f"{what}: no tables")
    ours.ran("upgrade", "head")
    alembic("downgrade", "base")
    both(f"{what}: to base by Alembic", alembic, ours, [])
    tally.equal(tables(host, "main"), [], f"{what}: no tables again")


def two_histories(what, host, alembic, plugin):
    """A product and its plugin: each has its version table and its scripts."""
    ours = Ours(host)
    ours.load(GRAPH, "main")
    alembic("upgrade", "2c03")
    plugin("upgrade", "a001")
    tally.equal(ours.current(), ["2c03"], f"{what}: the product's row")
    ours.ran("upgrade", "left@head")
    ours = Ours(host, [("name", "plugin")])
    ours.load(PLUGIN, "plug")
    tally.equal(ours.current(), ["a001"], f"{what}: the plugin's row")
    ours.ran("upgrade", "heads")
    # the row of a002 is implied by b002's; both tools show it
    both(f"{what}: the plugin at head", plugin, ours, ["a002", "b002"])
    plugin("downgrade", "second@-1")
    both(f"{what}: the plugin one down", plugin, ours, ["a002", "b001"])
    plugin("upgrade", "heads")
    tally.equal(ours.ran("upgrade", "heads"), [], f"{what}: nothing to do for migrate")
    ours.ran("downgrade", "base")
    both(f"{what}: the plugin at base", plugin, ours, [])
    ours = Ours(host, [("name", "alembic")])
    both(f"{what}: the product is where it was", alembic, ours, ["4f06"])


def same_definition(host, theirs):
    """The version table is the same, whoever made it."""
    if host.name == "postgresql":
        def look(which):
            text = run(["psql", "-X", "-d", which.database], "\\d+ alembic_version\n") + \
                run(["pg_dump", "-s", "-O", "-x", "-t", "alembic_version", "-d", which.database])
            return re.sub(r"(?m)^\\(un)?restrict .*\n", "", text)
    else:
        def look(which):
            text = run(["sqlite3", "-batch", which.path],
                       "SELECT type, name, tbl_name, sql FROM sqlite_schema"
                       " WHERE tbl_name = 'alembic_version';"
                       "SELECT * FROM pragma_table_info('alembic_version');"
                       "SELECT * FROM pragma_index_list('alembic_version');")
            return " ".join(text.replace('"', "").split())
    host.sql("SELECT migrate_ensure_version();")
    tally.equal(look(host), look(theirs), f"{host.name}: definition of the version table")


def run_host(make, path):
    def project(host, name, graph=GRAPH, prefix="main", **options):
        return Alembic(os.path.join(path, f"{host.name}-{name}"), python_files(graph, prefix),
                       host, **options)

    host = database(make, "interop")
    what = host.name
    to_and_fro(what, host, project(host, "plain"), Ours(host))

    host = database(make, "interop")
    to_and_fro(f"{what}, own version_table", host,
               project(host, "named", version_table="my versions"),
               Ours(host, [("version_table", "my versions")]))

    if what == "postgresql":
        host = database(make, "interop")
        host.sql("CREATE SCHEMA elsewhere;")
        to_and_fro(f"{what}, own version_table_schema", host,
                   project(host, "schema", schema="elsewhere"),
                   Ours(host, [("version_table_schema", "elsewhere")]))

    host = database(make, "interop")
    two_histories(f"{what}, two histories", host, project(host, "product"),
                  project(host, "plugin", PLUGIN, "plug", version_table="plugin_version"))

    host, theirs = database(make, "interop"), database(make, "interop_theirs")
    project(theirs, "definition")("upgrade", "1a01")
    same_definition(host, theirs)


if __name__ == "__main__":
    run_hosts(run_host, imports.run_host, files.run_host, offline.run_host, printed.run_host,
              written.run_host, live.run_host)
