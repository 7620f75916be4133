#!/usr/bin/python3
"""Compare what autogenerate detects with what Alembic does.

usage: autogenerate.py [--step N] [--shared DIRECTORY] [--verbose]

Each case (cases.py), and pairs of schemas of other projects' tests where they
are, is a database and the schema that it shall have.  For Alembic the latter is
reflected from a second database, or made of SQLAlchemy's tables; for us it is the
same as SQL.  Both answers are brought into one form, (operation, object), and
pg_dump, or SQLite's catalog, is the judge of whether there is a difference.

Asserted: what Alembic detects we detect too; where there is no difference, we
say nothing; where there is one, we say something; and what both say, they say in
the same words.
"""
import argparse
import logging
import os
import re
import sys
import tempfile
import warnings

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("corpora", "interop", "pairs"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))

try:
    import alembic
    import sqlalchemy as sa
    import psycopg2  # noqa: F401
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
except ImportError:
    print("SKIP autogenerate beside Alembic: it isn't installed for %s" % sys.executable)
    sys.exit(0)

import pairs  # noqa: E402
from cases import CASES  # noqa: E402
from hosts import Failed, Postgres, Sqlite, literal  # noqa: E402
from projects import database, url_of  # noqa: E402

# what a database that is emptied would keep, and other schemas: not asked
OUTSIDE = r"(?i)\b(create schema|role|grant|event trigger|publication|concurrently|extension|authorization|privileges)\b"


# ---- one form for both ----

def path(schema, *names):
    return ".".join(([schema] if schema else []) + list(names))


def from_alembic(diff, out):
    """A diff of Alembic's, as pairs of operation and object."""
    if isinstance(diff, list):
        for part in diff:
            from_alembic(part, out)
        return
    verb, what = diff[0], diff[1]
    if verb.startswith("modify_"):
        out.add((verb, path(diff[1], diff[2], diff[3])))
    elif verb.endswith("_column"):
        out.add((verb, path(diff[1], diff[2], diff[3].name)))
    elif verb.endswith("_fk"):
        out.add((verb, path(what.table.schema, what.table.name) + key_text(
            what.column_keys, [e.target_fullname.split(".")[-1] for e in what.elements])))
    elif verb.endswith("_table") or verb.endswith("_table_comment"):
        out.add((verb, path(what.schema, what.name)))
    else:
        out.add((verb, path(what.table.schema, what.table.name, str(what.name))))


def key_text(columns, targets):
    return f" ({', '.join(columns)})({', '.join(targets)})"


def from_ours(row, out):
    """A row of migrate_check(), in the same form: what is altered or renamed here
    is dropped and made there."""
    verb, what, text = row
    upper = what.rsplit(".", 1)[0]
    if verb in ("add_fk", "remove_fk"):
        out.add((verb, upper + " " + re.search(r"\(.*\)\(.*?\)", text)[0]))
    elif verb.startswith("rename_"):
        new = re.search(r" to '([^']*)'", text)[1]
        kind = verb[len("rename_"):]
        out |= {("remove_" + kind, what), ("add_" + kind, upper + "." + new)}
    elif verb in ("modify_index", "modify_constraint"):
        out |= {(verb.replace("modify", side), what) for side in ("remove", "add")}
    else:
        out.add((verb, what))


def covers(ours, detected, uppers):
    """Is it among ours?  A table brings and takes along what is its, and one that
    has partitions says it for them."""
    verb, what = detected
    tables = {o for v, o in ours if v in ("add_table", "remove_table")}
    table = what.split(" (")[0] if verb.endswith("_fk") else what if verb.endswith("_table") else what.rsplit(".", 1)[0]
    if detected in ours or table in tables:
        return True
    # a constraint that the model doesn't name
    if what.endswith(".None") and any(v == verb and o.startswith(what[:-4]) for v, o in ours):
        return True
    return any(covers(ours, (verb, upper + what[len(table):]), uppers) for upper in uppers.get(table, ()))


