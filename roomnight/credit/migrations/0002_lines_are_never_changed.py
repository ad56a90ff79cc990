"""A line of the ledger is never changed or deleted: the database itself refuses (CRD-04).

Only what is open of it and the statement it stands on may change. A demo hotel goes as a whole.
"""

from django.db import migrations

KEPT = (
    "id", "hotel_id", "credit_id", "kind", "on", "due_on", "amount_cents", "balance_cents", "revenue_kind", "department",
    "reference", "description", "method", "agreement_id", "signatory_id", "signed_by", "reverses_id", "source",
    "source_key", "override", "entered_by", "entered_at",
)  # fmt: skip
DEMO = "(SELECT is_demo FROM organization_hotel WHERE organization_hotel.id = OLD.hotel_id)"
SAID = "a line of the ledger is never changed"

SQLITE = [
    f"""CREATE TRIGGER credit_line_no_update BEFORE UPDATE ON credit_ledgerline
    WHEN {" OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in KEPT)}
    BEGIN SELECT RAISE(ABORT, '{SAID}'); END""",
    f"""CREATE TRIGGER credit_line_no_delete BEFORE DELETE ON credit_ledgerline WHEN NOT {DEMO}
    BEGIN SELECT RAISE(ABORT, '{SAID}'); END""",
]
POSTGRES = [
    f"""CREATE FUNCTION credit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND {DEMO} THEN RETURN OLD; END IF;
        RAISE EXCEPTION '{SAID}';
    END $$""",
    f"""CREATE TRIGGER credit_line_no_update BEFORE UPDATE ON credit_ledgerline FOR EACH ROW
    WHEN ({" OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in KEPT)})
    EXECUTE FUNCTION credit_line_stays()""",
    """CREATE TRIGGER credit_line_no_delete BEFORE DELETE ON credit_ledgerline FOR EACH ROW
    EXECUTE FUNCTION credit_line_stays()""",
]
SQLITE_BACK = ["DROP TRIGGER credit_line_no_update", "DROP TRIGGER credit_line_no_delete"]
POSTGRES_BACK = [
    "DROP TRIGGER credit_line_no_update ON credit_ledgerline",
    "DROP TRIGGER credit_line_no_delete ON credit_ledgerline",
    "DROP FUNCTION credit_line_stays()",
]


def run(sqlite, postgres):
    def step(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgres:
            schema_editor.execute(statement, params=None)

    return step


class Migration(migrations.Migration):
    dependencies = [("credit", "0001_accounts_and_ledger")]

    operations = [migrations.RunPython(run(SQLITE, POSTGRES), run(SQLITE_BACK, POSTGRES_BACK))]
