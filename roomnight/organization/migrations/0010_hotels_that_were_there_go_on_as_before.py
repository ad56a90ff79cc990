"""Hotels that worked before qualifications were kept ask for none, until they decide otherwise on the page of policy values."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import migrations

KEY = "organization.qualifications_demanded"
LONG_AGO = date(2000, 1, 1)


def go_on(apps: Any, _schema: Any) -> None:
    """Everybody who received clients yesterday may do so today."""
    values = apps.get_model("kernel", "PolicyValue").objects
    for code in apps.get_model("organization", "Hotel").objects.values_list("code", flat=True):
        values.get_or_create(
            key=KEY, hotel_code=code, effective_from=LONG_AGO,
            defaults={"value": [], "set_by": "system", "reason": "在登记上岗资格之前已开业"},
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("organization", "0009_staff_qualifications"),
        ("kernel", "0005_one_value_for_quiet_clients"),
    ]
    operations = [migrations.RunPython(go_on, migrations.RunPython.noop)]
