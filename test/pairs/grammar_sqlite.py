"""Random schemas as SQLite takes them.  See grammar.py."""
from grammar import Gone, Grammar, quoted

TYPES = ["", "INTEGER", "int", "bigint", "text", "varchar(10)", "real",
         "numeric(10, 2)", "blob", "double precision", "boolean", "date"]
STRICT_TYPES = ["INT", "INTEGER", "TEXT", "REAL", "BLOB", "ANY"]
DEFAULTS = ["5", "-3", "'x'", "'it''s'", "NULL", "(1 + 1)", "1.5", "x'00ff'",
            "CURRENT_TIMESTAMP", "true", "(abs(-7))", "('a' || 'b')"]
CONFLICTS = ["ROLLBACK", "FAIL", "IGNORE", "REPLACE", "ABORT"]
COLLATIONS = ["NOCASE", "RTRIM", "BINARY"]
ACTIONS = ["ON DELETE CASCADE", "ON DELETE SET NULL ON UPDATE CASCADE",
           "ON DELETE SET DEFAULT", "ON UPDATE RESTRICT", "MATCH FULL",
           "DEFERRABLE INITIALLY DEFERRED", "ON DELETE CASCADE DEFERRABLE"]
CHECKS = ["%s > 0", "%s IS NOT 'zz'", "length(%s) < 20", "%s <> 77 OR %s IS NULL",
          "typeof(%s) <> 'x;y'"]
MADE = ["%s + 1", "%s || 'x'", "upper(%s)", "coalesce(%s, 0)"]


