"""a line of its own, that needs texts

Revision ID: e1
Revises:
"""
import sqlalchemy as sa
from alembic import op

revision = "e1"
down_revision = None
branch_labels = ("beside",)
depends_on = "a2"


def upgrade():
    op.create_table("e_table", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO e_table SELECT id FROM note WHERE body = 'NULL'")


def downgrade():
    op.drop_table("e_table")
