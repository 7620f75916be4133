"""Measure migrate, and print what it costs beside what the database costs.

usage: bench.py quick|full [PART ...]      PART: size, core, no-ops, moves,
                                            memory, peers, commits, waits, alter,
                                            autogenerate

Every comparison runs both sides in turn, several times; medians count.  The
same SQL on both sides: by migrate_upgrade(), and by psql -1 or sqlite3 with an
UPDATE of a version row for each revision.  Of waits, the longest counts.  What
autogenerate takes is CPU time, of the client and its server.
"""
import ctypes
import ctypes.util
import os
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, "test", "corpora"))
from hosts import MODULE, Failed, Postgres, Sqlite, run  # noqa: E402

QUICK = sys.argv[1:2] == ["quick"]
median = statistics.median


def row(what, figure, target=""):
    print(f"{what:<52} {figure:<34} {target}", flush=True)


def revision(i):
    return f"{i * 2654435761 % 2 ** 48:012x}"


class Project:
    """A line of revisions: a table each, and an ALTER in every fifth."""

    def __init__(self, count):
        self.count = count

    @staticmethod
    def up(i):
        sql = f"CREATE TABLE bench_{i} (id integer PRIMARY KEY, note text);\n"
        return sql + (f"ALTER TABLE bench_{i} ADD COLUMN more integer;\n" if i % 5 == 0 else "")

    @staticmethod
    def down(i):
        sql = f"ALTER TABLE bench_{i} DROP COLUMN more;\n" if i % 5 == 0 else ""
        return sql + f"DROP TABLE bench_{i};\n"

    def scripts(self, bodies=True):
        for i in range(self.count):
            yield (f"-- migrate:revision {revision(i)}\n"
                   f"-- migrate:revises {revision(i - 1) if i else ''}\n"
                   f"-- migrate:message add bench_{i}\n"
                   f"-- migrate:created 2026-11-21T10:00:00Z\n"
                   f"-- migrate:upgrade\n{self.up(i) if bodies else ''}"
                   f"-- migrate:downgrade\n{self.down(i) if bodies else ''}\n")

    def raw(self, direction):
        """The floor: the same SQL, and the version row's UPDATE."""
        if direction == "up":
            yield "CREATE TABLE raw_version (version_num varchar(32) PRIMARY KEY);\n"
            yield "INSERT INTO raw_version VALUES ('');\n"
            for i in range(self.count):
                yield self.up(i)
                yield f"UPDATE raw_version SET version_num = '{revision(i)}';\n"
        else:
            for i in reversed(range(self.count)):
                yield self.down(i)
                yield f"UPDATE raw_version SET version_num = '{revision(i - 1)}';\n"

    def single(self):
        """The same in a transaction for each revision, and a row for a log."""
        yield "CREATE TABLE raw_version (version_num varchar(32) PRIMARY KEY);\n"
        yield "INSERT INTO raw_version VALUES ('');\n"
        yield ("CREATE TABLE raw_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
               " revision text, applied timestamptz DEFAULT clock_timestamp());\n")
        for i in range(self.count):
            yield f"BEGIN;\n{self.up(i)}"
            yield f"UPDATE raw_version SET version_num = '{revision(i)}';\n"
            yield f"INSERT INTO raw_log (revision) VALUES ('{revision(i)}');\nCOMMIT;\n"


def write(path, parts):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(parts)
    return path


def timed(command, text="", **options):
    start = time.perf_counter()
    run(command, text, **options)
    return time.perf_counter() - start


class PostgresSide:
    """What is compared, on PostgreSQL: a call of ours, and the floor."""

    def ours(self, path):
        host = Postgres("bench_ours")
        host.load(path)
        return host

    def raw_database(self):
        return Postgres("bench_raw", extension=False)

    def call(self, host, text):
        return timed(["psql", "-X", "-q", "-At", "-d", host.database], text)

    def feed(self, host, path):
        return timed(["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", host.database,
                      "-f", path])


class SqliteSide:
    """The same on SQLite."""

    def __init__(self, scratch):
        self.scratch = scratch

    def ours(self, path):
        host = Sqlite(os.path.join(self.scratch, "ours.db"))
        host.load(path)
        return host

    def raw_database(self):
        return Sqlite(os.path.join(self.scratch, "raw.db"))

    def call(self, host, text):
        return timed(["sqlite3", "-batch", "-bail", host.path], f".load {MODULE}\n{text}")

    def feed(self, host, path):
        return timed(["sqlite3", "-batch", "-bail", host.path], f"BEGIN;\n.read {path}\nCOMMIT;\n")


def moves(side, name, count, times, scratch):
    """(a) a whole history up and down."""
    project = Project(count)
    scripts = write(os.path.join(scratch, "scripts.sql"), project.scripts())
    raw = {way: write(os.path.join(scratch, f"raw_{way}.sql"), project.raw(way))
           for way in ("up", "down")}
    took = {key: [] for key in (("up", 0), ("up", 1), ("down", 0), ("down", 1))}
    for turn in range(times):
        ours, floor = side.ours(scripts), side.raw_database()
        for way, text in (("up", "SELECT migrate_upgrade('head');"),
                          ("down", "SELECT migrate_downgrade('base');")):
            for which in ((0, 1), (1, 0))[turn % 2]:
                took[way, which].append(side.feed(floor, raw[way]) if which
                                        else side.call(ours, text))
    for way in ("up", "down"):
        a, b = median(took[way, 0]), median(took[way, 1])
        row(f"{name}: {count} revisions {way}", f"{a:.2f} s, raw {b:.2f} s: {a / b:.2f} x",
            "<= 1.10 x")