def find_uppers(statements):
    """The tables that each partition has been one of."""
    out = {}
    for upper, name in re.findall(r"(?m)^ALTER TABLE ONLY public\.(.*) ATTACH PARTITION public\.(.*?)(?: FOR VALUES| DEFAULT)",
                                  "\n".join(statements)):
        out.setdefault(name.strip('"'), set()).add(upper.strip('"'))
    return out


# ---- words ----

class Log(logging.Handler):
    """What Alembic says it has detected."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        text = record.getMessage()
        if text.startswith("Detected ") and "assuming SERIAL" not in text:
            self.lines.append(text)


def words(line):
    """A line without what has a reason to be another: types are SQL's and not
    Python's; a reflected model spells out options that are the default's; Alembic
    has written columns as a list, and writes them as a tuple."""
    line = re.sub(r"type change from .* on '", "type change on '", line)
    line = re.sub(r"(identity options attributes) .*", r"\1", line)
    line = re.sub(r"'\[(.*?)\]'", lambda m: "'(%s%s)'" % (m[1], "" if "," in m[1] else ","), line)
    return re.sub(r"': ?(columns|expression) \(", "': expression (", line)


# ---- the two sides ----

def ask_alembic(url, metadata):
    """What it detects, and the lines that it logs; or the error that ends it."""
    log, out = Log(), set()
    logger = logging.getLogger("alembic")
    logger.addHandler(log)
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={
                "compare_type": True, "compare_server_default": True, "target_metadata": metadata,
                "include_name": lambda name, kind, _: not (kind == "table" and (
                    name.startswith("_migrate") or name.endswith("_version")))})
            for diff in compare_metadata(context, metadata):
                from_alembic(diff, out)
        return out, log.lines, None
    except Exception as error:  # of SQLAlchemy, of the driver, or its own
        return set(), [], f"{type(error).__name__}: {str(error).splitlines()[0]}"
    finally:
        logger.removeHandler(log)
        engine.dispose()


def reflect(url, without=()):
    metadata, engine = sa.MetaData(), sa.create_engine(url)
    try:
        metadata.reflect(engine, only=lambda name, _: name not in without and not name.startswith(("_migrate", "sqlite_")))
    finally:
        engine.dispose()
    # a text as a model has it: with the cast that PostgreSQL prints, Alembic asks
    # the server for nonsense
    for table in metadata.tables.values():
        for one in table.columns:
            text = re.fullmatch(r"'([^']*)'::[\w ]+", str(getattr(one.server_default, "arg", "")))
            if text is not None:
                one.server_default = sa.DefaultClause(text[1])
            # serial: an integer in a model
            elif str(getattr(one.server_default, "arg", "")).startswith("nextval("):
                one.server_default = None
    return metadata


def ask_us(host, model):
    """Our rows: operation, object, description."""
    setup = f"SELECT migrate_model({literal(model)});" if model.strip() else ""
    if host.name == "postgresql":
        setup += "SELECT migrate_config('include_schemas', 'on');"
    out = host.sql(setup + """
