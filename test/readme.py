#!/usr/bin/env python3
"""Run what README.md shows, and compare with what it says comes out.

usage: readme.py [--update | --reference]

--update writes the real output into README.md, --reference its reference only.

A ```sh block is run by bash, ```sql sqlite by sqlite3 on app.db (with the
module, as in one session), ```sql psql by psql on a new database, all in one
scratch directory that stands for a user's project; "new" behind it is a new
database for this block.  A ```text block behind one is its output; without, it
must print no error, and a ```sh block nothing; how long a run waits before it
tries again may be another time.  The scratch directory has an
Alembic project as well, and what is below SERVER_PATH in a block is a directory
that the server may write.  Blocks of other kinds are not run here: ```sql sample
is test/sample (compared with it), and a plain ```sql or ``` block shows a
file's form.  Between "<!-- reference: PART -->" and "<!-- end -->" stands what
build/reference PART prints.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
README = TOP / "README.md"
BLOCK = re.compile(r"^```([a-z]*(?: [a-z]+)*)\n(.*?)^```\n", re.M | re.S)
REFERENCE = re.compile(r"^(<!-- reference: (\w+) -->\n)(.*?)(?=^<!-- end -->\n)",
                       re.M | re.S)
ERROR = re.compile(r"^(?:psql:.*)?ERROR:|^(?:Runtime |Parse )?[Ee]rror\b", re.M)

# what chance decides
WAITS = re.compile(r"(?<=trying again in )\d+(?= ms)")

# the databases: of the blocks, of a "new" one, and those that blocks make
DATABASE, NEW = "migrate_readme", "migrate_readme_new"
DATABASES = DATABASE, NEW, "shop", "copy", "scratch", "again"
ROLES = "monitor", "deployer"
SERVER_PATH = "/srv/migrations"

# an Alembic project of two revisions, in alembic.ini and migrations/
MIGRATION = '''"""{message}

