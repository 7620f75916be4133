"""Autogenerate from one schema to another and back.

usage: pairs.py SHARED [--step N] [--only NAME] [--jobs N] [--kept] [FILE ...]

Each pair has the DDL of two schemas, and maybe roles that it needs, and "since": the
first PostgreSQL that takes it.  The first is built, the second is the model: the
revision that autogenerate writes has to lead there, a second look has to find
nothing, and its downgrade has to lead back.  Judged by pg_dump -s, or SQLite's
catalog, and not by our own reader.  known.txt names what can't be, with its
reason: that has to fail.

With --kept, the two are one model that changes, there and back: what the kept facts
of the one give for the other, by building what has changed alone, has to be what the
whole gives.

The file "schemas" stands for the real schemas: each from nothing, and from one
version of it to the next.
"""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

# the server's own programs: Debian's psql is a wrapper, which takes longer
if os.environ.get("MIGRATE_SERVER_BIN"):
    os.environ["PATH"] = os.environ["MIGRATE_SERVER_BIN"] + ":" + os.environ["PATH"]
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
ROUND = """
SELECT migrate_config('include_schemas', 'on') IS NULL;
{settings}
SELECT count(*) FROM migrate_model({model});
SELECT migrate_revision('there', true, false, 'head', false, NULL, NULL, 'there');
SELECT count(*) FROM migrate_upgrade('head');
"""
AGAIN = """
SELECT 'FOUND ' || description || ' ' || coalesce(upgrade_sql, '') FROM migrate_check();
"""
BACK = """
SELECT count(*) FROM migrate_downgrade('base');
"""

KEPT = """
SELECT migrate_config('include_schemas', 'on') IS NULL;
SELECT migrate_config('verify_model', '1') IS NULL;
{settings}
"""
KEEP = """
SELECT count(*) FROM migrate_model({model});
SELECT count(*) FROM migrate_check();
"""


# a model without any statement is refused: all would be dropped
NOTHING = "SET client_encoding = 'UTF8';"


class Failed(Exception):
    pass


def run(command, text=None, env=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, errors="replace",
                          env={**os.environ, **(env or {})})
    if done.returncode != 0 or "the kept facts" in done.stderr:
        raise Failed(done.stderr.strip() or done.stdout.strip())
    return done.stdout


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def differences(there, wanted):
    """The statements that only one of two dumps has."""
    there, wanted = list(there), list(wanted)
    for statement in list(there):
        if statement in wanted:
            there.remove(statement)
            wanted.remove(statement)
    return "\n".join([f"    + {s}" for s in there] + [f"    - {s}" for s in wanted])


# ---- PostgreSQL ----

def psql(database, text, level="error"):
    return run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"], text,
               {"PGOPTIONS": f"-c client_min_messages={level}"})


def statements(dump):
    """pg_dump's statements, without what tells nothing; the order of a table's
    columns and options doesn't count."""
    out = []
    dump = re.sub(r"(?m)^(--.*|\\.*|SET .*|SELECT pg_catalog.set_config.*)\n", "", dump)
    for statement in re.split(r";\n", dump):
        lines = statement.strip().split("\n")
        if re.match("CREATE (UNLOGGED |FOREIGN )?TABLE", lines[0]) and lines[0].endswith("("):
            inner = [line.rstrip(",") for line in lines[1:]]
            lines = [lines[0]] + sorted(inner)
        lines = [re.sub(r"^WITH \((.*)\)( AS)?$", lambda m: f"WITH ({sorted(m[1].split(', '))})", line) for line in lines]
        statement = "\n".join(lines)
        if statement.startswith("CREATE STATISTICS"):
            statement = re.sub(r"(?<= ON ).*(?= FROM )", lambda m: str(sorted(m[0].split(", "))), statement)
        # the schema public is the database's own, whatever is said of it
        if re.match("COMMENT ON SCHEMA public ", statement):
            continue
        if statement and "EXTENSION migrate" not in statement and "EXTENSION IF NOT EXISTS migrate" not in statement:
            out.append(statement)
    return sorted(out)


def dump(database, grants):
    return statements(run(["pg_dump", "-s", "-T", "*.alembic_version", "-d", database]
                          + ([] if grants else ["-x"])))


