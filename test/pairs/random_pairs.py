#!/usr/bin/python3
"""Random schemas, changed at random, with rows in their tables: autogenerate from
one to the other and back.

usage: random_pairs.py sqlite|postgresql|sqlite,postgresql [FIRST SEED [TIMES]]

As pairs.py judges its pairs, and: the values of columns that stayed are the same
after the upgrade; after the downgrade all are, but for what the script's lines
"loses ..." name.  A run that fails because of rows has to be one that the script
has said ("fails if ..."), or that adds a rule which the rows violate; then all is
as it was.  A failure shows its seed and the smallest pair that it shrinks to.
"""
import copy
import json
import os
import random
import re
import signal
import sys
import time
import traceback

import grammar
from grammar import Wrong

# what rows may do to a statement that has announced nothing: it adds a rule
RULES = re.compile(r"is violated by some row|violates|could not create (unique|exclusion)|duplicate"
                   r"|Key .* is (duplicated|not present)|constraint failed|no partition of relation"
                   r"|foreign key mismatch|conflicting key value|ADD (CONSTRAINT \S+ )?PRIMARY KEY")


def isolated(work, *args):
    """Run in a process of its own: it may crash.  Returns the failure's text, or
    None."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(120)
        try:
            answer = work(*args)
        except Wrong as wrong:
            answer = str(wrong)
        except BaseException:
            answer = "harness: " + traceback.format_exc()
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    return json.loads(text) if text else f"crash: status {status}"


# ---- what the script says ----

def sections(script):
    """The upgrade's and the downgrade's text."""
    up, down = script.split("-- migrate:upgrade\n")[1].split("-- migrate:downgrade\n")
    return up, down


def lost(section):
    """What a section says it loses: tables, and (table, column)s."""
    tables, columns = set(), set()
    for line in re.findall(r"(?m)^-- loses (.*)$", section):
        match = re.match(r"the rows of table (.*)$", line)
        if match:
            tables.add(match[1].lower())
        match = re.match(r"(?:what .* can't hold of )?the values of (.*)$", line)
        if match:
            columns.add(match[1].lower())
            columns.add(re.sub(r'"((?:[^"]|"")*)"', lambda name: name[1].replace('""', '"'), match[1]).lower())
    return tables, columns


def excused(section, error):
    """Has the section said that rows may let it fail so, or does it add a rule?"""
    if RULES.search(error):
        return True
    return "-- fails if" in section


def project(rows, keep):
    return sorted(repr([row[name] for name in keep]) for row in rows)


def stayed(start, model):
    """(table before, table after, [(column before, after)]) for what went on."""
    for table in start:
        other = next((t for t in model if t["id"] == table["id"]), None)
        if table["kind"] != "table" or other is None:
            continue
        if other["name"].lower() != table["name"].lower() and not other.get("hint"):
            continue
        pairs = []
        for column in table["columns"]:
            match = next((c for c in other["columns"] if c["id"] == column["id"]), None)
            if match is None or match["type"] != column["type"] or match["made"] or column["made"]:
                continue
            if match["name"].lower() == column["name"].lower() or match.get("hint"):
                pairs.append((column["name"], match["name"]))
        yield table["name"], other["name"], pairs


def case(host, start, model, seed, with_rows=True):
    """Try a pair; None: all is well."""
    with host.place() as place:
        texts = place.build(start, model)
        if texts is None:
            return None
        if with_rows:
            place.fill(start, random.Random(seed))
        before, rows = place.catalog("from"), place.rows()
        wanted = place.catalog("to")
        script = place.revision(texts)
        up, down = sections(script)

        def wrong(what, more=""):
            found = "\n".join(more) if isinstance(more, list) else more
            return Wrong(f"{what}\n{found}\n{script}")
        if "-- not proven" in up:
            raise wrong("not proven:")
        error = place.run("upgrade", "head")
        if error is not None:
            if place.catalog("from") != before or place.rows() != rows:
                raise wrong("upgrade failed and left:", error)
            if not excused(up, error):
                raise wrong("upgrade fails:", error)
            return None
        found = host.differences(place.catalog("from"), wanted)
        if found:
            raise wrong("upgrade:", found)
        again = place.check()
        if again:
            raise wrong("again:", again)
        middle, gone = place.rows(), lost(up)
        for old, new, columns in stayed(start, model):
            if old in rows and new in middle and old.lower() not in gone[0]:
                kept = [(a, b) for a, b in columns if f"{old}.{a}".lower() not in gone[1]]
                if project(rows[old], [a for a, _ in kept]) != project(middle[new], [b for _, b in kept]):
                    raise wrong(f"rows of {old} after the upgrade:", f"{rows[old]}\n{middle[new]}")
        between = place.catalog("from")
        error = place.run("downgrade", "base")
        if error is not None:
            if place.catalog("from") != between or place.rows() != middle:
                raise wrong("downgrade failed and left:", error)
            if not excused(down, error):
                raise wrong("downgrade fails:", error)
            return None
        found = host.differences(place.catalog("from"), before)
        if found:
            raise wrong("downgrade:", found)
        after = place.rows()
        for table in rows:
            if table.lower() in gone[0]:
                continue
            keep = [name for name in (rows[table] or [{}])[0]
                    if f"{table}.{name}".lower() not in gone[1] and not host.is_made(start, table, name)]
            if project(rows[table], keep) != project(after.get(table, []), keep):
                raise wrong(f"rows of {table} after the downgrade:", f"{rows[table]}\n{after.get(table)}")
    return None


# ---- shrinking ----

def sort_of(failure):
    """Failures of one sort: the first line, without names and numbers."""
    lines = failure.split("\n")
    text = lines[0] if ":" in lines[0] and not lines[0].endswith("fails:") else " ".join(lines[:2])
    return re.sub(r'"[^"]*"|\d+|rows of .* after', "", text)[:60]


def without(schema, number):
    out = copy.deepcopy(schema)
    for item, where in list(grammar.walk(out)):
        if item["id"] == number:
            where.remove(item)
    return out


def smaller(start, model):
    """Pairs with something less, the big steps first."""
    numbers = []
    for schema in (start, model):
        for item, _ in grammar.walk(schema):
            if item["id"] not in numbers:
                numbers.append(item["id"])
    for number in numbers:
        yield without(start, number), without(model, number)
    for number in numbers:
        old, new = grammar.find(start, number), grammar.find(model, number)
        if old is None or new is None:
            continue
        for word in old:
            if word in ("id", "kind", "name"):
                continue
            if old[word] != new.get(word) and word not in ("columns", "rules"):
                pair = copy.deepcopy(start), copy.deepcopy(model)
                grammar.find(pair[1], number)[word] = copy.deepcopy(old[word])
                yield pair
            if isinstance(old[word], (str, dict, bool)) and (old[word] or new.get(word)):
                pair = copy.deepcopy(start), copy.deepcopy(model)
                for schema in pair:
                    grammar.find(schema, number)[word] = False if isinstance(old[word], bool) else None
                yield pair


def shrink(host, pair, seed, failure, budget):
    """The smallest pair that fails so."""
    sort = sort_of(failure)
    rows = True
    if (found := isolated(case, host, *pair, seed, False)) and sort_of(found) == sort:
        rows, failure = False, found
    progress = True
    while progress and budget > 0:
        progress = False
        for less in smaller(*pair):
            budget -= 1
            if budget <= 0:
                break
            found = isolated(case, host, *less, seed, rows)
            if found and sort_of(found) == sort:
                pair, failure, progress = less, found, True
                break
    return pair, failure


def run(word, first, times):
    """Try some seeds on a host; returns how many went well, and how many didn't."""
    host = __import__("random_" + word).Host()
    begun = time.time()
    failed = 0
    for number, seed in enumerate(range(first, first + times), 1):
        start, model = host.pair(random.Random(seed))
        failure = isolated(case, host, start, model, seed)
        if failure is not None:
            failed += 1
            if os.environ.get("SHRINK") != "no":
                (start, model), failure = shrink(host, (start, model), seed, failure, host.patience)
            texts = host.texts(start, model) or [None, None]
            pair = {"name": f"random_{seed}", "host": host.name, "from": texts[0], "to": texts[1]}
            print(f"not ok {word} seed {seed}: {failure.strip()}\n{json.dumps(pair, ensure_ascii=False)}\n", flush=True)
        if number % 100 == 0 or number == times:
            print(f"{word}: {number} random pairs, {failed} failed, {time.time() - begun:.0f} s", flush=True)
    return times - failed, failed


def main():
    hosts, first, times = (sys.argv[1:] + ["1", "100"][max(0, len(sys.argv) - 2):])[:3]
    passed = failed = 0
    for word in hosts.split(","):
        # SQLite's take a tenth of the time
        found = run(word, int(first), int(times) * (10 if word == "sqlite" and "," in hosts else 1))
        passed, failed = passed + found[0], failed + found[1]
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
