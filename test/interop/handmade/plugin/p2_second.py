"""the plugin's second

Revision ID: p2
Revises: p1
"""
import sqlalchemy as sa
from alembic import op

revision = "p2"
down_revision = "p1"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("p_setting") as batch:
        batch.add_column(sa.Column("seen", sa.Boolean))
        batch.alter_column("value", nullable=False)
    op.execute("DELETE FROM p_setting WHERE name LIKE '%B%'")


def downgrade():
    with op.batch_alter_table("p_setting") as batch:
        batch.alter_column("value", nullable=True)
        batch.drop_column("seen")
