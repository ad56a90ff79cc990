"""The audit trail refuses changes in the database itself; the shared cache table of the sign-in limits is made."""

from django.core.management import call_command
from django.db import migrations

KEPT = ["id", "at", "hotel_code", "command", "actor", "origin", "subject", "salt", "digest"]

SQLITE = [
    f"""CREATE TRIGGER kernel_audit_no_update BEFORE UPDATE ON kernel_auditentry
    WHEN NEW.changes IS NOT NULL OR {" OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in KEPT)}
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER kernel_audit_no_delete BEFORE DELETE ON kernel_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
]
POSTGRES = [
    f"""CREATE FUNCTION kernel_audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND NEW.changes IS NULL AND {" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)} THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the audit trail is append-only';
    END $$""",
    """CREATE TRIGGER kernel_audit_append_only BEFORE UPDATE OR DELETE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_append_only()""",
]
SQLITE_BACK = ["DROP TRIGGER kernel_audit_no_update", "DROP TRIGGER kernel_audit_no_delete"]
POSTGRES_BACK = ["DROP TRIGGER kernel_audit_append_only ON kernel_auditentry", "DROP FUNCTION kernel_audit_append_only()"]


def run(sqlite, postgres):
    def step(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgres:
            schema_editor.execute(statement, params=None)

    return step


def make_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.RunPython(run(SQLITE, POSTGRES), run(SQLITE_BACK, POSTGRES_BACK)),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