def in_session_postgres(host, statement, times):
    out = run(["psql", "-X", "-q", "-At", "-d", host.database],
              "\\timing on\n" + f"{statement};\n" * times)
    return median(float(ms) for ms in re.findall(r"^Time: ([0-9.]+) ms", out, re.M)[1:])


def in_session_sqlite(host, statement, times):
    out = run(["sqlite3", "-batch", host.path],
              f".load {MODULE}\n{statement};\n.timer on\n" + f"{statement};\n" * times)
    # wall time comes in whole milliseconds only, CPU time in microseconds
    found = re.findall(r"^Run Time: .* user ([0-9.]+) sys ([0-9.]+)", out, re.M)
    return 1000 * median(float(user) + float(system) for user, system in found)


def register(host, count, scratch):
    """Register so many revisions and stamp the last one; the load's seconds."""
    path = write(os.path.join(scratch, "many.sql"), Project(count).scripts(bodies=False))
    start = time.perf_counter()
    host.load(path)
    took = time.perf_counter() - start
    host.sql("SELECT migrate_stamp('head');")
    return took


def no_ops(scratch):
    """(b) calls that find nothing to do."""
    targets = {1000: "<= 3 ms", 20000: "<= 10 ms"}
    for name, measure in (("PostgreSQL", in_session_postgres), ("SQLite", in_session_sqlite)):
        for count in (1000, 20000) if QUICK else (1000, 20000, 100000):
            host = Postgres("bench_many") if name == "PostgreSQL" \
                else Sqlite(os.path.join(scratch, "many.db"))
            took = register(host, count, scratch)
            times = 20 if count <= 20000 else 5
            empty = measure(host, "SELECT 1", 50)
            upgrade = measure(host, "SELECT migrate_upgrade('head')", times) - empty
            current = measure(host, "SELECT * FROM migrate_current()", times) - empty
            history = measure(host, "SELECT count(*) FROM migrate_history()", times) - empty
            status = measure(host, "SELECT * FROM migrate_status()", times) - empty
            row(f"{name}: {count} registered: no-op upgrade", f"{upgrade:.2f} ms",
                targets.get(count, ""))
            row(f"{name}: {count} registered: current", f"{current:.2f} ms", "<= 2 ms")
            row(f"{name}: {count} registered: history, status, load",
                f"{history:.0f} ms, {status:.0f} ms, {took:.2f} s")


def memory(count, scratch):
    """(c) what a backend took at its peak, shared pages that it touched included."""
    project = Project(count)
    scripts = write(os.path.join(scratch, "scripts.sql"), project.scripts())
    raw = write(os.path.join(scratch, "raw_up.sql"), project.raw("up"))
    look = ("SELECT pg_backend_pid() AS pid \\gset\n\\setenv PID :pid\n{}\n"
            "\\! grep -E 'VmHWM|RssAnon' /proc/$PID/status\n")
    peaks = []
    for work, prepare in (("SELECT migrate_upgrade('head');", True),
                          (f"BEGIN;\n\\i {raw}\nCOMMIT;", False)):
        host = Postgres("bench_memory", extension=prepare)
        if prepare:
            host.load(scripts)
        out = run(["psql", "-X", "-q", "-At", "-d", host.database], look.format(work))
        peaks.append({key: int(kb) / 1024
                      for key, kb in re.findall(r"(\w+):\s+(\d+) kB", out)})
    ours, floor = peaks
    row(f"PostgreSQL: {count} revisions: backend's peak",
        f"{ours['VmHWM']:.0f} MB, raw {floor['VmHWM']:.0f} MB: "
        f"{ours['VmHWM'] - floor['VmHWM']:+.1f} MB", "<= raw + 10 MB")
    row("    of it private at the end",
        f"{ours['RssAnon']:.0f} MB, raw {floor['RssAnon']:.0f} MB")


def graphs():
    """(d) the core alone."""
    program = os.path.join(TOP, "build", "bench-graph")
    for shape in ("line", "ladder", "branches", "star", "mixed", "crossed", "followers",
                  "tangled"):
        sums = []
        for count in (20000, 100000):
            runs = []
            for _ in range(3 if QUICK else 7):
                try:
                    out = run([program, shape, str(count)], timeout=3 if QUICK else 60)
                except subprocess.TimeoutExpired:
                    break
                runs.append([float(x) for x in out.split()])
                if runs[0][2] > 1000:
                    break
            if not runs:
                row(f"core: {shape}: {count}", "gave up", "")
                continue
            build, resolve, plan, history, mb, _ = [median(c) for c in zip(*runs)]
            sums.append(build + resolve + plan)
            row(f"core: {shape}: {count}: build + resolve + plan",
                f"{build:.1f} + {resolve:.1f} + {plan:.1f} ms",
                "<= 25 ms" if count == 20000 else "")
            row("    history, arena", f"{history:.1f} ms, {mb:.1f} MB",
                "<= 100 ms, <= 16 MB" if count == 20000 else "")
        if len(sums) == 2:
            row("    growth 20,000 to 100,000", f"{sums[1] / sums[0]:.1f} x", "<= 6 x")


