"""Run recorded Alembic histories as revision scripts, on both hosts.

usage: corpora.py CORPORA [PROJECT ...]

Each project goes to head, is compared with the schema that Alembic reached,
goes down as far as it did with Alembic, is compared again, and goes up again.
Several times: its scripts loaded as text, read from a script directory, as one
offline script that the shell alone runs, and on PostgreSQL by CALL, a commit
after each revision.
"""
import functools
import os
import shutil
import sys
import tempfile

from hosts import Failed, Postgres, Sqlite, Tally, literal, run
from recorded import DOWN, ONCE, Project

tally = Tally()


def make_directory(project, path):
    versions = os.path.join(path, "versions")
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(versions)
    for revision, script in project.scripts.items():
        with open(os.path.join(versions, f"{revision}.sql"), "w", encoding="utf-8") as file:
            file.write(script)
    return path


def register(project, host, way):
    """Make the scripts known to the database."""
    path = os.path.join(host.files, f"corpora-{project.name}-{host.name}")
    if way == "directory":
        make_directory(project, path)
        host.sql(f"SELECT migrate_config('script_location', {literal(path)});")
    else:
        with open(path + ".sql", "w", encoding="utf-8") as file:
            file.write("\n".join(project.scripts.values()))
        lines = host.load(path + ".sql").splitlines()
        os.remove(path + ".sql")
        tally.equal(len(lines), len(project.graph), f"{title(project, host, way)}: scripts loaded")
    count = host.sql("SELECT count(*) FROM migrate_history();")
    tally.equal(int(count), len(project.graph), f"{title(project, host, way)}: revisions known")


def title(project, host, way):
    return f"{project.name} {host.name} {way}"


def upgrade(project, host, way):
    """Go to head: in one transaction, or by CALL where a section must run outside
    of any."""
    what = title(project, host, way)
    if way == "call":
        host.sql("CALL migrate.upgrade('head');")
        return
    before = host.schema()
    try:
        host.sql("SELECT migrate_upgrade('head');")
        return
    except Failed as error:
        if "has an autocommit section" not in str(error):
            raise
    tally.equal(host.schema(), before, f"{what}: refused before anything ran")
    host.sql("CALL migrate.upgrade('head');")


def refused(host, target, wanted, what):
    """A downgrade that a script has no section for changes nothing."""
    try:
        host.sql(f"SELECT migrate_downgrade({literal(target)});")
        tally.check(False, f"{what}: downgrade {target} refused", "it went down")
    except Failed as error:
        tally.check("can't be undone" in str(error), f"{what}: downgrade {target} refused", error)
    tally.equal(host.schema(), wanted, f"{what}: a refused downgrade changes nothing")


@functools.cache
def run_by_hand(project, make, steps):
    """The schema that the recorded statements alone lead to: all up, steps down."""
    host = make("by_hand")
    if (setup := project.expected("setup", host.name)) is not None:
        host.sql(setup)
    chain = project.chain()
    for revision in chain:
        host.sql(project.recorded(host.name, revision, "up"))
    for revision in chain[:-steps - 1:-1]:
        host.sql(project.recorded(host.name, revision, "down"))
    return host.schema()


def downgrade(project, host, way, make):
    """Go down as far as Alembic could.  Where that isn't all the way, it had
    tried to reach base and was back at head after it."""
    what = title(project, host, way)
    steps = DOWN[project.name]
    wanted = host.parse_schema(project.expected("after_downgrade", host.name))
    if steps < len(project.graph):
        refused(host, "base", wanted, what)
    if steps == 0:
        return
    if way == "call":
        host.sql(f"CALL migrate.downgrade('-{steps}');")
        lines = host.sql("SELECT id FROM migrate_log() WHERE operation = 'downgrade';").splitlines()
    else:
        lines = host.sql(f"SELECT migrate_downgrade('-{steps}');").splitlines()
    tally.equal(len(lines), steps, f"{what}: {steps} steps down")
    if steps < len(project.graph):
        wanted = run_by_hand(project, make, steps)
    tally.equal(host.schema(), wanted, f"{what}: schema after the downgrade")
    if steps < len(project.graph):
        refused(host, "-1", wanted, what)


