"""Operations of Alembic's batch mode, each on a table of its own: what makes the
table, and what is done to it, up and down.

Of all tables `t` has a key, a text, a number with a default and a note; `parent`
is what foreign keys refer to.  alike: does Alembic do the same on PostgreSQL,
where it says ALTER TABLE?  Else it is left out there.
"""
import sqlalchemy as sa

CASES = []


class Case:
    def __init__(self, name, up, down, columns=(), after=None, table=None, alike=True,
                 **options):
        self.name, self.alike = name, alike
        self.options = options  # of the batch, on the way up
        self.table = f"b{len(CASES):02}" if table is None else table
        self.columns, self.after = columns, after
        self.up_by, self.down_by = up, down
        CASES.append(self)

    def create(self, op):
        columns = self.columns() if callable(self.columns) else self.columns
        op.create_table(self.table, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                        sa.Column("name", sa.String(20), nullable=False),
                        sa.Column("qty", sa.Integer, server_default="1"),
                        sa.Column("note", sa.Text), *columns)
        op.execute(f"INSERT INTO \"{self.table}\" (id, name, qty, note)"
                   " VALUES (1, 'one', 10, '11'), (2, 'two', 20, '22')")
        if self.after:
            self.after(op, self.table)

    def up(self, op):
        self.do(op, self.up_by, **self.options)

    def down(self, op):
        self.do(op, self.down_by)

    def do(self, op, operation, **options):
        if self.alike or op.get_bind().dialect.name == "sqlite":
            with op.batch_alter_table(self.table, **options) as batch:
                operation(batch, self.table)


def create_parent(op):
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("code", sa.String(20), unique=True))
    op.execute("INSERT INTO parent VALUES (10, 'one'), (20, 'two')")


def alter(name, column, up, down, **options):
    """Alter a column both ways."""
    Case(name, lambda b, t: b.alter_column(column, **up),
         lambda b, t: b.alter_column(up.get("new_column_name", column), **down), **options)


def both(*operations):
    """Several in one batch."""
    def run(batch, table):
        for operation in operations:
            operation(batch, table)
    return run


def add(*args, **kw):
    return lambda b, t: b.add_column(sa.Column(*args, **kw))


def drop(name):
    return lambda b, t: b.drop_column(name)


def not_null(b, t):
    b.alter_column("note", nullable=False)


def null(b, t):
    b.alter_column("note", nullable=True)


def rule(kind, name, *args, **kw):
    """Add a constraint, whose name begins with the table's."""
    return lambda b, t: getattr(b, "create_" + kind)(f"{t}_{name}", *args, **kw)


def no_rule(name, kind):
    return lambda b, t: b.drop_constraint(f"{t}_{name}", type_=kind)


def index(name, columns, **kw):
    return lambda op, t: op.create_index(f"{t}_{name}", t, columns, **kw)


# ---- columns ----

Case("add a column", both(add("c", sa.Integer), not_null), both(drop("c"), null))
Case("add one that isn't NULL", both(add("c", sa.String(3), nullable=False, server_default="x"), null),
     drop("c"))
Case("add one with a value of the time", add("c", sa.TIMESTAMP, server_default=sa.func.current_timestamp()),
     drop("c"))
Case("add a boolean", add("c", sa.Boolean, nullable=False, server_default=sa.false()), drop("c"))
Case("add a generated column", add("c", sa.Integer, sa.Computed("qty * 2", persisted=True)), drop("c"))
Case("drop a column", drop("note"), both(add("note", sa.Text), lambda b, t: b.alter_column("qty", nullable=True)))
alter("rename a column", "name", dict(new_column_name="title"), dict(new_column_name="name"))
# the UNIQUE hasn't a name in SQLite; PostgreSQL's stays
alter("rename a column with keys", "qty", dict(new_column_name="amount"), dict(new_column_name="qty"),
      columns=lambda: [sa.UniqueConstraint("qty")], after=index("i", ["qty", "name"]))
alter("rename one that the words of SQL have", "name", dict(new_column_name="Group"),
      dict(new_column_name="name"), table="Of All")

# ---- types ----

alter("a longer text", "name", dict(type_=sa.String(50)), dict(type_=sa.String(20)))
alter("a text of any length", "note", dict(type_=sa.String(100)), dict(type_=sa.Text))
alter("a bigger number", "qty", dict(type_=sa.BigInteger), dict(type_=sa.Integer))
alter("a number as text", "qty", dict(type_=sa.String(9)),
      dict(type_=sa.Integer, postgresql_using="qty::integer"), alike=False)
alter("a text as number", "note", dict(type_=sa.Integer, postgresql_using="note::integer"),
      dict(type_=sa.Text))
alter("another number", "qty", dict(type_=sa.Numeric(10, 2)), dict(type_=sa.Integer))
Case("a floating point", lambda b, t: b.alter_column("price", type_=sa.Float),
     lambda b, t: b.alter_column("price", type_=sa.Numeric(10, 2)),
     columns=lambda: [sa.Column("price", sa.Numeric(10, 2))])
