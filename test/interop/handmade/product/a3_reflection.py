"""look at the database, and do what it needs

Revision ID: a3
Revises: a2
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy import orm

revision = 'a3'
down_revision = ('a2',)
branch_labels = None
depends_on = None


def lacking(bind):
    """Tables without the column, by the inspector."""
    inspector = sa.inspect(bind)
    for name in sorted(inspector.get_table_names()):
        if "version" not in name and "p_" not in name and not name.startswith("_"):
            if "seen" not in [column["name"] for column in inspector.get_columns(name)]:
                yield name


def upgrade():
    bind = op.get_bind()
    for name in list(lacking(bind)):
        op.add_column(name, sa.Column("seen", sa.String(40)))
    # each row by what it has
    note = sa.Table("note", sa.MetaData(), autoload_with=bind)
    for row in bind.execute(sa.select(note).order_by(note.c.id)).fetchall():
        bind.execute(note.update().where(note.c.id == row.id),
                     {"seen": f"{row.id}: {len(row.body or '')} % \\"})
    by_objects(bind)


def by_objects(bind):
    """The same as an application has it, with what it takes back."""
    base = orm.declarative_base()

    class Person(base):
        __tablename__ = "person"
        id = sa.Column(sa.Integer, primary_key=True)
        name = sa.Column(sa.String(30), nullable=False, unique=True)

    base.metadata.create_all(bind)
    session = orm.Session(bind)
    ada = Person(name="Ada")
    session.add_all([ada, Person(name="O'Brien"), Person(name="100%")])
    session.flush()
    ada.name = f"Ada {ada.id}"
    if bind.dialect.name == "postgresql":  # Python's sqlite3 knows no savepoints
        with session.begin_nested() as nested:
            session.add(Person(id=77, name="nobody"))
            session.flush()
            nested.rollback()
        with session.begin_nested():
            session.add(Person(name="somebody"))
    session.commit()
    session.query(Person).filter(Person.name == "100%").delete()
    session.commit()


def downgrade():
    op.drop_table("person")
    for name in ("note", "value"):
        with op.batch_alter_table(name) as batch:
            batch.drop_column("seen")
    if "extra" in sa.inspect(op.get_bind()).get_table_names():
        op.drop_column("extra", "seen")
