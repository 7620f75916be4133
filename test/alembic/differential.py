#!/usr/bin/env python3
"""Compare the core's plans and identifiers with a model of Alembic's.

usage: differential.py [--seconds N | --graphs N] [--seed S] [driver]

Random graphs and requests go to the driver (test/alembic/driver.c) and to the
model (oracle/alembic_model.py below $MIGRATE_SHARED).  Answers have to be
equal: steps in their order, rows behind each, the kind of an error.  Where we
differ on purpose, the rule stands here under its number in section 11 of
alembic.md ("where we differ").
"""
import argparse
import collections
import os
import pathlib
import random
import re
import sys
import time

sys.dont_write_bytecode = True
import graphs  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = pathlib.Path(os.environ.get("MIGRATE_SHARED", ROOT.parent / "shared"))

# What the model's errors are called here.
KINDS = {
    "unknown": {"unknown"},
    "ambiguous-prefix": {"ambiguous"},
    "not-in-branch": {"unknown", "range"},
    "multiple-heads": {"heads"},
    "ambiguous-walk": {"ambiguous"},
    "ambiguous-current": {"ambiguous"},
    "relative": {"range", "argument"},
    "too-far": {"range"},
    "not-ancestor": {"range"},
    "bad-branch-target": {"range"},
    "overlap": {"argument", "range"},
    "state": {"state"},
}


class Expected(Exception):
    """An error of our own rules."""

    def __init__(self, *kinds):
        super().__init__(*kinds)
        self.kinds = set(kinds)


def load_model():
    path = SHARED / "oracle"
    if not (path / "alembic_model.py").exists():
        print("SKIP differential: no oracle/alembic_model.py in %s" % SHARED)
        sys.exit(0)
    sys.path.insert(0, str(path))
    import alembic_model
    return alembic_model


model = load_model()
bits = model.bits


def mask(items):
    out = 0
    for i in items:
        out |= 1 << i
    return out