def build(database, ddl):
    """Run a side's DDL, with the roles that it needs."""
    while True:
        try:
            if re.search(r"(?i)\bconcurrently\b", ddl):
                return psql(database, ddl)
            return psql(database, "BEGIN;" + ddl + "\n;COMMIT")
        except Failed as error:
            role = re.search(r'role "(.*)" does not exist', str(error))
            if role is None:
                raise
            psql("postgres", 'CREATE ROLE "' + role[1].replace('"', '""') + '"')


# many schemas are in several pairs: what pg_dump says of each, by its DDL
DUMPS = {}


def remembered(ddl, grants):
    """The dump of a schema that was there before.  One of its own is taken where
    roles or owners are in it, for these outlive the database."""
    return None if re.search(r"(?i)\b(role|user|owner)\b", ddl) else DUMPS.get((ddl, grants))


def dump_of(name, ddl, grants):
    """The dump of a schema, in a database for that."""
    known = remembered(ddl, grants)
    if known is not None:
        return known
    try:
        psql("postgres", f"CREATE DATABASE {name} TEMPLATE pair_template")
        build(name, ddl)
        DUMPS[ddl, grants] = dump(name, grants)
    finally:
        psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return DUMPS[ddl, grants]


def settings_for(pair):
    """The settings that a pair needs, and whether it is about rights."""
    both = pair["from"] + pair["to"]
    grants = re.search(r"(?i)\b(grant|revoke)\b|default privileges", both) is not None
    settings = "SELECT migrate_config('compare_grants', 'on') IS NULL;" if grants else ""
    if re.search(r"(?i)\bowner\s+to\b|\bauthorization\b", both):
        settings += "SELECT migrate_config('compare_owners', 'on') IS NULL;"
    if re.search(r"(?i)\bpublication\b", both):
        settings += "SELECT migrate_config('compare_publications', 'on') IS NULL;"
    return settings, grants


