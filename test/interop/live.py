"""Run Alembic projects live while the capture is on, import what was seen, and run
that on a new database: at the heads, at base, and between, its schema, its rows
and its version rows have to be those that Alembic itself leaves.

The projects: one by hand (handmade/), of what no printed SQL can hold; and those
of the corpora, as files whose functions run what was recorded.

usage: live.py [PROJECT ...]
"""
import os
import re
import sqlite3
import sys

from import_alembic import Refused
from projects import HERE, Alembic, database, refusal, run_hosts, several, tally
from hosts import MODULE, Failed, Postgres, dump_entries, literal, run
from recorded import DOWN, Project, parts, read

CAPTURING = {"PGOPTIONS": "-c session_preload_libraries=migrate -c migrate.capture=on"}


# ---- what there is in a database -------------------------------------------------

def settled(definition):
    """A definition of SQLite's without its layout: ALTER TABLE leaves another one than
    a copy of the table.  The order of a table's constraints says nothing, nor does the
    case of its types."""
    text = " ".join(re.sub(r'"([a-z_]\w*)"', r"\1", definition).split())
    table = re.fullmatch(r"(CREATE TABLE \w+) ?\((.*)\)", text)
    if not table:
        return text
    parts, depth = [""], 0
    for token in re.findall(r"'(?:[^']|'')*'|\"[^\"]*\"|[(),]|[^'\"(),]+", table[2]):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += token if token[0] in "'\"" else token.lower()
    parts = [re.sub(r" ?([()]) ?", r"\1", part.strip()) for part in parts]
    parts = [re.sub(r"default\(('(?:[^']|'')*'|[\w.]+)\)", r"default \1 ", part).strip()
             for part in parts]
    # a rowid is never NULL
    rowid = re.search(r"(?:^|\n)(?:constraint \w+ )?primary key\((\w+)\)", "\n".join(parts))
    parts = [part.replace(" not null", "") if rowid and part.startswith(f"{rowid[1]} integer ")
             else part for part in parts]
    constraint = re.compile(r"(constraint|primary key|unique|check|foreign key)\b")
    columns = [part for part in parts if not constraint.match(part)]
    return f"{table[1]}: {columns}, {sorted(set(parts) - set(columns))}"


def state(host, blur=None):
    """Schema and rows, those of version tables too.  blur: what is another value in
    each run."""
    def blurred(text):
        return re.sub(blur, "?", text) if blur else text

    if host.name == "postgresql":
        text = run(["pg_dump", "-O", "-x", "-N", "migrate", "-d", host.database])
        entries = dump_entries(blurred(text))
        return ["\n".join(sorted(entry.split("\n"))) if entry.startswith("--\n-- Data") else entry
                for entry in entries]
    rows = run(["sqlite3", "-batch", host.path, "PRAGMA user_version;", ".dump --data-only"])
    rows = [row for row in blurred(rows).split("\n")
            if not re.match(r"INSERT INTO \"?_migrate_", row)]
    return sorted(settled(one) for one in host.schema()) + sorted(rows)


# ---- the two tools ---------------------------------------------------------------

class Captured:
    """A project that was run with the capture on, as what came of that."""

    def __init__(self, host, path, name):
        self.host = host
        self.path = path
        self.name = name
        if name != "alembic":
            host.sql(f"SELECT migrate_config('name', {literal(name)});")
        self.told = host.sql(f"SELECT migrate_import_alembic_files({literal(path)});").splitlines()
        self.ids = host.sql("SELECT revision FROM migrate_history();").split()
        self.scripts = dict(zip(self.ids, several(
            host, [f"migrate_script({literal(ident)})" for ident in self.ids])))

    def unseen(self):
        return sorted((ident, direction) for ident, text in self.scripts.items()
                      for direction in re.findall(r"(?m)^-- migrate:(\w+) unseen$", text))

    def write(self):
        """Write the scripts as a directory."""
        path = os.path.join(self.path, "ours")
        os.makedirs(os.path.join(path, "versions"))
        for ident, text in self.scripts.items():
            with open(os.path.join(path, "versions", f"{ident}.sql"), "w", encoding="utf-8") as file:
                file.write(text.strip("\n") + "\n")
        return path


class Ours:
    """A database that has the scripts as a directory."""

    def __init__(self, host, name, path):
        self.host = host
        self.configure = f"SELECT migrate_config('name', {literal(name)});" \
            f"SELECT migrate_config('script_location', {literal(path)});"

    def __call__(self, direction, target):
        self.host.sql(self.configure)
        try:
            self.host.sql(f"SELECT migrate_{direction}({literal(target)});")
        except Failed as error:
            if "has an autocommit section" not in str(error):
                raise
            self.host.sql(f"CALL migrate.{direction}({literal(target)});")