class Rules:
    """The model's answers about one graph, changed by our rules."""

    def __init__(self, revs):
        self.g = model.Graph(revs)
        self.check_cycles()
        self.above = [self.g.up_n(1 << i) & ~(1 << i)
                      for i in range(self.g.n)]

    def check_cycles(self):
        """A cycle that hangs between a base and a head escapes Alembic."""
        g = self.g
        left = set(range(g.n))
        while left:
            free = {i for i in left
                    if not left & set(g.down[i] + g.deps[i])}
            if not free:
                raise model.Err("cycle")
            left -= free

    # -- identifiers

    def many(self, text):
        """As Alembic's; but the branch of b@base has to be one (11.1), -N
        stops at the base, and X@-N needs no label (11.13)."""
        g = self.g
        branch, _, name = text.partition("@")
        if "@" not in text:
            branch, name = "", text
        if branch and name == "base":
            g.branch(branch)
        if branch and re.fullmatch(r"-[0-9]*[1-9][0-9]*", name):
            at = g.branch(branch)
            label = branch in g.keys and branch not in g.pos
            return [g.walk(h, int(name)) for h in bits(g.real_heads)
                    if (branch in g.labels[h] if label
                        else g.related(h, 1 << at, False))]
        return g.many(text)

    def resolve(self, text):
        return [i for i in self.many(text.strip())
                if i is not None and i != "base"]

    def one(self, text):
        self.many(text.strip())
        return self.g.one(text.strip())

    # -- rows

    def tips(self, members):
        """The members that no other one implies."""
        return {i for i in members
                if not any(self.above[k] >> i & 1 for k in members)}

    def check_rows(self, rows):
        """11.8: a row that another one implies is refused."""
        if len(self.tips(rows)) != len(set(rows)):
            raise Expected("state")

    def undo(self, i, rows):
        """Rows behind a downgrade; hidden parents never come back."""
        assert i in rows
        others = set(rows) - {i}
        parents = set(self.g.par_n[i])
        hidden = self.g.up_n(mask(others))
        for p in parents:
            hidden |= self.above[p]
        return others | {p for p in parents if not hidden >> p & 1}

    def steps(self, order, up, rows):
        """(mark, revision, from, to, rows behind it) of each step."""
        out = []
        rows = set(rows)
        for i in order:
            rows = self.g.apply(i, True, rows) if up else self.undo(i, rows)
            assert rows == self.tips(rows)
            ends = (self.g.down[i], [i])
            out.append(("+" if up else "-", i) + (ends if up else ends[::-1]) +
                       (rows,))
        return out

    # -- upgrade

    def upgrade_target(self, word, names):
        """11.1: landing on base is base, walking past it an error."""
        m = model.REL.match(word)
        if not m:
            return self.many(word)
        if m.group(1) and (m.group(2) or int(m.group(3)) > 0):
            self.g.branch(m.group(1))
        found = self.g.up_target(word, names)
        if None in found and int(m.group(3)) != 0:
            raise Expected("range")
        return [t for t in found if t is not None and t != "base"]

    def upgrade_targets(self, text, rows):
        names = [self.g.ids[i] for i in rows]
        words = re.split(r"[ ,]+", text.strip(" ,"))
        if words == [""]:
            raise Expected("argument")
        out = []
        for word in words:
            out += self.upgrade_target(word, names)
        return out

    def upgrade(self, text, rows):
        self.check_rows(rows)
        g = self.g
        targets = self.upgrade_targets(text, rows)
        g.no_overlap(targets, lambda i: mask(g.par_n[i]))
        need = g.up_n(mask(targets)) & ~g.up_n(mask(rows))
        return self.steps(reversed(g.sort(need, targets)), True, rows)

    # -- downgrade

    def walk_down(self, start, count, branch):
        """11.4: (where count steps lead, the merge to undo on top of it)."""
        g = self.g
        here = start
        for left in range(count, 0, -1):
            if here == "base":
                raise Expected("range", "argument")
            # from "nothing" down begins at the heads, in Alembic
            parents = list(bits(g.heads)) if here is None else \
                list(g.down[here]) or ["base"]
            if len(parents) > 1 and left == 1:
                if here is None:
                    raise Expected("range", "ambiguous")
                return here, here
            if len(parents) > 1 and branch:
                parents = [p for p in parents
                           if g.related(p, 1 << g.branch(branch), False)]
            if len(parents) > 1:
                raise Expected("ambiguous")
            if not parents:
                raise Expected("range")
            here = parents[0]
        return here, None

    def downgrade_target(self, text, rows):
        """(branch, target or None, merge or None)"""
        g = self.g
        m = model.REL.match(text)
        if not m:
            branch, _, symbol = text.rpartition("@")
            if branch:
                g.branch(branch)
            return branch or None, g.one(symbol), None
        branch, symbol, count = m.group(1), m.group(2), -int(m.group(3))
        if branch and (symbol or count > 0):
            g.branch(branch)
        if count == 0 and symbol is not None:
            return branch, g.one(symbol), None  # 11.1: also base+0
        if count <= 0:
            branch, target = g.dn_target(text, [g.ids[i] for i in rows])
            return branch, None if target == "base" else target, None
        limit = branch
        if symbol is not None:
            start = g.one(symbol if branch is None else branch + "@" + symbol)
        elif branch is None:
            if len(set(rows)) > 1:
                raise Expected("ambiguous")  # 11.4
            if not rows:
                raise Expected("range", "argument")
            start = rows[0]
            limit = g.ids[start]
        else:
            names = [g.ids[i] for i in rows]
            found = g.lineage(rows, branch) or g.lineage(
                g.all_current(names), branch)
            if len(found) != 1:
                raise Expected("ambiguous", "range", "argument")  # 11.1
            start = found[0]
        target, merge = self.walk_down(start, count, branch)
        if target is None:
            raise Expected("range")
        return limit, None if target == "base" else target, merge

    def roots(self, branch, target, walked, rows):
        """What hangs on the target: the least that has to go."""
        g = self.g
        if target is not None:
            roots = list(bits(g.kid_v[target]))
        else:
            roots = [i for i in range(g.n) if not g.down[i]]
        if not branch:
            return roots
        line = g.up_v(1 << g.branch(branch))
        if len(roots) > 1:
            roots = [r for r in roots if line >> r & 1]
            if not roots:
                raise Expected("range")
        elif target is None:
            # 11.5: never the trunk that the branch shares with others
            line |= g.dn_v(1 << g.branch(branch))
            if mask(rows if walked else range(g.n)) & ~line:
                raise Expected("range")
        return roots

    def downgrade(self, text, rows):
        self.check_rows(rows)
        g = self.g
        text = text.strip()
        branch, target, merge = self.downgrade_target(text, rows)
        if merge is not None:
            roots = [merge]
        else:
            roots = self.roots(branch, target, model.REL.match(text), rows)
        drop = g.dn_a(mask(roots)) & g.up_n(mask(rows))
        if target is not None and not drop and target not in rows:
            raise Expected("range")
        return self.steps(g.sort(drop, list(rows)), False, rows)

    # -- stamp

    def stamp_target(self, word, rows):
        """What one target names; 11.7: relative ones as well."""
        g = self.g
        m = model.REL.match(word)
        if not m:
            return self.many(word)
        if int(m.group(3)) > 0:
            return self.upgrade_target(word, [g.ids[i] for i in rows])
        branch, target, merge = self.downgrade_target(word, rows)
        if merge is not None:
            return list(g.down[merge])
        return [] if target is None else [target]

    def stamp_scope(self, word, found, rows):
        """The rows that share a line with a target or its branch."""
        g = self.g
        m = model.REL.match(word)
        branch = (m.group(1) if m else word.rpartition("@")[0]) or ""
        tests = list(found)
        if branch:
            tests.append(g.branch(branch.split("@")[0]))
        if not tests:
            return list(rows)
        return [i for i in rows if g.related(i, mask(tests), True)]

    def stamp(self, text, rows):
        """11.7: the set of rows at the end."""
        words = re.split(r"[ ,]+", text.strip(" ,"))
        if words == [""]:
            raise Expected("argument")
        dests, scope = set(), set()
        for word in words:
            found = self.stamp_target(word, rows)
            dests |= set(found)
            scope |= set(self.stamp_scope(word, found, rows))
        return self.tips((set(rows) - scope) | dests)

    def stamp_steps(self, text, rows):
        """Alembic's steps as (from, to), where it stamps as we do; else
        None."""
        if not re.fullmatch(r"\w+", text.strip()) or text == "heads" or \
                len(self.tips(rows)) < len(rows):
            return None
        try:
            steps = self.g.stamp(text.strip(), [self.g.ids[i] for i in rows])
        except model.Err:
            return None
        return [(old, [] if new is None else [new])
                for old, new, _, _ in steps]

    # -- the rest

    def show(self, text, rows):
        """11.13: relative forms are walked from the rows."""
        m = model.REL.match(text)
        if text == "current":
            return list(rows)
        if m and (m.group(2) or int(m.group(3)) > 0):
            return self.upgrade_target(text, [self.g.ids[i] for i in rows])
        return self.resolve(text)

    def labels(self):
        return self.g.labels

    def history_end(self, text, start):
        """The targets of a range's end, counted from its start."""
        g = self.g
        m = model.REL.match(text)
        if not m:
            return self.many(text)
        branch, symbol, count = m.group(1), m.group(2), int(m.group(3))
        if symbol is None and count <= 0:
            raise Expected("range", "argument")
        if branch:
            g.branch(branch)
        if symbol is None:
            tops = list(start) or [None]
            if branch and start:
                tops = g.lineage(list(start), branch)
                if not tops:
                    line = g.lineage(list(bits(g.up_n(mask(start)))), branch)
                    inner = {p for x in line for p in g.par_n[x]}
                    tops = [x for x in line if x not in inner] or [None]
            if len(tops) > 1:
                raise Expected("ambiguous")
            return [g.walk(tops[0], count, branch, strict=False)]
        if count > 0:
            return [g.walk(g.one(symbol), count, branch, strict=False)]
        return [g.walk(g.one(symbol if branch is None
                             else branch + "@" + symbol), count,
                       strict=False)]

    def history(self, text, rows):
        """alembic.md 2.8, with the rules of 11.13"""
        g = self.g
        start, end = [x.strip() for x in text.split(":")]
        if start == "current":
            low = list(rows)
        elif not start:
            low = []
        else:
            low = [i for i in self.many(start) if i not in (None, "base")]
        if end == "current" and rows:
            top = list(rows)
        else:
            top = [t for t in self.history_end(
                "heads" if end in ("", "current") else end, low)
                if t is not None and t != "base"]
        if "@" in start:
            branch = start.split("@", 1)[0]
            if branch:
                at = g.branch(branch)
                top = [t for t in top
                       if (branch in g.labels[t]
                           if branch in g.keys and branch not in g.pos
                           else g.related(t, 1 << at, False))]
        g.no_overlap(top, lambda i: mask(g.par_n[i]))
        required = g.up_n(mask(top))
        if mask(low) & ~required:
            raise Expected("range")
        need = required & ~g.up_n(mask(low)) | mask(low)
        if low:
            need &= g.dn_v(mask(low))
        # 11.1: Alembic fails, or strays, where something above a member is
        # left out (several starts; dependencies): any order, children first
        over = mask(i for i in range(g.n) if self.above[i] & need)
        if required & over & ~need:
            return need
        try:
            return g.sort(need, top)
        except AssertionError:
            return need