def try_postgresql(pair, number):
    name = f"pair_{os.getpid()}_{number}"
    settings, grants = settings_for(pair)
    for role in pair.get("roles") or []:
        try:
            psql("postgres", f'CREATE ROLE "{role}"')
        except Failed:
            pass
    database = f"{name}_from"
    try:
        wanted = dump_of(f"{name}_to", pair["to"], grants)
        psql("postgres", f"CREATE DATABASE {database} TEMPLATE pair_template")
        build(database, pair["from"])
        start = remembered(pair["from"], grants) or dump(database, grants)
        DUMPS[pair["from"], grants] = start
        psql(database, ROUND.format(settings=settings, model=model_of(pair["to"])))
        script = psql(database, "SELECT migrate_script('there')")
        try:
            wrong = differences(dump(database, grants), wanted)
            if wrong:
                raise Failed(f"upgrade:\n{wrong}")
            again = psql(database, AGAIN)
            if "FOUND" in again:
                raise Failed(f"again: {again}")
            psql(database, BACK)
            wrong = differences(dump(database, grants), start)
            if wrong:
                raise Failed(f"downgrade:\n{wrong}")
        except Failed as error:
            raise Failed(f"{error}\n{script}") from None
    finally:
        psql("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def model_of(side, nothing=NOTHING):
    return literal(side if re.sub(r"--.*", "", side).strip() else nothing)


def keep_postgresql(pair, number):
    name = f"pair_{os.getpid()}_{number}_kept"
    settings, _ = settings_for(pair)
    psql("postgres", f"CREATE DATABASE {name} TEMPLATE pair_template")
    try:
        for side in ("from", "to"):
            # with the roles that it needs
            build(name, pair[side] + "\n;ROLLBACK; BEGIN")
        psql(name, KEPT.format(settings=settings))
        for side in ("from", "to", "from"):
            psql(name, KEEP.format(model=model_of(pair[side])), "warning")
    finally:
        psql("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


# ---- SQLite ----

CATALOG = """
SELECT 'table ' || lower(t.name) || ' strict=' || t.strict || ' wr=' || t.wr
 FROM pragma_table_list AS t WHERE t.schema = 'main' AND t.type <> 'shadow' AND {ours};
SELECT 'column ' || lower(t.name || '.' || c.name) || ' ' || upper(replace(c.type, ', ', ',')) || ' notnull=' || CASE WHEN c.pk > 0 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) WHERE origin = 'pk') THEN '-' ELSE c."notnull" END
 || ' default=' || coalesce(nullif(c.dflt_value, 'NULL'), '-') || ' pk=' || c.pk || ' hidden=' || c.hidden
 FROM sqlite_schema AS t, pragma_table_xinfo(t.name) AS c WHERE t.type IN ('table', 'view') AND {ours};
SELECT 'index ' || lower(t.name) || ' ' || CASE WHEN i.origin = 'c' THEN lower(i.name) ELSE i.origin END
 || ' unique=' || i."unique" || ' partial=' || i.partial || ' ' ||
 (SELECT group_concat(lower(coalesce(x.name, '?')) || ' ' || x."desc" || ' ' || lower(x.coll)) FROM pragma_index_xinfo(i.name) AS x WHERE x.key)
 FROM sqlite_schema AS t, pragma_index_list(t.name) AS i WHERE t.type = 'table' AND {ours};
SELECT 'key ' || lower(t.name) || ' ' || group_concat(lower(f."from" || '->' || f."table" || '.' || coalesce(f."to", '-'))
 || ' ' || f.on_update || ' ' || f.on_delete || ' ' || f."match")
 FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table' AND {ours} GROUP BY t.name, f.id;
SELECT 'sql ' || t.type || ' ' || lower(t.name) || ' ' || replace(t.sql, char(10), ' ')
 FROM sqlite_schema AS t WHERE t.sql IS NOT NULL AND {ours};
""".format(ours="t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_migrate\\_%' ESCAPE '\\' AND t.name <> 'alembic_version'")


def words(sql):
    """A text's tokens, as SQLite takes them: white space, comments, case and
    quotes of names don't count, nor do words that say the default."""
    sql = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.S)
    tokens = re.findall(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|\w+|[^\w\s]", sql)
    return [t if t[0] == "'" else t.strip('"`[]').lower() for t in tokens]


def checks(tokens):
    """The checks and generated expressions of a table."""
    out = []
    for i, token in enumerate(tokens):
        if token in ("check", "as") and tokens[i + 1:i + 2] == ["("]:
            depth = 0
            for j in range(i + 1, len(tokens)):
                depth += (tokens[j] == "(") - (tokens[j] == ")")
                if depth == 0:
                    out.append(" ".join(tokens[i:j + 1]))
                    break
    return sorted(out)


def catalog_of(lines):
    out = []
    for line in lines:
        match = re.match(r"sql (\w+) (\S+) (.*)", line)
        if match is None:
            out += [line] if line else []
            continue
        tokens = words(match[3])
        if match[1] == "index":
            tokens = [token for token in tokens if token != "asc"]
        what = checks(tokens) if match[1] == "table" else [" ".join(tokens)]
        out += [f"{match[1]} {match[2]}: {text}" for text in what]
    return sorted(out)


def catalog(path):
    return catalog_of(run(["sqlite3", "-batch", path], CATALOG).split("\n"))


def try_sqlite(pair, _):
    module = os.path.join(TOP, "build", "migrate")
    load = f".bail on\n.load {module}\n"
    with tempfile.TemporaryDirectory() as directory:
        paths = {}
        for side in ("from", "to"):
            paths[side] = os.path.join(directory, side + ".db")
            run(["sqlite3", "-batch", paths[side]], ".bail on\n" + pair[side])
        start, wanted = catalog(paths["from"]), catalog(paths["to"])
        path = paths["from"]
        text = ROUND.format(settings="", model=literal(pair["to"]))
        text = re.sub(r"SELECT count\(\*\) FROM (\w+\()", r"SELECT \1", text)
        run(["sqlite3", "-batch", path], load + text)
        script = run(["sqlite3", "-batch", path], load + "SELECT migrate_script('there');")
        try:
            wrong = differences(catalog(path), wanted)
            if wrong:
                raise Failed(f"upgrade:\n{wrong}")
            again = run(["sqlite3", "-batch", path], load + AGAIN)
            if "FOUND" in again:
                raise Failed(f"again: {again}")
            run(["sqlite3", "-batch", path], load + "SELECT migrate_downgrade('base');")
            wrong = differences(catalog(path), start)
            if wrong:
                raise Failed(f"downgrade:\n{wrong}")
        except Failed as error:
            raise Failed(f"{error}\n{script}") from None


def keep_sqlite(pair, _):
    text = "".join(KEEP.format(model=model_of(pair[side], "PRAGMA foreign_keys = ON")) for side in ("from", "to", "from"))
    text = KEPT.format(settings="") + re.sub(r"SELECT count\(\*\) FROM (migrate_model\()", r"SELECT \1", text)
    with tempfile.TemporaryDirectory() as directory:
        found = run(["sqlite3", "-batch", os.path.join(directory, "kept.db")],
                    f".bail on\n.load {os.path.join(TOP, 'build', 'migrate')}\n.log stdout\n" + text)
        if "the kept facts" in found:
            raise Failed(found)


# ---- all of them ----

def read_schemas(directory):
    """Pairs of whole schemas: from nothing, and from a version to the next."""
    before = {}
    for file in sorted(os.listdir(directory)):
        match = re.match(r"(.*)\.(pg|sqlite)\.sql$", file)
        if match is None:
            continue
        with open(os.path.join(directory, file), encoding="utf-8") as text:
            text = text.read()
        host = "sqlite" if match[2] == "sqlite" else "postgresql"
        yield {"name": match[1], "host": host, "from": "", "to": text}
        base = match[1].split("@")[0] + host
        if base in before:
            yield {"name": f"{before[base][0]}-to-{match[1]}", "host": host, "from": before[base][1], "to": text}
        before[base] = match[1], text


def read_pairs(shared, file):
    if file == "schemas":
        return list(read_schemas(os.path.join(shared, "schemas")))
    own = os.path.join(HERE, file)
    path = own if os.path.exists(own) else os.path.join(shared, "pairs", file)
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]



def attempt(job):
    name, pair, number, kept = job
    try:
        if kept:
            (keep_sqlite if pair["host"] == "sqlite" else keep_postgresql)(pair, number)
        else:
            (try_sqlite if pair["host"] == "sqlite" else try_postgresql)(pair, number)
        return name, None
    except Failed as error:
        return name, str(error)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shared")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--step", type=int, default=1, help="every Nth pair of other projects, and more of ours")
    parser.add_argument("--only", help="names that hold this")
    parser.add_argument("--kept", action="store_true", help="prove the kept facts")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_intermixed_args()
    with open(os.path.join(HERE, "known.txt"), encoding="utf-8") as file:
        known = dict(line.strip().split(": ", 1) for line in file if line.strip() and line[0] != "#")
    jobs = []
    others = os.path.join(args.shared, "pairs")
    own = [file for file in sorted(os.listdir(HERE)) if file.endswith(".jsonl")]
    files = own
    if os.path.isdir(others):
        files = own + [file for file in sorted(os.listdir(others)) if file.endswith(".jsonl")] + ["schemas"]
    for file in args.files or files:
        # our own tell more, a line; those for SQLite cost nothing
        step = 1 if file == "sqlite.jsonl" else max(args.step // 2, 1) if file in own else args.step
        for i, pair in enumerate(read_pairs(args.shared, file)):
            name = f"{file.split('.')[0]}/{pair['name']}"
            if i % step == 0 and (args.only or "") in name:
                jobs.append((name, pair, len(jobs), args.kept))
    if any(pair["host"] != "sqlite" for _, pair, _, _ in jobs):
        psql("postgres", "DROP DATABASE IF EXISTS pair_template")
        psql("postgres", "CREATE DATABASE pair_template")
        psql("pair_template", "CREATE EXTENSION migrate")
        version = int(psql("postgres", "SHOW server_version_num")) // 10000
        jobs = [job for job in jobs if job[1].get("since", 0) <= version]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for name, error in pool.map(attempt, jobs):
            if args.kept:
                pass
            elif name in known and error is None:
                error = "is in known.txt and works"
            elif name in known:
                print(f"known {name}: {known[name]}")
                error = None
            passed += error is None
            failed += error is not None
            print(f"ok {name}" if error is None else f"not ok {name}\n{error}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