Revision ID: {revision}
"""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down!r}


def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
'''
MIGRATIONS = [
    ("fd23b24f6f9a", None, "create job",
     'op.create_table("job", sa.Column("id", sa.Integer, primary_key=True))',
     'op.drop_table("job")'),
    ("6a32f8fc32ca", "fd23b24f6f9a", "add new_field",
     'op.add_column("job", sa.Column("new_field", sa.String))\n'
     '    op.execute("INSERT INTO job VALUES (1, \'12\\\\:30, 100%\')")',
     'op.drop_column("job", "new_field")'),
]


def make_alembic_project(path):
    """Make a project with `alembic init`."""
    subprocess.run(["alembic", "init", "migrations"], cwd=path, check=True,
                   stdout=subprocess.DEVNULL)
    ini = path / "alembic.ini"
    ini.write_text(re.sub(r"^sqlalchemy\.url = .*$", "sqlalchemy.url = postgresql://",
                          ini.read_text(), flags=re.M))
    for revision, down, message, upgrade, downgrade in MIGRATIONS:
        file = path / f"migrations/versions/{revision}.py"
        file.write_text(MIGRATION.format(revision=revision, down=down, message=message,
                                         upgrade=upgrade, downgrade=downgrade))


def drop_left():
    """Drop the databases and roles that blocks may have left."""
    for program, names in ("dropdb", DATABASES), ("dropuser", ROLES):
        for name in names:
            subprocess.run([program, "--if-exists", name], check=True,
                           stderr=subprocess.DEVNULL)


def run(kind, text, cwd):
    """Run a block the way its reader would; return what it prints."""
    database, file = DATABASE, "app.db"
    if kind.endswith(" new"):
        database, file, kind = NEW, "new.db", kind[:-len(" new")]
        subprocess.run(["dropdb", "--if-exists", NEW], check=True, stderr=subprocess.DEVNULL)
        subprocess.run(["createdb", NEW], check=True)
        (cwd / file).unlink(missing_ok=True)
    command = {
        "sh": ["bash", "-eu"],
        "sql sqlite": ["sqlite3", "-batch", "-cmd", ".load build/migrate", file],
        "sql psql": ["psql", "-X", "-q"],
    }[kind]
    place = str(cwd / "server")
    done = subprocess.run(command, input=text.replace(SERVER_PATH, place), cwd=cwd,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          # Debian's python3 first: it has Alembic
                          env=dict(os.environ, PGDATABASE=database,
                                   PATH="/usr/bin:" + os.environ["PATH"]))
    printed = done.stdout.replace(place, SERVER_PATH)
    if kind == "sh" and done.returncode != 0:
        printed += f"exit status {done.returncode}\n"
    return re.sub(r"[ \t]+$", "", printed, flags=re.M)


def sample_is_there(text):
    """Is a ```sql sample block a file of test/sample?"""
    files = (TOP / "test/sample/sql").glob("*.sql")
    return any(text == f.read_text() for f in files)


class Report:
    """What has been found so far."""

    def __init__(self, quiet):
        self.passed = self.failed = 0
        self.quiet = quiet

    def say(self, ok, name, line, expected, got):
        """Note and print whether something is as README.md has it."""
        self.passed, self.failed = self.passed + ok, self.failed + (not ok)
        print(f"{'ok' if ok else 'not ok'} {name} at README.md:{line}")
        if not ok and not self.quiet:
            print(f"expected:\n{expected}got:\n{got}")


def line_of(text, at):
    """The number of the line at an offset."""
    return text.count("\n", 0, at) + 1


def check_reference(old, report):
    """Compare the reference; return the text with what it has to be."""
    def replace(found):
        want = subprocess.run([TOP / "build/reference", found.group(2)], check=True,
                              text=True, stdout=subprocess.PIPE).stdout
        report.say(want == found.group(3), f"reference: {found.group(2)}",
                   line_of(old, found.start()), found.group(3), want)
        return found.group(1) + want
    return REFERENCE.sub(replace, old)


def check_links(text, report):
    """See that each link within the page has its heading."""
    headings = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-")
                for one in re.findall(r"^#+ (.*)$", text, re.M)}
    for link in re.finditer(r"\]\(#([^)]*)\)", text):
        if link.group(1) not in headings:
            report.say(False, "link", line_of(text, link.start()), "a heading\n",
                       link.group(1) + "\n")


def check_blocks(old, scratch, report):
    """Run the blocks; return the text with what they print."""
    new = []
    at = 0
    pending = None
    for block in BLOCK.finditer(old):
        kind, text = block.group(1), block.group(2)
        line = line_of(old, block.start())
        new.append(old[at:block.start()])
        at = block.end()
        if kind == "text" and pending is not None:
            same = WAITS.sub("", pending) == WAITS.sub("", text)
            report.say(same, "output", line, text, pending)
            new.append(block.group(0) if same else f"```text\n{pending}```\n")
            pending = None
            continue
        new.append(block.group(0))
        pending = None
        if kind == "sql sample":
            report.say(sample_is_there(text), kind, line, text, "")
        elif kind.startswith(("sh", "sql sqlite", "sql psql")):
            pending = run(kind, text, scratch)
            if not old.startswith("```text\n", at):
                wrong = pending if kind == "sh" else ERROR.search(pending)
                report.say(not wrong, kind, line, "no error\n", pending)
    new.append(old[at:])
    return "".join(new)


def main():
    update = "--update" in sys.argv
    report = Report(update or "--reference" in sys.argv)
    text = check_reference(README.read_text(), report)
    if "--reference" in sys.argv:
        README.write_text(text)
        return 0
    check_links(text, report)
    scratch = pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("MIGRATE_DATA")))
    scratch.chmod(0o777)
    (scratch / "build").symlink_to(TOP / "build")
    make_alembic_project(scratch)
    drop_left()
    subprocess.run(["createdb", DATABASE], check=True)
    text = check_blocks(text, scratch, report)
    if update:
        README.write_text(text)
    drop_left()
    shutil.rmtree(scratch)
    print(f"{report.passed} passed, {report.failed} failed")
    return report.failed > 0 and not update


os.environ.setdefault("PGOPTIONS", "-c client_min_messages=warning")
sys.exit(main())
