"""Random revision graphs and requests, and the driver that answers them.

A graph is a list of (id, parents, deps, labels) in map order.
"""
import random
import subprocess

HEX = "0123456789abcdef"


def random_id(rng, taken):
    """An id like Alembic's, a short one, or one that begins as another does."""
    while True:
        kind = rng.random()
        if kind < 0.6:
            name = "".join(rng.choice(HEX) for _ in range(12))
        elif kind < 0.75 and taken:
            name = rng.choice(sorted(taken))[:4].replace("-", "") + "".join(
                rng.choice(HEX) for _ in range(4))
        elif kind < 0.9:
            name = rng.choice("rst") + str(rng.randrange(100))
        else:
            name = "rev_%d" % rng.randrange(100)
        # one that is all digits reads as a number in an identifier
        if name not in taken and not name.isdigit():
            taken.add(name)
            return name


def random_labels(rng, taken):
    out = []
    while rng.random() < 0.15:
        name = rng.choice(["lib", "app", "core", "br", "branch", "my-line",
                           "plugin"]) + rng.choice(["", "x", "y", "2x"])
        if name not in taken:
            taken.add(name)
            out.append(name)
    return out


def random_graph(rng, most=40):
    """A graph without errors, in a map order that may be any."""
    count = rng.choice([1, 2, 3, rng.randint(1, 12), rng.randint(1, most)])
    if rng.random() < 0.01:
        count = 200
    p_merge = rng.choice([0, 0.1, 0.3])
    p_base = rng.choice([0, 0.05, 0.3])
    p_dep = rng.choice([0, 0, 0.1, 0.4, 0.7])
    few = rng.choice([None, None, 3])  # deps that many declare
    near = rng.choice([1, 3, count])
    with_labels = rng.random() < 0.7
    ids, revs, taken = [], [], set()
    names = []
    for i in range(count):
        name = random_id(rng, taken)
        parents = []
        if ids and rng.random() >= p_base:
            recent = ids[-near:]
            parents.append(rng.choice(recent))
            while rng.random() < p_merge:
                other = rng.choice(recent if rng.random() < 0.7 else ids)
                if other not in parents:
                    parents.append(other)
        deps = []
        while ids and rng.random() < p_dep:
            dep = rng.choice(names[:few])
            if dep not in deps:
                deps.append(dep)
        labels = random_labels(rng, taken) if with_labels else []
        ids.append(name)
        names += [name] + labels
        revs.append((name, parents, deps, labels))
    if rng.random() < 0.4:
        rng.shuffle(revs)
    return revs


def break_graph(rng, revs):
    """The same with one error in it."""
    revs = [(r[0], list(r[1]), list(r[2]), list(r[3])) for r in revs]
    one, two = rng.choice(revs), rng.choice(revs)
    kind = rng.randrange(6)
    if kind == 0:
        one[1].append("nobody")
    elif kind == 1:
        one[2].append("nobody")
    elif kind == 2 and two[0] not in one[1]:
        one[1].append(two[0])
    elif kind == 3 and two[0] not in one[2]:
        one[2].append(two[0])
    elif kind == 4:
        one[3].append(two[0])
    else:
        one[3].append("twice")
        two[3].append("twice")
    return revs


def graph_text(revs):
    out = []
    for name, parents, deps, labels in revs:
        text = name
        if parents:
            text += "(%s)" % ",".join(parents)
        if labels:
            text += " @" + ",".join(labels)
        if deps:
            text += " +" + ",".join(deps)
        out.append(text)
    return "; ".join(out)


def random_name(rng, revs):
    """What may stand for a revision in an identifier."""
    rev = rng.choice(revs)
    labels = [x for r in revs for x in r[3]]
    kind = rng.random()
    if kind < 0.5:
        return rev[0]
    if kind < 0.65:
        return rng.choice(labels) if labels else rev[0]
    if kind < 0.8:
        name = rng.choice(labels + [rev[0]])
        return name[:rng.randint(1, len(name))]
    if kind < 0.97:
        return rng.choice(["head", "heads", "base"])
    return rng.choice(["nobody", "zz", "Head", "0"])


def random_branch(rng, revs):
    labels = [x for r in revs for x in r[3]]
    if labels and rng.random() < 0.7:
        name = rng.choice(labels)
    else:
        name = rng.choice(revs)[0]
    kind = rng.random()
    if kind < 0.1:
        return name[:rng.randint(1, len(name))]
    return "nobody" if kind < 0.13 else name


def random_absolute(rng, revs):
    name = random_name(rng, revs)
    if rng.random() < 0.35:
        return random_branch(rng, revs) + "@" + name
    return name


def random_relative(rng, revs, sign=None):
    text = ""
    if rng.random() < 0.4:
        text = random_branch(rng, revs) + "@"
    if rng.random() < 0.5:
        # names with a - can't be counted from, in Alembic's grammar
        text += random_name(rng, revs).replace("-", "")
    return text + (sign or rng.choice("+-")) + str(rng.choice([1, 1, 1, 2, 3,
                                                               5, 0]))


class Driver:
    """Asks the driver: batches of lines in, as many lines out."""

    def __init__(self, path):
        self.path = path

    def ask(self, lines):
        run = subprocess.run([self.path], input="\n".join(lines) + "\n",
                             capture_output=True, text=True)
        answers = run.stdout.split("\n")[:-1]
        if len(answers) != len(lines):
            at = len(answers)
            start = max(i for i in range(min(at, len(lines) - 1) + 1)
                        if lines[i].startswith("graph"))
            raise SystemExit("the driver died (%d) at:\n%s\n%s\n%s" % (
                run.returncode, lines[start], lines[min(at, len(lines) - 1)],
                run.stderr[:3000]))
        return answers
