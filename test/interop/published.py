"""Run the revisions of published projects, as Debian has them, through what live.py
does with ours: Alembic with the capture on, the import, and what comes of that on
a new database.

The packages are fetched with `apt-get download`, those that theirs depend on too,
and taken apart below build/published; nothing is installed, started or kept here.
What can't be fetched is skipped.

usage: published.py [PROJECT ...]
"""
import os
import re
import subprocess
import sys

from import_alembic import PYTHON, Refused
from projects import database, run_hosts, tally, url_of
from live import Alembic, Run
from hosts import TOP, Failed, Postgres, run
from recorded import read

ROOT = os.path.join(TOP, "build", "published")
SITE = os.path.join(ROOT, "usr", "lib", "python3", "dist-packages")
EMPTY = os.path.join(ROOT, "empty")
LIBERVIA = os.path.join(ROOT, "usr", "share", "libervia")
BOTH = ("postgresql", "sqlite")


class Published:
    """A project.

    versions: {name of its version table: folder}; the name "alembic" is of Alembic's
    own.  bottom: how far its downgrades go, by host.  prelude: what its files take
    for granted.  model: module:MetaData, for one that begins with a database: what
    its present model becomes by its downgrades.  constants: what headers have
    instead of a literal.
    """

    def __init__(self, package, versions, hosts=BOTH, bottom=None, prelude="", model=None,
                 constants=(), packages=()):
        self.package = package
        self.packages = (package, *packages)
        self.versions = versions if isinstance(versions, dict) else {"alembic": versions}
        self.hosts = hosts
        self.bottom = bottom or {}
        self.prelude = prelude
        self.model = model
        self.constants = constants

    def files(self, name):
        top = os.path.join(SITE, self.versions[name])
        files = {}
        for folder, _, names in os.walk(top):
            for file in names:
                if file.endswith(".py") and file != "__init__.py":
                    text = read(folder, file)
                    for constant, value in self.constants:
                        text = re.sub(rf"(?m)^(branch_labels = .*){re.escape(constant)}",
                                      rf"\1{value!r}", text)
                    files[os.path.relpath(os.path.join(folder, file), top)] = text
        return files


BRANCHES = (("cli.EXPAND_BRANCH", "expand"), ("cli.CONTRACT_BRANCH", "contract"))
NEUTRON = "db/migration/alembic_migrations/versions"
BASE = {"postgresql": "base", "sqlite": "base"}
PROJECTS = [
    # begin with a database; batches
    Published("mailman3", "mailman/database/alembic/versions",
              bottom={"postgresql": "base", "sqlite": "51b7f92bd06c"},
              prelude="from mailman.model import address, autorespond, bans, bounce, cache, "
              "digests, domain, language, listmanager, mailinglist, member, message, mime, "
              "pending, preferences, requests, template, uid, user, workflow; "
              "from mailman.config import config; "
              f"config.CACHE_DIR = config.LIST_DATA_DIR = {EMPTY!r}",
              model="mailman.database.model:Model.metadata"),
    Published("libervia-backend", "../../../share/libervia/sat/memory/migration/versions",
              ("sqlite",), bottom=BASE, model="sat.memory.sqla_mapping:Base.metadata"),
    # batches
    Published("gertty", "gertty/alembic/versions", ("sqlite",), {"sqlite": "44402069e137"}),
    # makes a type twice on PostgreSQL, where it doesn't run as a whole
    Published("python3-optuna", "optuna/storages/_rdb/alembic/versions", ("sqlite",)),
    Published("python3-rally", "rally/common/db/migrations/versions"),
    Published("python3-murano", "murano/db/migration/alembic_migrations/versions", bottom=BASE),
    Published("python3-designate", "designate/storage/impl_sqlalchemy/alembic/versions"),
    Published("python3-ironic-inspector", "ironic_inspector/migrations/versions"),
    Published("python3-cinder", "cinder/db/migrations/versions"),
    # several in one database
    Published("python3-cloudkitty", {
        "alembic": "cloudkitty/db/sqlalchemy/alembic/versions",
        "hash": "cloudkitty/rating/hash/db/sqlalchemy/alembic/versions",
        "pyscripts": "cloudkitty/rating/pyscripts/db/sqlalchemy/alembic/versions",
        "storage": "cloudkitty/storage/v1/sqlalchemy/alembic/versions",
        "state": "cloudkitty/storage_state/alembic/versions"}),
    # branches, and headers that aren't literals; plugins
    Published("python3-glance", "glance/db/sqlalchemy/alembic_migrations/versions",
              constants=(("migration.EXPAND_BRANCH", "expand"),
                         ("migration.CONTRACT_BRANCH", "contract"))),
    Published("python3-neutron", {
        "alembic": f"neutron/{NEUTRON}", "vpnaas": f"neutron_vpnaas/{NEUTRON}",
        "sfc": f"networking_sfc/{NEUTRON}", "bgp": f"neutron_dynamic_routing/{NEUTRON}"},
              ("postgresql",), constants=BRANCHES,
              packages=("python3-neutron-vpnaas", "python3-networking-sfc",
                        "python3-neutron-dynamic-routing")),
    Published("python3-keystone", "keystone/common/sql/migrations/versions"),
    # long ones, on PostgreSQL; python3-manila's first revision runs on a connection of
    # its own, of which nobody can tell that it is a part
    Published("python3-mistral", "mistral/db/sqlalchemy/migration/alembic_migrations/versions",
              ("postgresql",)),
    Published("python3-sahara", "sahara/db/migration/alembic_migrations/versions",
              ("postgresql",)),
    # copies all tables that there are, on SQLite migrate's own too
    Published("python3-nova", "nova/db/main/migrations/versions", ("postgresql",)),
]

