"""no way back from here but a note

Revision ID: d2
Revises: d1
"""
from alembic import op

revision = "d2"
down_revision = "d1"
branch_labels = None
depends_on = ["e1"]


def upgrade():
    op.execute("UPDATE e_table SET id = id + 1")
    op.execute("UPDATE note SET body = NULL WHERE id = 1000")


def downgrade():
    op.execute("UPDATE e_table SET id = id - 1")
