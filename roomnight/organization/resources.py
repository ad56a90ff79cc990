"""What rights are about, in words: the rows of the permission matrix, with the actions and scopes that make sense of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.organization.models import Action, Scope
from roomnight.organization.shipped_roles import SHIPPED_ROLES

LABELS: dict[str, Any] = {
    "clients.account": _("Clients"),
    "clients.contact": _("People at clients"),
    "clients.pool": _("Open pool"),
    "clients.card": _("Relationship cards"),
    "clients.protection": _("Protection list"),
    "clients.import": _("Imports of clients"),
    "pms.production": _("Production"),
    "pms.folio": _("Folios"),
    "pms.payment": _("Payments"),
    "pms.in_house": _("Guests in the house"),
    "pms.guest": _("Guests' particulars"),
    "pms.confidential": _("Confidential guests"),
    "reception.enquiry": _("Visitors and enquiries"),
    "reception.room_change": _("Room changes"),
    "reception.wish": _("Guests' wishes"),
    "reception.authority": _("Requests by authorities"),
    "pms.import": _("Imports"),
    "activities.visit": _("Visits"),
    "activities.followup": _("Follow-ups"),
    "activities.outing": _("Who is out"),
    "agreements.agreement": _("Agreements"),
    "agreements.rate": _("Agreed rates"),
    "agreements.copy": _("Copies of agreements"),
    "agreements.template": _("Word templates of agreements"),
    "agreements.below_floor": _("Agreed rates below the floor"),
    "credit.account": _("Credit accounts"),
    "credit.application": _("Applications for credit"),
    "credit.charge": _("Charges on account"),
    "credit.override": _("Charges that were refused"),
    "credit.payment": _("Payments on account and corrections"),
    "credit.statement": _("Statements"),
    "credit.dispute": _("Disputes of bills"),
    "orders.order": _("Orders"),
    "orders.exception": _("Exceptions of orders"),
    "orders.compensation": _("Compensation to clients"),
    "orders.notice": _("Departments' notices of orders"),
    "orders.diary": _("Function diary"),
    "orders.space": _("Halls and meeting rooms"),
    "insight.screening": _("Year-end screening"),
    "insight.judgement": _("Judgements of clients"),
    "insight.evaluation": _("Evaluations of relationships"),
    "insight.evaluation_end": _("Last word on evaluations"),
    "insight.evaluation_copy": _("Copies of evaluations"),
    "insight.composition": _("Composition of business"),
    "insight.finding": _("Findings of the composition"),
    "insight.churn": _("Clients falling silent"),
    "procedures.task": _("Tasks and cases"),
    "procedures.procedure": _("Procedures"),
    "procedures.register": _("Registers"),
    "procedures.personal": _("Personal data in registers"),
    "reception.reception": _("Receptions"),
    "reception.show_round": _("Tours of the house"),
    "service.complaint": _("Complaints"),
    "service.request": _("Requests of tenants, owners and guests"),
    "service.improvement": _("Improvements after requests"),
    "service.deal_review": _("Looking back at deals"),
    "service.survey": _("Satisfaction of clients"),
    "service.letter": _("Letters and suggestions"),
    "service.board": _("Notice board of what clients say"),
    "organization.hotel": _("The hotel's particulars"),
    "organization.staff": _("Staff"),
    "organization.role": _("Roles and rights"),
    "organization.policy": _("Policies"),
    "organization.document": _("Policy documents"),
    "organization.limit": _("Authority limits"),
    "organization.delegation": _("Deputies"),
    "organization.position": _("Position cards"),
    "organization.qualification": _("Qualifications of staff"),
    "organization.fact": _("Fact book"),
    "kernel.audit": _("Audit trail"),
}


@dataclass(frozen=True)
class Resource:
    """One row of the matrix: its name in the code, in words, the actions there are, and how far they may reach."""

    name: str
    label: Any
    actions: tuple[str, ...]
    scopes: tuple[str, ...]


def resources() -> list[Resource]:
    """Every resource that ships, in the order of LABELS. Where the shipped table only ever says "the hotel's", nothing
    narrower has a meaning."""
    cells = [cell for role in SHIPPED_ROLES for cell in role.cells()]
    names = dict.fromkeys([*LABELS, *(name for name, _action, _scope in cells)])
    found = []
    for name in names:
        actions = {action for resource, action, _scope in cells if resource == name}
        scopes = {scope for resource, _action, scope in cells if resource == name}
        reach = (Scope.HOTEL.value,) if scopes == {Scope.HOTEL} else tuple(Scope.values)
        found.append(Resource(name, LABELS.get(name, name), tuple(a for a in Action.values if a in actions), reach))
    return [one for one in found if one.actions]