SELECT '>' || operation || '|' || object || '|' || replace(description, char(10), ' ') FROM migrate_check();
""".replace("char(10)", "chr(10)" if host.name == "postgresql" else "char(10)"))
    rows = ("\n" + out).split("\n>")[1:]
    return [row.split("|", 2) for row in rows]


def judge(host):
    """The schema, by another reader than ours: a list of statements."""
    if host.name == "postgresql":
        return pairs.dump(host.database, False)
    # a default means the same in parentheses, and CURRENT_TIMESTAMP in small letters
    out = [re.sub(r" default=\(*(.*?)\)* pk=", lambda m: f" default={m[1].upper()} pk=" if "current_" in m[1].lower()
                  else f" default={m[1]} pk=", line) for line in pairs.catalog(host.path)]
    # what the catalog doesn't have: names of constraints, collations, deferrability
    for row in host.sql("SELECT '>' || name || '|' || sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL"
                        ).removeprefix(">").split("\n>"):
        name, sql = row.split("|", 1)
        tokens = pairs.words(sql)
        out += [f"said {name} {' '.join(tokens[i:i + 3])}" for i, token in enumerate(tokens)
                if token in ("constraint", "collate", "deferrable", "initially")]
    return sorted(out)


# ---- cases ----

class Tally:
    def __init__(self, verbose):
        self.verbose = verbose
        self.passed = self.failed = 0
        self.both = self.only_us = self.alarms = self.ended = 0

    def check(self, good, what, detail=""):
        good = bool(good)
        self.passed += good
        self.failed += not good
        if not good:
            print(f"not ok {what}\n{detail}")


def of_column(found, statements):
    """What a schema's statements say of the column that a detection is about."""
    table, name = found[1].split(".")[-2:]
    out = []
    for statement in statements:
        if statement.startswith(f"column {table}.{name} ".lower()):
            out.append(statement)
        elif re.search(rf"\b{table}\b", statement.split("\n")[0]):
            out += re.findall(rf'(?m)^    "?{name}"? .*|^.* COLUMN "?{name}"? .*', statement)
    return out


def assess(tally, what, before, after, theirs, rows, error=None):
    """One case: what the judge has read of both sides, what Alembic found, and our
    rows."""
    ours = set()
    for row in rows:
        from_ours(row, ours)
    said = f"    Alembic: {error or sorted(theirs)}\n    migrate: {[row[:2] for row in rows]}"
    uppers = find_uppers(before + after)
    missed = [found for found in theirs if not covers(ours, found, uppers)]
    # of a column that is the same on both sides, or of SQLite's tables whose names
    # differ in their letters' case
    moved = {name.lower() for verb, name in missed if verb == "add_table"} & \
            {name.lower() for verb, name in missed if verb == "remove_table"}
    false = [found for found in missed if found[1].lower() in moved or found[0].startswith("modify_")
             and of_column(found, before) == of_column(found, after) != []]
    tally.ended += error is not None
    if before == after:
        tally.alarms += bool(theirs)
        tally.check(not rows, f"{what}: there is no difference", said)
    else:
        tally.alarms += bool(false)
        tally.both += bool(theirs)
        tally.only_us += not theirs
        tally.check(set(missed) <= set(false), f"{what}: what Alembic detects", said)
        tally.check(rows, f"{what}: there is a difference", said)
    if tally.verbose and (before == after and theirs or before != after and not theirs):
        print(f"{'false alarm' if theirs else 'only migrate'}: {what}\n{said}")


def compare_words(tally, what, lines, ours):
    """What both detect, both say in the same words."""
    mine = {words("Detected " + row[2].split("; loses ")[0]) for row in ours}
    # a rename or a change is an addition and a removal for Alembic, an index of a
    # table that goes a removal
    other = {row[1].rsplit(".", 1)[-1] for row in ours if row[0].startswith(("rename_", "modify_"))}
    other |= {re.search(r" to '([^']*)'", row[2])[1] for row in ours if row[0].startswith("rename_")}
    gone = {row[1] for row in ours if row[0] == "remove_table"}
    for line in lines:
        names = set(re.findall(r"'([^']*)'", line))
        reason = re.search("(added|removed) (index|unique)", line) and names & (other | gone)
        near = [text for text in sorted(mine) if any(len(name) > 2 and name.split(".")[0] in text for name in names)]
        tally.check(words(line) in mine or reason, f"{what}: Alembic says: {line}", "    " + "\n    ".join(near))


def sql_of(case, side, dialect):
    """The SQL of a case's side."""
    if case.models is None:
        return (case.before, case.after)[side].format(t=case.name) + "\n"
    out, metadata = [], sa.MetaData()
    case.models(sa, metadata, case.name, bool(side))
    engine = sa.create_mock_engine(dialect + "://", lambda element, *_, **__: out.append(
        str(element.compile(dialect=engine.dialect)).strip() + ";\n"))
    metadata.create_all(engine, checkfirst=False)
    return "".join(out)


