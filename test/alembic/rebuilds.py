#!/usr/bin/python3
"""Take batch operations over that Alembic has run on SQLite, and run them on both
hosts.

usage: rebuilds.py            the test; needs what test/server.sh sets
       rebuilds.py --record   print what test/unit/rebuilds.txt is made of

An Alembic project has a revision for each operation (batches.py).  It runs up and
down on SQLite while we record; then its revisions, as we say them, have to give
the same tables with the same rows there, and on PostgreSQL what Alembic makes of
the same operations.
"""
import os
import re
import sys
import tempfile
import warnings

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("corpora", "interop"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))

try:
    import alembic.command
    import sqlalchemy as sa
    import psycopg2  # noqa: F401
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
except ImportError:
    print("SKIP rebuilds: Alembic isn't installed for %s" % sys.executable)
    sys.exit(0)

from batches import CASES, create_parent  # noqa: E402
from hosts import Postgres, Sqlite, literal  # noqa: E402
from projects import tally, url_of  # noqa: E402

ENV = """
from alembic import context
connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():
    context.run_migrations()
"""
REVISION = '''"""{name}"""
from alembic import op
import batches
revision = "{ident}"
down_revision = {parent!r}
def upgrade():
    {up}
def downgrade():
    {down}
'''


# what a user writes for PostgreSQL where we can't
BY_HAND = {"a column in the middle": "ALTER TABLE {table} ADD COLUMN c integer;"}


def ident_of(number):
    return f"r{number:02}"


def write_project(folder):
    """A revision that makes all tables, and one for each operation."""
    os.makedirs(os.path.join(folder, "versions"))
    with open(os.path.join(folder, "env.py"), "w", encoding="utf-8") as file:
        file.write(ENV)
    for number in range(len(CASES) + 1):
        case = f"batches.CASES[{number - 1}]"
        texts = {"name": "the tables", "parent": None,
                 "up": "batches.create_parent(op)\n    for case in batches.CASES:\n        case.create(op)",
                 "down": "for case in batches.CASES:\n        op.drop_table(case.table)\n"
                         "    op.drop_table('parent')"}
        if number > 0:
            texts = {"name": CASES[number - 1].name, "parent": ident_of(number - 1),
                     "up": f"{case}.up(op)", "down": f"{case}.down(op)"}
        with open(os.path.join(folder, "versions", f"{number:02}.py"), "w", encoding="utf-8") as file:
            file.write(REVISION.format(ident=ident_of(number), **texts))


# ---- what a table is ----

def look_sqlite(connection, table):
    """Columns, keys, indexes, checks and rows."""
    name = '"%s"' % table
    ask = lambda text: [tuple(row) for row in connection.exec_driver_sql(text)]  # noqa: E731
    text = ask(f"SELECT sql FROM sqlite_schema WHERE name = {literal(table)}")
    if not text:
        return None
    columns = [(c[1], c[2].lower().replace(" ", ""), c[3],
                re.sub(r"^\((.*)\)$", r"\1", str(c[4])).lower().replace("false", "0"), c[5], c[6])
               for c in ask(f"PRAGMA table_xinfo({name})")]
    indexes = sorted((i[1] if i[3] == "c" else "", i[2], i[3],
                      tuple(c[2] for c in ask(f"PRAGMA index_info('{i[1]}')")))
                     for i in ask(f"PRAGMA index_list({name})"))
    keys = sorted(k[2:] for k in ask(f"PRAGMA foreign_key_list({name})"))
    # Alembic writes those of types twice
    checks = sorted(set(re.sub(r"\W+", " ", c).strip().lower()
                        for c in re.findall(r"(?:CONSTRAINT \"?\w+\"? )?CHECK \([^()]*(?:\([^()]*\))?[^()]*\)", text[0][0])))
    # a rename lets a constraint keep the name that PostgreSQL would have given it
    names = sorted(n for n in re.findall(r"CONSTRAINT \"?(\w+)\"? (?:UNIQUE|PRIMARY|FOREIGN)", text[0][0])
                   if not re.fullmatch(table + r"_\w+_key", n))
    rows = [tuple("now" if re.match(r"20\d\d-", str(value)) else value for value in row)
            for row in ask(f"SELECT * FROM {name}")]
    return columns, indexes, keys, checks, names, sorted(rows, key=str)


