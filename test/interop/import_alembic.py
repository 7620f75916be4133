"""Make an Alembic project, and let a real Alembic print it.

    import_alembic.py DIR DIALECT [VARIANT] [--log]

makes a throw-away project for postgresql or sqlite in DIR and writes

    DIR/versions/*.py   the revisions
    DIR/upgrade.sql     what `alembic upgrade base:heads --sql` printed
    DIR/downgrade.sql   what `alembic downgrade HEAD:base --sql` printed, for each head
    DIR/expected.json   the revisions in the order of upgrade.sql: id, revises,
                        depends_on, message, and sections: direction, whether it
                        is autocommit, and the SQL that its section has to hold

VARIANT is one of VARIANTS, ways to configure env.py; --log puts Alembic's log
into the texts, as `2>&1` does.  What the sections have to hold is noted call by
call while Alembic prints, so it doesn't depend on the text being taken apart
again.  compare() tells where scripts differ from expected.json.
"""
import atexit
import json
import os
import re
import subprocess
import sys

PYTHON = "/usr/bin/python3"

VARIANTS = {
    # as `alembic init` makes env.py
    "template": 'literal_binds=True, dialect_opts={"paramstyle": "named"}',
    # the driver's paramstyle: psycopg2 has each % doubled
    "driver": "literal_binds=True",
    "per_migration": "literal_binds=True, transaction_per_migration=True",
    "schema": 'literal_binds=True, version_table="Version Rows", version_table_schema="my.schema"',
    # SQLite prints transactions with this only
    "transactional": "literal_binds=True, transactional_ddl=True",
}
# the version table's name, for the variants that have another than the default
VERSION_TABLE = {"schema": '"my.schema"."Version Rows"'}

INI = """[alembic]
script_location = {path}
[loggers]
keys = root,alembic
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARN
handlers = console
qualname =
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic
[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
"""

# NOTED_AS is a file that gets [kind, text] a line: a statement, one of Alembic's
# own, or the comment that begins a revision
ENV = """
import json, os
from logging.config import fileConfig
from alembic import context
from alembic.ddl.impl import DefaultImpl
from alembic.runtime.migration import HeadMaintainer, MigrationContext

fileConfig(context.config.config_file_name)
noted = os.environ.get("NOTED_AS")
if noted:
    own = []
    output = DefaultImpl.static_output

    def static_output(self, text):
        kind = "own" if own else "marker" if text.startswith("-- Running ") else "statement"
        with open(noted, "a", encoding="utf-8") as file:
            file.write(json.dumps([kind, text]) + "\\n")
        output(self, text)

    def apart(function):
        def call(*arguments, **named):
            own.append(function)
            try:
                return function(*arguments, **named)
            finally:
                own.pop()
        return call

    DefaultImpl.static_output = static_output
    for name in ("_insert_version", "_delete_version", "_update_version"):
        setattr(HeadMaintainer, name, apart(getattr(HeadMaintainer, name)))
context.configure(url=URL, OPTIONS)
if noted:
    table = context.get_context()._version
    table.create, table.drop = apart(table.create), apart(table.drop)
with context.begin_transaction():
    context.run_migrations()
"""

# The same project on a database.  What drivers refuse is put right: statements
# of a comment alone, and on SQLite several statements in one text.
LIVE = """
import re, sqlite3
from alembic import context
from alembic.ddl.impl import DefaultImpl
from sqlalchemy import create_engine

run = DefaultImpl._exec

def statements(text):
    part = ""
    for piece in re.split("(;)", text):
        part += piece
        if piece == ";" and sqlite3.complete_statement(part):
            yield part
            part = ""
    yield part

def _exec(self, construct, *words, **named):
    if not isinstance(construct, str):
        return run(self, construct, *words, **named)
    several = self.dialect.name == "sqlite"
    for part in statements(construct) if several else [construct]:
        if re.sub("--.*", "", part).strip(" ;\\n"):
            run(self, part, *words, **named)

DefaultImpl._exec = _exec
with create_engine(URL).connect() as connection:
    ATTACH
    context.configure(connection=connection, OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
"""
ATTACH = "ATTACH '{}' AS \"my.schema\""

