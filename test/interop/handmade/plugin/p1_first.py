"""the plugin's first

Revision ID: p1
Revises:
"""
import sqlalchemy as sa
from alembic import op

revision = "p1"
down_revision = None
branch_labels = ("plugin",)
depends_on = None


def upgrade():
    op.create_table("p_setting", sa.Column("name", sa.Text, primary_key=True),
                    sa.Column("value", sa.Text))
    op.get_bind().execute(sa.text("INSERT INTO p_setting SELECT :prefix || name, name FROM person"),
                          {"prefix": "person % "})


def downgrade():
    op.drop_table("p_setting")