# what is new in each run
NEW = r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?\b|\b[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b"

MODEL = """
import functools, importlib, sys
import sqlalchemy
url, model, prelude = sys.argv[1:]
exec(prelude)
module, names = model.split(":")
metadata = functools.reduce(getattr, names.split("."), importlib.import_module(module))
metadata.create_all(sqlalchemy.create_engine(url))
"""


# ---- the packages ------------------------------------------------------------------

def fetch(packages):
    """Unpack packages, and what Python they depend on."""
    done = os.path.join(ROOT, "fetched")
    there = (read(done) or "").split()
    listed = run(["apt-get", "install", "-s", "--no-install-recommends", *packages])
    wanted = [name for name in re.findall(r"(?m)^Inst (\S+)", listed)
              if (name.startswith("python3-") or name in packages) and name not in there]
    if not wanted:
        return
    folder = os.path.join(ROOT, "debs")
    os.makedirs(folder, exist_ok=True)
    run(["apt-get", "download", "-q", *wanted], cwd=folder)
    for file in sorted(os.listdir(folder)):
        run(["dpkg", "-x", os.path.join(folder, file), ROOT])
        os.remove(os.path.join(folder, file))
    with open(done, "a", encoding="utf-8") as file:
        file.write("\n".join(wanted) + "\n")


# ---- a project ---------------------------------------------------------------------

def chain(alembic):
    """The revisions from the base to the head, if they are a line; else nothing."""
    lines = [re.match(r"(\S+) -> (\S+?),?( \(|$| )", line) for line in alembic("history") if line]
    pairs = [(line[1], line[2]) for line in reversed(lines) if line]
    line = [below for _, below in pairs]
    return line if [above for above, _ in pairs] == ["<base>", *line[:-1]] else []


def begin(make, path, project, files, bottom):
    """The database that a project begins with, as SQL."""
    host = database(make, "live_model")
    run([PYTHON, "-B", "-c", MODEL, url_of(host), project.model, project.prelude])
    alembic = Alembic(os.path.join(path, f"model-{project.package}-{host.name}"), files, host,
                      prelude=project.prelude)
    alembic("stamp", "heads")
    alembic("downgrade", bottom)
    if bottom == "base":
        host.sql("DROP TABLE alembic_version;")
    if host.name == "postgresql":
        return run(["pg_dump", "-O", "-x", "-N", "migrate", "-d", host.database])
    return run(["sqlite3", "-batch", host.path, ".dump"])


def run_project(make, path, project, host):
    projects = {name: project.files(name) for name in project.versions}
    bottom = project.bottom.get(host)
    setup = begin(make, path, project, projects["alembic"], bottom) if project.model else ""
    one = Run(make, path, f"{project.package}, {host}", projects, setup, project.prelude, NEW)
    up = [(name, "upgrade", "heads") for name in projects]
    line = chain(one.alembic(one.database("theirs"), "listed")["alembic"]) \
        if len(projects) == 1 else []
    stay = len(line) if bottom is None else 0 if bottom == "base" else line.index(bottom) + 1
    there = stay if setup else 0
    between = sorted({len(line) * k // 4 for k in (1, 2, 3)} - {0, len(line)})
    stops = [("alembic", "upgrade", line[at - 1]) for at in between if at > there] + up
    whole = list(up)
    if bottom:
        stops += [("alembic", "downgrade", line[at - 1]) for at in reversed(between) if at > stay]
        stops.append(("alembic", "downgrade", bottom))
        whole.append(stops[-1])
    idents = {re.search(r"(?m)^revision\b[^=]*= *['\"]([^'\"]+)", text)[1]
              for files in projects.values() for text in files.values()}
    one.check(whole, stops,
              [(ident, "upgrade") for ident in line[:there]]
              + [(ident, "downgrade") for ident in idents.difference(line[stay:])])


def run_published(make, path):
    wanted = sys.argv[1:]
    host = "postgresql" if make is Postgres else "sqlite"
    for project in PROJECTS:
        if host not in project.hosts or wanted and project.package not in wanted:
            continue
        if not all(os.path.isdir(os.path.join(SITE, folder))
                   for folder in project.versions.values()):
            tally.skip(f"{project.package} isn't to be had")
            continue
        try:
            run_project(make, path, project, host)
        except (Failed, Refused) as error:
            tally.check(False, f"{project.package}, {host}", error)


if __name__ == "__main__":
    os.makedirs(EMPTY, exist_ok=True)
    os.environ["PYTHONPATH"] = os.pathsep.join((SITE, LIBERVIA))
    for package in PROJECTS:
        if not sys.argv[1:] or package.package in sys.argv[1:]:
            try:
                fetch(package.packages)
            except (Failed, OSError) as error:
                print(f"skip - {package.package}: {error}")
    run_hosts(run_published)
