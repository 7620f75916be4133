"""What the reading commands print: migrate('history -v') and its like against real
Alembic, line by line, on a project with branches, labels, dependencies and
merges.  Made equal before is only what Alembic leaves to chance, the order of
what it keeps in sets, and what can't be the same: the files' endings, the
precision of dates, and the database's address.
"""
import os
import re
import shutil

import import_alembic
from projects import ENV, database, several, tally, url_of
from hosts import literal

CRASHED = 1  # as Python does

# id, parents, labels, depends_on, message
GRAPH = [
    ("1a01", [], [], [], "create the job table"),
    ("1b02", ["1a01"], ["left"], [], "its left side: 100%, \"quoted\""),
    ("1c03", ["1a01"], ["right", "second"], [], "its right side"),
    ("1d04", ["1b02"], [], [], "on the left"),
    ("1e05", ["1d04", "1c03"], [], [], "merge left and right"),
    ("1f06", ["1e05"], [], [], "empty message"),
    ("1f07", ["1e05"], [], [], "beside it"),
    ("2a01", [], ["plugin"], [], "a plugin"),
    ("2b02", ["2a01"], [], ["1b02"], "it needs the left side"),
    ("2c03", ["2b02"], [], ["right"], "and here the right one"),
    ("2d04", ["2b02"], [], ["2a01", "1d04"], "or two others"),
    ("2e05", ["2b02"], [], [], "the third of its branches"),
    ("3a01", [], ["apart"], ["2d04"], "begins with a dependency"),
    ("3b02", ["3a01"], [], [], "the end"),
    ("4a01", [], [], [], "alone"),
]

READ = [
    "history", "history -v", "history --verbose", "history -r 1a01:1e05", "history -r1b02:",
    "history --rev-range :1d04", "history -r 2a01:2c03", "history -r base:1f06-1",
    "history -r 1a01:1f06 -v", "history -r 3a01:3b02", "history -r 1d04:1f07",
    "history -r 1d04:1d04", "history -r 2a01:+1", "history -r 1b02:1b02+1",
    "heads", "heads -v", "heads --resolve-dependencies", "heads --resolve-dependencies -v",
    "branches", "branches -v", "show heads", "show plugin@heads", "show apart@head", "show left",
    "show 1b0", "show base", *(f"show {row[0]}" for row in GRAPH)]
# what depends on where the database is
STAND = ["current", "current -v", "history -i", "history --indicate-current -v", "show current",
         "history -r current:", "history -r :current", "history -i -r 1a01:1e05"]
STATES = [["base"], ["1a01"], ["1d04", "1c03"], ["1e05", "2a01"], ["2b02", "1c03"], ["heads"]]


def make(path, url, location):
    """Write the project twice: for Alembic, and for us in location."""
    os.makedirs(os.path.join(path, "versions"))
    os.makedirs(os.path.join(location, "versions"))
    ini = import_alembic.INI.format(path=path).replace("[loggers]", f"url = {url}\n[loggers]", 1)
    import_alembic.write(path, "alembic.ini", ini)
    import_alembic.write(path, "env.py", ENV)
    for number, (ident, parents, labels, deps, message) in enumerate(GRAPH):
        stem, date = f"{number:02}_{ident}", f"2026-11-{number + 1:02} 09:30:{number:02}"
        import_alembic.write(
            os.path.join(path, "versions"), stem + ".py",
            f"{message}\n\nRevision ID: {ident}\nRevises: {', '.join(parents)}\n"
            f"Create Date: {date}.012345\n\n".join(["'''", "'''\n"])
            + f"revision = {ident!r}\ndown_revision = {tuple(parents) or None!r}\n"
              f"branch_labels = {tuple(labels) or None!r}\ndepends_on = {tuple(deps) or None!r}\n"
              "def upgrade():\n    pass\ndef downgrade():\n    pass\n")
        import_alembic.write(
            os.path.join(location, "versions"), stem + ".sql",
            f"-- migrate:revision {ident}\n-- migrate:revises {', '.join(parents)}\n"
            f"-- migrate:message {message}\n-- migrate:created {date.replace(' ', 'T')}Z\n"
            f"-- migrate:labels {', '.join(labels)}\n-- migrate:depends_on {', '.join(deps)}\n"
            "-- migrate:upgrade\n-- migrate:downgrade\n")
    return os.path.join(path, "alembic.ini")


def by_name(match):
    return match.group(1) + ", ".join(sorted(match.group(2).split(", "))) + match.group(3)


def settle(text, command):
    """The lines, without what chance decides."""
    text = text.strip("\n")
    text = re.sub(r"^(Path: ).*/([^/]+)\.(py|sql)$", r"\1\2", text, flags=re.M)
    text = re.sub(r"^(    Create Date: .{19}).*$", r"\1", text, flags=re.M)
    text = re.sub(r"^(Current revision\(s\)) for .*:$", r"\1:", text, flags=re.M)
    # labels, and the lists of an entry
    text = re.sub(r"( \()(\w+(?:, \w+)+)(\))", by_name, text)
    text = re.sub(r"^((?:Branches into|Branch names): )(.*)()$", by_name, text, flags=re.M)
    lines = text.split("\n")
    if command.startswith("branches"):
        lines = blocks(lines)
    elif command.split()[0] == "current" or command == "show current":
        head = lines[:1] if lines[0].startswith("Current revision(s)") else []
        parts = re.split(r"\n+(?=Rev: )", "\n".join(lines[len(head):]).strip("\n"))
        lines = head + sorted(parts if "-v" in command or "show" in command
                              else lines)
    return lines


def blocks(lines):
    """The children of a branch point have no order."""
    out, children = [], []
    for line in [*lines, ""]:
        if re.match(r" +-> ", line):
            children.append(line)
            continue
        out += sorted(children)
        children = []
        out.append(line)
    return out


def compare(what, host, ini, commands):
    answers = import_alembic.worker.ask(ini, [command.split() for command in commands])
    ours = several(host, [f"migrate({literal(command)})" for command in commands])
    for command, mine, (status, out, errors) in zip(commands, ours, answers):
        title = f"{what}: {command}"
        mine = settle(mine, command)
        if status == CRASHED:
            tally.check(mine, f"{title}: an answer where Alembic crashes")
        elif status != 0:
            tally.check(False, title, errors + out)
        else:
            tally.equal(mine, settle(out, command), title)


def run_host(make_host, path):
    host = database(make_host, "printed")
    name = host.name
    location = os.path.join(host.files, f"printed-{name}-{os.getpid()}")
    try:
        ini = make(os.path.join(path, f"printed-{name}"), url_of(host), location)
        os.chmod(location, 0o755)
        host.sql(f"SELECT migrate_config('script_location', {literal(location)});")
        compare(f"{name}, printed", host, ini, READ)
        for state in STATES:
            import_alembic.alembic(ini, [["stamp", "--purge", *state]])
            compare(f"{name}, printed, at {' '.join(state)}", host, ini, STAND)
    finally:
        shutil.rmtree(location, ignore_errors=True)
