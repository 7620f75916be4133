"""Import what a real Alembic prints, and run it: what comes of it has to be what
Alembic's own run leaves, in the schema, in the rows, and in the version table.
"""
import json
import os
import re

import import_alembic
from import_alembic import VARIANTS, VERSION_TABLE, ATTACH, compare, generate, make_live
from live import state
from projects import Alembic, database, refusal, several, tally, url_of
from hosts import Failed, Postgres, Sqlite, literal, run

# what Alembic's run works on beside the version table
DATA = 'SELECT id, name, note, "odd % name" FROM t ORDER BY id;'


def read(path, name):
    with open(os.path.join(path, name), encoding="utf-8") as file:
        return file.read()


def schema_file(host):
    """What is attached to an SQLite database for the variant with a schema."""
    return host.path + "-schema" if host.name == "sqlite" else ""


class Imported:
    """A database that gets the project as texts."""

    def __init__(self, host, path, variant):
        self.host = host
        self.path = path
        self.wanted = json.loads(read(path, "expected.json"))
        self.table = VERSION_TABLE.get(variant, "alembic_version")
        self.before = ""
        if variant != "schema":
            return
        if host.name == "sqlite":
            if os.path.exists(schema_file(host)):
                os.remove(schema_file(host))
            self.before = ATTACH.format(schema_file(host)) + ";\n"
        else:
            host.sql('CREATE SCHEMA "my.schema";')
        self.sql("SELECT migrate_config('version_table', 'Version Rows');"
                 "SELECT migrate_config('version_table_schema', 'my.schema');")

    def sql(self, text):
        return self.host.sql(self.before + text)

    def load(self):
        """Hand the two texts over; the lines that it printed."""
        files = [os.path.join(self.path, f"{name}.sql") for name in ("upgrade", "downgrade")]
        if self.host.name == "sqlite":
            texts = [f"CAST(readfile({literal(name)}) AS text)" for name in files]
            text = f"SELECT migrate_import_alembic({', '.join(texts)});"
        else:
            text = (f"\\set up `cat {files[0]}`\n\\set down `cat {files[1]}`\n"
                    "SELECT migrate_import_alembic(:'up', :'down');")
        return self.sql(text).splitlines()

    def graph(self):
        """The revisions as migrate_history() has them."""
        rows = self.sql("SELECT revision, coalesce(down_revision, ''), coalesce(depends_on, ''),"
                        " message FROM migrate_history();")
        return sorted(rows.splitlines())

    def scripts(self):
        """The stored scripts, in the order of expected.json."""
        calls = [f"migrate_script({literal(one['id'])})" for one in self.wanted]
        return [text.strip("\n") + "\n" for text in several(self, calls)]

    def autocommit(self, direction):
        """The first revision that has such a section."""
        found = [one["id"] for one in self.wanted for section in one["sections"]
                 if section["autocommit"] and section["direction"] == direction]
        return found[0] if found else None

    def script(self, call):
        """What a call prints; run it in the host's own program."""
        path = os.path.join(self.path, "ours.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.before + self.sql(f"SELECT {call};") + "\n")
        if self.host.name == "sqlite":
            run(["sqlite3", self.host.path], read(self.path, "ours.sql"))
        else:
            run(["psql", "-X", "-q", "-o", "/dev/null", "-d", self.host.database, "-f", path])

    def move(self, what, direction, target):
        """Go somewhere: by SELECT where that can be, else by the script."""
        ident = self.autocommit(direction)
        if ident is None or self.host.name == "sqlite":
            self.sql(f"SELECT migrate_{direction}('{target}');")
            return
        before = self.versions()
        error = refusal(self, f"migrate_{direction}('{target}')") or "no error"
        tally.check(f"revision {ident} has an autocommit section" in error,
                    f"{what}: SELECT migrate_{direction}() refuses the autocommit section", error)
        tally.equal(self.versions(), before, f"{what}: and has done nothing")
        self.script(f"migrate_{direction}('"
                    f"{'heads:' if direction == 'downgrade' else ''}{target}', true)")

    def versions(self):
        try:
            return self.sql(f"SELECT version_num FROM {self.table} ORDER BY 1;").split()
        except Failed as error:  # there is none yet
            if not re.search("no such table|does not exist", str(error)):
                raise
            return []

    def state(self):
        """Schema, rows and version rows, as far as a printed text can tell: Alembic
        prints a tab as four blanks."""
        schema = [entry.replace("\t", "    ") for entry in self.host.schema()]
        rows = []
        if any("TABLE" in entry and "odd % name" in entry for entry in schema):
            rows = self.sql(DATA).replace("\t", "    ").splitlines()
        return {"schema": schema, "rows": rows, "version rows": self.versions()}


def same(what, ours, theirs, empty=False):
    got, wanted = ours.state(), theirs.state()
    for name, value in got.items():
        tally.equal(value, wanted[name], f"{what}: {name} as Alembic's")
    tally.check(empty or all(wanted.values()), f"{what}: there is something to compare", wanted)


def heads(ini):
    """The heads that alembic current finds, without those that another one implies."""
    lines = import_alembic.alembic(ini, [["current"]])[0].splitlines()
    return sorted(line.split()[0] for line in lines if line.endswith(" (head)"))


def loaded(one):
    return f"Loaded revision {one['id']}" + (f", {one['message']}" if one["message"] else "")


def check_import(what, ours):
    """Import, twice; what is stored is what Alembic was about to run."""
    lines = ours.load()
    tally.equal(sorted(line for line in lines if not line.startswith("Check revision ")),
                sorted(loaded(one) for one in ours.wanted), f"{what}: a revision each")
    graph = ours.graph()
    tally.equal(graph, sorted("|".join((one["id"], ", ".join(one["revises"]),
                                        ", ".join(one["depends_on"]), one["message"]))
                              for one in ours.wanted), f"{what}: the graph")
    scripts = ours.scripts()
    tally.equal(compare(scripts, ours.wanted), [], f"{what}: the sections")
    lines = ours.load()
    tally.equal([line for line in lines if not line.startswith("Check revision ")], [],
                f"{what}: nothing to do the second time")
    tally.equal((ours.graph(), ours.scripts()), (graph, scripts), f"{what}: and nothing done")


def run_variant(make, path, variant, log):
    host = database(make, "imported")
    what = f"{host.name}, import, {variant}" + (", with its log" if log else "")
    folder = os.path.join(path, f"import-{host.name}-{variant}-{log}")
    generate(folder, host.name, variant, log)
    ours = Imported(host, folder, variant)
    theirs = Imported(database(make, "imported_theirs"), folder, variant)
    check_import(what, ours)
    if variant == "template" and not log:
        tally.equal(ours.sql("SELECT revision FROM migrate_plan('upgrade', 'heads', 'base')"
                             " ORDER BY step;").split(), [one["id"] for one in ours.wanted],
                    f"{what}: the order of steps")
    if log:  # the rest is the same without
        return
    make_live(folder, url_of(theirs.host), variant, schema_file(theirs.host))
    ini = os.path.join(folder, "alembic.ini")
    ours.move(what, "upgrade", "heads")
    import_alembic.alembic(ini, [["upgrade", "heads"]])
    same(f"{what}, at heads", ours, theirs)
    make_live(folder, url_of(ours.host), variant, schema_file(ours.host))
    tally.equal(heads(ini), ours.versions(), f"{what}: alembic current on our database")
    theirs.load()
    tally.equal(theirs.sql("SELECT pending FROM migrate_status();"), "0",
                f"{what}: imported into Alembic's database, nothing is pending")
    make_live(folder, url_of(theirs.host), variant, schema_file(theirs.host))
    ours.move(what, "downgrade", "base")
    import_alembic.alembic(ini, [["downgrade", "base"]])
    same(f"{what}, at base", ours, theirs, True)


# ---- rebuilds of tables, which Alembic prints for SQLite where it knows the table ----

TABLE = """
from alembic import op
import sqlalchemy as sa

AFTER = {"server_default": "2"}

def table(*more, **qty):
    it = sa.Table("t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                  sa.Column("name", sa.String(20), nullable=False),
                  sa.Column("qty", sa.Integer, **(qty or {"server_default": "1"})), *more)
    sa.Index("i", it.c.name)
    return it
"""
REBUILT = {
    "a1.py": TABLE + """
revision, down_revision = "a1", None
def upgrade():
    op.create_table("t", *[column.copy() for column in table().columns])
    op.create_index("i", "t", ["name"])
    op.execute("INSERT INTO t VALUES (1, 'one', 10), (2, 'two', 20)")
def downgrade():
    op.drop_table("t")
""",
    "b1.py": TABLE + """
revision, down_revision = "b1", "a1"
def upgrade():
    with op.batch_alter_table("t", copy_from=table()) as batch:
        batch.alter_column("qty", server_default="2", existing_type=sa.Integer)
        batch.add_column(sa.Column("note", sa.Text))
def downgrade():
    with op.batch_alter_table("t", copy_from=table(sa.Column("note", sa.Text), **AFTER)) as batch:
        batch.alter_column("qty", server_default="1", existing_type=sa.Integer)
        batch.drop_column("note")
""",
    "c1.py": TABLE + """
revision, down_revision = "c1", "b1"
def upgrade():
    with op.batch_alter_table("t", copy_from=table(sa.Column("note", sa.Text), **AFTER)) as batch:
        batch.create_unique_constraint("t_name", ["name"])
        batch.create_check_constraint("t_qty", "qty > 0")
def downgrade():
    note, name = sa.Column("note", sa.Text), sa.UniqueConstraint("name", name="t_name")
    check = sa.CheckConstraint("qty > 0", name="t_qty")
    with op.batch_alter_table("t", copy_from=table(note, name, check, **AFTER)) as batch:
        batch.drop_constraint("t_name", type_="unique")
        batch.drop_constraint("t_qty", type_="check")
""",
}


def run_rebuilds(make, path):
    """What is printed for SQLite, run on either host."""
    printed = Sqlite(os.path.join(path, "printed.db"))
    alembic = Alembic(os.path.join(path, "rebuilt-printed"), REBUILT, printed)
    texts = [literal("\n".join(alembic(*words, "--sql")))
             for words in (("upgrade", "base:heads"), ("downgrade", "c1:base"))]
    told = printed.sql(f"SELECT migrate_import_alembic({', '.join(texts)});").splitlines()
    host, theirs = database(make, "rebuilt"), database(make, "rebuilt_theirs")
    what = f"{host.name}, printed rebuilds"
    tally.equal([line for line in told if line.startswith("Check")], [], f"{what}: all are said anew")
    scripts = several(printed, [f"migrate_script({literal(name[:-3])})" for name in REBUILT])
    tally.equal(re.findall(r"(?m)^CREATE TABLE _alembic.*", "".join(scripts)), [], f"{what}: none is left")
    host.sql(f"SELECT migrate_load({literal(''.join(scripts))});")
    alembic = Alembic(os.path.join(path, f"rebuilt-{host.name}"), REBUILT, theirs)
    for direction, target in (("upgrade", "b1"), ("upgrade", "heads"), ("downgrade", "b1"),
                              ("downgrade", "a1"), ("downgrade", "base")):
        host.sql(f"SELECT migrate_{direction}({literal(target)});")
        alembic(direction, target)
        tally.equal(state(host), state(theirs), f"{what}: {direction} {target} as Alembic")


def run_host(make, path):
    run_rebuilds(make, path)
    for variant in VARIANTS:
        if variant == "transactional" and make is Postgres:
            continue  # there it always is
        run_variant(make, path, variant, False)
    for variant in ("template", "driver"):
        run_variant(make, path, variant, True)
