"""merge left and right

Revision ID: d1
Revises: b2, c1
"""
revision = "d1"
down_revision = ("b2", "c1")
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
