"""functions, triggers, and what they run

Revision ID: c1
Revises: a3
"""
import io

from alembic import op
import sqlalchemy as sa

revision = "c1"
down_revision = "a3"
branch_labels = "right"
depends_on = None

POSTGRESQL = """
CREATE EXTENSION citext;
CREATE TABLE audit (id serial PRIMARY KEY, what citext);
CREATE FUNCTION note_audit() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
	-- not by the client: this runs again where the trigger is
	INSERT INTO audit (what) VALUES (format('%s: %s', TG_OP, coalesce(NEW.body, OLD.body)));
	EXECUTE 'UPDATE audit SET what = what || $$!$$ WHERE id = ' || (SELECT max(id) FROM audit);
	RETURN NEW;
END
$body$;
CREATE TRIGGER note_audit AFTER INSERT OR UPDATE ON note FOR EACH ROW EXECUTE FUNCTION note_audit();
"""
SQLITE = ["CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT COLLATE NOCASE)",
          """CREATE TRIGGER note_audit AFTER INSERT ON note BEGIN
	INSERT INTO audit (what) VALUES ('INSERT: ' || new.body);
	UPDATE audit SET what = what || '!' WHERE id = (SELECT max(id) FROM audit);
END""", "CREATE TRIGGER note_change AFTER UPDATE ON note BEGIN"
          " INSERT INTO audit (what) SELECT 'UPDATE: ' || new.body; END"]


def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        bind.exec_driver_sql(POSTGRESQL.replace("%", "%%"))
    else:
        for statement in SQLITE:
            bind.exec_driver_sql(statement)
    op.execute("INSERT INTO note (id, body) VALUES (3001, 'fires'), (3002, 'twice')")
    op.execute("UPDATE note SET body = body || ' (%)' WHERE id > 3000")
    op.execute("CREATE TEMPORARY TABLE scratch (id integer)")
    op.execute("INSERT INTO scratch SELECT id FROM note WHERE id > 3001")
    op.execute("DELETE FROM note WHERE id IN (SELECT id FROM scratch)")
    op.execute("DROP TABLE scratch")
    if bind.dialect.name == "postgresql":
        only_there(bind)


def only_there(bind):
    op.execute("DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO audit (what) VALUES (i\\:\\:text);"
               " END LOOP; END $$")
    bind.connection.cursor().copy_expert(
        "COPY note (id, body) FROM STDIN", io.StringIO("4001\ta\\tb % :x\n4002\t\\N\n4003\t\\\\.\n"))
    bind.execute(sa.text("SELECT setval('note_id_seq', :n)"), {"n": 5000}).scalar()
    added = bind.execute(sa.text("INSERT INTO note (body) VALUES (:b) RETURNING id"), {"b": "r%"})
    op.execute(f"PREPARE ahead (integer, text) AS UPDATE note SET body = $2 WHERE id = $1;"
               f" EXECUTE ahead ({added.scalar()}, 'it''s $1 %'); DEALLOCATE ahead")
    op.execute("SET LOCAL search_path TO public, pg_catalog")
    op.execute("SELECT count(*) FROM note")
    op.execute("CREATE TABLE copied AS SELECT id, what FROM audit ORDER BY id")


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TABLE copied")
        op.execute("DROP TRIGGER note_audit ON note")
        op.execute("DROP FUNCTION note_audit()")
        op.execute("DROP TABLE audit")
        op.execute("DROP EXTENSION citext")
    else:
        op.execute("DROP TRIGGER note_audit")
        op.execute("DROP TRIGGER note_change")
        op.execute("DROP TABLE audit")
    op.execute("DELETE FROM note WHERE id > 3000")
