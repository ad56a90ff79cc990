"""A filed protection statement is never changed. It goes only with the whole of a demo hotel."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER clients_statement_no_update BEFORE UPDATE ON clients_protectionstatement
    BEGIN SELECT RAISE(ABORT, 'a filed statement is never changed'); END""",
    """CREATE TRIGGER clients_statement_no_delete BEFORE DELETE ON clients_protectionstatement
    WHEN NOT (SELECT is_demo FROM organization_hotel WHERE id = OLD.hotel_id)
    BEGIN SELECT RAISE(ABORT, 'a filed statement is never changed'); END""",
]
POSTGRES = [
    """CREATE FUNCTION clients_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND (SELECT is_demo FROM organization_hotel WHERE id = OLD.hotel_id) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'a filed statement is never changed';
    END $$""",
    """CREATE TRIGGER clients_statement_stays BEFORE UPDATE OR DELETE ON clients_protectionstatement
    FOR EACH ROW EXECUTE FUNCTION clients_statement_stays()""",
]
SQLITE_BACK = ["DROP TRIGGER clients_statement_no_update", "DROP TRIGGER clients_statement_no_delete"]
POSTGRES_BACK = [
    "DROP TRIGGER clients_statement_stays ON clients_protectionstatement",
    "DROP FUNCTION clients_statement_stays()",
]


def run(sqlite, postgres):
    def step(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgres:
            schema_editor.execute(statement, params=None)

    return step


class Migration(migrations.Migration):
    dependencies = [("clients", "0005_protection")]

    operations = [migrations.RunPython(run(SQLITE, POSTGRES), run(SQLITE_BACK, POSTGRES_BACK))]
