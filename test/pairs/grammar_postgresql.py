"""Random schemas as PostgreSQL takes them.  See grammar.py."""
from grammar import Gone, Grammar, find, quoted

VALUES = {
    "smallint": ["0", "1", "2", "3"], "integer": ["0", "1", "2", "3", "70000"], "bigint": ["1", "2", "3"],
    "numeric(10,2)": ["1.25", "2.50", "3"], "numeric": ["1.5", "2", "1e3"], "real": ["0.5", "2"],
    "double precision": ["0.25", "1", "2.75"], "text": ["a", "b", "A", "b ", "7", "2020-01-01", "x y"],
    "character varying(20)": ["a", "b", "B", "12"], "character varying(5)": ["a", "b", "c d"],
    "character(4)": ["a", "b"], "boolean": ["t", "f"], "date": ["2020-01-01", "2021-02-03"],
    "timestamp without time zone": ["2020-01-01 10:11:12.5", "2021-02-03"],
    "timestamp with time zone": ["2020-01-01 10:11:12+00"], "uuid": ["00000000-0000-0000-0000-00000000000a"],
    "jsonb": ['{"a": 1}', "[1, 2]"], "json": ['{"b":  2}'], "bytea": ["\\x01ff", ""],
    "integer[]": ["{1,2}", "{}"], "text[]": ["{a,b}"], "int4range": ["[1,5)", "[7,9)"],
    "inet": ["10.0.0.1"], "interval": ["1 day", "02:03:00"], "time without time zone": ["10:11:12"],
}
TYPES = list(VALUES)
NUMBERS = TYPES[:7]
TEXTS = ["text", "character varying(20)", "character varying(5)", "character(4)"]
DEFAULTS = {"date": ["CURRENT_DATE", "'2020-02-02'"], "timestamp with time zone": ["now()"],
            "boolean": ["true", "false"], "uuid": ["gen_random_uuid()"], "jsonb": ["'{}'"],
            "integer[]": ["'{}'", "ARRAY[1, 2]"], "text[]": ["'{}'::text[]"]}
CHECKS = {"n": ["%s > -5", "%s <> 99", "%s > 0 AND %s < 100000"], "t": ["length(%s) < 20", "%s <> 'zz'"],
          "x": ["%s IS NOT NULL OR true", "%s IS DISTINCT FROM NULL OR 1 > 0"]}
ACTIONS = ["ON DELETE CASCADE", "ON DELETE SET NULL", "ON UPDATE CASCADE", "MATCH FULL",
           "DEFERRABLE INITIALLY DEFERRED", "ON DELETE SET DEFAULT", "NOT VALID", "DEFERRABLE"]
ROLES = ["random_one", "random two"]
# extensions, and a value of the type of their name; None: they have none
EXTENSIONS = {"citext": "aB", "hstore": "a=>1", "ltree": "a.b", "cube": "(1)", "pg_trgm": None, "unaccent": None}
SORTS = ["event", "publication", "server", "wrapper", "foreign", "typed"]


