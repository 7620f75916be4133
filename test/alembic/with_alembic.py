#!/usr/bin/python3
"""Compare plans and rows with Alembic itself.

usage: with_alembic.py [--graphs N] [--seed S] [driver]

Alembic runs here on revisions in memory; nothing is written.  Compared is what
doesn't depend on its version: whether a request is valid, which revisions it
runs, and the rows that it leaves.  Requests on which we differ on purpose
(section 11 of alembic.md) are not asked; differential.py asks those, and looks
at the order of steps too.
"""
import argparse
import pathlib
import random
import sys
import tempfile
import warnings
from unittest import mock

sys.dont_write_bytecode = True
import graphs  # noqa: E402

try:
    import alembic
    from alembic.runtime.migration import HeadMaintainer
    from alembic.script import ScriptDirectory
    from alembic.script.revision import Revision, RevisionMap
    from alembic.util import CommandError
except ImportError:
    print("SKIP with_alembic: Alembic isn't installed for %s" % sys.executable)
    sys.exit(0)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CRASHES = (AssertionError, AttributeError, KeyError, TypeError, ValueError,
           IndexError)


class Crash(Exception):
    """Alembic ended in an exception that is no answer."""


class Alembic:
    """One graph, as Alembic sees it."""

    def __init__(self, revs, directory):
        objects = []
        for name, parents, deps, labels in revs:
            rev = Revision(name, tuple(parents) or None,
                           dependencies=tuple(deps) or None,
                           branch_labels=tuple(labels) or None)
            rev.module = mock.Mock()
            rev.doc = ""
            objects.append(rev)
        self.map = RevisionMap(lambda: objects)
        self.script = ScriptDirectory(directory)
        self.script.revision_map = self.map
        self.map.heads  # builds it

    def tips(self, names):
        """Those that no other one implies."""
        above = {n: {r.revision for r in self.map._get_ancestor_nodes(
            [self.map.get_revision(n)])} - {n} for n in names}
        return {n for n in names if not any(n in above[x] for x in names)}

    def current(self, names):
        return {r.revision for r in self.map._get_all_current(tuple(names))}

    def plan(self, verb, rows, target):
        """(what runs, rows at the end); CommandError or Crash"""
        try:
            if verb == "up":
                steps = self.script._upgrade_revs(target, tuple(rows))
            elif verb == "down":
                steps = self.script._downgrade_revs(target, tuple(rows))
            else:
                steps = self.script._stamp_revs(target, tuple(rows))
            state = HeadMaintainer(mock.Mock(), set(rows))
            runs = []
            for step in steps:
                state.update_to_step(step)
                if verb != "stamp":
                    runs.append(step.revision.revision)
            return set(runs), self.tips(state.heads)
        except CRASHES as e:
            raise Crash(repr(e))


def random_rows(rng, revs, real):
    """Rows as upgrades would leave them."""
    some = [rng.choice(revs)[0] for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    return sorted(real.tips(set(some)))


def random_request(rng, revs, real):
    """A request that both answer alike."""
    rows = random_rows(rng, revs, real)
    verb = rng.choice(["up", "up", "down", "down", "stamp", "current"])
    ids = [r[0] for r in revs]
    labels = [x for r in revs for x in r[3]]
    target = rng.choice(ids + labels + ["head", "heads"])
    if verb == "current":
        return verb, rows, ""
    if verb == "stamp":
        # several destinations, or a branch beside one: 11.7
        target = rng.choice(ids + labels)
    elif rng.random() < 0.25:
        target = rng.choice(labels or ids) + "@" + target
    kind = rng.random()
    if verb == "up" and kind < 0.2:
        target = "+%d" % rng.randint(1, 4)
        if rng.random() < 0.5:
            target = rng.choice(labels or ids) + "@" + target
    elif verb == "down" and kind < 0.15:
        target = "base"
    elif verb == "down" and kind < 0.3 and len(rows) == 1:
        # not past a merge point: there we differ
        at, steps = rows[0], rng.randint(1, 3)
        for _ in range(steps):
            rev = real.map.get_revision(at) if at else None
            if rev is None or len(rev._versioned_down_revisions) > 1:
                return verb, rows, target
            at = (rev._versioned_down_revisions or (None,))[0]
        target = "-%d" % steps
    elif verb == "stamp" and kind < 0.2:
        target = "base"
    return verb, rows, target


def same(real, request, answer):
    """True, False, or None where there is nothing to compare."""
    verb, rows, target = request
    fields = answer.split("\t")
    if verb == "current":
        return set(fields[1].split()) == real.current(rows)
    try:
        runs, final = real.plan(verb, rows, target)
    except CommandError:
        return fields[0] == "error"
    except Crash:
        return None
    if fields[0] != "ok":
        return False
    steps = [x.split("|") for x in fields[1:]]
    end = set(steps[-1][3].split()) if steps else set(rows)
    return end == final and (verb == "stamp" or
                             {x[0][1:] for x in steps} == runs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--graphs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("driver", nargs="?",
                        default=str(ROOT / "build/driver"))
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    rng = random.Random(options.seed)
    driver = graphs.Driver(options.driver)
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as directory:
        for _ in range(options.graphs):
            revs = graphs.random_graph(rng, 20)
            real = Alembic(revs, directory)
            requests = [random_request(rng, revs, real) for _ in range(10)]
            lines = ["graph\t" + graphs.graph_text(revs)]
            lines += ["\t".join([v, " ".join(r), t]) for v, r, t in requests]
            answers = driver.ask(lines)[1:]
            for request, answer in zip(requests, answers):
                good = same(real, request, answer)
                skipped += good is None
                passed += good is True
                failed += good is False
                if good is False and failed <= 20:
                    try:
                        want = request[0] == "current" and \
                            real.current(request[1]) or real.plan(*request)
                    except CommandError as e:
                        want = "error: %s" % e
                    print("%s\n  request:  %s\n  Alembic:  %s\n  got:      %s"
                          % (lines[0], request, want, answer))
    print("Alembic %s, %d graphs (seed %d), %d requests on which it crashed"
          % (alembic.__version__, options.graphs, options.seed, skipped))
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
