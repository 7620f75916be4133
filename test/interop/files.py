"""Read an Alembic project's files: the graph, the labels and the messages have to be
those that Alembic itself has of them, and no file may be run.
"""
import json
import os
import subprocess

from import_alembic import PYTHON, generate
from imports import Imported
from projects import database, refusal, several, tally
from hosts import literal

# what Alembic has of a directory, when it has run each file
LIST = """
import json, sys
from alembic.config import Config
from alembic.script import ScriptDirectory
config = Config()
config.set_main_option("script_location", sys.argv[1])
print(json.dumps(sorted([one.revision, sorted(one._versioned_down_revisions),
                         sorted(one._orig_branch_labels), sorted(one._resolved_dependencies),
                         " ".join(one.doc.split())]
                        for one in ScriptDirectory.from_config(config).walk_revisions())))
"""

# the same four names in all the ways that Python has
ODD = {
    "a1.py": '"""the first\n\nRevision ID: a1\n"""\nrevision = "a1"\ndown_revision = None\n',
    "a2_b.py": "'''and ''' \"the second\"\nrevision: str = 'a' '2'; down_revision: 'str' = ('a1')\n"
               "branch_labels = ('left',)\n",
    "a3.py": "# -*- coding: utf-8 -*-\nimport os\nrevision = \"\\x613\"\ndown_revision = [\n"
             "    'a1',  # the other side\n]\nbranch_labels = 'right', 'r\\u00e9'\n"
             "def upgrade(revision='no'):\n    revision = 'not this'\n",
    "m.py": "rev = revision = 'm1'\ndown_revision = 'a2', 'a3'\ndepends_on = None\n"
            "class Helper:\n    revision = 'nor this'\n",
    "p.py": "r'''a \\d plugin'''\nrevision = u'p1'\ndown_revision = ()\ndepends_on = \\\n    'm1'\n",
    "q.py": "'''caf\u00e9\u3000\U0001f600'''\nrevision = 'q1'\ndown_revision = 'p1'\n"
            "depends_on = ['right']\n",
    "__init__.py": "raise Exception('no revision')\n",
    "helpers.txt": "revision = 'x'\n",
}

# what isn't taken, and what the error has to name
BAD = [
    ("revision = make()\n", "revision isn't a literal: revision = make()", 1),
    ("x = 1\nrevision = 'b' + '1'\n", "revision isn't a literal", 2),
    ("revision = 'b1'\nif x:\n    down_revision = 'a1'\n", "down_revision isn't a literal", 3),
    ("revision = 'b1\n", "unterminated string", 1),
    ("revision = 'b1'\ndef upgrade(:\n    x]\n", '"]" closes nothing', 3),
    ("revision = 'b1'\ndown_revision = 'nowhere'\n", "nowhere", None),
    ("revision = 'a1'\n", "versions/b1.py", None),
]


def write(folder, files):
    os.makedirs(os.path.join(folder, "versions"), exist_ok=True)
    for name, text in files.items():
        with open(os.path.join(folder, "versions", name), "w", encoding="utf-8") as file:
            file.write(text)


def as_alembic(folder):
    """What Alembic has: [id, parents, labels, dependencies, message] each."""
    return json.loads(subprocess.run([PYTHON, "-B", "-c", LIST, folder], check=True,
                                     capture_output=True, text=True).stdout)


def as_ours(host):
    rows = host.sql("SELECT revision, coalesce(down_revision, ''), coalesce(depends_on, ''),"
                    " message FROM migrate_history();")
    ids = [row.split("|")[0] for row in rows.splitlines()]
    found = []
    for ident, script in zip(ids, several(host, [f"migrate_script({literal(one)})"
                                                 for one in ids])):
        fields = dict(line[len("-- migrate:"):].partition(" ")[::2] for line in script.split("\n")
                      if line.startswith("-- migrate:"))
        listed = [sorted(word.strip() for word in fields.get(name, "").split(",") if word.strip())
                  for name in ("revises", "labels", "depends_on")]
        found.append([ident] + listed + [" ".join(fields.get("message", "").split())])
    return sorted(found)


def resolved(rows):
    """Dependencies by the ids that their labels are of."""
    labels = {label: row[0] for row in rows for label in row[2]}
    return [row[:3] + [sorted(labels.get(one, one) for one in row[3])] + row[4:] for row in rows]


