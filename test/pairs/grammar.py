"""What the random schemas of both hosts are made of.

A schema is a list of items, each a dict with an id that it keeps through changes;
tables hold columns and rules, dicts with ids as well.  Texts name columns by their
ids, "{7}", so that they follow when one is renamed; what names an item that is gone
isn't there.  A grammar needn't get everything right: statements that the server
refuses are left out, of the start and of the model alike.
"""
import copy
import re

NAMES = ["a", "b", "c", "d", "Name", "size", "order", "a b", 'we"ird', "größe",
         "x1", "state", "at", "desc", "note"]


class Gone(Exception):
    """What is named isn't there."""


class Wrong(Exception):
    """What isn't as it should be; the first words tell failures apart."""


def quoted(name):
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", name) and name not in ("order", "desc")
    return name if plain else '"' + name.replace('"', '""') + '"'


def walk(schema):
    """All dicts with an id, and the lists that they stand in."""
    for item in schema:
        yield item, schema
        for part in ("columns", "rules"):
            for child in item.get(part) or []:
                if isinstance(child, dict):
                    yield child, item[part]


def find(schema, number):
    for item, _ in walk(schema):
        if item["id"] == number:
            return item
    return None


class Grammar:
    """Writes schemas and changes them.  The host's own fills kinds: word -> (how
    often, function that makes one)."""

    changes = [1, 1, 1, 2, 2, 3, 4, 6]

    def __init__(self, rng):
        self.rng = rng
        self.count = 0
        self.schema = []

    # ---- dice ----

    def chance(self, part):
        return self.rng.random() < part

    def one(self, *of):
        return self.rng.choice(of)

    def maybe(self, part, *of):
        return self.rng.choice(of) if self.chance(part) else None

    def some(self, of, low=1, high=3):
        of = list(of)
        count = min(len(of), self.rng.randint(low, high))
        return self.rng.sample(of, count)

    # ---- making ----

    def new(self, **values):
        self.count += 1
        return {"id": self.count, **values}

    def free_name(self, prefix):
        """A name for an item: now and then one that had been another's."""
        used = {item.get("name", "").lower() for item in self.schema}
        for _ in range(20):
            name = prefix + str(self.rng.randint(1, 9))
            if self.chance(0.15):
                name = self.one("Odd ", "größe", 'q"') + name
            if name.lower() not in used:
                return name
        return prefix + str(self.count + 100)

    def column_name(self, table):
        used = {column["name"].lower() for column in table["columns"]}
        left = [name for name in NAMES if name.lower() not in used]
        return self.rng.choice(left) if left else f"c{self.count}"

    def of_kind(self, *kinds):
        return [item for item in self.schema if item["kind"] in kinds]

    def pick(self, *kinds):
        items = self.of_kind(*kinds)
        if not items:
            raise Gone
        return self.rng.choice(items)

    def pick_column(self, table, *types):
        """A column, of one of some types if there is such."""
        columns = [column for column in table["columns"]
                   if not types or column["type"] in types] or table["columns"]
        if not columns:
            raise Gone
        return self.rng.choice(columns)

    def add(self):
        words = list(self.kinds)
        weights = [self.kinds[word][0] for word in words]
        word = self.rng.choices(words, weights)[0]
        try:
            item = self.kinds[word][1]()
        except Gone:
            return
        if item is not None:
            self.schema.append(item)

    def generate(self):
        self.schema = []
        for _ in range(self.rng.randint(1, 3)):
            self.schema.append(self.kinds["table"][1]())
        for _ in range(self.rng.randint(0, 9)):
            self.add()
        return copy.deepcopy(self.schema)

    # ---- changing ----

    def change(self, schema):
        """Some changes at random; what depends on what goes follows by itself."""
        self.schema = copy.deepcopy(schema)
        for _ in range(self.rng.choice(self.changes)):
            way = self.rng.random()
            if way < 0.2 or not self.schema:
                self.add()
            elif way < 0.3:
                self.schema.remove(self.rng.choice(self.schema))
            elif way < 0.4:
                self.rename(self.rng.choice(self.schema))
            else:
                try:
                    self.alter(self.rng.choice(self.schema))
                except Gone:
                    pass
        return copy.deepcopy(self.schema)

    def rename(self, item):
        item["hint"] = self.chance(0.5)
        if item["kind"] == "table" and self.chance(0.6) and item["columns"]:
            column = self.rng.choice(item["columns"])
            column["name"] = self.column_name(item)
            column["hint"] = self.chance(0.7)
        elif "name" in item:
            item["name"] = self.free_name(item["name"].rstrip("0123456789") or "n")

    # ---- saying ----

    def said(self, text, table):
        """A text with the names of the columns of a table in their places."""
        names = {column["id"]: column["name"] for column in table["columns"]}

        def name(match):
            number = int(match[1])
            if number not in names:
                raise Gone
            return quoted(names[number])
        return re.sub(r"\{(\d+)\}", name, text)

    def made(self, column, table):
        """What a column is generated of, if that is there."""
        try:
            return self.said(column["made"], table) if column["made"] else None
        except Gone:
            return None

    def names(self, numbers, table):
        return ", ".join(self.said("{%d}" % number, table) for number in numbers)

    def item(self, number):
        found = find(self.schema, number)
        if found is None:
            raise Gone
        return found

    def say(self, schema, before=None):
        """The statements: those of the model (before is the start) with hints."""
        self.schema = schema
        self.before = before
        self.later = []
        out = []
        for item in schema:
            try:
                out += getattr(self, "say_" + item["kind"])(item)
            except Gone:
                pass
        return out + self.later

    def hint(self, item):
        """The line that says what an item was."""
        was = find(self.before, item["id"]) if self.before is not None else None
        if was is None or not item.get("hint") or was["name"] == item["name"]:
            return ""
        return "-- migrate:renamed_from " + quoted(was["name"]) + "\n"