FIRST = r'''
op.create_table("t", sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("name", sa.String(99), server_default="9%"),
                sa.Column("note", sa.Text, server_default=sa.text("'it''s; 50% -- no'")),
                sa.Column("odd % name", sa.Integer))
op.create_index("i", "t", ["name"])
op.bulk_insert(sa.table("t", sa.column("id", sa.Integer), sa.column("name", sa.String)),
               [{"id": 1, "name": "x%y"}, {"id": 2, "name": "it's; --"}, {"id": 3, "name": None}])
'''
TEXTS = r'''
op.execute("DELETE FROM t WHERE name LIKE '%x%' OR name = '100%%'")
op.execute("INSERT INTO t (id, name)\n\tVALUES\n\t(7, 'a\tb'),\n\n\t(8, '12:30 \\:x ::y')")
op.execute("UPDATE t SET name = 'one;\n\n-- Running upgrade a -> b\n\nCOMMIT;\n\n' WHERE id = 1")
op.execute("UPDATE t SET name = 'x\n-- migrate:upgrade\ny' WHERE id = 1;")
op.execute("-- a comment; with a semicolon\nDELETE FROM t WHERE id = 2; DELETE FROM t WHERE id = 3")
op.execute("/* BEGIN; */ DELETE FROM t WHERE id = 4 -- the last one")
op.execute("DELETE FROM t WHERE id = 5")
op.execute("-- nothing but this")
op.execute("UPDATE t SET name = 'UPDATE alembic_version SET version_num=1' WHERE id = 6")
'''
BOUND = r'''
op.execute(sa.text("UPDATE t SET name = :name WHERE id = :id").bindparams(name="b%", id=7))
op.execute(sa.table("t", sa.column("name", sa.String)).update().values(
    name=op.inline_literal("p%")).where(sa.column("name", sa.String).like("%q")))
'''
AUTOCOMMIT = r'''
op.execute("DELETE FROM t WHERE id = 10")
with op.get_context().autocommit_block():
    op.execute("APART")
    op.execute("ANALYZE")
op.execute("DELETE FROM t WHERE id = 11")
'''
BODIES = {
    "postgresql": r'''
op.execute("""
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
	-- Running upgrade x -> y

	DELETE FROM alembic_version WHERE alembic_version.version_num = 'x';

	RAISE NOTICE 'done: %%, %', $$a;b$$;
	RETURN NEW;
END;
$body$;
""")
op.execute("CREATE RULE r AS ON DELETE TO t DO ALSO (NOTIFY a; NOTIFY b)")
op.execute(r"UPDATE t SET name = E'it\'s; ' || U&'d\0061t' || '\' WHERE id = 1")
op.execute("CREATE FUNCTION one() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END")
op.execute("/* a /* nested; */ comment; */ SELECT 1")
op.execute("""DO $$ BEGIN IF false THEN
COMMIT;

END IF; END $$""")
op.create_check_constraint("c", "t", sa.column("id", sa.Integer) % 2 >= 0)
op.alter_column("t", "name", type_=sa.Text, existing_type=sa.String, comment="50%")
''',
    "sqlite": r'''
op.execute("""
CREATE TRIGGER touch AFTER UPDATE ON t BEGIN
	-- Running upgrade x -> y

	DELETE FROM alembic_version WHERE alembic_version.version_num = 'x';

	UPDATE t SET name = CASE WHEN 1 THEN 'end;' END;
END
""")
op.execute("CREATE TEMP TRIGGER [odd; name] AFTER DELETE ON t BEGIN SELECT 1; END -- ends here")
op.execute("SELECT `a;b`, \"c;d\", '\\' FROM (SELECT 1 AS [a;b], 2 AS `c;d`)")
''',
}

UNDO = {
    "postgresql": 'op.execute("DROP FUNCTION one(); DROP FUNCTION touch() -- gone")',
    "sqlite": 'op.execute("DROP TRIGGER touch -- gone")',
}
# comments that take the semicolon that Alembic puts behind them
SWALLOWED = (" -- the last one;", " -- ends here;", " -- gone;")