def take(host, folder):
    return host.sql(f"SELECT migrate_import_alembic_files({literal(folder)});").splitlines()


def odd_files(make, path):
    host = database(make, "files")
    folder = os.path.join(path, f"files-{host.name}")
    write(folder, ODD)
    lines = take(host, folder)
    tally.equal(len([line for line in lines if line.startswith("Loaded revision ")]), 6,
                f"{host.name}, files: a revision each")
    tally.equal(resolved(as_ours(host)), as_alembic(folder),
                f"{host.name}, files: the graph as Alembic has it")
    tally.equal(take(host, os.path.join(folder, "versions")),
                [line for line in lines if not line.startswith("Loaded revision ")],
                f"{host.name}, files: nothing new the second time, by the directory itself")
    error = refusal(host, "migrate_upgrade('heads')") or "no error"
    tally.check("nobody has seen what the upgrade of revision a1 does" in error,
                f"{host.name}, files: what nobody has seen can't be run", error)
    host.sql("SELECT migrate_stamp('heads');")
    tally.check("nobody has seen what the downgrade of revision q1 does"
                in (refusal(host, "migrate_downgrade('-1')") or
                    refusal(host, "migrate_downgrade('q1@-1')") or "no error"),
                f"{host.name}, files: nor be undone")
    host.sql("SELECT migrate_load('-- migrate:revision a1\n-- migrate:upgrade\nSELECT 1;');")
    tally.check("unseen" not in host.sql("SELECT migrate_script('a1');"),
                f"{host.name}, files: what was applied unseen can be said later")


def bad_files(make, path):
    host = database(make, "files_bad")
    folder = os.path.join(path, f"files-bad-{host.name}")
    mark = os.path.join(folder, "was run")
    for text, message, line in BAD:
        write(folder, {"a1.py": "revision = 'a1'\n", "b1.py": text})
        error = refusal(host, f"migrate_import_alembic_files({literal(folder)})") or "no error"
        tally.check(message in error and "b1.py" in error
                    and (line is None or f"line {line}" in error),
                    f"{host.name}, files: {message}", error)
    write(folder, {"b1.py": f"import os\nopen({mark!r}, 'w')\nrevision = 'b1'\nos.abort()\n"})
    take(host, folder)
    tally.check(not os.path.exists(mark), f"{host.name}, files: none is run")
    tally.equal(host.sql("SELECT count(*) FROM migrate_history();").strip(), "2",
                f"{host.name}, files: all or none is taken")
    write(folder, {"b1.py": "revision = 'b1'\ndown_revision = 'a1'\n"})
    error = refusal(host, f"migrate_import_alembic_files({literal(folder)})") or "no error"
    tally.check("revision b1 revises nothing here, and a1 in the file" in error and
                "b1.py" in error and "migrate_edit()" in error,
                f"{host.name}, files: other parents than are known", error)
    for where in (os.path.join(folder, "nowhere"), os.path.join(path)):
        tally.check(refusal(host, f"migrate_import_alembic_files({literal(where)})"),
                    f"{host.name}, files: an error where there is none")


def with_bodies(make, path):
    """Files and SQL give the same scripts, whichever comes first."""
    kind = database(make, "files_first").name
    folder = os.path.join(path, f"files-sql-{kind}")
    generate(folder, kind, "template", False)
    got = []
    for number, order in enumerate(("files first", "SQL first")):
        ours = Imported(database(make, f"files_{number}"), folder, "template")
        for what in (order == "files first", order != "files first"):
            if what:
                take(ours.host, folder)
            else:
                ours.load()
        got.append(sorted(ours.scripts()))
        tally.equal(resolved(as_ours(ours.host)), as_alembic(folder),
                    f"{kind}, {order}: the graph as Alembic has it")
        ours.move(f"{kind}, {order}", "upgrade", "heads")
        take(ours.host, folder)
        tally.equal(ours.host.sql("SELECT pending FROM migrate_status();").strip(), "0",
                    f"{kind}, {order}: nothing is pending when the files come again")
        ours.move(f"{kind}, {order}", "downgrade", "base")
    tally.equal(got[0], got[1], f"{kind}: the scripts are the same, whichever came first")


def run_host(make, path):
    odd_files(make, path)
    bad_files(make, path)
    with_bodies(make, path)
