"""Recorded Alembic histories, and the revision scripts that say the same.

Shared by the tests that run them (test/corpora, test/interop).
"""
import json
import os
import re

# how many downgrades ran in Alembic
DOWN = {"mage-ai": 40, "lumigator": 0, "mmli-backend": 4, "agent-api": 1, "wps": 18}
# these can't go up a second time: what was recorded names rows by the ids that
# a sequence gave them the first time
ONCE = {"wps": "planning_weather_stations_planning_area_id_fkey"}


def read(*path):
    path = os.path.join(*path)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def parts(text):
    """Take recorded SQL apart: (whether it ran outside Alembic's transaction, SQL)
    each.  What ran outside stands between COMMIT; and BEGIN;."""
    out = []
    outside = False
    for part in re.split(r"(?m)^((?:COMMIT|BEGIN);)\s*$", text):
        if part in ("COMMIT;", "BEGIN;"):
            outside = part == "COMMIT;"
        elif part.strip() or not out:
            out.append((outside, part.strip()))
    if len(out) > 1 and not out[0][1]:
        del out[0]
    return out


def sections(kind, host, text):
    """Make sections of recorded SQL."""
    if text is None:
        return ""
    return "".join(f"\n-- migrate:{kind} {host}{' autocommit' * outside}\n{body}\n"
                   for outside, body in parts(text))


class Project:
    def __init__(self, corpora, name):
        self.name = name
        self.dir = os.path.join(corpora, name)
        self.graph = json.loads(read(self.dir, "graph.json"))
        self.hosts = [host for host in ("postgresql", "sqlite")
                      if os.path.isdir(os.path.join(self.dir, host))]
        self.scripts = {rev["revision"]: self.script(rev) for rev in self.graph}

    def recorded(self, host, revision, kind):
        return read(self.dir, host, f"{revision}.{kind}.sql")

    def script(self, rev):
        def names(value):
            return ", ".join([value] if isinstance(value, str) else value or [])

        ident = rev["revision"]
        text = (f"-- migrate:revision   {ident}\n"
                f"-- migrate:revises    {names(rev['down_revision'])}\n"
                f"-- migrate:message    {' '.join((rev['message'] or '').split())}\n"
                f"-- migrate:created    {rev['create_date'] or ''}\n"
                f"-- migrate:labels     {names(rev['branch_labels'])}\n"
                f"-- migrate:depends_on {names(rev['depends_on'])}\n")
        for kind, word in (("up", "upgrade"), ("down", "downgrade")):
            for host in self.hosts:
                text += sections(word, host, self.recorded(host, ident, kind))
        return text

    def chain(self):
        """The revisions from base to head; these histories are lines."""
        after = {rev["down_revision"]: rev["revision"] for rev in self.graph}
        out = []
        at = after.get(None)
        while at is not None:
            out.append(at)
            at = after.get(at)
        return out

    def expected(self, what, host):
        return read(self.dir, f"{what}.{host}.sql")

    def lacks(self, host):
        """What the host lacks for the project; None: nothing."""
        if self.name == "wps" and host.sql(
                "SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis';") == "0":
            return "PostGIS isn't installed (Debian: postgresql-15-postgis-3)"
        return None