def module_size(scratch):
    """(e) the SQLite module."""
    path = os.path.join(scratch, "stripped.so")
    run(["strip", "-o", path, MODULE + ".so"])
    row("SQLite module, stripped", f"{os.path.getsize(path) / 1024:.0f} KiB", "<= 400 KiB")


ENV = """
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(context.config.get_main_option("url"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


def calls(sql):
    """SQL as the body of a Python revision."""
    return "".join(f"    op.execute({line!r})\n" for line in sql.splitlines())


def alembic_project(path, count, url):
    os.makedirs(os.path.join(path, "versions"))
    write(os.path.join(path, "alembic.ini"),
          [f"[alembic]\nscript_location = {path}\nurl = {url}\n"])
    write(os.path.join(path, "env.py"), [ENV])
    project = Project(count)
    for i in range(count):
        parent = revision(i - 1) if i else None
        write(os.path.join(path, "versions", f"{revision(i)}.py"),
              [f'"""add bench_{i}"""\nfrom alembic import op\n'
               f"revision = {revision(i)!r}\ndown_revision = {parent!r}\n"
               f"def upgrade():\n{calls(project.up(i))}"
               f"def downgrade():\n{calls(project.down(i))}"])


def peers(count, times, scratch):
    """(f) Alembic, on the same SQL."""
    if shutil.which("alembic") is None:
        row("Alembic", "not installed: skipped")
        return
    scripts = write(os.path.join(scratch, "scripts.sql"), Project(count).scripts())
    for name, side in (("PostgreSQL", PostgresSide()), ("SQLite", SqliteSide(scratch))):
        took = {key: [] for key in ("up", "none", "their up", "their none")}
        path = os.path.join(scratch, f"alembic-{name}")
        url = (f"postgresql:///bench_raw?host={os.environ['PGHOST']}&port={os.environ['PGPORT']}"
               f"&user={os.environ['PGUSER']}" if name == "PostgreSQL"
               else f"sqlite:///{scratch}/raw.db")
        alembic_project(path, count, url)
        command = ["alembic", "-c", os.path.join(path, "alembic.ini"), "upgrade", "head"]
        for _ in range(times):
            ours = side.ours(scripts)
            side.raw_database()  # Alembic's
            for key in ("up", "none"):
                took[key].append(side.call(ours, "SELECT migrate_upgrade('head');"))
                took["their " + key].append(timed(command))
        for key, what in (("up", f"{count} revisions"), ("none", "nothing to do")):
            a, b = median(took[key]), median(took["their " + key])
            row(f"{name}: Alembic: {what}", f"{a:.2f} s, Alembic {b:.2f} s: {b / a:.1f} x")


def commits(count, times, scratch):
    """(g) CALL, which commits after each revision, and psql with as many transactions."""
    scripts = write(os.path.join(scratch, "scripts.sql"), Project(count).scripts())
    raw = write(os.path.join(scratch, "raw_single.sql"), Project(count).single())
    side = PostgresSide()
    for durable in ("on",) if QUICK else ("on", "off"):
        options = {"env": {**os.environ, "PGOPTIONS": f"-c synchronous_commit={durable}"}}
        pairs = []
        for turn in range(times):
            ours, floor = side.ours(scripts), side.raw_database()
            took = {}
            for which in ((0, 1), (1, 0))[turn % 2]:
                psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                        (ours, floor)[which].database]
                took[which] = timed(psql + ["-f", raw], **options) if which else \
                    timed(psql, "CALL migrate.upgrade('head');", **options)
            pairs.append((took[0], took[1]))
        a, b = (median(one) for one in zip(*pairs))
        ratios = [one / other for one, other in pairs]
        row(f"PostgreSQL: CALL: {count} commits, synchronous {durable}",
            f"{a:.2f} s, raw {b:.2f} s: {median(ratios):.2f} x", "<= 1.10 x")
        row("    from round to round", f"{min(ratios):.2f} to {max(ratios):.2f} x")


# Somebody who reads t and stays, for so many seconds; and then, if he is to be
# late, until somebody has waited so long for him that the wait is nearly over.
READER = """
BEGIN;
SELECT count(*) FROM t;
DO $$
DECLARE
    until timestamptz := clock_timestamp() + interval '{seconds} s';
BEGIN
    LOOP
        EXIT WHEN clock_timestamp() > until AND (NOT {late} OR EXISTS (
            SELECT FROM pg_locks
            WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted
            AND waitstart < clock_timestamp() - interval '{waits} ms'));
        EXIT WHEN clock_timestamp() > until + interval '20 s';
        PERFORM pg_sleep(0.002);
    END LOOP;
