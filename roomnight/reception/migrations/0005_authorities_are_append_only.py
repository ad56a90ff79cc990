"""What authorities asked and were shown cannot be changed: the database itself refuses (PRV-04)."""

from django.db import migrations

REAL = "NOT EXISTS (SELECT 1 FROM organization_hotel WHERE organization_hotel.id = OLD.hotel_id AND organization_hotel.is_demo)"
TABLES = ("reception_authorityrequest", "reception_authoritystep")


def sqlite(table):
    return [
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
        BEGIN SELECT RAISE(ABORT, 'requests of authorities are append-only'); END""",
        f"""CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {REAL}
        BEGIN SELECT RAISE(ABORT, 'requests of authorities are append-only'); END""",
    ]


def postgres(table):
    return [
        f"""CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND NOT ({REAL}) THEN RETURN OLD; END IF;
            RAISE EXCEPTION 'requests of authorities are append-only';
        END $$""",
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_append_only()""",
    ]


def forward(apps, schema_editor):
    for table in TABLES:
        for statement in sqlite(table) if schema_editor.connection.vendor == "sqlite" else postgres(table):
            schema_editor.execute(statement, params=None)


def back(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            statements = [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete"]
        else:
            statements = [f"DROP TRIGGER {table}_append_only ON {table}", f"DROP FUNCTION {table}_append_only()"]
        for statement in statements:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("reception", "0004_wishes_and_authorities")]
    operations = [migrations.RunPython(forward, back)]
