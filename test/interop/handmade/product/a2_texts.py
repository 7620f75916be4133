"""texts that a printer spoils:
    ' " % \\ and :name

Revision ID: a2
Revises: a1
Create Date: 2024-03-01
"""
import sqlalchemy as sa
from alembic import op

revision: str = "a2"
down_revision: str = "a1"
branch_labels = depends_on = None

TEXTS = ["it's", 'a "quote"', "50% %s %(name)s %%", ":name ::name \\:name", "\\ \\\\ \\n \\'",
         "a\n\tb\r\nc", "$$ $1 $body$", "-- no comment; /* nor this", "", " ", "NULL", "?",
         "\u00e9 \u20ac \U0001f600 \u2028", "COMMIT;", "\n\n-- Running upgrade a1 -> a2\n\n",
         " -- migrate:downgrade\n", "DELETE FROM alembic_version", "\x01\x01 run 1\n", "\x01\x7f"]


def upgrade():
    note = op.create_table(
        "note", sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("body", sa.Text, server_default="50% of ':all' \\"),
        sa.Column("odd % :name", sa.Text))
    for text in TEXTS:
        op.get_bind().execute(note.insert().values({"body": text, "odd % :name": text}))
    op.bulk_insert(note, [{"body": text} for text in TEXTS])
    op.execute("INSERT INTO note (body) VALUES ('5%'), ('%s'), ('12\\:30 \\:name'), ('\\n')")
    op.execute(sa.text("INSERT INTO note (body) VALUES (:a || '%' || :b)").bindparams(a="%:", b=":%"))
    op.execute("INSERT INTO note (id) VALUES (1000)")
    op.execute("UPDATE note SET body = 'like' WHERE body LIKE '%\\%%' ESCAPE '\\'")
    op.create_index("note % idx", "note", [sa.text("lower(body)")])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("INSERT INTO note (id, body) VALUES (2000, E'it\\'s \\\\ \\u00e9') -- the end")
        op.execute("UPDATE note SET body = U&'d\\0061t' WHERE id = 3; DELETE FROM note WHERE id = 4;"
                   " -- two in one\nDELETE FROM note WHERE id = 5")
        op.execute("COMMENT ON TABLE note IS '100% \\:sure, it''s \\ \"so\"'")


def downgrade():
    # batch mode has lost it on SQLite
    op.execute("DROP INDEX IF EXISTS \"note % idx\"")
    op.drop_table("note")
