"""What revision and merge write: the same commands for real Alembic and for
migrate('...') in two directories.  The files have to have the same names, and the
history that they make has to read the same; a command that Alembic refuses is
refused with what Alembic says.
"""
import os
import re
import shlex
import shutil

import import_alembic
from printed import settle
from projects import ENV, database, refusal, several, tally, url_of
from hosts import literal

TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
def upgrade():
    pass
def downgrade():
    pass
'''

# keys that both read
SETTINGS = {
    "default": [],
    "file_template": ["file_template = %%(year)d-%%(rev)s.%%(slug)s", "truncate_slug_length = 12"],
}

MESSAGES = ["create account table", "Add a note, to job!", "two  blanks",
            "a very long message that goes on until something cuts it off somewhere",
            "onewordthatislongerthananyfilenamehasroomforinanysystemthatisknown",
            "100% done; (really)", "snake_case__stays", "MiXed CASE", "1 2 3", "a/b\\c",
            "'single' and \"double\"", ". - .", "ünïcode Ärger Straße", "exactly twelve", "$HOME `x`",
            "_led and trailed_", "twelve_chars and"]

# id -> words; what comes later builds on it
GROW = [
    f"revision --rev-id last -m last --splice --head e{len(MESSAGES) - 1:03}",
    "revision --rev-id f001 -m first --head base --branch-label trunk",
    "revision --rev-id f002 --head trunk@head",
    "revision --rev-id f003 -m 'from the middle' --head f001 --splice --branch-label twig",
    "revision --rev-id f004 --message=dependent --head twig@head --depends-on f002",
    "merge f002 f004 -m 'both of them' --rev-id f005",
    "merge --rev-id f006 -m 'with its label' --branch-label joined f005 last",
    "revision --rev-id f007 -m 'two dependencies' --head base --depends-on f001 --depends-on twig"
    " --splice",
    "merge heads --rev-id f008",
    "revision --rev f009 -m 'by an abbreviation' --branch later --hea f008",
]
REFUSED = [
    ("revision -m x --head f001", "Revision f001 is not a head revision; please specify --splice"),
    ("revision -m x --head nosuch", "Can't locate revision identified by 'nosuch'"),
    ("revision -m x --depends-on nosuch", "Can't locate revision identified by 'nosuch'"),
    ("revision -m x --rev-id a@b", "not allowed in"),
    ("merge f001 f008", "is not a head revision"),
    ("revision --nosuch", "unrecognized arguments: --nosuch"),
    ("revision -m", "expected one argument"),
    ("merge", "the following arguments are required: revisions"),
    ("history -r f001", "History range requires [start]:[end]"),
    ("show nosuch", "Can't locate revision identified by 'nosuch'"),
    ("upgrade", "the following arguments are required: revision"),
    ("branches f001", "unrecognized arguments: f001"),
    ("nosuch", "nosuch"),
    ("downgrade f001 --sql", "downgrade with --sql requires <fromrev>:<torev>"),
    ("upgrade f001:f002", "Range revision not allowed"),
    ("upgrade +90", "Ambiguous walk"),
    ("downgrade f001", "Destination f001 is not a valid downgrade target from current head(s)"),
]


class Pair:
    """Two empty directories, one for each."""

    def __init__(self, make, path, name):
        self.host = database(make, "written")
        self.what = f"{self.host.name}, written, {name}"
        stem = f"written-{self.host.name}-{name}"
        self.theirs = os.path.join(path, stem)
        self.ours = os.path.join(self.host.files, f"{stem}-{os.getpid()}")
        for folder in (self.theirs, self.ours):
            os.makedirs(os.path.join(folder, "versions"))
        os.chmod(self.ours, 0o777)
        os.chmod(os.path.join(self.ours, "versions"), 0o777)
        write = import_alembic.write
        extra = "".join(line + "\n" for line in SETTINGS[name])
        write(self.theirs, "script.py.mako", TEMPLATE)
        write(self.theirs, "env.py", ENV)
        write(self.theirs, "alembic.ini", import_alembic.INI.format(path=self.theirs)
              .replace("[loggers]", f"url = {url_of(self.host)}\n{extra}[loggers]", 1))
        if extra:
            write(self.ours, "migrate.ini", f"[alembic]\nscript_location = %(here)s\n{extra}")
        self.host.sql(f"SELECT migrate_config('script_location', {literal(self.ours)});")

    def run(self, commands):
        """What Alembic answers to each command: [status, output, errors]."""
        return import_alembic.worker.ask(os.path.join(self.theirs, "alembic.ini"),
                                         [shlex.split(command) for command in commands])

    def write(self, commands):
        """Write with both; the names of the files have to be the same."""
        ours = several(self.host, [f"migrate({literal(command)})" for command in commands])
        for command, mine, (status, out, errors) in zip(commands, ours, self.run(commands)):
            names = [re.findall(r"Generating\s+.*?([^/]+)\.(?:py|sql) \.\.\.  done", text, re.S)
                     for text in (mine, out)]
            tally.check(status == 0 and names[0] == names[1] and len(names[0]) == 1,
                        f"{self.what}: {command}", f"ours: {mine}\ntheirs: {out}{errors}")

    def read(self, commands):
        """Read what is there by now."""
        dates = r"(?m)^    Create Date: .*\n?"
        ours = several(self.host, [f"migrate({literal(command)})" for command in commands])
        for command, mine, (_, out, errors) in zip(commands, ours, self.run(commands)):
            tally.equal(settle(re.sub(dates, "", mine), command),
                        settle(re.sub(dates, "", out + errors), command),
                        f"{self.what}: {command}, then")

    def refuse(self, commands):
        for (command, wanted), (status, out, errors) in zip(
                commands, self.run([command for command, _ in commands])):
            ours = refusal(self.host, f"migrate({literal(command)})")
            theirs = " ".join((out + errors).split())
            tally.check(status != 0 and ours is not None and wanted in theirs and wanted in ours,
                        f"{self.what}: {command} is refused",
                        f"ours: {ours}\ntheirs: {status} {theirs}")

    def close(self):
        shutil.rmtree(self.ours, ignore_errors=True)


def run_host(make, path):
    for name in SETTINGS:
        pair = Pair(make, path, name)
        try:
            pair.write([f"revision -m {shlex.quote(message)} --rev-id e{number:03}"
                        for number, message in enumerate(MESSAGES)])
            pair.read(["history -v"])
            if name == "default":
                pair.write(GROW)
                pair.read(["history", "heads -v", "branches -v", "history -v"])
                pair.refuse(REFUSED)
        finally:
            pair.close()