END $$;
COMMIT;
"""
LOCK_TIMEOUT = 100
LOGGED = re.compile(r"^.* (\d+):(\d+):([0-9.]+) .*process \d+ acquired "
                    r"(\w+) on relation \d+ .* after ([0-9.]+) ms", re.M)


class Waits:
    """What one kind of upgrade did to the load beside it."""

    def __init__(self):
        self.spans = []    # when, in seconds since 1970
        self.latency = []  # of the load's transactions meanwhile, in ms
        self.waits = []    # for a lock on the table, as the server has logged them, in ms
        self.held = []     # from when we had it to when the last client had, in ms
        self.tries = 0

    def note_log(self, text):
        """Read the server's log of one round."""
        had = None
        for hour, minute, second, mode, wait in LOGGED.findall(text):
            now = 1000 * (3600 * int(hour) + 60 * int(minute) + float(second))
            if mode == "AccessExclusiveLock":
                had = last = now
            else:
                self.waits.append(float(wait))
                last = now
        if had is not None:
            self.held.append(last - had)

    def note_load(self, load):
        """Pick those transactions that ran in the rounds; load: pairs of end and ms."""
        for begin, end in self.spans:
            self.latency += [ms for when, ms in load if when > begin and when - ms / 1000 < end]

    def print(self, what, target=""):
        ordered = sorted(self.latency)
        row(f"PostgreSQL: clients' latency, {what}",
            f"99.9 %: {ordered[int(len(ordered) * 0.999)]:.1f} ms, most {ordered[-1]:.1f} ms")
        if not self.waits:
            return
        ordered = sorted(self.waits)
        row(f"    waits for its lock ({len(ordered)}; it tried {self.tries} times)",
            f"99 %: {ordered[int(len(ordered) * 0.99)]:.1f} ms, most {ordered[-1]:.1f} ms", target)
        if self.held:
            row("    the last one ended after it had the lock by",
                f"median {median(self.held):.0f} ms, most {max(self.held):.0f} ms")


