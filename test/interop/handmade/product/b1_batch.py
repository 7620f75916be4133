"""batch mode, and what it copies

Revision ID: b1
Revises: a3
"""
import sqlalchemy as sa
from alembic import op

revision = "b1"
down_revision = "a3"
branch_labels = ["left"]
depends_on = None


def upgrade():
    with op.batch_alter_table("value") as batch:
        batch.alter_column("small", new_column_name="smaller", type_=sa.Integer)
        batch.alter_column("seen", type_=sa.Text, server_default="50%")
        batch.add_column(sa.Column("parent", sa.Integer))
        batch.create_foreign_key("value_parent", "value", ["parent"], ["id"])
        batch.create_check_constraint("value_id", "id % 100 >= 0")
    op.execute("UPDATE value SET parent = 1 WHERE id > 1")
    with op.batch_alter_table("note", recreate="auto") as batch:
        batch.create_index("note_seen", ["seen"], unique=False)


def downgrade():
    op.drop_index("note_seen", "note")
    with op.batch_alter_table("value") as batch:
        batch.drop_constraint("value_id", type_="check")
        batch.drop_constraint("value_parent", type_="foreignkey")
        batch.drop_column("parent")
        batch.alter_column("smaller", new_column_name="small", type_=sa.SmallInteger)
        batch.alter_column("seen", type_=sa.String(40), server_default=None)
