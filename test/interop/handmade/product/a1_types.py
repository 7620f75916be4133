"""a value of each type, bound

Revision ID: a1
Revises:
Create Date: 2024-02-29 12:00:00.123456
"""
import datetime
import decimal
import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "a1"
down_revision = None
branch_labels = ("product",)
depends_on = None

UTC = datetime.timezone.utc
EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=45))
ROWS = [
    dict(id=1, small=-32768, big=9223372036854775807, num=decimal.Decimal("12345678901234567.891"),
         real=0.1 + 0.2, yes=True, day=datetime.date(2024, 2, 29),
         hour=datetime.time(23, 59, 59, 999999), at=datetime.datetime(1999, 12, 31, 23, 59, 59, 5),
         bytes=b"\x00\x01'\\\xff%s", doc={"a": ["it's", 'quo"te', "back\\slash", None, 1.5, ":x %"]}),
    dict(id=2, small=0, big=-9223372036854775808, num=decimal.Decimal("-0.001"), real=-5e-324,
         yes=False, day=datetime.date(1, 1, 1), hour=datetime.time(0, 0),
         at=datetime.datetime(9999, 12, 31), bytes=b"", doc=[]),
    dict(id=3, small=None, big=None, num=None, real=1.7976931348623157e308, yes=None, day=None,
         hour=None, at=None, bytes=None, doc=None),
    dict(id=4, small=1, big=1 << 53, num=decimal.Decimal("1e3"), real=1 / 3, yes=True, day=None,
         hour=None, at=None, bytes=bytes(range(256)), doc="text"),
    dict(id=5, small=1, big=-1, num=None, real=1e23, yes=None, day=None, hour=None, at=None,
         bytes=None, doc=1),
]


def upgrade():
    value = op.create_table(
        "value", sa.Column("id", sa.Integer, primary_key=True), sa.Column("small", sa.SmallInteger),
        sa.Column("big", sa.BigInteger), sa.Column("num", sa.Numeric(30, 3)),
        sa.Column("real", sa.Float(53)), sa.Column("yes", sa.Boolean), sa.Column("day", sa.Date),
        sa.Column("hour", sa.Time), sa.Column("at", sa.DateTime), sa.Column("bytes", sa.LargeBinary),
        sa.Column("doc", sa.JSON))
    op.bulk_insert(value, ROWS)
    # one by one too: several rows at once are sent another way
    op.get_bind().execute(value.insert(), dict(ROWS[0], id=6))
    if op.get_bind().dialect.name == "postgresql":
        more()


def more():
    """What PostgreSQL has beside."""
    mood = sa.Enum("it's", "so-so", "50%", name="mood")
    extra = op.create_table(
        "extra", sa.Column("id", sa.Integer, primary_key=True), sa.Column("mood", mood),
        sa.Column("moods", postgresql.ARRAY(sa.Text)), sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("hour", sa.Time(timezone=True)), sa.Column("span", sa.Interval),
        sa.Column("key", postgresql.UUID(as_uuid=True)), sa.Column("doc", postgresql.JSONB),
        sa.Column("ints", postgresql.ARRAY(sa.Integer, dimensions=2)),
        sa.Column("real", sa.REAL), sa.Column("num", sa.Numeric))
    bind = op.get_bind()
    bind.execute(extra.insert(), dict(
        id=1, mood="it's", moods=["it's", 'a "b" {c}, \\d', None, "", "NULL", "%s :x"],
        at=datetime.datetime(2024, 2, 29, 12, 30, tzinfo=EAST),
        hour=datetime.time(1, 2, 3, tzinfo=UTC),
        span=datetime.timedelta(days=-3, hours=5, microseconds=7),
        key=uuid.UUID("01234567-89ab-cdef-0123-456789abcdef"), doc={"k": "it's \\ \u00e9 \"q\""},
        ints=[[1, -2], [3, 4]], real=float("nan"), num=decimal.Decimal("NaN")))
    bind.execute(extra.insert(), dict(
        id=2, mood="50%", moods=[], at=datetime.datetime(1, 1, 1, tzinfo=UTC), hour=None,
        span=datetime.timedelta(0), key=None, doc=None, ints=None, real=float("-inf"),
        num=decimal.Decimal("1e100")))
    bind.execute(sa.text("UPDATE extra SET moods = moods || :more"
                         " WHERE CAST(mood AS text) = ANY (:which)"),
                 dict(more=["so-so"], which=["50%", "it's"]))


def downgrade():
    op.drop_table("value")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_table("extra")
        op.execute("DROP TYPE mood")
