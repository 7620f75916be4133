#!/usr/bin/env python3
"""Run what README.md shows, and compare with what it says comes out.

usage: readme.py [--update]    --update writes the real output into README.md

A ```sh block is run by bash, ```sql sqlite by sqlite3 on app.db, ```sql psql by
psql on a new database, all in one scratch directory that stands for a user's
project; a ```text block behind one is its output.  Blocks of other kinds are
not run here: ```sql sample is test/sample (compared with it), and a plain ```sql
or ``` block shows a file's form.
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
BLOCK = re.compile(r"^```([a-z]*(?: [a-z]+)?)\n(.*?)^```\n", re.M | re.S)


def run(kind, text, cwd):
    """Run a block the way its reader would; return what it prints."""
    command = {
        "sh": ["bash", "-eu"],
        "sql sqlite": ["sqlite3", "-batch", "app.db"],
        "sql psql": ["psql", "-X", "-q", "-d", "migrate_readme"],
    }[kind]
    done = subprocess.run(command, input=text, cwd=cwd, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return re.sub(r"[ \t]+$", "", done.stdout, flags=re.M)


def sample_is_there(text):
    """Is a ```sql sample block a file of test/sample?"""
    files = (TOP / "test/sample/sql").glob("*.sql")
    return any(text == f.read_text() for f in files)


def main():
    update = "--update" in sys.argv
    old = README.read_text()
    new = []
    at = passed = failed = 0
    pending = None
    scratch = pathlib.Path(tempfile.mkdtemp())
    (scratch / "build").symlink_to(TOP / "build")
    subprocess.run(["dropdb", "--if-exists", "migrate_readme"], check=True,
                   stderr=subprocess.DEVNULL)
    subprocess.run(["createdb", "migrate_readme"], check=True)
    for block in BLOCK.finditer(old):
        kind, text = block.group(1), block.group(2)
        new.append(old[at:block.start()])
        at = block.end()
        if kind == "text":
            ok, name, got = pending == text, "output", pending
            if update and pending is not None:
                new.append(f"```text\n{pending}```\n")
            else:
                new.append(block.group(0))
            pending = None
        else:
            new.append(block.group(0))
            ok, name, got = True, kind, ""
            if kind in ("sh", "sql sqlite", "sql psql"):
                pending = run(kind, text, scratch)
                ok = kind != "sh" or pending == ""
                got = pending
            elif kind == "sql sample":
                ok = sample_is_there(text)
            else:
                continue
        line = old.count("\n", 0, block.start()) + 1
        passed, failed = passed + ok, failed + (not ok)
        print(f"{'ok' if ok else 'not ok'} {name} at README.md:{line}")
        if not ok and not update:
            print(f"expected:\n{text}got:\n{got}")
    new.append(old[at:])
    if update:
        README.write_text("".join(new))
    subprocess.run(["dropdb", "migrate_readme"], check=True)
    shutil.rmtree(scratch)
    print(f"{passed} passed, {failed} failed")
    return failed > 0 and not update


os.environ.setdefault("PGOPTIONS", "-c client_min_messages=warning")
sys.exit(main())
