"""Databases that were there before offers were kept: every shipped role was offered what the version before this one shipped."""

from __future__ import annotations

from typing import Any

from django.db import migrations

ACTIONS = {"r": "read", "c": "create", "e": "edit", "a": "approve", "x": "export"}
REPRESENTATIVE = """
    clients.account: rce; clients.contact: rce; clients.pool: r; pms.production: r; activities.visit: rce;
    activities.followup: rce; activities.outing: r
"""
MANAGER = """
    clients.account: rceax; clients.contact: rce; clients.pool: re; pms.production: r; activities.visit: rcea;
    activities.followup: rce; activities.outing: r; organization.policy: r; organization.staff: r
"""
DIRECTOR = """
    clients.account: rceax; clients.contact: rce; clients.pool: re; pms.production: rx; pms.import: rc;
    activities.visit: rcea; activities.followup: rce; activities.outing: r; organization.policy: re;
    organization.staff: r; kernel.audit: r
"""
LEADERSHIP = """
    clients.account: rx; clients.contact: r; clients.pool: r; pms.production: rx; activities.visit: ra;
    activities.followup: rc; activities.outing: r; organization.policy: rea; organization.staff: r; kernel.audit: r
"""
CLERK = """
    clients.account: rce; clients.contact: r; clients.pool: r; pms.production: r; pms.import: rc; activities.visit: r;
    activities.followup: rce; activities.outing: r; organization.staff: r
"""
FINANCE = "clients.account: r; pms.production: r; activities.followup: rce"
DEPARTMENT = "activities.followup: rce"
FRONT = "clients.account: r; activities.followup: rce"
ADMINISTRATOR = """
    clients.account: rceax; clients.contact: rce; clients.pool: re; pms.production: rx; pms.import: rc;
    activities.visit: r; activities.followup: rce; activities.outing: r; organization.hotel: e;
    organization.staff: rce; organization.policy: rea; kernel.audit: rx
"""
OFFERED = {
    "administrator": ADMINISTRATOR,
    "group-viewer": "pms.production: r",
    "president": LEADERSHIP,
    "general-manager": LEADERSHIP,
    "deputy-general-manager": LEADERSHIP,
    "director-of-sales": DIRECTOR,
    "marketing-manager": DIRECTOR,
    "sales-manager": MANAGER,
    "senior-sales-executive": REPRESENTATIVE,
    "sales-executive": REPRESENTATIVE,
    "sales-representative": REPRESENTATIVE,
    "sales-clerk": CLERK,
    "banquet-coordinator": FRONT,
    "front-office-manager": FRONT,
    "receptionist": FRONT,
    "department-coordinator": DEPARTMENT,
    "credit-manager": FINANCE,
    "finance-clerk": FINANCE,
    "customer-service-agent": FRONT,
    "property-officer": DEPARTMENT,
    "cleaning-supervisor": DEPARTMENT,
    "security-officer": DEPARTMENT,
}


def offer(apps: Any, _schema: Any) -> None:
    """Write down what each role that is there has been offered."""
    offered = apps.get_model("organization", "OfferedGrant")
    for role in apps.get_model("organization", "Role").objects.filter(code__in=OFFERED):
        for part in OFFERED[role.code].split(";"):
            resource, letters = (word.strip() for word in part.split(":"))
            for letter in letters:
                offered.objects.get_or_create(role=role, resource=resource, action=ACTIONS[letter])


class Migration(migrations.Migration):
    dependencies = [("organization", "0005_offered_grants")]
    operations = [migrations.RunPython(offer, migrations.RunPython.noop)]