# -- requests and answers


def random_rows(rng, rules):
    """Rows as upgrades would leave them, in any order."""
    g = rules.g
    some = [rng.randrange(g.n) for _ in range(rng.choice([0, 1, 1, 1, 2, 3]))]
    rows = sorted(rules.tips(bits(g.up_n(mask(some)))))
    rng.shuffle(rows)
    return rows


VERBS = ("up up up down down down stamp resolve one current labels "
         "history show")


def random_request(rng, revs, rules, verbs):
    """(verb, fields, what the rules say, what kind of answer)"""
    rows = random_rows(rng, rules)
    names = " ".join(rules.g.ids[i] for i in rows)
    verb = rng.choice(verbs)
    if verb in ("labels",):
        return verb, [], rules.labels
    if verb == "current":
        return verb, [names], lambda: rules.g.all_current(
            [rules.g.ids[i] for i in rows])
    if verb in ("resolve", "one"):
        text = graphs.random_absolute(rng, revs)
        if verb == "resolve" and rng.random() < 0.15:
            text = graphs.random_branch(rng, revs) + "@" \
                if rng.random() < 0.5 else ""
            text += "-%d" % rng.randint(1, 4)
        return verb, [text], lambda: (rules.resolve if verb == "resolve"
                                      else rules.one)(text)
    if verb == "show":
        text = rng.choice(["current", graphs.random_absolute(rng, revs),
                           graphs.random_relative(rng, revs)])
        return verb, [names, text], lambda: rules.show(text, rows)
    if verb == "history":
        text = random_range(rng, revs)
        return verb, [names, text], lambda: rules.history(text, rows)
    if verb in ("up", "down", "stamp") and rng.random() < 0.03:
        rows = sorted({rng.randrange(rules.g.n) for _ in range(2)})
        names = " ".join(rules.g.ids[i] for i in rows)
    relative = {"up": 0.4, "down": 0.5, "stamp": 0.2}[verb]
    make = graphs.random_absolute
    if rng.random() < relative:
        make = graphs.random_relative
    text = make(rng, revs)
    if verb != "down" and rng.random() < 0.12:
        text += rng.choice([",", " ", ", "]) + make(rng, revs)
    if rng.random() < 0.02:
        text = " %s " % text
    if verb == "up":
        return verb, [names, text], lambda: rules.upgrade(text, rows)
    if verb == "down":
        return verb, [names, text], lambda: rules.downgrade(text, rows)
    return verb, [names, text], lambda: (rules.stamp(text, rows), set(rows),
                                         rules.stamp_steps(text, rows))