def owner(text, names):
    """The cases that a text speaks of."""
    return {word.split("__")[0] for word in re.findall(r"\w+", text)} & names


def own_cases(tally, cases, before, after):
    """Own cases, in one database each side."""
    host = before.name
    names = {c.name for c in cases}
    before.sql("".join(sql_of(c, 0, host) for c in cases))
    model = "".join(sql_of(c, 1, host) for c in cases)
    after.sql(model)
    metadata = reflect(url_of(after), {c.name for c in cases if c.models})
    for c in cases:
        if c.models:
            c.models(sa, metadata, c.name, True)
    theirs, lines, error = ask_alembic(url_of(before), metadata)
    alone = cases[0].name.startswith("alone_")
    tally.check(alone or error is None, f"{host}: Alembic compares", str(error))
    ours = ask_us(before, model)
    start, wanted = judge(before), judge(after)
    equal = set()
    for c in cases:
        def mine(text):
            return c.name in owner(text, names)
        sides = [[s for s in side if mine(s)] for side in (start, wanted)]
        if sides[0] == sides[1]:
            equal.add(c.name)
        assess(tally, f"{host}: {c.name}", *sides,
               {d for d in theirs if mine(d[1])}, [row for row in ours if mine(row[1])], error)
    compare_words(tally, host, [line for line in lines if not owner(line, names) <= equal], ours)


def other_pairs(tally, shared, step, make):
    """Pairs of other projects."""
    directory = os.path.join(shared, "pairs")
    if not os.path.isdir(directory):
        print(f"SKIP pairs of other projects: no directory {directory}")
        return
    for file in sorted(os.listdir(directory)):
        if not file.endswith(".jsonl"):
            continue
        for number, pair in enumerate(pairs.read_pairs(shared, file)):
            if number % step == 0 and pair["to"].strip() and not re.search(OUTSIDE, pair["from"] + pair["to"]):
                one_pair(tally, f"{file.split('.')[0]}/{pair['name']}", pair, make)


def one_pair(tally, what, pair, make):
    before, after = make(pair["host"], "before"), make(pair["host"], "after")
    try:
        before.sql(pair["from"])
        after.sql(pair["to"])
        metadata = reflect(url_of(after))
    except (Failed, sa.exc.SQLAlchemyError):
        return
    theirs, lines, error = ask_alembic(url_of(before), metadata)
    try:
        ours = ask_us(before, pair["to"])
    except Failed as failure:
        tally.check(False, what, str(failure))
        return
    assess(tally, what, judge(before), judge(after), theirs, ours, error)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", type=int, default=120, help="every Nth pair of other projects")
    parser.add_argument("--shared", default=os.path.join(os.path.dirname(os.path.dirname(HERE)), "..", "shared"))
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.getLogger("alembic").setLevel(logging.INFO)
    tally = Tally(args.verbose)
    with tempfile.TemporaryDirectory() as directory:
        def make(host, name):
            return database(Postgres, f"{name}_{os.getpid()}") if host == "postgresql" else Sqlite(os.path.join(directory, name + ".db"))
        for host in ("postgresql", "sqlite"):
            cases = [c for c in CASES if host in c.hosts]
            together = [c for c in cases if not c.name.startswith("alone_")]
            for group in [together] + [[c] for c in cases if c not in together]:
                own_cases(tally, group, make(host, "before"), make(host, "after"))
        other_pairs(tally, args.shared, args.step, make)
    print(f"Alembic {alembic.__version__}: of the differences {tally.both} are seen by both, {tally.only_us} by migrate alone; "
          f"{tally.alarms} false alarms of Alembic, {tally.ended} comparisons that end in an error of its")
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(tally.failed > 0)


if __name__ == "__main__":
    main()