def wait_round(host, kind, command, seconds, late):
    """One upgrade beside load and reader; kind: where its figures go.  What fails is
    tried again here, as a script around psql would."""
    log = os.environ["MIGRATE_SERVER_LOG"]
    psql = ["psql", "-X", "-q", "-At", "-d", host.database]
    with open(log, encoding="utf-8", errors="replace") as file:
        file.seek(0, os.SEEK_END)
        reader = subprocess.Popen(psql, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        reader.stdin.write(READER.format(seconds=seconds, late=late, waits=LOCK_TIMEOUT - 12))
        reader.stdin.close()
        reader.stdout.readline()  # he has read
        begin = time.time()
        while True:
            done = subprocess.run(psql + ["-v", "ON_ERROR_STOP=1"], input=command,
                                  capture_output=True, text=True)
            kind.tries += 1 + done.stderr.count("trying again")
            if done.returncode == 0:
                break
            if "lock timeout" not in done.stderr:
                raise Failed(done.stderr)
            time.sleep(LOCK_TIMEOUT / 1000)
        reader.wait()
        reader.stdout.close()
        time.sleep(0.1)
        kind.spans.append((begin, time.time()))
        kind.note_log(file.read())


def table_with_load(rounds, scratch):
    """A table t, revisions that add columns to it, and clients that use it."""
    host = Postgres("bench_waits")
    host.sql("CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL);"
             "INSERT INTO t SELECT i, 0 FROM generate_series(1, 10000) i;"
             "ALTER DATABASE bench_waits SET log_lock_waits = on;"
             "ALTER DATABASE bench_waits SET deadlock_timeout = '1ms';"
             f"ALTER DATABASE bench_waits SET migrate.lock_timeout = {LOCK_TIMEOUT};"
             "ALTER DATABASE bench_waits SET migrate.lock_retries = 1000;")
    host.load(write(os.path.join(scratch, "columns.sql"), (
        f"-- migrate:revision {revision(i)}\n-- migrate:revises {revision(i - 1) if i else ''}\n"
        f"-- migrate:upgrade\nALTER TABLE t ADD COLUMN c{i} integer;\n"
        f"-- migrate:downgrade\nALTER TABLE t DROP COLUMN c{i};\n"
        for i in range(2 * rounds))))
    id_ = "\\set id random(1, 10000)\n"
    read = write(os.path.join(scratch, "read.sql"), [id_, "SELECT n FROM t WHERE id = :id;\n"])
    change = write(os.path.join(scratch, "change.sql"),
                   [id_, "UPDATE t SET n = n + 1 WHERE id = :id;\n"])
    load = subprocess.Popen(["pgbench", "-n", "-c", "8", "-T", "3600", "-R", "400", "-l",
                             "--log-prefix", os.path.join(scratch, "load"), "-f", read,
                             "-f", change, host.database],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    return host, load


def end_load(host, load, scratch):
    """End the load; its transactions, as pairs of when each ended and how long it took."""
    # so that it ends by itself, and its log is whole
    host.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
             " WHERE application_name = 'pgbench' AND datname = current_database()")
    load.wait()
    logs = [path for path in os.listdir(scratch) if path.startswith("load.")]
    pairs = []
    for path in logs:
        with open(os.path.join(scratch, path), encoding="utf-8") as file:
            for line in file:
                _, _, latency, _, second, micro, late = (int(word) for word in line.split())
                # it counts from when the transaction was due; what it came late is no wait
                pairs.append((second + micro / 1e6, (latency - late) / 1000))
    return pairs


def waits(rounds, seconds, scratch):
    """(h) how long clients wait behind an upgrade that waits for a lock itself."""
    host, load = table_with_load(rounds, scratch)
    alone, select, call, script, plain = kinds = [Waits() for _ in range(5)]
    for i in range(rounds):
        late = rounds == 1 or i % 4 > 0
        begin = time.time()
        time.sleep(seconds)
        alone.spans.append((begin, time.time()))
        for kind, command in ((select, "SELECT migrate_upgrade('+1');"),
                              (call, "CALL migrate.upgrade('+1');"),
                              (script, f"SET lock_timeout = {LOCK_TIMEOUT};"
                                       f"ALTER TABLE t ADD COLUMN s{i} integer;")):
            wait_round(host, kind, command, seconds, late)
        wait_round(host, plain, f"ALTER TABLE t ADD COLUMN p{i} integer;", seconds, False)
    pairs = end_load(host, load, scratch)
    for kind in kinds:
        kind.note_load(pairs)
    target = f"<= {LOCK_TIMEOUT + 10} ms"
    alone.print("alone")
    select.print("beside SELECT", target)
    call.print("beside CALL", target)
    # what PostgreSQL does by itself, on this machine, with the load that it has
    script.print("beside psql, timeout")
    plain.print("beside psql, none")


class Connection:
    """SQLite in this process: sqlite3's timer has whole milliseconds only, and not
    every Python's module can load an extension."""

    def __init__(self, path, module=False):
        self.lib = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
        self.lib.sqlite3_free.argtypes = [ctypes.c_void_p]
        self.db = ctypes.c_void_p()
        self.lib.sqlite3_open(path.encode(), ctypes.byref(self.db))
        self.run("PRAGMA synchronous = OFF")  # or the disk's load would count
        if module:
            self.lib.sqlite3_enable_load_extension(self.db, 1)
            self.run(f"SELECT load_extension('{MODULE}')")

    def run(self, sql):
        """Run SQL; the seconds that it took."""
        message = ctypes.c_char_p()
        start = time.perf_counter()
        failed = self.lib.sqlite3_exec(self.db, sql.encode(), None, None, ctypes.byref(message))
        took = time.perf_counter() - start
        if failed:
            raise Failed(f"{message.value.decode()}: {sql}")
        return took

    def alter(self, action):
        """Run an ALTER of ours."""
        quoted = action.replace("'", "''")
        return self.run(f"SELECT migrate_execute('ALTER TABLE item {quoted}')")

    def close(self):
        self.lib.sqlite3_close(self.db)


# a table to alter, with a key of its own, a check and two indexes
ITEM = """CREATE TABLE {name} (
    id integer PRIMARY KEY,
    owner_id integer NOT NULL,
    code varchar(20) NOT NULL,
    amount {type} DEFAULT 0,
    state varchar(8) CONSTRAINT state_known CHECK (state IN ('new', 'sent', 'paid')),
    note text{rule}
);
"""
ITEM_ROWS = """
INSERT INTO item
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {count})
SELECT i, i * 7919 % 100003, printf('code-%08d', i * 2654435761 % 10000000), i % 1000,
    'new', printf('what stands beside row %d of the table', i)
FROM n;
"""
ITEM_INDEXES = """
CREATE INDEX item_owner{mark} ON {name} (owner_id);
CREATE INDEX item_code{mark} ON {name} (code, state);
"""

# What to measure: how it is called, ours, and the same in Alembic's batch mode; each
# works on what the ones before it have left.  None: it hasn't got that.
INSTANT = [
    ("ADD COLUMN", "ADD COLUMN a integer",
     "op.add_column('item', sa.Column('a', sa.Integer))"),
    ("ADD COLUMN, with a default", "ADD COLUMN b integer NOT NULL DEFAULT 7",
     "op.add_column('item', sa.Column('b', sa.Integer, nullable=False, server_default='7'))"),
    ("TYPE varchar(40), was (20)", "ALTER code TYPE varchar(40)",
     "batch.alter_column('code', type_=sa.String(40))"),
    ("DROP NOT NULL", "ALTER code DROP NOT NULL",
     "batch.alter_column('code', nullable=True)"),
    ("RENAME COLUMN", "RENAME COLUMN note TO remark",
     "batch.alter_column('note', new_column_name='remark')"),
    ("RENAME CONSTRAINT", "RENAME CONSTRAINT state_known TO state_ok", None),
    ("DROP CONSTRAINT, a check", "DROP CONSTRAINT state_ok", None),
]
SCAN = [
    ("SET NOT NULL, with an index", "ALTER code SET NOT NULL",
     "batch.alter_column('code', nullable=False)"),
    ("SET NOT NULL, without", "ALTER amount SET NOT NULL",
     "batch.alter_column('amount', nullable=False)"),
    ("ADD CHECK", "ADD CHECK (amount >= 0)",
     "batch.create_check_constraint('item_amount_check', 'amount >= 0')"),
]
REBUILD = [
    ("TYPE text, was integer", "ALTER amount TYPE text",
     "batch.alter_column('amount', type_=sa.Text)"),
    ("SET DEFAULT", "ALTER state SET DEFAULT 'new'",
     "batch.alter_column('state', server_default='new')"),
    ("ADD UNIQUE", "ADD UNIQUE (code)",
     "batch.create_unique_constraint('item_code_key', ['code'])"),
]
BATCH = """
import sys, time
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
engine = sa.create_engine("sqlite:///" + sys.argv[1])
for action in sys.argv[2:]:
    start = time.perf_counter()
    with engine.begin() as connection:
        connection.execute(sa.text("PRAGMA synchronous = OFF"))
        op = Operations(MigrationContext.configure(connection))
        if action.startswith("op."):
            eval(action)
        else:
            with op.batch_alter_table("item") as batch:
                eval(action)
    print(time.perf_counter() - start)
"""


def alembic_batch(path, actions):
    """What Alembic takes for each, in seconds, without its start; None: there is none."""
    program = shutil.which("alembic")
    if program is None:
        return [None] * len(actions)
    with open(program, encoding="utf-8") as file:
        python = file.readline()[2:].split()
    out = run(python + ["-c", BATCH, path] + [action for action in actions if action])
    took = iter(out.split())
    return [float(next(took)) if action else None for action in actions]


def replace_by_hand(connection, new, drop):
    """The floor of a rebuild: all rows into a new table, and its indexes; drop: the old
    one goes, too, and the new one gets its name."""
    rename = "DROP TABLE item; ALTER TABLE item_new RENAME TO item;" if drop else ""
    return connection.run(
        "BEGIN;" + new + "INSERT INTO item_new SELECT * FROM item;" + rename +
        ITEM_INDEXES.format(name="item" if drop else "item_new", mark="" if drop else "_new") +
        "COMMIT;")


def alter(count, times, scratch):
    """(i) ALTER TABLE on SQLite, and Alembic's batch mode."""
    master = os.path.join(scratch, "master.db")
    path = os.path.join(scratch, "item.db")
    connection = Connection(master)
    connection.run("BEGIN;" + ITEM.format(name="item", type="integer", rule="") +
                   ITEM_ROWS.format(count=count) + ITEM_INDEXES.format(name="item", mark="") +
                   "COMMIT")
    connection.close()

    def fresh(action, module=False):
        shutil.copyfile(master, path)
        connection = Connection(path, module)
        took = action(connection)
        connection.close()
        return took

    changes = INSTANT + SCAN + REBUILD
    ours, theirs = [], []
    for _ in range(times):
        ours.append(fresh(lambda on: [on.alter(change[1]) for change in changes], True))
        shutil.copyfile(master, path)
        theirs.append(alembic_batch(path, [change[2] for change in changes]))
    ours = [median(one) for one in zip(*ours)]
    theirs = [None if None in one else median(one) for one in zip(*theirs)]
    kinds = ["instant"] * len(INSTANT) + ["scan"] * len(SCAN) + ["rebuild"] * len(REBUILD)
    for kind, (what, _, _), a, b in zip(kinds, changes, ours, theirs):
        row(f"SQLite: {count} rows: {what}",
            f"{1000 * a:.1f} ms" + ("" if b is None else f", Alembic {1000 * b:.0f} ms"),
            "< 10 ms" if kind == "instant" else kind)

    for what, action, new in (
            (*REBUILD[0][:2], ITEM.format(name="item_new", type="text", rule="")),
            (*REBUILD[2][:2], ITEM.format(name="item_new", type="integer",
                                          rule=", UNIQUE (code)"))):
        ways = (lambda on: on.alter(action), lambda on: replace_by_hand(on, new, True),
                lambda on: replace_by_hand(on, new, False))
        rounds = []
        for turn in range(times):
            took = [0.0] * len(ways)
            for i in range(len(ways)):
                which = (turn + i) % len(ways)
                took[which] = fresh(ways[which], which == 0)
            rounds.append(took)
        one, hand, bare = (median(took) for took in zip(*rounds))
        row(f"SQLite: {count} rows, rebuilt: {what}",
            f"{one:.2f} s, by hand {hand:.2f} s: {median(a / b for a, b, _ in rounds):.2f} x",
            "<= 1.10 x")
        row("    without DROP of the old table and its indexes",
            f"{bare:.2f} s: {median(a / c for a, _, c in rounds):.2f} x")


class Model:
    """Tables that refer to each other, with indexes and checks; of the target model,
    one in a hundred isn't what the database has."""

    def __init__(self, count):
        self.count = count

    def table(self, i, changed):
        name = f"bench_{i}"
        change = i // 100 % 4 if changed and i % 100 == 7 else None
        note = "" if change == 0 else "    note text,\n"
        more = "    more integer,\n" if change == 1 else ""
        least = 1 if change == 2 else 0
        key = "code" if change == 3 else "code, state"
        owner = f" REFERENCES bench_{i // 2} (id)" if i else ""
        return (f"CREATE TABLE {name} (\n    id integer PRIMARY KEY,\n"
                f"    owner_id integer NOT NULL{owner},\n    code varchar(20) NOT NULL,\n"
                f"    amount numeric(10,2) DEFAULT 0 CHECK (amount >= {least}),\n"
                f"    state varchar(8) DEFAULT 'new' NOT NULL,\n    day date,\n"
                f"    made timestamp DEFAULT CURRENT_TIMESTAMP,\n    weight real,\n{note}{more}"
                f"    size bigint,\n    CONSTRAINT {name}_state CHECK (state IN ('new', 'sent'))\n);\n"
                f"CREATE INDEX {name}_owner ON {name} (owner_id);\n"
                f"CREATE INDEX {name}_code ON {name} ({key});\n")

    def ddl(self, changed=False):
        return "".join(self.table(i, changed) for i in range(self.count))


# one more statement, which fails: all is built, and nothing read
FAILS = "CREATE TABLE bench_0 (id integer);\n"
# what reading asks for at least, in three queries
BARE_POSTGRES = """
SELECT c.oid, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
    a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
ORDER BY 1, 3;
SELECT i.indexrelid, pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace;
SELECT oid, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace;
"""

ALEMBIC_COMPARES = """
import sys, time
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
url, count = sys.argv[1], int(sys.argv[2])
metadata = sa.MetaData()
for i in range(count):
    name, change = f"bench_{i}", i // 100 % 4 if i % 100 == 7 else None
    owner = [sa.ForeignKey(f"bench_{i // 2}.id")] if i else []
    columns = [
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner_id", sa.Integer, *owner, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("amount", sa.Numeric(10, 2), server_default="0"),
        sa.Column("state", sa.String(8), server_default="new", nullable=False),
        sa.Column("day", sa.Date),
        sa.Column("made", sa.DateTime, server_default=sa.text("CURRENT_TIMESTAMP")),
        sa.Column("weight", sa.REAL),
        *([] if change == 0 else [sa.Column("note", sa.Text)]),
        *([sa.Column("more", sa.Integer)] if change == 1 else []),
        sa.Column("size", sa.BigInteger),
    ]
    table = sa.Table(name, metadata, *columns)
    sa.Index(name + "_owner", table.c.owner_id)
    sa.Index(name + "_code", table.c.code, *([] if change == 3 else [table.c.state]))
with sa.create_engine(url).connect() as connection:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True})
    start = time.process_time()
    compare_metadata(context, metadata)
    print(time.process_time() - start)
"""


def alembic_compares(url, count):
    """What Alembic's comparison takes, in seconds, without the server; None: it isn't
    there."""
    program = shutil.which("alembic")
    if program is None:
        return None
    with open(program, encoding="utf-8") as file:
        python = file.readline()[2:].split()
    return float(run(python + ["-c", ALEMBIC_COMPARES, url, str(count)]).split()[-1])


# have the backend tell the log how much CPU time it has taken in all
TOTAL = ["-c", "SET log_statement_stats = on", "-c", "SELECT 1"]


def cpu_of(command, **options):
    """Run a client, and TOTAL behind it; the seconds of CPU that it and its backend took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(os.environ["MIGRATE_SERVER_LOG"], encoding="utf-8", errors="replace") as log:
        log.seek(0, os.SEEK_END)
        subprocess.run(command, capture_output=True, check=True, **options)
        said = re.findall(r"\[([0-9.]+) s user, ([0-9.]+) s system total\]", log.read())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (float(said[-1][0]) + float(said[-1][1]) + after.ru_utime - before.ru_utime +
            after.ru_stime - before.ru_stime)


class PostgresChecks:
    """migrate_check() on PostgreSQL, and what to measure it by: all in CPU time, which
    other load on the machine does not add to."""

    name = "PostgreSQL"
    floor_names = (("pg_dump -s", 0.8), ("bare queries", None))
    url = "postgresql:///bench_ours?host={PGHOST}&port={PGPORT}&user={PGUSER}"

    def __init__(self, count, scratch):
        self.scratch = scratch
        self.ddl = write(os.path.join(scratch, "ddl.sql"), [Model(count).ddl()])
        self.host = Postgres("bench_ours")
        self.make(self.host)
        self.host.sql("ANALYZE;")

    @staticmethod
    def psql(database, commands):
        return cpu_of(["psql", "-X", "-q", "-At", "-d", database, *commands, *TOTAL])

    def make(self, host):
        return self.psql(host.database, ["-c", "BEGIN", "-f", self.ddl, "-c", "COMMIT"])

    def build(self):
        return self.make(Postgres("bench_raw", extension=False))

    def set_model(self, ddl):
        path = write(os.path.join(self.scratch, "model.sql"), [ddl])
        self.host.sql(f"\\set model `cat {path}`\nSELECT migrate_model(:'model');")

    def forget(self):
        self.psql(self.host.database, ["-c", "DELETE FROM migrate.facts"])

    def check(self):
        return self.psql(self.host.database, ["-c", "SELECT * FROM migrate_check();"])

    def floors(self):
        # it ends with a query or other
        told = {**os.environ, "PGOPTIONS": "-c log_statement_stats=on"}
        return [cpu_of(["pg_dump", "-s", "-d", self.host.database], env=told),
                self.psql(self.host.database, ["-c", BARE_POSTGRES])]

    def alembic(self, count):
        return alembic_compares(self.url.format(**os.environ), count)


class SqliteChecks:
    """The same on SQLite."""

    name = "SQLite"
    floor_names = (("bare reads", 2),)

    def __init__(self, count, scratch):
        self.scratch = scratch
        self.count = count
        self.ddl = Model(count).ddl()
        self.host = Sqlite(os.path.join(scratch, "ours.db"))
        self.host.sql(f"BEGIN;{self.ddl}COMMIT;")

    @staticmethod
    def cpu(path, sql):
        connection = Connection(path, True)
        start = time.process_time()
        try:
            connection.run(sql)
        except Failed:
            pass
        took = time.process_time() - start
        connection.close()
        return took

    def build(self):
        return self.cpu(":memory:", f"BEGIN;{self.ddl}COMMIT;")

    def set_model(self, ddl):
        path = write(os.path.join(self.scratch, "model.sql"), [ddl])
        self.host.sql(f"SELECT migrate_model(CAST(readfile('{path}') AS text));")

    def forget(self):
        self.cpu(self.host.path, "DELETE FROM _migrate_facts")

    def check(self):
        return self.cpu(self.host.path, "SELECT * FROM migrate_check()")

    def floors(self):
        """What a client reads in Python, a pragma at a time."""
        connection = sqlite3.connect(self.host.path)
        start = time.process_time()

        def read(sql):
            return connection.execute(sql).fetchall()

        read("SELECT * FROM sqlite_schema")
        for name in (f"bench_{i}" for i in range(self.count)):
            read(f"PRAGMA table_xinfo({name})")
            read(f"PRAGMA foreign_key_list({name})")
            for index in read(f"PRAGMA index_list({name})"):
                read(f"PRAGMA index_xinfo({index[1]})")
        took = time.process_time() - start
        connection.close()
        return [took]

    def alembic(self, count):
        return alembic_compares(f"sqlite:///{self.host.path}", count)


def check_round(checks, model):
    """One round: a check that builds its model, what it takes but for the build, the
    build; the same model once more; one that is partly another; the floors."""
    changed = model.ddl(True)
    checks.set_model(changed + FAILS)
    built = checks.check()
    checks.set_model(changed)
    checks.forget()
    whole = checks.check()
    same = checks.check()
    checks.set_model(model.ddl())
    checks.check()
    checks.set_model(changed)
    few = checks.check()
    return [whole, whole - built, built, same, few, checks.build(), *checks.floors()]


def check_sizes(kind, counts, times, scratch):
    """(j) autogenerate's comparison on one host."""
    sizes = []
    for count in counts:
        checks = kind(count, scratch)
        rounds = [check_round(checks, Model(count)) for _ in range(times)]
        alembic = None if QUICK else checks.alembic(count)
        whole, read, built, same, few, raw, *floors = (median(one) for one in zip(*rounds))
        sizes.append((whole, read, same, few))
        what = f"{kind.name}: {count} tables"
        row(f"{what}: read both, compare, render", f"{read:.3f} s")
        for i, (name, target) in enumerate(kind.floor_names):
            ratio = median(one[1] / one[6 + i] for one in rounds)
            row(f"    {name}", f"{floors[i]:.3f} s: {ratio:.2f} x",
                f"<= {target:.2f} x" if target else "")
        if alembic is not None:
            row("    Alembic's comparison", f"{alembic:.2f} s: {alembic / read:.1f} x")
        row(f"{what}: build the model", f"{built:.3f} s, raw {raw:.3f} s: "
            f"{median(one[2] / one[5] for one in rounds):.2f} x", "<= 1.10 x")
        # the difference of two builds is no good measure: so by what that is measured by
        name, target = kind.floor_names[0]
        row(f"{what}: check, model as it was", f"{same:.3f} s: "
            f"{median(one[3] / one[6] for one in rounds):.2f} x {name}", f"<= {target:.2f} x")
        row("    1 % of it changed", f"{few:.3f} s: "
            f"{median(one[4] / one[6] for one in rounds):.2f} x", f"<= {2 * target:.2f} x")
    row(f"{kind.name}: growth {counts[0]} to {counts[1]} tables",
        "check {:.1f} x, comparison {:.1f} x".format(*(b / a for a, b in zip(*sizes))),
        f"{counts[1] // counts[0]} x")
    row("    model as it was, 1 % of it changed",
        "{2:.1f} x, {3:.1f} x".format(*(b / a for a, b in zip(*sizes))))


def autogenerate(scratch):
    """(j) for both hosts."""
    for kind in (SqliteChecks, PostgresChecks):
        check_sizes(kind, (25, 100) if QUICK else (500, 2000), 1 if QUICK else 5, scratch)


def all_moves(scratch):
    """(a) for both hosts and all sizes."""
    # dropping a table from a big schema is slow in SQLite: one run is enough
    sizes = ((500, 3, 2),) if QUICK else ((1000, 5, 5), (5000, 1, 3))
    for count, sqlite_times, postgres_times in sizes:
        moves(SqliteSide(scratch), "SQLite", count, sqlite_times, scratch)
        moves(PostgresSide(), "PostgreSQL", count, postgres_times, scratch)


def all_commits(scratch):
    """(g) for all sizes."""
    for count in (200,) if QUICK else (500, 1000):
        commits(count, 2 if QUICK else 10, scratch)


PARTS = {
    "size": module_size,
    "core": lambda scratch: graphs(),
    "no-ops": no_ops,
    "moves": all_moves,
    "memory": lambda scratch: memory(500 if QUICK else 5000, scratch),
    "peers": lambda scratch: peers(200 if QUICK else 1000, 2 if QUICK else 3, scratch),
    "commits": all_commits,
    "waits": lambda scratch: waits(*((1, 0.5) if QUICK else (12, 2)), scratch),
    "alter": lambda scratch: alter(*((50000, 1) if QUICK else (1000000, 3)), scratch),
    "autogenerate": autogenerate,
}


def main():
    print(f"{'what':<52} {'figure':<34} target")
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        for part in sys.argv[2:] or PARTS:
            PARTS[part](scratch)


main()