# ---- a run, and its judgement ----------------------------------------------------

class Run:
    """Several projects over one database, each with its version table.

    projects: {name: files}; the name "alembic" is of Alembic's own table.  setup:
    SQL for a new database.  prelude: as for Alembic.  blur: as for
    state().
    """

    def __init__(self, make, path, what, projects, setup="", prelude="", blur=None):
        self.make = make
        self.path = path
        self.what = what
        self.projects = projects
        self.setup = setup
        self.prelude = prelude
        self.blur = blur

    def database(self, name):
        host = database(self.make, f"live_{name}")
        if self.setup:
            host.sql(self.setup)
        return host

    def alembic(self, host, name, capture=False):
        """The projects, as Alembic's over a database."""
        options = {"prelude": self.prelude}
        if capture:
            host.sql("SELECT migrate_config('capture', NULL);")
        if capture and host.name == "postgresql":
            options["environment"] = CAPTURING
        elif capture:
            host.sql("SELECT migrate_config('capture', 'on');")
            options["module"] = MODULE
        where = os.path.join(self.path, f"live-{self.what}-{host.name}-{name}")
        return {name: Alembic(os.path.join(where, name), files, host,
                              version_table=f"{name}_version", **options)
                for name, files in self.projects.items()}

    def capture(self, whole, unseen=()):
        """Run steps while they are noted; what comes of that, by project, and the
        states after each.  unseen: (revision, direction) each that can't be seen."""
        host = self.database("captured")
        projects = self.alembic(host, "captured", True)
        states = []
        for name, *words in whole:
            projects[name](*words)
            states.append(state(host, self.blur))
        captured = {name: Captured(host, project.path, name) for name, project in projects.items()}
        for name, one in captured.items():
            tally.equal(one.unseen(), sorted(x for x in unseen if x[0] in one.ids),
                        f"{self.what}: what was seen of {name}")
        return captured, states

    def walk(self, stops, *tools):
        """Go to the stops, by the tools in turn; the state at each."""
        states = []
        for at, (name, direction, target) in enumerate(stops):
            tool = tools[at % len(tools)][name]
            tool(direction, target)
            states.append(state(tool.host, self.blur))
        return states

    def judge(self, what, stops, got, wanted):
        for stop, one, other in zip(stops, got, wanted):
            tally.equal(one, other, f"{self.what}, {what}: {' '.join(stop)}")

    def check(self, whole, stops, unseen=(), mixed=()):
        """All of it: whole is run with the capture on, stops are where all is
        compared; mixed: which tool begins, where the two take turns."""
        captured, noted = self.capture(whole, unseen)
        host = self.database("theirs")
        wanted = self.walk(stops, self.alembic(host, "theirs"))
        self.judge("the capture changes nothing", whole, noted,
                   [wanted[stops.index(step)] for step in whole])
        host = self.database("ours")
        paths = {name: one.write() for name, one in captured.items()}
        ours = {name: Ours(host, name, path) for name, path in paths.items()}
        self.judge("as Alembic's run", stops, self.walk(stops, ours), wanted)
        for first in mixed:
            there = self.database("mixed")
            tools = [self.alembic(there, f"mixed{first}"),
                     {name: Ours(there, name, path) for name, path in paths.items()}]
            self.judge(f"{('Alembic', 'migrate')[first]} begins, in turn", stops,
                       self.walk(stops, tools[first], tools[1 - first]), wanted)
        return host


# ---- the project by hand -----------------------------------------------------------

def handmade():
    projects = {}
    for name, folder in ("alembic", "product"), ("plugin", "plugin"):
        path = os.path.join(HERE, "handmade", folder)
        projects[name] = {file: read(path, file) for file in sorted(os.listdir(path))
                          if file.endswith(".py")}
    return projects


WHOLE = [("alembic", "upgrade", "heads"), ("plugin", "upgrade", "heads"),
         ("plugin", "downgrade", "base"), ("alembic", "downgrade", "base")]
# each revision, up and down; those of SHORT are enough for a short run
UP = [("alembic", "upgrade", ident)
      for ident in ("a1", "a2", "a3", "b1", "b2", "c1", "d1", "e1", "heads")]
PLUGIN = [("plugin", "upgrade", "p1"), ("plugin", "upgrade", "heads"), ("plugin", "downgrade", "p1"),
          ("plugin", "downgrade", "base")]
