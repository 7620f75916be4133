"""A project as Alembic has it, and the same one as migrate has it; and one tally
for all of this ring's checks.
"""
import multiprocessing
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "corpora"))
from hosts import Failed, Postgres, Sqlite, Tally, literal  # noqa: E402
import import_alembic  # noqa: E402

tally = Tally()

ENV = """
from alembic import context
from sqlalchemy import create_engine, event
option = context.config.get_main_option
exec(option("prelude", ""))
engine = create_engine(option("url"))

@event.listens_for(engine, "connect")
def load(connection, record):
    if option("module"):
        connection.enable_load_extension(True)
        connection.load_extension(option("module"))

with engine.connect() as connection:
    context.configure(connection=connection,
                      version_table=option("version_table", "alembic_version"),
                      version_table_schema=option("version_table_schema"))
    with context.begin_transaction():
        context.run_migrations()
"""


def table(prefix, ident):
    return f"{prefix}_{ident}"


def python_files(graph, prefix):
    """An Alembic file a revision, which makes a table."""
    files = {}
    for number, (ident, parents, labels, deps) in enumerate(graph):
        name = table(prefix, ident)
        files[f"{number:02}_{ident}.py"] = (
            f'"""make {name}"""\nfrom alembic import op\n'
            f"revision = {ident!r}\ndown_revision = {tuple(parents) or None!r}\n"
            f"branch_labels = {tuple(labels) or None!r}\n"
            f"depends_on = {tuple(deps) or None!r}\n"
            f"def upgrade():\n    op.execute('CREATE TABLE {name} (id integer)')\n"
            f"def downgrade():\n    op.execute('DROP TABLE {name}')\n")
    return files


class Alembic:
    """An Alembic project over a database.  files: the revisions, perhaps in folders.
    module: migrate's, to be loaded by each connection.  prelude: a line of Python, to
    run before the revisions."""

    def __init__(self, path, files, host, version_table="alembic_version", schema=None,
                 module=None, environment=None, prelude=""):
        self.path = path
        self.host = host
        self.ini = os.path.join(path, "alembic.ini")
        self.environment = environment
        folders = {os.path.dirname(os.path.join(path, "versions", name)) for name in ("", *files)}
        for folder in folders:
            os.makedirs(folder, exist_ok=True)
        self.write("", "alembic.ini",
                   f"[alembic]\nscript_location = {path}\nurl = {url_of(host)}\n"
                   f"version_locations = {':'.join(sorted(folders))}\nversion_path_separator = :\n"
                   f"version_table = {version_table}\n"
                   + (f"version_table_schema = {schema}\n" if schema else "")
                   + (f"module = {module}\n" if module else "")
                   + (f"prelude = {prelude}\n" if prelude else ""))
        self.write("", "env.py", ENV)
        for name, text in files.items():
            self.write("versions", name, text)

    def write(self, folder, name, text):
        with open(os.path.join(os.path.dirname(self.ini), folder, name), "w",
                  encoding="utf-8") as file:
            file.write(text)

    def __call__(self, *words):
        """Run a command; the lines that it printed."""
        return import_alembic.alembic(self.ini, [words], environment=self.environment)[0].split("\n")

    def current(self):
        return sorted(line.split()[0] for line in self("current") if line.strip())


def scripts(graph, prefix):
    return "\n".join(
        f"-- migrate:revision {ident}\n-- migrate:revises {', '.join(parents)}\n"
        f"-- migrate:message make {table(prefix, ident)}\n-- migrate:labels {', '.join(labels)}\n"
        f"-- migrate:depends_on {', '.join(deps)}\n"
        f"-- migrate:upgrade\nCREATE TABLE {table(prefix, ident)} (id integer);\n"
        f"-- migrate:downgrade\nDROP TABLE {table(prefix, ident)};\n"
        for ident, parents, labels, deps in graph)


class Ours:
    """The same project, by migrate."""

    def __init__(self, host, settings=()):
        self.host = host
        for name, value in settings:
            host.sql(f"SELECT migrate_config({literal(name)}, {literal(value)});")

    def load(self, graph, prefix):
        self.host.sql(f"SELECT migrate_load({literal(scripts(graph, prefix))});")

    def ran(self, command, target):
        """Run a command; the lines that it printed."""
        out = self.host.sql(f"SELECT migrate_{command}({literal(target)});")
        return [line for line in out.splitlines() if line]

    def current(self):
        return sorted(self.host.sql("SELECT * FROM migrate_current();").split())


def tables(host, prefix):
    catalog = "pg_class WHERE relkind = 'r' AND relname" if host.name == "postgresql" \
        else "sqlite_schema WHERE type = 'table' AND name"
    column = "relname" if host.name == "postgresql" else "name"
    return sorted(name[len(prefix) + 1:] for name in
                  host.sql(f"SELECT {column} FROM {catalog} LIKE '{prefix}\\_%' ESCAPE '\\';").split()
                  if not name.endswith("version"))


def url_of(host):
    if host.name == "sqlite":
        return f"sqlite:///{host.path}"
    return (f"postgresql+psycopg2:///{host.database}?host={os.environ['PGHOST']}"
            f"&port={os.environ['PGPORT']}&user={os.environ['PGUSER']}")


# what makes a database of PostgreSQL as good as new
EMPTY = """
DO $$
DECLARE
	name text;
BEGIN
	DROP EXTENSION IF EXISTS migrate CASCADE;
	FOR name IN SELECT nspname FROM pg_namespace
		WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
	LOOP
		EXECUTE format('DROP SCHEMA %I CASCADE', name);
	END LOOP;
	EXECUTE format('ALTER DATABASE %I RESET ALL', current_database());
END
$$;
CREATE SCHEMA public;
CREATE EXTENSION migrate;
"""
made = {}


def database(make, name):
    """A new database.  PostgreSQL takes its time to make one: there, one that was
    used before under this name is emptied."""
    if make is not Postgres:
        return make(name)
    if name not in made:
        made[name] = make(name, extension=False)
    made[name].sql("SET client_min_messages = warning;" + EMPTY)
    return made[name]


def several(host, calls):
    """What each of several calls prints."""
    mark = "=" * 9
    text = "".join(f"SELECT {call};\nSELECT '{mark}';\n" for call in calls)
    return ("\n" + host.sql(text)).split("\n" + mark)[:-1]


def refusal(host, call):
    """A call's error, or None."""
    try:
        host.sql(f"SELECT {call};")
        return None
    except Failed as error:
        return str(error)


def run_parts(host, parts):
    """Run all parts on one host; how many checks passed and failed."""
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o755)  # the server reads in it
        make = Postgres if host == "postgresql" else \
            lambda name: Sqlite(os.path.join(path, f"{name}.db"))
        for part in parts:
            try:
                part(make, path)
            except (Failed, import_alembic.Refused) as error:
                tally.check(False, f"{host}: {part.__module__}", error)
    return tally.passed, tally.failed


def run_hosts(*parts):
    """Run parts on both hosts at once, and end with the count."""
    with multiprocessing.Pool(2) as pool:
        for passed, failed in pool.starmap(
                run_parts, [("postgresql", parts), ("sqlite", parts)], 1):
            tally.passed += passed
            tally.failed += failed
    tally.finish()