def project(dialect):
    """The revisions: id, parents, dependencies, document, upgrade, downgrade."""
    back = 'op.drop_index("i", "t")\nop.drop_table("t")'
    # SQLite prints autocommit blocks only in the variant "transactional"
    apart = AUTOCOMMIT.replace("APART", "VACUUM" if dialect == "postgresql" else "REINDEX")
    return [
        ("1a01", [], [], "the first one\n\nRevision ID: 1a01\n", FIRST, back),
        ("1b02", ["1a01"], [], "texts, and\n a document in two lines\n\nRevision ID: 1b02\n",
         TEXTS, "pass"),
        ("2c03", ["1b02"], [], "left: 50% done\n", BODIES[dialect],
         UNDO[dialect]),
        ("2d04", ["2c03"], [], "", apart, apart),
        ("3c03", ["1b02"], [], "right\n", BOUND, 'op.execute("DELETE FROM t WHERE name LIKE \'%%\'")'),
        ("4e05", ["2d04", "3c03"], [], "merge it\n", "pass", "pass"),
        ("p001", [], ["4e05"], "a plugin\n", 'op.execute("SELECT 1;")', 'op.execute("SELECT 1;;")'),
        ("p002", ["p001"], [], "and on\n", 'op.execute("")', 'op.execute("SELECT 2")'),
        ("q001", [], [], "alone\n", 'op.execute("SELECT 3")', 'op.execute("SELECT 4")'),
        ("4f06", ["4e05"], ["q001"], "the last one\n", 'op.execute("SELECT 5")', "pass"),
    ]


def write(path, name, text):
    with open(os.path.join(path, name), "w", encoding="utf-8", newline="") as file:
        file.write(text)


def make_live(path, url, variant, schema_file=""):
    """Make the project that is in path one that runs on a database.  schema_file:
    what is attached to an SQLite database as the variant's schema."""
    attach = ""
    if url.startswith("sqlite") and variant == "schema":
        attach = f"connection.exec_driver_sql({ATTACH.format(schema_file)!r})"
    options = VARIANTS[variant].replace("literal_binds=True", "literal_binds=False")
    write(path, "env.py", LIVE.replace("URL", repr(url)).replace("ATTACH", attach or "pass")
          .replace("OPTIONS", options))


def make(path, dialect, options):
    """Write the project."""
    os.makedirs(os.path.join(path, "versions"), exist_ok=True)
    write(path, "alembic.ini", INI.format(path=path))
    write(path, "env.py", ENV.replace("URL", repr(f"{dialect}://")).replace("OPTIONS", options))
    for number, (ident, parents, deps, document, up, down) in enumerate(project(dialect)):
        lines = [f'"""{document}"""', "from alembic import op", "import sqlalchemy as sa",
                 f"revision = {ident!r}", f"down_revision = {tuple(parents) or None!r}",
                 f"depends_on = {tuple(deps) or None!r}"]
        for name, body in (("upgrade", up), ("downgrade", down)):
            # by exec(), so that texts of several lines aren't indented
            lines.append(f"def {name}():\n    exec({body!r}, globals())")
        write(os.path.join(path, "versions"), f"{number:02}_{ident}.py", "\n".join(lines) + "\n")


class Refused(Exception):
    """Alembic ended with an error; the text is what it printed."""


