"""outside of the transaction: autocommit blocks, and a COMMIT

Revision ID: b2
Revises: b1
"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "b1"
branch_labels = None
depends_on = None


def upgrade():
    bind = op.get_bind()
    op.execute("UPDATE person SET name = 'before' WHERE id = 1")
    if bind.dialect.name == "sqlite":
        with op.get_context().autocommit_block():
            op.execute("VACUUM")
            op.execute("PRAGMA user_version = 7")
        bind.exec_driver_sql("REPLACE INTO person (id, name) VALUES (50, 'in ?')")
        bind.exec_driver_sql("COMMIT")
        op.execute("UPDATE person SET name = 'after' WHERE id = 1")
        return
    with op.get_context().autocommit_block():
        op.execute("ALTER TYPE mood ADD VALUE 'new: %'")
        op.create_index("person_name", "person", ["name"], postgresql_concurrently=True)
    op.execute("UPDATE extra SET mood = 'new\\: %' WHERE id = 2")
    op.execute("COMMIT")
    op.execute("ALTER TYPE mood ADD VALUE 'newer' BEFORE 'so-so'")
    op.execute("UPDATE extra SET mood = 'newer' WHERE id = 1")


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM person WHERE id = 50")
        op.execute("PRAGMA user_version = 0")
        return
    with op.get_context().autocommit_block():
        op.drop_index("person_name", "person", postgresql_concurrently=True)
    # a value can't be dropped: the type is made anew
    op.execute("ALTER TYPE mood RENAME TO mood_old")
    sa.Enum("it's", "so-so", "50%", name="mood").create(op.get_bind())
    op.execute("ALTER TABLE extra ALTER COLUMN mood TYPE mood USING"
               " CASE WHEN mood\\:\\:text LIKE 'new%' THEN 'so-so' ELSE mood\\:\\:text END\\:\\:mood")
    op.execute("DROP TYPE mood_old")