def random_range(rng, revs):
    sides = []
    for side in range(2):
        kind = rng.random()
        if kind < 0.3:
            sides.append("")
        elif kind < 0.7:
            sides.append(graphs.random_absolute(rng, revs))
        elif kind < 0.8:
            sides.append("current" if "current" not in sides else "")
        elif side == 0:
            sides.append("-%d" % rng.randint(1, 5))
        else:
            sides.append(graphs.random_relative(rng, revs))
    return sides[0] + rng.choice([":", ":", ":", " : "]) + sides[1]


def expect(request):
    """("ok", value) or ("error", kinds or None for any)"""
    try:
        return "ok", request[2]()
    except Expected as e:
        return "error", e.kinds
    except model.Err as e:
        return "error", KINDS.get(e.code)
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError):
        return "error", None  # 11.1: an error, whichever it is


def show_ids(rules, items):
    return " ".join("-" if i is None else rules.g.ids[i] for i in items)


def show(rules, verb, value):
    """A value as the driver prints it."""
    if verb in ("up", "down"):
        return "".join("\t%s%s|%s|%s|%s" % (
            mark, rules.g.ids[i], show_ids(rules, old), show_ids(rules, new),
            show_ids(rules, sorted(rows)))
            for mark, i, old, new, rows in value)
    if verb == "one":
        value = [value]
    if verb == "current":
        value = sorted(value)
    return "\t" + show_ids(rules, value)