class Worker:
    """A process that runs Alembic (worker.py); it starts with the first request."""

    def __init__(self):
        self.process = None

    def start(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
        self.process = subprocess.Popen(  # it lives as long as this one
            [PYTHON, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd="/", env=dict(os.environ, PYTHONHASHSEED="0"))
        atexit.register(self.stop)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, ini, commands, log=False, environment=None):
        """Run commands, one after the other; [exit status, output, errors] of each."""
        if self.process is None:
            self.start()
        request = {"commands": [["-c", ini, *words] for words in commands],
                   "log": log, "environment": environment or {}}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


worker = Worker()


def alembic(ini, commands, log=False, environment=None):
    """Run commands; what each printed.  All have to succeed."""
    answers = worker.ask(ini, commands, log, environment)
    for status, out, errors in answers:
        if status != 0:
            raise Refused(errors + out)
    return [out for _, out, _ in answers]


def spans(dialect):
    """The commands that print all: Alembic takes no two heads to start a downgrade from."""
    graph = project(dialect)
    below = {ident for row in graph for ident in row[1] + row[2]}
    return {"upgrade": ["base:heads"],
            "downgrade": [f"{row[0]}:base" for row in graph if row[0] not in below]}


def held(statements):
    """The SQL of a section: statements as printed, each ended once."""
    texts = []
    for text in statements:
        text = re.sub(r";;+$", ";", text)
        if text.endswith(SWALLOWED):
            text += "\n;"
        if text != ";":
            texts.append(text)
    return "\n\n".join(texts)


def sections(path, direction):
    """Each revision's sections, as they were noted: id -> [(autocommit, SQL)]."""
    found = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            kind, text = json.loads(line)
            if kind == "marker":
                old, new = re.fullmatch(r"-- Running \w+ (.*) -> (.*)", text).groups()
                parts = found[new if direction == "upgrade" else old] = [(False, [])]
                rows = False
            elif kind == "own":
                rows = True
            elif found and not rows:
                if text in ("COMMIT;", "BEGIN;"):
                    parts.append((text == "COMMIT;", []))
                else:
                    parts[-1][1].append(text)
    return {ident: [(autocommit, held(statements)) for autocommit, statements in parts
                    if held(statements)] or [(False, "")]
            for ident, parts in found.items()}


def expected(path, dialect, options, log):
    """What the import has to make of the project."""
    # nothing is doubled in what is noted
    if "paramstyle" not in options:
        options += ', dialect_opts={"paramstyle": "named"}'
    make(path, dialect, options)
    by_direction = {}
    for direction in ("upgrade", "downgrade"):
        noted = os.path.join(path, direction + ".noted")
        if os.path.exists(noted):
            os.remove(noted)
        for span in spans(dialect)[direction]:
            alembic(os.path.join(path, "alembic.ini"), [[direction, span, "--sql"]],
                    environment={"NOTED_AS": noted})
        by_direction[direction] = sections(noted, direction)
        os.remove(noted)
    graph = {row[0]: row for row in project(dialect)}
    result = []
    for ident in by_direction["upgrade"]:
        _, parents, deps, document, _, _ = graph[ident]
        message = " ".join(document.split("\n\n")[0].split()) if log else ""
        result.append({
            "id": ident, "revises": parents, "depends_on": deps, "message": message,
            "sections": [{"direction": direction, "autocommit": autocommit, "sql": sql}
                         for direction in ("upgrade", "downgrade")
                         for autocommit, sql in by_direction[direction][ident]]})
    return result


def read_script(text):
    """A script as expected.json has it."""
    head, *rest = re.split(r"^-- migrate:(upgrade|downgrade)(.*)\n", text, flags=re.M)
    fields = dict(re.findall(r"^-- migrate:(\w+)[ \t]*(.*)$", head, flags=re.M))
    found = {"id": fields.get("revision"), "message": fields.get("message", ""), "sections": []}
    for name in ("revises", "depends_on"):
        found[name] = [word for word in re.split(r"[, ]+", fields.get(name, "")) if word]
    for direction, words, sql in zip(rest[0::3], rest[1::3], rest[2::3]):
        sql = re.sub(r"^-- check: .*\n", "", sql, flags=re.M).strip()
        found["sections"].append({"direction": direction, "autocommit": words == " autocommit",
                                  "sql": re.sub(r"^ (?=-- migrate:)", "", sql, flags=re.M)})
    return found


def compare(scripts, wanted):
    """Where a list of scripts, in their order, differs from expected.json."""
    found = [read_script(script) for script in scripts]
    differences = []
    if [one["id"] for one in found] != [one["id"] for one in wanted]:
        differences.append(f"ids: {[one['id'] for one in found]}")
    for one, other in zip(found, wanted):
        differences += [f"{other['id']} {name}: {one[name]!r} is not {other[name]!r}"
                        for name in other if one[name] != other[name]]
    return differences


def generate(path, dialect, variant="template", log=False):
    """Write the project, and all that Alembic makes of it."""
    options = VARIANTS[variant]
    os.makedirs(path, exist_ok=True)
    write(path, "expected.json", json.dumps(expected(path, dialect, options, log), indent=1) + "\n")
    make(path, dialect, options)
    for direction in ("upgrade", "downgrade"):
        printed = alembic(os.path.join(path, "alembic.ini"),
                          [[direction, span, "--sql"] for span in spans(dialect)[direction]], log)
        write(path, direction + ".sql", "".join(printed))


def main(words):
    log = "--log" in words
    words = [word for word in words if word != "--log"]
    if len(words) not in (2, 3) or words[1] not in BODIES or words[2:] and words[2] not in VARIANTS:
        sys.exit(__doc__)
    generate(os.path.abspath(words[0]), words[1], words[2] if words[2:] else "template", log)


if __name__ == "__main__":
    main(sys.argv[1:])