class Lite(Grammar):
    def __init__(self, rng):
        super().__init__(rng)
        self.kinds = {
            "table": (3, self.new_table),
            "index": (5, self.new_index),
            "view": (3, self.new_view),
            "trigger": (3, self.new_trigger),
            "virtual": (0.7, self.new_virtual),
            "rule": (3, self.new_rule),
            "column": (3, self.new_column),
        }

    # ---- making ----

    def type_of(self, table):
        return self.rng.choice(STRICT_TYPES if table["strict"] else TYPES)

    def ref(self, column):
        return "{%d}" % column["id"]

    def expression(self, templates, table):
        return self.rng.choice(templates).replace("%s", self.ref(self.pick_column(table)))

    def column_of(self, table):
        column = self.new(
            kind="c", name=self.column_name(table), type=self.type_of(table),
            collation=self.maybe(0.15, *COLLATIONS), full=self.chance(0.25),
            conflict=self.maybe(0.1, *CONFLICTS), default=self.maybe(0.3, *DEFAULTS),
            unique=self.chance(0.08), made=None, stored=self.chance(0.4), check=None,
            reference=None)
        if table["columns"] and self.chance(0.12):
            column["made"] = self.expression(MADE, table)
        if self.chance(0.1):
            column["check"] = self.rng.choice(CHECKS).replace("%s", self.ref(column))
        if self.chance(0.1):
            try:
                column["reference"] = self.reference()
            except Gone:
                pass
        return column

    def keys_of(self, table):
        """The lists of columns that a foreign key may refer to."""
        keys = [table["key"]["columns"]] if table["key"] else []
        keys += [[column["id"]] for column in table["columns"] if column["unique"]]
        keys += [rule["columns"] for rule in table["rules"] if rule["how"] == "unique"]
        there = {column["id"] for column in table["columns"]}
        return [key for key in keys if there.issuperset(key)]

    def reference(self, table=None, count=1):
        target = self.one(table, self.pick("table")) if table else self.pick("table")
        keys = [key for key in self.keys_of(target) if len(key) == count]
        if not keys:
            raise Gone
        key = self.rng.choice(keys)
        if target["key"] and key == target["key"]["columns"] and self.chance(0.5):
            key = None
        return {"table": target["id"], "columns": key, "count": count, "actions": self.maybe(0.5, *ACTIONS)}

    def key_of(self, table):
        if self.chance(0.15):
            return None
        columns = self.some(table["columns"], 1, 2)
        return {"columns": [column["id"] for column in columns],
                "inline": len(columns) == 1 and self.chance(0.6),
                "down": self.chance(0.1), "name": self.maybe(0.2, "pk", "Key 1"),
                "conflict": self.maybe(0.1, *CONFLICTS)}

    def new_table(self):
        table = self.new(kind="table", name=self.free_name("t"), columns=[], rules=[],
                         strict=self.chance(0.15), rowid=True, counts=self.chance(0.15),
                         key=None)
        for _ in range(self.rng.randint(1, 5)):
            table["columns"].append(self.column_of(table))
        table["key"] = self.key_of(table)
        if table["key"] is not None:
            table["rowid"] = not self.chance(0.2)
            if self.chance(0.4) and len(table["key"]["columns"]) == 1:
                self.column(table, table["key"]["columns"][0])["type"] = "INTEGER"
        for _ in range(self.rng.choice([0, 0, 0, 1, 2])):
            self.rule_into(table)
        return table

    def column(self, table, number):
        for column in table["columns"]:
            if column["id"] == number:
                return column
        raise Gone

    def rule_into(self, table):
        columns = [column["id"] for column in self.some(table["columns"], 1, 2)]
        taken = [rule["name"] for rule in table["rules"]] + [table["key"] and table["key"]["name"]]
        free = [name for name in ("n1", "n 2", "N3", "n4") if name not in taken]
        rule = self.new(kind="r", name=self.maybe(0.4, *free) if free else None, columns=columns,
                        how=self.one("unique", "check", "check", "foreign"),
                        text=None, target=None, conflict=self.maybe(0.1, *CONFLICTS))
        if rule["how"] == "check":
            rule["text"] = self.expression(CHECKS, table)
        if rule["how"] == "unique" and table["key"] and columns == table["key"]["columns"]:
            return
        if rule["how"] == "foreign":
            try:
                rule["target"] = self.reference(table, len(columns))
            except Gone:
                return
        table["rules"].append(rule)

    def new_rule(self):
        self.rule_into(self.pick("table"))

    def new_column(self):
        table = self.pick("table")
        table["columns"].insert(self.rng.randint(0, len(table["columns"])), self.column_of(table))

    def new_index(self):
        table = self.pick("table")
        parts = []
        for _ in range(self.rng.randint(1, 2)):
            part = self.ref(self.pick_column(table))
            if self.chance(0.2):
                part = self.expression(["lower(%s)", "%s + 1", "coalesce(%s, 'a')"], table)
            if self.chance(0.2):
                part += " COLLATE " + self.rng.choice(COLLATIONS)
            parts.append(part + (self.maybe(0.2, " DESC", " ASC") or ""))
        return self.new(kind="index", name=self.free_name("i"), table=table["id"], parts=parts,
                        unique=self.chance(0.2),
                        where=self.expression(CHECKS, table) if self.chance(0.2) else None)

    def new_view(self):
        source = self.pick("table", "view")
        columns = self.columns_of(source)
        return self.new(kind="view", name=self.free_name("v"), source=source["id"],
                        columns=[self.new(kind="o", name=f"o{n}", of=of)
                                 for n, of in enumerate(self.some(columns, 1, 3), 1)],
                        where=self.maybe(0.3, *CHECKS), star=self.chance(0.1),
                        listed=self.chance(0.2))

    def columns_of(self, relation):
        return [column["id"] for column in relation["columns"]]

    def new_trigger(self):
        table = self.pick("table", "table", "view")
        other = self.pick("table")
        column = self.pick_column(table)
        event = self.one("INSERT", "DELETE", "UPDATE", f"UPDATE OF {self.ref(column)}")
        row = "OLD" if event == "DELETE" else "NEW"
        body = self.one(
            "SELECT 1;", f"SELECT {row}.{self.ref(column)};",
            "UPDATE {table} SET [%d] = 1 WHERE false;" % self.pick_column(other)["id"],
            "DELETE FROM {table} WHERE [%d] = -77;" % self.pick_column(other)["id"])
        return self.new(kind="trigger", name=self.free_name("g"), table=table["id"], other=other["id"],
                        time=self.one("BEFORE", "AFTER"), event=event, body=body,
                        when=self.maybe(0.2, f"{row}.{self.ref(column)} > 0"))

    def new_virtual(self):
        return self.new(kind="virtual", name=self.free_name("f"),
                        module=self.one("fts5(a, b)", "fts5(a)", "rtree(id, x0, x1)",
                                        "fts5(a, b, tokenize = 'porter')"))

    # ---- changing ----

    def alter(self, item):
        getattr(self, "alter_" + item["kind"])(item)

    def alter_table(self, table):
        way = self.rng.random()
        if way < 0.5:
            self.alter_column(table, self.pick_column(table))
        elif way < 0.6:
            table["columns"].remove(self.pick_column(table))
        elif way < 0.7 and table["rules"]:
            table["rules"].remove(self.rng.choice(table["rules"]))
        elif way < 0.8:
            table["key"] = self.key_of(table)
        else:
            word = self.one("strict", "rowid", "counts")
            table[word] = not table[word]
            if table["strict"]:
                for column in table["columns"]:
                    if column["type"] not in STRICT_TYPES:
                        column["type"] = self.rng.choice(STRICT_TYPES)

    def alter_column(self, table, column):
        new = self.column_of(table)
        word = self.one("type", "type", "collation", "full", "full", "conflict", "default", "default",
                        "unique", "made", "stored", "check", "reference")
        if word == "full":
            column["full"] = not column["full"]
        elif word == "check":
            column["check"] = None if column["check"] else self.rng.choice(CHECKS).replace("%s", self.ref(column))
        elif word == "reference":
            column["reference"] = None if column["reference"] else self.reference()
        else:
            column[word] = new[word]

    def alter_index(self, index):
        other = self.new_index()
        word = self.one("parts", "unique", "where")
        if other["table"] == index["table"] or word == "unique":
            index[word] = other[word]

    def alter_view(self, view):
        other = self.new_view()
        if other["source"] == view["source"]:
            view["columns"] = other["columns"]
        view["where"] = other["where"]

    def alter_trigger(self, trigger):
        other = self.new_trigger()
        for word in self.some(["time", "body", "when", "event"], 1, 2):
            if other["table"] == trigger["table"] and other["other"] == trigger["other"]:
                trigger[word] = other[word]

    def alter_virtual(self, virtual):
        virtual["module"] = self.new_virtual()["module"]

    # ---- saying ----

    def say_key(self, key, table):
        text = f"CONSTRAINT {quoted(key['name'])} " if key["name"] else ""
        text += "PRIMARY KEY"
        if not key["inline"]:
            text += f" ({self.names(key['columns'], table)}"
        # an INTEGER PRIMARY KEY DESC has meanings that no other statement can say
        unique = any(other["unique"] for other in table["columns"]) or any(r["how"] == "unique" for r in table["rules"])
        down = key["down"] and not unique and not (len(key["columns"]) == 1 and self.column(table, key["columns"][0])["type"] == "INTEGER")
        text += " DESC" if down else ""
        alone = len(key["columns"]) == 1 and table["rowid"] and not key["down"]
        counts = table["counts"] and alone and self.column(table, key["columns"][0])["type"] == "INTEGER"
        words = f" ON CONFLICT {key['conflict']}" if key["conflict"] else ""
        if key["inline"]:
            return text + words + (" AUTOINCREMENT" if counts else "")
        return text + (" AUTOINCREMENT" if counts else "") + ")" + words

    def say_reference(self, reference):
        target = self.item(reference["table"])
        text = f"REFERENCES {quoted(target['name'])}"
        key = reference["columns"] or (target["key"] and target["key"]["columns"])
        if key not in self.keys_of(target) or len(key) != reference["count"]:
            raise Gone
        if reference["columns"]:
            text += f" ({self.names(reference['columns'], target)})"
        return text + (" " + reference["actions"] if reference["actions"] else "")

    def say_column(self, column, table):
        text = quoted(column["name"]) + (" " + column["type"] if column["type"] else "")
        if column["full"]:
            text += " NOT NULL" + (f" ON CONFLICT {column['conflict']}" if column["conflict"] else "")
        if column["collation"]:
            text += f" COLLATE {column['collation']}"
        key = table["key"]
        member = key is not None and column["id"] in key["columns"]
        if self.made(column, table) and not member:
            text += f" GENERATED ALWAYS AS ({self.made(column, table)})"
            text += " STORED" if column["stored"] else ""
        elif column["default"]:
            text += f" DEFAULT {column['default']}"
        if member and key["inline"]:
            text += " " + self.say_key(key, table)
        if column["unique"]:
            text += " UNIQUE"
        if column["check"]:
            text += f" CHECK ({self.said(column['check'], table)})"
        if column["reference"] and not column["made"]:
            try:
                text += " " + self.say_reference(column["reference"])
            except Gone:
                pass
        return self.hint(column) + text

    def say_rule(self, rule, table):
        text = f"CONSTRAINT {quoted(rule['name'])} " if rule["name"] else ""
        if rule["how"] == "check":
            return text + f"CHECK ({self.said(rule['text'], table)})"
        columns = self.names(rule["columns"], table)
        if rule["how"] == "foreign":
            if any(self.column(table, number)["made"] for number in rule["columns"]):
                raise Gone
            return text + f"FOREIGN KEY ({columns}) " + self.say_reference(rule["target"])
        return text + f"UNIQUE ({columns})" + (f" ON CONFLICT {rule['conflict']}" if rule["conflict"] else "")

    def parts(self, say, items, table):
        for item in items:
            try:
                yield say(item, table)
            except Gone:
                pass

    def say_table(self, table):
        parts = list(self.parts(self.say_column, table["columns"], table))
        key = table["key"]
        rowid = table["rowid"]
        try:
            if key is not None and not key["inline"]:
                parts.append(self.say_key(key, table))
        except Gone:
            rowid = True
        parts += self.parts(self.say_rule, table["rules"], table)
        options = ["STRICT"] * table["strict"] + ["WITHOUT ROWID"] * (not rowid)
        return [self.hint(table) + f"CREATE TABLE {quoted(table['name'])} (\n" + ",\n".join(parts)
                + "\n)" + " " * bool(options) + ", ".join(options)]

    def say_index(self, index):
        table = self.item(index["table"])
        where = f" WHERE {self.said(index['where'], table)}" if index["where"] else ""
        return [f"CREATE {'UNIQUE ' * index['unique']}INDEX {quoted(index['name'])} ON {quoted(table['name'])}"
                f" ({', '.join(self.said(part, table) for part in index['parts'])}){where}"]

    def say_view(self, view):
        source = self.item(view["source"])
        columns = [(self.said("{%d}" % column["of"], source), column["name"]) for column in view["columns"]]
        listed = " (" + ", ".join(name for _, name in columns) + ")" if view["listed"] else ""
        chosen = ", ".join(of if listed else f"{of} AS {name}" for of, name in columns)
        where = f" WHERE {view['where'].replace('%s', columns[0][0])}" if view["where"] else ""
        if view["star"]:
            listed, chosen = "", "*"
        return [f"CREATE VIEW {quoted(view['name'])}{listed} AS SELECT {chosen} FROM {quoted(source['name'])}{where}"]

    def say_trigger(self, trigger):
        table, other = self.item(trigger["table"]), self.item(trigger["other"])
        time = "INSTEAD OF" if table["kind"] == "view" else trigger["time"]
        when = f" WHEN {self.said(trigger['when'], table)}" if trigger["when"] else ""
        body = self.said(trigger["body"].replace("{table}", quoted(other["name"])), table)
        body = self.said(body.replace("[", "{").replace("]", "}"), other)
        return [f"CREATE TRIGGER {quoted(trigger['name'])} {time} {self.said(trigger['event'], table)}"
                f" ON {quoted(table['name'])}{when} BEGIN {body} END"]

    def say_virtual(self, virtual):
        return [f"CREATE VIRTUAL TABLE {quoted(virtual['name'])} USING {virtual['module']}"]

    # ---- rows ----

    def value(self, column):
        of = column["type"].upper()
        ints, texts, reals = [0, 1, 2, 3, 4, 5], ["a", "A", "b ", "b", "", "x y", "7"], [1.5, -2.25, 3.0]
        if self.chance(0.15):
            return None
        if "INT" in of or of == "BOOLEAN":
            return self.rng.choice(ints)
        if "CHAR" in of or "TEXT" in of or of == "DATE":
            return self.rng.choice(texts)
        if of in ("REAL", "DOUBLE PRECISION") or "NUMERIC" in of:
            return self.rng.choice(reals)
        return self.rng.choice(ints + texts + reals + [b"\0\xff"] if of != "BLOB" else [b"", b"\1"])

    def rows(self, schema):
        """INSERTs with their values; those that are refused are left out."""
        self.schema = schema
        for table in self.of_kind("table"):
            columns = [column for column in table["columns"] if not column["made"]]
            if not columns:
                continue
            for _ in range(self.rng.randint(0, 4)):
                yield (f"INSERT INTO {quoted(table['name'])} ({', '.join(quoted(c['name']) for c in columns)})"
                       f" VALUES ({', '.join('?' * len(columns))})", [self.value(c) for c in columns])
        for virtual in self.of_kind("virtual"):
            if "rtree" not in virtual["module"]:
                yield f"INSERT INTO {quoted(virtual['name'])} (a) VALUES (?)", ["some words"]