Case("a boolean", lambda b, t: b.alter_column("flag", type_=sa.Boolean, postgresql_using="flag::boolean"),
     lambda b, t: b.alter_column("flag", type_=sa.Integer, postgresql_using="flag::integer"),
     columns=lambda: [sa.Column("flag", sa.Integer)])
# PostgreSQL's type is another
alter("a time", "note", dict(type_=sa.DateTime), dict(type_=sa.Text), alike=False)

# ---- defaults and NULL ----

alter("a default", "name", dict(server_default="it's"), dict(server_default=None))
alter("another default", "qty", dict(server_default="7"), dict(server_default="1"))
Case("not NULL", not_null, null)
alter("NULL", "name", dict(nullable=True), dict(nullable=False))

# ---- constraints ----

Case("a unique key", rule("unique_constraint", "u", ["name", "qty"]), no_rule("u", "unique"))
Case("a check", rule("check_constraint", "c", "qty > 0"), no_rule("c", "check"))
Case("a foreign key", rule("foreign_key", "f", "parent", ["qty"], ["id"], ondelete="CASCADE"),
     no_rule("f", "foreignkey"))
Case("a foreign key to itself", lambda b, t: b.create_foreign_key(f"{t}_f", t, ["note"], ["name"]),
     no_rule("f", "foreignkey"), columns=lambda: [sa.UniqueConstraint("name")],
     after=lambda op, t: op.execute(f"UPDATE {t} SET note = name"))
Case("a deferred foreign key",
     rule("foreign_key", "f", "parent", ["name"], ["code"], deferrable=True, initially="DEFERRED"),
     no_rule("f", "foreignkey"))
Case("a column with its key",
     both(add("up", sa.Integer), rule("foreign_key", "f", "parent", ["up"], ["id"])),
     both(no_rule("f", "foreignkey"), drop("up")))
Case("another primary key",
     both(no_rule("pkey", "primary"), rule("primary_key", "pk", ["id", "name"])),
     both(no_rule("pk", "primary"), rule("primary_key", "pkey", ["id"])),
     # reflected, it hasn't a name
     naming_convention={"pk": "%(table_name)s_pkey"})
Case("a check of the table's own arguments", not_null, both(null, no_rule("args", "check")),
     table_args=(sa.CheckConstraint("qty < 100", name="args_args"),), table="args", alike=False)
Case("a name by convention", no_rule("name_key", "unique"),
     rule("unique_constraint", "name_key", ["name"]), columns=lambda: [sa.UniqueConstraint("name")],
     naming_convention={"uq": "%(table_name)s_%(column_0_name)s_key"})
# Alembic doesn't see it, and so it is lost; PostgreSQL's stays
Case("a check without a name", not_null, null, columns=lambda: [sa.CheckConstraint("qty > 0")],
     alike=False)
Case("an enum", add("c", sa.Enum("a", "b", native_enum=False, name="enums_c", create_constraint=True)),
     both(null, lambda b, t: b.drop_column("c", existing_type=sa.Enum(
         "a", "b", native_enum=False, name="enums_c", create_constraint=True))), table="enums", alike=False,
     recreate="always")

# ---- several, and none ----

Case("several at once",
     both(drop("note"), lambda b, t: b.alter_column("name", new_column_name="title", type_=sa.String(40),
                                                    nullable=True),
          add("kind", sa.String(5), nullable=False, server_default="a"),
          rule("unique_constraint", "u", ["kind", "qty"])),
     both(no_rule("u", "unique"), drop("kind"),
          lambda b, t: b.alter_column("title", new_column_name="name", type_=sa.String(20), nullable=False),
          add("note", sa.Text)),
     after=index("i", ["name", "qty"], unique=True))
Case("indexes", both(not_null, lambda b, t: b.create_index(f"{t}_n", ["note"]),
                     lambda b, t: b.drop_index(f"{t}_i")),
     both(null, lambda b, t: b.drop_index(f"{t}_n"),
          lambda b, t: b.create_index(f"{t}_i", ["name"], unique=True)),
     after=both(index("i", ["name"], unique=True), index("j", ["qty"])))
Case("nothing", lambda b, t: None, lambda b, t: None, recreate="always")
# PostgreSQL can't
Case("a column in the middle", lambda b, t: b.add_column(sa.Column("c", sa.Integer), insert_after="id"),
     drop("c"), recreate="always", alike=False)
Case("drop a column, and rename another to it",
     both(drop("note"), lambda b, t: b.alter_column("qty", new_column_name="note")),
     lambda b, t: b.alter_column("note", new_column_name="qty"))
Case("drop a column, and add it anew", both(drop("note"), add("note", sa.Integer)), drop("note"))
# PostgreSQL's rows don't get what Python fills in
Case("a column that Python fills", both(add("c", sa.String(9), default="it's"), add("d", sa.Boolean, default=True),
                                         not_null),
     both(drop("c"), drop("d")), alike=False)
