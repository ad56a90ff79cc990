"""The log of look-ups refuses changes in the database itself; guests listed before get the key of their stay."""

import re
from hashlib import sha256

from django.db import migrations

from roomnight.kernel.text import fold

TABLE = "pms_guestlookup"
REAL = "NOT EXISTS (SELECT 1 FROM organization_hotel WHERE organization_hotel.id = OLD.hotel_id AND organization_hotel.is_demo)"
SQLITE = [
    f"""CREATE TRIGGER pms_lookup_no_update BEFORE UPDATE ON {TABLE}
    BEGIN SELECT RAISE(ABORT, 'the log of look-ups is append-only'); END""",
    f"""CREATE TRIGGER pms_lookup_no_delete BEFORE DELETE ON {TABLE} WHEN {REAL}
    BEGIN SELECT RAISE(ABORT, 'the log of look-ups is append-only'); END""",
]
POSTGRES = [
    f"""CREATE FUNCTION pms_lookup_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND NOT ({REAL}) THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the log of look-ups is append-only';
    END $$""",
    f"""CREATE TRIGGER pms_lookup_append_only BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION pms_lookup_append_only()""",
]
SQLITE_BACK = ["DROP TRIGGER pms_lookup_no_update", "DROP TRIGGER pms_lookup_no_delete"]
POSTGRES_BACK = [f"DROP TRIGGER pms_lookup_append_only ON {TABLE}", "DROP FUNCTION pms_lookup_append_only()"]
WORD = re.compile(r"[^\W_]+")


def run(sqlite, postgres):
    def step(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgres:
            schema_editor.execute(statement, params=None)

    return step


def name_stays(apps, schema_editor):
    Guest = apps.get_model("pms", "InHouseGuest")
    for guest in Guest.objects.filter(stay_key="").iterator():
        words = WORD.findall(fold(guest.guest_name))
        name = "".join(sorted(words) if all(word.isascii() for word in words) else words)
        place = guest.booking_number.strip() or guest.arrival.isoformat()
        key = sha256(f"{guest.hotel_id}\x1f{place}\x1f{name}".encode()).hexdigest()[:32]
        Guest.objects.filter(pk=guest.pk).update(stay_key=key)


class Migration(migrations.Migration):
    dependencies = [("pms", "0004_confidential_guests"), ("organization", "0008_authority_deputies_and_positions")]
    operations = [
        migrations.RunPython(run(SQLITE, POSTGRES), run(SQLITE_BACK, POSTGRES_BACK)),
        migrations.RunPython(name_stays, migrations.RunPython.noop),
    ]