DOWN_AGAIN = [("alembic", "downgrade", target)
              for target in ("d1", "right@a3", "left@-1", "b1@-1", "beside@base", "a2", "a1", "base")]
SHORT = ("a2", "b2", "right@a3", "beside@base")


def run_handmade(make, path, short=False):
    stops = UP + PLUGIN + DOWN_AGAIN
    if short:
        stops = [stop for stop in stops if stop[2] in SHORT or stop in WHOLE]
    Run(make, path, "handmade", handmade()).check(WHOLE, stops, (), (0,) if short else (0, 1))


# ---- the corpora ---------------------------------------------------------------------

def statements(text):
    """Single statements, as Alembic runs them."""
    part = ""
    for piece in re.split("(;)", text):
        part += piece
        if piece == ";" and sqlite3.complete_statement(part):
            yield part.strip()[:-1]
            part = ""
    if part.strip():
        yield part.strip()


def function(name, recorded, host):
    """A function that runs what was recorded."""
    lines = [f"\n\ndef {name}():"]
    if recorded is None:
        return "\n".join([*lines, "    raise Exception('there is no way back')\n"])
    for outside, part in parts(recorded):
        indent = "    "
        if outside:
            lines.append(indent + "with op.get_context().autocommit_block():")
            indent *= 2
        for statement in statements(part):
            if host == "postgresql":
                statement = statement.replace("%", "%%")
            lines.append(f"{indent}op.get_bind().exec_driver_sql({statement!r})")
    return "\n".join([*lines, "    pass\n"])


def files_of(project, host):
    """The project as Alembic's files."""
    files = {}
    for rev in project.graph:
        ident = rev["revision"]
        head = [f'"""{rev["message"]}\n', f"Revision ID: {ident}",
                f'Create Date: {rev["create_date"]}\n\n"""', "from alembic import op\n"]
        head += [f"{name} = {rev[name]!r}" for name in
                 ("revision", "down_revision", "branch_labels", "depends_on")]
        files[f"{ident}.py"] = "\n".join(head) + "".join(
            function(name, project.recorded(host, ident, kind), host)
            for name, kind in (("upgrade", "up"), ("downgrade", "down")))
    return files


def run_recorded(make, path, project, host, mixed):
    what = f"{project.name}, {host}"
    chain = project.chain()
    steps = DOWN[project.name]
    bottom = "base" if steps == len(chain) else chain[-1 - steps]
    up = ("alembic", "upgrade", "heads")
    down = ("alembic", "downgrade", bottom)
    between = sorted({len(chain) * k // 4 for k in (1, 2, 3)} - {0, len(chain)})
    stops = [("alembic", "upgrade", chain[at - 1]) for at in between] + [up]
    stops += [("alembic", "downgrade", chain[at - 1]) for at in reversed(between)
              if at > len(chain) - steps]
    whole = [up]
    if steps > 0:
        stops.append(down)
        whole.append(down)
    unseen = [(ident, "downgrade") for ident in chain[:len(chain) - steps]]
    run = Run(make, path, what, {"alembic": files_of(project, host)},
              project.expected("setup", host) or "")
    ours = run.check(whole, stops, unseen, mixed)
    if unseen:
        error = refusal(ours, "migrate_downgrade('base')") or "no error"
        tally.check("nobody has seen what the downgrade of revision" in error,
                    f"{what}: a downgrade that nobody has seen", error)


def run_corpora(make, path, host, wanted, mixed=()):
    shared = os.environ.get("MIGRATE_SHARED", os.path.join(HERE, "../../../shared"))
    corpora = os.path.join(shared, "corpora")
    if not os.path.isdir(corpora):
        return tally.skip(f"no directory {corpora}")
    for name in sorted(DOWN):
        project = Project(corpora, name)
        if host not in project.hosts or wanted and name not in wanted:
            continue
        lack = project.lacks(database(make, "live_ours"))
        if lack:
            tally.skip(f"{name}: {lack}")
            continue
        try:
            run_recorded(make, path, project, host, mixed)
        except (Failed, Refused) as error:
            tally.check(False, f"{name}, {host}", error)


def run_host(make, path):
    """What is quick."""
    run_handmade(make, path, True)
    run_corpora(make, path, "postgresql" if make is Postgres else "sqlite", ["agent-api"])


def run_whole(make, path):
    """All projects, or those named."""
    wanted = sys.argv[1:]
    if not wanted or "handmade" in wanted:
        run_handmade(make, path)
    run_corpora(make, path, "postgresql" if make is Postgres else "sqlite", wanted, (0, 1))


if __name__ == "__main__":
    run_hosts(run_whole)