def same(rules, request, expected, answer):
    """Is the answer what was expected?"""
    verb = request[0]
    fields = answer.split("\t")
    if expected[0] == "error":
        return fields[0] == "error" and (expected[1] is None or
                                         fields[1] in expected[1])
    if fields[0] != "ok":
        return False
    if verb == "labels":
        return [set(x.split()) for x in fields[1:]] == expected[1]
    if verb == "stamp":
        final, rows, steps = expected[1]
        if steps is not None and steps != [] and len(steps) != \
                len(fields) - 1:
            return False
        for (old, new), field in zip(steps or [], fields[1:]):
            if field.split("|")[1:3] != [show_ids(rules, old),
                                         show_ids(rules, new)]:
                return False
        last = fields[-1].split("|")[3] if len(fields) > 1 else \
            show_ids(rules, sorted(rows))
        return last == show_ids(rules, sorted(final)) and all(
            x.startswith("!") for x in fields[1:])
    if verb == "history" and isinstance(expected[1], int):
        return children_first(rules, expected[1], fields[1].split())
    return answer == "ok" + show(rules, verb, expected[1])


def children_first(rules, members, names):
    """Are these the members, each above its parents?"""
    found = [rules.g.pos[x] for x in names]
    seen = 0
    for i in found:
        if rules.above[i] & seen:
            return False
        seen |= 1 << i
    return seen == members and len(names) == len(set(names))


def describe(rules, request, expected):
    if request[0] == "history" and isinstance(expected[1], int):
        return "ok, in any order: %s" % show_ids(rules, bits(expected[1]))
    if expected[0] == "error":
        return "error %s" % (sorted(expected[1]) if expected[1] else "any")
    if request[0] == "stamp":
        return "ok, rows at the end: %s" % show_ids(
            rules, sorted(expected[1][0]))
    if request[0] == "labels":
        return "ok %s" % expected[1]
    return "ok" + show(rules, request[0], expected[1])


class Score:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self.shown = 0
        self.verbs = collections.Counter()

    def add(self, good, text):
        if good:
            self.passed += 1
            return
        self.failed += 1
        if self.shown < 20:
            self.shown += 1
            print(text)


def batch(rng, driver, count, per_graph, score, verbs):
    """Ask about some graphs at once."""
    lines, checks = [], []
    for _ in range(count):
        revs = graphs.random_graph(rng)
        if rng.random() < 0.05:
            revs = graphs.break_graph(rng, revs)
        text = graphs.graph_text(revs)
        lines.append("graph\t" + text)
        try:
            rules = Rules(revs)
        except (model.Err, KeyError):
            checks.append((None, text, None, None))
            continue
        checks.append((rules, text, None, None))
        for _ in range(per_graph):
            request = random_request(rng, revs, rules, verbs)
            lines.append("\t".join([request[0]] + request[1]))
            checks.append((rules, text, request, expect(request)))
    for answer, line, check in zip(driver.ask(lines), lines, checks):
        rules, text, request, expected = check
        if request is None:
            good = answer.startswith("error\tgraph") if rules is None \
                else answer == "ok"
            score.add(good, "graph: %s\n  expected: %s\n  got:      %s" % (
                text, "ok" if rules else "error", answer))
            continue
        good = same(rules, request, expected, answer)
        if not good:
            score.verbs[request[0]] += 1
        score.add(good, good or "graph: %s\n  request:  %s\n  expected: %s\n"
                  "  got:      %s" % (text, line.replace("\t", " | "),
                                      describe(rules, request, expected),
                                      answer.replace("\t", "  ")))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--graphs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbs", help="only these, for a closer look")
    parser.add_argument("driver", nargs="?",
                        default=str(ROOT / "build/driver"))
    options = parser.parse_args()
    rng = random.Random(options.seed)
    driver = graphs.Driver(options.driver)
    score = Score()
    verbs = (options.verbs or VERBS).split()
    started, done = time.time(), 0
    while (time.time() - started < options.seconds if options.seconds
           else done < options.graphs):
        batch(rng, driver, 50, 12, score, verbs)
        done += 50
    if score.failed:
        print("by verb: %s" % dict(score.verbs))
    print("%d graphs (seed %d)" % (done, options.seed))
    print("%d passed, %d failed" % (score.passed, score.failed))
    sys.exit(1 if score.failed else 0)


if __name__ == "__main__":
    main()