def drop_left_types(host):
    """Down to base a project's own scripts leave its enum types behind."""
    for name in host.sql("SELECT oid::regtype FROM pg_type WHERE typtype = 'e' AND"
                         " typnamespace = 'public'::regnamespace;").splitlines():
        host.sql(f"DROP TYPE {name};")


def fails_again(project, host, what):
    """An upgrade that fails half-way changes nothing."""
    before = host.schema()
    try:
        host.sql("SELECT migrate_upgrade('head');")
        tally.check(False, f"{what}: a second upgrade fails", "it went up")
    except Failed as error:
        tally.check(ONCE[project.name] in str(error), f"{what}: a second upgrade fails", error)
    tally.equal(host.schema(), before, f"{what}: a failed upgrade changes nothing")
    status = host.sql("SELECT pending FROM migrate_status();")
    tally.equal(int(status), DOWN[project.name], f"{what}: still to do")


def run_project(project, host, way, make):
    what = title(project, host, way)
    if (setup := project.expected("setup", host.name)) is not None:
        host.sql(setup)
    register(project, host, way)
    expected = host.parse_schema(project.expected("expected", host.name))
    upgrade(project, host, way)
    tally.equal(host.schema(), expected, f"{what}: schema at head")
    downgrade(project, host, way, make)
    if host.name == "postgresql" and DOWN[project.name] == len(project.graph):
        drop_left_types(host)
    if project.name in ONCE:
        fails_again(project, host, what)
        return
    upgrade(project, host, way)
    tally.equal(host.schema(), expected, f"{what}: schema at head again")
    status = host.sql("SELECT pending FROM migrate_status();")
    tally.equal(status, "0", f"{what}: nothing left to do")


def run_script(host, text):
    """Run an offline script as a user would: by the host's shell, with nothing of
    ours around."""
    if host.name == "postgresql":
        host.sql(text)
    else:
        run(["sqlite3", "-batch", host.path], text)


def run_offline(project, host, make):
    """Up and down by scripts of --sql, on a database that we don't know."""
    what = title(project, host, "offline")
    register(project, host, "text")
    before = host.schema()
    up = host.sql("SELECT migrate_upgrade('head', true);")
    steps = DOWN[project.name]
    head = project.chain()[-1]
    target = "base" if steps == len(project.graph) else f"-{steps}"
    down = host.sql(f"SELECT migrate_downgrade('{head}:{target}', true);") if steps else ""
    tally.equal(host.schema(), before, f"{what}: writing scripts changes nothing")
    bare = Postgres("offline", extension=False) if host.name == "postgresql" else make("offline")
    if (setup := project.expected("setup", host.name)) is not None:
        bare.sql(setup)
    run_script(bare, up)
    tally.equal(bare.schema(), host.parse_schema(project.expected("expected", host.name)),
                f"{what}: schema at head")
    tally.equal(bare.sql("SELECT version_num FROM alembic_version;"), head, f"{what}: row at head")
    if steps == 0:
        return
    run_script(bare, down)
    wanted = host.parse_schema(project.expected("after_downgrade", host.name))
    if steps < len(project.graph):
        wanted = run_by_hand(project, make, steps)
    tally.equal(bare.schema(), wanted, f"{what}: schema after the downgrade")


def main():
    corpora, *wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as temporary:
        Sqlite.files = temporary

        makers = {"postgresql": Postgres,
                  "sqlite": lambda name: Sqlite(os.path.join(temporary, f"{name}.db"))}

        for name in sorted(os.listdir(corpora)):
            if name not in DOWN or (wanted and name not in wanted):
                continue
            project = Project(corpora, name)
            for kind in project.hosts:
                for way in ("text", "directory", "offline", "call"):
                    if way == "call" and kind != "postgresql":
                        continue
                    maker = makers[kind]
                    host = maker("corpora")
                    if (lack := project.lacks(host)) is not None:
                        tally.skip(f"{title(project, host, way)}: {lack}")
                        continue
                    try:
                        if way == "offline":
                            run_offline(project, host, maker)
                        else:
                            run_project(project, host, way, maker)
                    except Failed as error:
                        tally.check(False, title(project, host, way), error)
    tally.finish()


main()