class Pg(Grammar):
    # a pair takes long here
    changes = [1, 2, 3, 4, 6, 8]

    def __init__(self, rng):
        super().__init__(rng)
        self.kinds = {
            "table": (4, self.new_table), "index": (6, self.new_index), "view": (4, self.new_view),
            "matview": (1, self.new_matview), "enum": (2, self.new_enum), "domain": (2, self.new_domain),
            "composite": (1, self.new_composite), "range": (0.5, self.new_range),
            "sequence": (1.5, self.new_sequence), "function": (2, self.new_function),
            "trigger": (2, self.new_trigger), "policy": (1.5, self.new_policy), "dbrule": (1, self.new_dbrule),
            "statistics": (0.7, self.new_statistics), "comment": (2, self.new_comment),
            "part": (2, self.new_part), "rule": (3, self.new_rule), "column": (3, self.new_column),
            "collation": (0.4, self.new_collation), "schema": (0.4, self.new_schema),
            "grant": (0.4, self.new_grant), "owner": (0.2, self.new_owner),
            "defaults": (0.3, self.new_defaults), "event": (0.4, self.new_event),
            "publication": (0.5, self.new_publication), "extension": (0.5, self.new_extension),
            "wrapper": (0.2, self.new_wrapper), "server": (0.3, self.new_server),
            "mapping": (0.3, self.new_mapping), "foreign": (1, self.new_foreign),
            "typed": (0.7, self.new_typed), "operator": (0.3, self.new_operator),
            "search": (0.3, self.new_search),
        }

    # ---- types ----

    def type_of(self):
        own = self.of_kind("enum", "domain", "composite", "range")
        own += [item for item in self.of_kind("extension") if EXTENSIONS.get(item["name"])]
        if own and self.chance(0.3):
            return {"item": self.rng.choice(own)["id"], "array": self.chance(0.15)}
        return self.rng.choice(TYPES[:12] if self.chance(0.7) else TYPES)

    def say_type(self, of):
        if isinstance(of, str):
            return of
        return self.qualified(self.item(of["item"])) + "[]" * of["array"]

    def values_of(self, of):
        if isinstance(of, str):
            return VALUES[of]
        item = self.item(of["item"])
        found = {"enum": lambda: item["labels"], "domain": lambda: self.values_of(item["type"]),
                 "composite": lambda: ["(" + "," * (len(item["columns"]) - 1) + ")"],
                 "range": lambda: ["empty"], "extension": lambda: [EXTENSIONS[item["name"]]]}[item["kind"]]()
        return ["{}"] if of["array"] else found

    def literal(self, text):
        return "'" + text.replace("'", "''") + "'"

    def default_of(self, of):
        if isinstance(of, str) and of in DEFAULTS and self.chance(0.6):
            return self.rng.choice(DEFAULTS[of])
        return {"of": of, "pick": self.rng.randint(0, 9)}

    def say_default(self, default):
        if isinstance(default, str):
            return default
        values = self.values_of(default["of"])
        return self.literal(values[default["pick"] % len(values)]) + "::" + self.say_type(default["of"])

    def check_of(self, column):
        of = column["type"]
        sort = "n" if of in NUMBERS else "t" if of in TEXTS else "x"
        return self.rng.choice(CHECKS[sort]).replace("%s", "{%d}" % column["id"])

    # ---- making ----

    def placed(self, **values):
        """A new item, now and then in a schema of its own."""
        schemas = self.of_kind("schema")
        place = self.rng.choice(schemas)["id"] if schemas and self.chance(0.3) else None
        return self.new(place=place, **values)

    def column_of(self, table):
        column = self.new(kind="c", name=self.column_name(table), type=self.type_of(), full=self.chance(0.25),
                          default=None, identity=None, serial=False, made=None, collation=None, storage=None,
                          statistics=self.maybe(0.05, 10, 200))
        of = column["type"]
        way = self.rng.random()
        if of in ("smallint", "integer", "bigint") and way < 0.25:
            column["serial"] = way < 0.12
            if way >= 0.12:
                column["identity"] = self.one("ALWAYS", "BY DEFAULT")
                column["options"] = self.maybe(0.3, "START WITH 10", "INCREMENT BY 5", "CYCLE", "MAXVALUE 1000")
        elif way < 0.3 and table["columns"]:
            column["made"] = self.made_of(table, column)
        elif way < 0.55:
            column["default"] = self.default_of(of)
        if of in TEXTS:
            column["collation"] = self.maybe(0.1, '"C"', '"POSIX"')
            column["storage"] = self.maybe(0.1, "EXTERNAL", "MAIN")
        return column

    def made_of(self, table, column):
        numbers = [c for c in table["columns"] if c["type"] in NUMBERS and not c["made"] and c is not column]
        if not numbers or column["type"] not in ("integer", "bigint", "numeric", "double precision"):
            return None
        return self.one("{%d} + 1", "({%d})::integer", "{%d} * 2") % self.rng.choice(numbers)["id"]

    def new_table(self):
        table = self.placed(kind="table", name=self.free_name("t"), columns=[], rules=[], key=None,
                            unlogged=self.chance(0.05), fill=self.maybe(0.1, 50, 70), partition=None,
                            inherits=None, security=self.chance(0.1), force=self.chance(0.05),
                            identity=self.maybe(0.05, "FULL", "NOTHING"))
        for _ in range(self.rng.randint(1, 5)):
            table["columns"].append(self.column_of(table))
        tables = [t for t in self.of_kind("table") if not t["partition"]]
        if tables and self.chance(0.12):
            table["inherits"] = self.rng.choice(tables)["id"]
        elif self.chance(0.15):
            column = self.pick_column(table, "integer", "text", "date")
            if column["type"] in ("integer", "text", "date") and not column["made"]:
                table["partition"] = {"how": self.one("RANGE", "LIST", "HASH"), "column": column["id"]}
        table["key"] = self.key_of(table)
        for _ in range(self.rng.choice([0, 0, 1, 1, 2])):
            self.rule_into(table)
        return table

    def key_of(self, table):
        if self.chance(0.3):
            return None
        columns = [column["id"] for column in self.some(table["columns"], 1, 2)]
        if table["partition"] and table["partition"]["column"] not in columns:
            columns.append(table["partition"]["column"])
        return {"columns": columns, "name": self.maybe(0.2, "pk", "Key 1")}

    def keys_of(self, table):
        keys = [table["key"]["columns"]] if table["key"] else []
        keys += [rule["columns"] for rule in table["rules"] if rule["how"] == "unique"]
        there = {column["id"] for column in table["columns"]}
        return [key for key in keys if there.issuperset(key)]

    def rule_into(self, table):
        columns = self.some(table["columns"], 1, 2)
        rule = self.new(kind="r", name=self.maybe(0.4, "n1", "n 2", "N3", "n4"),
                        columns=[column["id"] for column in columns],
                        how=self.one("unique", "check", "check", "foreign", "foreign", "exclude"),
                        text=None, target=None, more=None)
        if rule["how"] == "check":
            rule["text"] = self.check_of(columns[0])
            rule["more"] = self.maybe(0.1, "NOT VALID", "NO INHERIT")
        elif rule["how"] == "unique":
            rule["more"] = self.maybe(0.2, "DEFERRABLE", "NULLS", "DEFERRABLE INITIALLY DEFERRED")
        elif rule["how"] == "foreign":
            target = self.one(table, self.pick("table")) if self.of_kind("table") else table
            keys = self.keys_of(target)
            if not keys:
                return
            key = self.rng.choice(keys)
            types = [find([target], number)["type"] for number in key]
            own = [[c["id"] for c in table["columns"] if c["type"] == of] for of in types]
            if not all(own):
                if table is target:
                    return
                for of in types:
                    table["columns"].append({**self.column_of(table), "type": of, "default": None, "made": None,
                                             "identity": None, "serial": False, "full": False, "collation": None})
                own = [[c["id"]] for c in table["columns"][-len(types):]]
            rule["columns"] = [self.rng.choice(numbers) for numbers in own]
            rule["target"] = {"table": target["id"], "columns": key}
            rule["more"] = self.maybe(0.4, *ACTIONS)
        table["rules"].append(rule)

    def new_rule(self):
        self.rule_into(self.pick("table"))

    def new_column(self):
        table = self.pick("table")
        table["columns"].append(self.column_of(table))

    def new_part(self):
        tables = [t for t in self.of_kind("table") if t["partition"]] + [p for p in self.of_kind("part") if p["sub"]]
        if not tables:
            raise Gone
        return self.placed(kind="part", name=self.free_name("p"), of=self.rng.choice(tables)["id"],
                           bound=self.rng.randint(0, 3), sub=self.chance(0.2))

    def new_index(self):
        table = self.pick("table", "table", "table", "matview")
        if table["kind"] == "matview":
            return self.new(kind="index", name=self.free_name("i"), table=table["id"], method="btree",
                            parts=["o1"], unique=False, include=None, where=None, fill=None, nulls=False)
        column = self.pick_column(table)
        of = column["type"]
        method = {"jsonb": "gin", "integer[]": "gin", "text[]": "gin", "int4range": "gist"}.get(str(of), self.one(
            "btree", "btree", "btree", "btree", "hash", "brin"))
        parts = []
        for number in range(self.rng.randint(1, 2) if method == "btree" else 1):
            part = column if number == 0 else self.pick_column(table)
            text = "{%d}" % part["id"]
            if method == "btree" and part["type"] in TEXTS and self.chance(0.4):
                text = self.one(f"lower({text})", f"{text} COLLATE \"C\"", f"{text} text_pattern_ops", f"({text} || 'x')")
            if method == "btree":
                text += self.maybe(0.3, " DESC", " NULLS FIRST", " DESC NULLS LAST") or ""
            parts.append(text)
        btree = method == "btree"
        return self.new(kind="index", name=self.free_name("i"), table=table["id"], method=method, parts=parts,
                        unique=btree and self.chance(0.2), nulls=btree and self.chance(0.1),
                        include=self.pick_column(table)["id"] if btree and self.chance(0.1) else None,
                        where=self.check_of(self.pick_column(table)) if self.chance(0.2) else None,
                        fill=self.maybe(0.1, 60, 80) if method in ("btree", "hash") else None)

    def new_view(self):
        source = self.pick("table", "view", "matview")
        return self.placed(kind="view", name=self.free_name("v"), source=source["id"],
                           columns=[self.new(kind="o", name=f"o{n}", of=of, type="text", made=None)
                                    for n, of in enumerate(self.some([c["id"] for c in source["columns"]], 1, 3), 1)],
                           where=self.maybe(0.3, "%s IS NOT NULL", "%s::text <> 'zz'"), star=self.chance(0.1),
                           barrier=self.chance(0.1), checks=self.maybe(0.1, "LOCAL", "CASCADED"))

    def new_matview(self):
        view = self.new_view()
        view.update(kind="matview", name=self.free_name("m"), checks=None, barrier=False, star=False,
                    set=self.maybe(0.2, "STATISTICS 7", "STORAGE PLAIN", "(n_distinct = 4)"))
        return view

    def new_enum(self):
        return self.placed(kind="enum", name=self.free_name("e"),
                           labels=self.rng.sample(["a", "b", "c", "it's", "D e"], self.rng.randint(1, 4)))

    def new_domain(self):
        base = self.rng.choice(TYPES[:12])
        return self.placed(kind="domain", name=self.free_name("d"), type=base, full=self.chance(0.1),
                           default=self.default_of(base) if self.chance(0.2) else None,
                           check=self.maybe(0.4, "VALUE IS NOT NULL OR true", "VALUE::text <> 'zz'", "length(VALUE::text) < 50"))

    def new_composite(self):
        item = self.placed(kind="composite", name=self.free_name("k"), columns=[])
        for _ in range(self.rng.randint(1, 3)):
            item["columns"].append(self.new(kind="c", name=self.column_name(item), type=self.rng.choice(TYPES[:12]), made=None))
        return item

    def new_range(self):
        return self.placed(kind="range", name=self.free_name("r"), subtype=self.one("integer", "numeric", "text", "date"))

    def new_sequence(self):
        table = self.rng.choice(self.of_kind("table") or [None])
        owner = self.pick_column(table)["id"] if table and self.chance(0.3) else None
        return self.placed(kind="sequence", name=self.free_name("s"), of=self.maybe(0.3, "smallint", "integer"),
                           options=self.some(["START WITH 5", "INCREMENT BY 2", "CACHE 3", "CYCLE", "MINVALUE 2", "MAXVALUE 900"], 0, 2),
                           owner=owner, table=table["id"] if owner else None)

    def new_function(self):
        way = self.one("scalar", "scalar", "trigger", "trigger", "rows", "procedure", "aggregate", "event_trigger")
        table = self.rng.choice(self.of_kind("table") or [None])
        if way == "rows" and table is None:
            way = "scalar"
        return self.placed(kind="function", name=self.free_name("f"), way=way,
                           table=table["id"] if way == "rows" else None, number=self.rng.randint(1, 3),
                           more=self.maybe(0.4, "IMMUTABLE", "STRICT", "SECURITY DEFINER", "COST 7", "PARALLEL SAFE"),
                           argument=self.one("integer", "text", "integer DEFAULT 4"), set=self.maybe(0.1, "work_mem TO '8MB'"))

    def new_trigger(self):
        table = self.pick("table")
        functions = [f for f in self.of_kind("function") if f["way"] == "trigger"]
        if not functions:
            functions = [{**self.new_function(), "way": "trigger", "table": None}]
            self.schema += functions
        column = self.pick_column(table)
        return self.new(kind="trigger", name=self.free_name("g"), table=table["id"], function=self.rng.choice(functions)["id"],
                        time=self.one("BEFORE", "AFTER"),
                        event=self.one("INSERT", "DELETE", "UPDATE", "INSERT OR UPDATE", "UPDATE OF {%d}" % column["id"]),
                        row=self.chance(0.7), enabled=self.maybe(0.1, "DISABLE", "ENABLE ALWAYS"),
                        when="NEW.{%d} IS NOT NULL" % column["id"] if self.chance(0.2) else None)

    def new_policy(self):
        table = self.pick("table")
        return self.new(kind="policy", name=self.free_name("l"), table=table["id"], permissive=self.chance(0.8),
                        command=self.maybe(0.5, "SELECT", "UPDATE"), role=self.maybe(0.3, *ROLES),
                        using=self.check_of(self.pick_column(table)))

    def new_dbrule(self):
        table = self.pick("table")
        return self.new(kind="dbrule", name=self.free_name("u"), table=table["id"], event=self.one("INSERT", "DELETE"),
                        where=self.maybe(0.5, "false"), action=self.one("NOTHING", "SELECT 1"))

    def new_statistics(self):
        table = self.pick("table")
        columns = self.some(table["columns"], 2, 3)
        return self.placed(kind="statistics", name=self.free_name("x"), table=table["id"],
                           columns=[c["id"] for c in columns], what=self.maybe(0.5, "(ndistinct)", "(dependencies)"))

    def new_comment(self):
        on = self.pick("table", "view", "index", "enum", "domain", "function", "trigger", "policy", "sequence", "matview",
                       *SORTS)
        part = self.pick_column(on)["id"] if on["kind"] == "table" and self.chance(0.6) else None
        return self.new(kind="comment", on=on["id"], part=part, text=self.one("one", "it's two", "three\nlines", "-- four"))

    def new_collation(self):
        return self.placed(kind="collation", name=self.free_name("y"), locale=self.one("C", "POSIX"))

    def new_schema(self):
        return self.new(kind="schema", name=self.free_name("z"))

    def new_grant(self):
        return self.new(kind="grant", on=self.pick("table", "view", "sequence")["id"], role=self.one(*ROLES, None),
                        what=self.one("SELECT", "SELECT, UPDATE", "ALL"), option=self.chance(0.2))

    def new_owner(self):
        return self.new(kind="owner", on=self.pick("table", "view", "sequence", "enum")["id"], role=self.one(*ROLES))

    def need(self, kind):
        """One of a kind, made if there is none."""
        if not self.of_kind(kind):
            self.schema.append(self.kinds[kind][1]())
        return self.pick(kind)

    def new_defaults(self):
        schemas = self.of_kind("schema")
        return self.new(kind="defaults", role=self.one(*ROLES, None), what=self.one("GRANT ALL", "GRANT SELECT", "REVOKE ALL"),
                        on=self.one("TABLES", "FUNCTIONS", "SEQUENCES", "TYPES"),
                        inside=self.rng.choice(schemas)["id"] if schemas and self.chance(0.5) else None)

    def new_event(self):
        functions = [f for f in self.of_kind("function") if f["way"] == "event_trigger"]
        if not functions:
            functions = [{**self.new_function(), "way": "event_trigger", "table": None}]
            self.schema += functions
        return self.new(kind="event", name=self.free_name("h"), function=self.rng.choice(functions)["id"],
                        on=self.one("ddl_command_start", "ddl_command_end", "sql_drop"),
                        tags=self.maybe(0.4, "'CREATE TABLE'", "'DROP TABLE', 'ALTER TABLE'"),
                        enabled=self.maybe(0.2, "DISABLE", "ENABLE ALWAYS"))

    def new_publication(self):
        return self.new(kind="publication", name=self.free_name("w"), whole=self.chance(0.2),
                        tables=[t["id"] for t in self.some(self.of_kind("table"), 0, 2)],
                        where=self.chance(0.2), publish=self.maybe(0.3, "insert", "insert, update"))

    def new_extension(self):
        return self.placed(kind="extension", name=self.one(*EXTENSIONS))

    def new_wrapper(self):
        return self.new(kind="wrapper", name=self.free_name("w"), options=self.maybe(0.4, "a '1'", "a '2', b 'x'"))

    def new_server(self):
        return self.new(kind="server", name=self.free_name("o"), wrapper=self.need("wrapper")["id"],
                        version=self.maybe(0.2, "1", "2"), options=self.maybe(0.5, "host 'a'", "host 'b', port '1'", "port '2'"))

    def new_mapping(self):
        return self.new(kind="mapping", server=self.need("server")["id"], role=self.one(*ROLES, None),
                        options=self.maybe(0.5, "a '1'", "b '2'"))

    def new_foreign(self):
        table = self.placed(kind="foreign", name=self.free_name("t"), server=self.need("server")["id"], columns=[],
                            options=self.maybe(0.5, "file 'a'", "file 'b'"))
        for _ in range(self.rng.randint(1, 3)):
            self.plain_column(table)
        return table

    def plain_column(self, table):
        of = self.rng.choice(TYPES[:12])
        table["columns"].append(self.new(kind="c", name=self.column_name(table), type=of, made=None, full=self.chance(0.3),
                                         default=self.default_of(of) if self.chance(0.3) else None,
                                         options=self.maybe(0.2, "name 'x'", "name 'y'"), check=self.chance(0.2)))

    def new_typed(self):
        of = self.need("composite")
        return self.placed(kind="typed", name=self.free_name("t"), of=of["id"], full=self.pick_column(of)["id"],
                           default=self.chance(0.4), columns=[])

    def new_operator(self):
        return self.placed(kind="operator", name=self.one("===", "<~>", "@@@"), type=self.one("text", "integer"),
                           commutes=self.chance(0.3))

    def new_search(self):
        return self.placed(kind="search", name=self.free_name("c"), sort=self.one("CONFIGURATION", "DICTIONARY"),
                           accept=self.one("true", "false"))

    # ---- changing ----

    def alter(self, item):
        getattr(self, "alter_" + item["kind"], self.alter_other)(item)

    def alter_other(self, item):
        """Take some of the attributes that a new one of the kind would have."""
        other = getattr(self, "new_" + item["kind"])()
        if other is None or any(other.get(word) != item.get(word) for word in ("table", "on", "of", "source", "place")):
            return
        words = [word for word in item if word not in ("id", "kind", "name", "hint", "place", "columns", "way")]
        for word in self.some(words, 1, 2):
            item[word] = other[word]

    def alter_table(self, table):
        way = self.rng.random()
        if way < 0.5:
            self.alter_column(table, self.pick_column(table))
        elif way < 0.62:
            table["columns"].remove(self.pick_column(table))
        elif way < 0.72 and table["rules"]:
            table["rules"].remove(self.rng.choice(table["rules"]))
        elif way < 0.82:
            table["key"] = self.key_of(table)
        else:
            word = self.one("unlogged", "security", "force", "fill", "identity", "inherits", "partition")
            table[word] = {"fill": self.one(None, 40, 90), "identity": self.one(None, "FULL", "NOTHING"),
                           "inherits": None, "partition": None}.get(word, not table[word])

    def alter_column(self, table, column):
        new = self.column_of(table)
        word = self.one("type", "type", "full", "full", "default", "default", "identity", "serial", "made", "collation",
                        "storage", "statistics")
        if word == "full":
            column["full"] = not column["full"]
        elif word == "type":
            for word in ("type", "default", "identity", "serial", "collation", "storage"):
                column[word] = new[word]
        elif word == "default":
            column["default"] = self.default_of(column["type"]) if self.chance(0.6) else None
        elif word == "made":
            column["made"] = None if column["made"] else self.made_of(table, column)
        elif new["type"] == column["type"] or word in ("storage", "statistics"):
            column[word] = new[word]

    def alter_enum(self, enum):
        more = [label for label in ["a", "b", "c", "new", "it's", "D e"] if label not in enum["labels"]]
        if self.chance(0.6) and more:
            enum["labels"].insert(self.rng.randint(0, len(enum["labels"])), self.rng.choice(more))
        elif self.chance(0.5) and len(enum["labels"]) > 1:
            enum["labels"].remove(self.rng.choice(enum["labels"]))
        else:
            self.rng.shuffle(enum["labels"])

    def alter_composite(self, item):
        column = self.pick_column(item)
        if self.chance(0.4):
            column["type"] = self.rng.choice(TYPES[:12])
        elif self.chance(0.5):
            item["columns"].append(self.new(kind="c", name=self.column_name(item), type="text", made=None))
        elif len(item["columns"]) > 1:
            item["columns"].remove(column)

    def alter_view(self, view):
        other = self.new_view()
        if other["source"] == view["source"]:
            view["columns"] = other["columns"]
        for word in ("where", "barrier", "checks"):
            if self.chance(0.4) and view["kind"] == "view":
                view[word] = other[word]

    alter_matview = alter_view

    def alter_part(self, part):
        part["bound"] = self.rng.randint(0, 3)

    def alter_foreign(self, table):
        way = self.rng.random()
        if way < 0.3:
            self.plain_column(table)
        elif way < 0.5 and len(table["columns"]) > 1:
            table["columns"].remove(self.pick_column(table))
        elif way < 0.8:
            column = self.pick_column(table)
            word = self.one("full", "check", "options")
            column[word] = self.one(None, "name 'z'") if word == "options" else not column[word]
        else:
            table["options"] = self.one(None, "file 'c'", "file 'b', more '1'")

    def alter_schema(self, schema):
        pass

    # ---- saying ----

    def say(self, schema, before=None):
        out = super().say(schema, before)
        # extensions are compared where the model names any
        named = any(item["kind"] == "extension" for item in before or [])
        return ["CREATE EXTENSION tcn"] * named + out

    def qualified(self, item):
        place = item.get("place")
        if place is None:
            return quoted(item["name"])
        return quoted(self.item(place)["name"]) + "." + quoted(item["name"])

    def say_column(self, column, table):
        of = self.say_type(column["type"])
        if column["serial"]:
            of = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}.get(of, of)
        text = f"{quoted(column['name'])} {of}"
        if column["collation"] and column["type"] in TEXTS:
            text += f" COLLATE {column['collation']}"
        if self.made(column, table):
            text += f" GENERATED ALWAYS AS ({self.made(column, table)}) STORED"
        elif column["identity"] and not column["serial"]:
            options = f" ({column['options']})" if column.get("options") else ""
            text += f" GENERATED {column['identity']} AS IDENTITY{options}"
        elif column["default"] and not column["serial"]:
            text += f" DEFAULT {self.say_default(column['default'])}"
        return self.hint(column) + text + " NOT NULL" * column["full"]

    def say_rule(self, rule, table):
        text = f"CONSTRAINT {quoted(rule['name'])} " if rule["name"] else ""
        columns = self.names(rule["columns"], table)
        more = f" {rule['more']}" if rule["more"] else ""
        if rule["how"] == "check":
            return text + f"CHECK ({self.said(rule['text'], table)}){more}"
        if rule["how"] == "foreign":
            target = self.item(rule["target"]["table"])
            if rule["target"]["columns"] not in self.keys_of(target):
                raise Gone
            return text + (f"FOREIGN KEY ({columns}) REFERENCES {self.qualified(target)}"
                           f" ({self.names(rule['target']['columns'], target)}){more}")
        if rule["how"] == "exclude":
            return text + f"EXCLUDE USING btree ({self.names(rule['columns'][:1], table)} WITH =)"
        nulls = " NULLS NOT DISTINCT" if rule["more"] == "NULLS" else ""
        return text + f"UNIQUE{nulls} ({columns})" + ("" if nulls else more)

    def say_table(self, table):
        parts = []
        for column in table["columns"]:
            try:
                parts.append(self.say_column(column, table))
            except Gone:
                pass
        name = self.qualified(table)
        try:
            if table["key"]:
                named = f"CONSTRAINT {quoted(table['key']['name'])} " if table["key"]["name"] else ""
                parts.append(f"{named}PRIMARY KEY ({self.names(table['key']['columns'], table)})")
        except Gone:
            pass
        for rule in table["rules"]:
            try:
                text = self.say_rule(rule, table)
            except Gone:
                continue
            # foreign keys, for they may go round in a circle, and what rows may violate
            self.later.append(f"ALTER TABLE {name} ADD {text}")
        tail = ""
        try:
            if table["partition"]:
                key = self.names([table["partition"]["column"]], table)
                tail = f" PARTITION BY {table['partition']['how']} ({key})"
            elif table["inherits"]:
                tail = f" INHERITS ({self.qualified(self.item(table['inherits']))})"
        except Gone:
            pass
        if table["fill"] and not table["partition"]:
            tail += f" WITH (fillfactor = {table['fill']})"
        unlogged = "UNLOGGED " * (table["unlogged"] and not table["partition"])
        out = [self.hint(table) + f"CREATE {unlogged}TABLE {name} (\n" + ",\n".join(parts) + f"\n){tail}"]
        for column in table["columns"]:
            at = f"ALTER TABLE {name} ALTER COLUMN {quoted(column['name'])} SET"
            if column["storage"] and column["type"] in TEXTS:
                out.append(f"{at} STORAGE {column['storage']}")
            if column["statistics"]:
                out.append(f"{at} STATISTICS {column['statistics']}")
        if table["security"]:
            out.append(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
        if table["force"]:
            out.append(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
        if table["identity"]:
            out.append(f"ALTER TABLE {name} REPLICA IDENTITY {table['identity']}")
        return out

    def say_part(self, part):
        table = above = self.item(part["of"])
        while table["kind"] == "part":
            table = self.item(table["of"])
        if not table["partition"]:
            raise Gone
        column, bound = self.item(table["partition"]["column"]), part["bound"]
        tail = f" PARTITION BY HASH ({quoted(column['name'])})" if part["sub"] else ""
        if above is not table:
            text = f"FOR VALUES WITH (MODULUS 4, REMAINDER {bound})"
        elif table["partition"]["how"] == "HASH":
            text = f"FOR VALUES WITH (MODULUS 4, REMAINDER {bound})"
        elif bound == 3:
            text = "DEFAULT"
        else:
            ends = {"integer": ["0", "2", "3", "90000"], "text": ["'A'", "'a'", "'b'", "'z'"],
                    "date": ["'2019-01-01'", "'2020-06-01'", "'2021-01-01'", "'2023-01-01'"]}[column["type"]]
            text = f"FOR VALUES FROM ({ends[bound]}) TO ({ends[bound + 1]})"
            if table["partition"]["how"] == "LIST":
                text = f"FOR VALUES IN ({ends[bound]})"
        return [f"CREATE TABLE {self.qualified(part)} PARTITION OF {self.qualified(above)} {text}{tail}"]

    def say_index(self, index):
        table = self.item(index["table"])
        if table["kind"] == "matview":
            return [f"CREATE INDEX {quoted(index['name'])} ON {self.qualified(table)} (o1)"]
        parts = [self.said(part, table) for part in index["parts"]]
        text = f"CREATE {'UNIQUE ' * index['unique']}INDEX {quoted(index['name'])} ON {self.qualified(table)} USING {index['method']} ({', '.join(parts)})"
        if index["include"]:
            text += f" INCLUDE ({self.names([index['include']], table)})"
        if index["unique"] and index["nulls"]:
            text += " NULLS NOT DISTINCT"
        text += f" WITH (fillfactor = {index['fill']})" if index["fill"] else ""
        return [text + (f" WHERE {self.said(index['where'], table)}" if index["where"] else "")]

    def say_select(self, view):
        source = self.item(view["source"])
        columns = [(self.said("{%d}" % column["of"], source), column["name"]) for column in view["columns"]]
        chosen = "*" if view["star"] else ", ".join(f"{of} AS {name}" for of, name in columns)
        where = f" WHERE {view['where'].replace('%s', columns[0][0])}" if view["where"] else ""
        return f"SELECT {chosen} FROM {self.qualified(source)}{where}"

    def say_view(self, view):
        options = " WITH (security_barrier)" if view["barrier"] else ""
        checks = f" WITH {view['checks']} CHECK OPTION" if view["checks"] else ""
        return [f"CREATE VIEW {self.qualified(view)}{options} AS {self.say_select(view)}{checks}"]

    def say_matview(self, view):
        out = [f"CREATE MATERIALIZED VIEW {self.qualified(view)} AS {self.say_select(view)}"]
        if view["set"]:
            out.append(f"ALTER MATERIALIZED VIEW {self.qualified(view)} ALTER COLUMN o1 SET {view['set']}")
        return out

    def say_enum(self, enum):
        return [f"CREATE TYPE {self.qualified(enum)} AS ENUM ({', '.join(map(self.literal, enum['labels']))})"]

    def say_domain(self, domain):
        text = f"CREATE DOMAIN {self.qualified(domain)} AS {domain['type']}"
        if domain["default"]:
            text += f" DEFAULT {self.say_default({**domain['default'], 'of': domain['type']} if isinstance(domain['default'], dict) else domain['default'])}"
        text += " NOT NULL" * domain["full"]
        return [text + (f" CHECK ({domain['check']})" if domain["check"] else "")]

    def say_composite(self, item):
        members = ", ".join(f"{quoted(c['name'])} {c['type']}" for c in item["columns"])
        return [f"CREATE TYPE {self.qualified(item)} AS ({members})"]

    def say_range(self, item):
        return [f"CREATE TYPE {self.qualified(item)} AS RANGE (subtype = {item['subtype']})"]

    def say_sequence(self, item):
        of = f" AS {item['of']}" if item["of"] else ""
        text = f"CREATE SEQUENCE {self.qualified(item)}{of} " + " ".join(item["options"])
        if item["owner"]:
            table = self.item(item["table"])
            text += f" OWNED BY {self.qualified(table)}.{self.names([item['owner']], table)}"
        return [text]

    def say_function(self, item):
        name, more = self.qualified(item), " " + item["more"] if item["more"] else ""
        if item["set"]:
            more += f" SET {item['set']}"
        if item["way"] in ("trigger", "event_trigger"):
            out = "RETURN coalesce(NEW, OLD)" if item["way"] == "trigger" else "RETURN"
            return [f"CREATE FUNCTION {name}() RETURNS {item['way']} LANGUAGE plpgsql AS $$BEGIN /* {item['number']} */ {out}; END$$"]
        if item["way"] == "procedure":
            return [f"CREATE PROCEDURE {name}(a {item['argument']}) LANGUAGE sql AS $$SELECT {item['number']}$$"]
        if item["way"] == "aggregate":
            return [f"CREATE AGGREGATE {name}(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '{item['number']}')"]
        if item["way"] == "rows":
            table = self.qualified(self.item(item["table"]))
            return [f"CREATE FUNCTION {name}() RETURNS SETOF {table} LANGUAGE sql STABLE AS $$SELECT * FROM {table} LIMIT {item['number']}$$"]
        return [f"CREATE FUNCTION {name}(a {item['argument']}) RETURNS integer LANGUAGE sql{more} AS $$SELECT {item['number']}$$"]

    def say_trigger(self, item):
        table = self.item(item["table"])
        when = f" WHEN ({self.said(item['when'], table)})" if item["when"] and item["row"] else ""
        each = "ROW" if item["row"] else "STATEMENT"
        out = [f"CREATE TRIGGER {quoted(item['name'])} {item['time']} {self.said(item['event'], table)} ON {self.qualified(table)}"
               f" FOR EACH {each}{when} EXECUTE FUNCTION {self.qualified(self.item(item['function']))}()"]
        if item["enabled"]:
            out.append(f"ALTER TABLE {self.qualified(table)} {item['enabled']} TRIGGER {quoted(item['name'])}")
        return out

    def say_policy(self, item):
        table = self.item(item["table"])
        kind = "" if item["permissive"] else " AS RESTRICTIVE"
        command = f" FOR {item['command']}" if item["command"] else ""
        role = f" TO {quoted(item['role'])}" if item["role"] else ""
        return [f"CREATE POLICY {quoted(item['name'])} ON {self.qualified(table)}{kind}{command}{role} USING ({self.said(item['using'], table)})"]

    def say_dbrule(self, item):
        where = f" WHERE {item['where']}" if item["where"] else ""
        action = "ALSO SELECT 1" if item["action"] != "NOTHING" else "ALSO NOTHING" if not item["where"] else "INSTEAD NOTHING"
        return [f"CREATE RULE {quoted(item['name'])} AS ON {item['event']} TO {self.qualified(self.item(item['table']))}{where} DO {action}"]

    def say_statistics(self, item):
        table = self.item(item["table"])
        return [f"CREATE STATISTICS {self.qualified(item)} {item['what'] or ''} ON {self.names(item['columns'], table)} FROM {self.qualified(table)}"]

    def say_comment(self, item):
        on = self.item(item["on"])
        word = {"matview": "MATERIALIZED VIEW", "enum": "TYPE", "event": "EVENT TRIGGER", "foreign": "FOREIGN TABLE",
                "typed": "TABLE", "wrapper": "FOREIGN DATA WRAPPER"}.get(on["kind"], on["kind"].upper())
        name = self.qualified(on)
        if item["part"]:
            word, name = "COLUMN", f"{name}.{self.names([item['part']], on)}"
        elif on["kind"] in ("trigger", "policy"):
            name = f"{quoted(on['name'])} ON {self.qualified(self.item(on['table']))}"
        elif on["kind"] == "index":
            place = self.item(on["table"]).get("place")
            name = (quoted(self.item(place)["name"]) + "." if place else "") + quoted(on["name"])
        elif on["kind"] == "function" and on["way"] in ("procedure", "aggregate"):
            raise Gone
        return [f"COMMENT ON {word} {name} IS {self.literal(item['text'])}"]

    def say_collation(self, item):
        return [f"CREATE COLLATION {self.qualified(item)} (locale = '{item['locale']}')"]

    def say_schema(self, item):
        return [f"CREATE SCHEMA {quoted(item['name'])}"]

    def say_grant(self, item):
        on = self.item(item["on"])
        word = "SEQUENCE" if on["kind"] == "sequence" else "TABLE"
        role = quoted(item["role"]) if item["role"] else "PUBLIC"
        option = " WITH GRANT OPTION" if item["option"] and item["role"] else ""
        return [f"GRANT {item['what']} ON {word} {self.qualified(on)} TO {role}{option}"]

    def say_owner(self, item):
        on = self.item(item["on"])
        word = {"enum": "TYPE"}.get(on["kind"], on["kind"].upper())
        return [f"ALTER {word} {self.qualified(on)} OWNER TO {quoted(item['role'])}"]

    def say_defaults(self, item):
        inside = f" IN SCHEMA {self.qualified(self.item(item['inside']))}" if item["inside"] else ""
        to = "FROM" if item["what"].startswith("REVOKE") else "TO"
        what = item["what"].replace("SELECT", {"TABLES": "SELECT", "FUNCTIONS": "EXECUTE"}.get(item["on"], "USAGE"))
        role = quoted(item["role"]) if item["role"] else "PUBLIC"
        return [f"ALTER DEFAULT PRIVILEGES{inside} {what} ON {item['on']} {to} {role}"]

    def say_event(self, item):
        tags = f" WHEN TAG IN ({item['tags']})" if item["tags"] else ""
        out = [f"CREATE EVENT TRIGGER {quoted(item['name'])} ON {item['on']}{tags}"
               f" EXECUTE FUNCTION {self.qualified(self.item(item['function']))}()"]
        if item["enabled"]:
            out.append(f"ALTER EVENT TRIGGER {quoted(item['name'])} {item['enabled']}")
        return out

    def say_publication(self, item):
        tables = [table for number in item["tables"] if (table := find(self.schema, number))]
        where = [f" WHERE ({quoted(t['columns'][0]['name'])} IS NOT NULL)" * (item["where"] and len(t["columns"]) > 0)
                 for t in tables]
        what = " FOR ALL TABLES" if item["whole"] else ""
        if tables and not what:
            what = " FOR TABLE " + ", ".join(self.qualified(t) + w for t, w in zip(tables, where))
        publish = f" WITH (publish = '{item['publish']}')" if item["publish"] else ""
        return [f"CREATE PUBLICATION {quoted(item['name'])}{what}{publish}"]

    def say_extension(self, item):
        place = item.get("place")
        inside = f" SCHEMA {quoted(self.item(place)['name'])}" if place else ""
        return [f"CREATE EXTENSION {quoted(item['name'])}{inside}"]

    def say_options(self, item):
        return f" OPTIONS ({item['options']})" if item["options"] else ""

    def say_wrapper(self, item):
        return [f"CREATE FOREIGN DATA WRAPPER {quoted(item['name'])}{self.say_options(item)}"]

    def say_server(self, item):
        version = f" VERSION '{item['version']}'" if item["version"] else ""
        return [f"CREATE SERVER {quoted(item['name'])}{version} FOREIGN DATA WRAPPER"
                f" {quoted(self.item(item['wrapper'])['name'])}{self.say_options(item)}"]

    def say_mapping(self, item):
        role = quoted(item["role"]) if item["role"] else "PUBLIC"
        return [f"CREATE USER MAPPING FOR {role} SERVER {quoted(self.item(item['server'])['name'])}{self.say_options(item)}"]

    def say_foreign(self, table):
        parts = []
        for column in table["columns"]:
            text = quoted(column["name"]) + " " + column["type"] + self.say_options(column)
            if column["default"]:
                text += f" DEFAULT {self.say_default(column['default'])}"
            text += f" CHECK ({quoted(column['name'])} IS NOT NULL OR true)" * column["check"]
            parts.append(text + " NOT NULL" * column["full"])
        return [f"CREATE FOREIGN TABLE {self.qualified(table)} ({', '.join(parts)})"
                f" SERVER {quoted(self.item(table['server'])['name'])}{self.say_options(table)}"]

    def say_typed(self, table):
        of = self.item(table["of"])
        column = find([of], table["full"])
        own = ""
        if column is not None:
            default = f" DEFAULT {self.literal(VALUES[column['type']][0])}" * table["default"]
            own = f" ({quoted(column['name'])} WITH OPTIONS NOT NULL{default})"
        return [f"CREATE TABLE {self.qualified(table)} OF {self.qualified(of)}{own}"]

    def say_operator(self, item):
        place = item.get("place")
        inside = quoted(self.item(place)["name"]) + "." if place else ""
        function = {"text": "texteq", "integer": "int4eq"}[item["type"]]
        commutes = f", COMMUTATOR = {item['name']}" if item["commutes"] else ""
        return [f"CREATE OPERATOR {inside}{item['name']} (FUNCTION = {function}, LEFTARG = {item['type']},"
                f" RIGHTARG = {item['type']}{commutes})"]

    def say_search(self, item):
        name = self.qualified(item)
        if item["sort"] == "CONFIGURATION":
            return [f"CREATE TEXT SEARCH CONFIGURATION {name} (COPY = {'simple' if item['accept'] == 'true' else 'english'})"]
        return [f"CREATE TEXT SEARCH DICTIONARY {name} (TEMPLATE = simple, accept = {item['accept']})"]

    # ---- rows ----

    def rows(self, schema):
        """INSERTs; those that are refused are left out."""
        self.schema = schema
        for table in self.of_kind("table"):
            columns = [column for column in table["columns"] if not column["made"]]
            for _ in range(self.rng.randint(0, 4)):
                try:
                    values = ["NULL" if self.chance(0.12) and not column["full"] else
                              self.literal(self.rng.choice(self.values_of(column["type"]))) for column in columns]
                    name = self.qualified(table)
                except Gone:
                    continue
                if columns:
                    yield (f"INSERT INTO {name} ({', '.join(quoted(c['name']) for c in columns)})"
                           f" OVERRIDING SYSTEM VALUE VALUES ({', '.join(values)})")