def look_postgres(connection, table):
    ask = lambda text: [tuple(row) for row in connection.exec_driver_sql(text)]  # noqa: E731
    quoted = literal('"%s"' % table)
    name = quoted + "::regclass"
    if ask(f"SELECT to_regclass({quoted})") == [(None,)]:
        return None
    return (ask("SELECT attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,"
                " regexp_replace(pg_get_expr(adbin, adrelid), '^''(\\d+)''::numeric$', '\\1') FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid"
                f" AND adnum = attnum WHERE attrelid = {name} AND attnum > 0 AND NOT attisdropped"
                " ORDER BY attname"),
            ask("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                f" WHERE conrelid = {name} AND contype <> 'n' ORDER BY 1"),
            ask(f"SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = {name} ORDER BY 1"),
            ask(f"SELECT count(*), sum(id) FROM \"{table}\""))


def look(engine):
    """What there is: each operation has a table of its own."""
    by = look_sqlite if engine.dialect.name == "sqlite" else look_postgres
    with engine.connect() as connection:
        return [by(connection, case.table) for case in CASES]


# ---- Alembic's run ----

# up by all operations, down by all, and without the tables
STEPS = [("up", "upgrade", "head"), ("down", "downgrade", ident_of(0)), ("gone", "downgrade", "base")]


def run_alembic(folder, engine):
    """All steps; what there is behind each."""
    config = Config()
    config.set_main_option("script_location", folder)
    seen = {}
    for way, command, target in STEPS:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            getattr(alembic.command, command)(config, target)
        seen[way] = look(engine)
    engine.dispose()
    return seen


def filled(text, parameters):
    """A statement with the values of its parameters."""
    for value in parameters:
        text = text.replace("?", literal(value) if isinstance(value, str) else str(value), 1)
    return text


def recording(host):
    """An engine that notes what it runs as the host does while capture is on."""
    engine = sa.create_engine(url_of(host))

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(_connection, _cursor, text, parameters, *_):
        if text.split()[0] in ("PRAGMA", "SELECT"):
            return
        text = filled(text, parameters)
        with open(host.path + "-capture", "ab") as log:
            log.write(b"\1alembic run %d\n%s\n" % (len(text.encode()), text.encode()))
    return engine


# ---- ours ----

def run_ours(host, seen):
    """The same steps by us."""
    engine = sa.create_engine(url_of(host))
    for way, command, target in STEPS:
        host.sql(f"SELECT migrate_{command}({literal(target)});")
        for case, found, wanted in zip(CASES, look(engine), seen[way]):
            if case.alike or host.name == "sqlite":
                tally.equal(found, wanted, f"{host.name}, {way}: {case.name}")
    engine.dispose()


def test(path):
    folder = os.path.join(path, "project")
    write_project(folder)
    lite = Sqlite(os.path.join(path, "ours.db"))
    seen = run_alembic(folder, recording(lite))
    lines = lite.sql(f"SELECT migrate_import_alembic_files({literal(folder)});").splitlines()
    tally.equal(sum(line.startswith("Loaded revision ") for line in lines), len(CASES) + 1,
                "a revision for each operation")
    scripts = [lite.sql(f"SELECT migrate_script('{ident_of(number)}');")
               for number in range(len(CASES) + 1)]
    kept = set()
    for number, script in enumerate(scripts):
        for way in ("up", "down"):
            if f"-- migrate:{way}grade sqlite" in script:
                kept.add((ident_of(number), way))
        tally.equal("_alembic_tmp_" in re.sub(r"(?m)^--.*\n", "", script),
                    bool({(ident_of(number), way) for way in ("up", "down")} & kept),
                    f"revision {ident_of(number)} says its rebuild, or has it for SQLite alone")
    told = {line.split()[2].rstrip(":") for line in lines if "stays as it is, for SQLite alone" in line}
    tally.equal(sorted(told), sorted({ident for ident, _ in kept}), "what isn't taken over is told")
    tally.equal(sorted(CASES[int(ident[1:]) - 1].name for ident in told),
                ["a column in the middle", "a time"], "and is what can't be")
    run_ours(lite, seen)
    run_postgres(folder, Postgres("rebuilds_alembic", False), scripts)


def run_postgres(folder, theirs, scripts):
    """On PostgreSQL: Alembic where it can, and ours."""
    seen = run_alembic(folder, sa.create_engine(url_of(theirs)))
    ours = Postgres("rebuilds_ours")
    for case, script in zip([None, *CASES], scripts):
        if case is not None and case.name in BY_HAND:
            text = BY_HAND[case.name].format(table=case.table)
            script = script.replace("-- migrate:downgrade",
                                    f"-- migrate:upgrade postgresql\n{text}\n\n-- migrate:downgrade", 1)
        ours.sql(f"SELECT migrate_load({literal(script)});")
    run_ours(ours, seen)


# ---- recording ----

def record():
    """Print what each operation runs on SQLite, a statement a line."""
    for case in CASES:
        engine = sa.create_engine("sqlite://")
        ran = []

        @sa.event.listens_for(engine, "before_cursor_execute")
        def note(_connection, _cursor, text, parameters, *_):
            if text.split()[0] in ("CREATE", "INSERT", "DROP", "ALTER"):
                ran.append(filled(" ".join(text.split()), parameters) + ";")
        with engine.connect() as connection:
            op = Operations(MigrationContext.configure(connection))
            print(f"== {case.name}")
            create_parent(op)
            case.create(op)
            print("\n".join(line for line in ran if not line.startswith("INSERT")))
            for way in ("up", "down"):
                ran.clear()
                getattr(case, way)(op)
                print(f"@ {way}", *ran, "@ said", sep="\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.path.insert(0, HERE)
    if sys.argv[1:] == ["--record"]:
        record()
    else:
        with tempfile.TemporaryDirectory() as place:
            test(place)
        tally.finish()
