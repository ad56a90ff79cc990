"""The roles that ship and what each may do (ORG-02, ORG-03): one readable table, default deny.

A grant reads `resource: actions scope`; actions are the initials of read, create, edit, approve and export (x).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

ACTIONS = {"r": "read", "c": "create", "e": "edit", "a": "approve", "x": "export"}


def _in_language(name: str, name_en: str) -> str:
    return name_en if get_language() == "en" else name


_called = lazy(_in_language, str)


@dataclass(frozen=True)
class ShippedRole:
    """A role as shipped: code, Chinese and English name, rank (lower is higher), and its grants."""

    code: str
    name: str
    name_en: str
    rank: int
    grants: str

    @property
    def words(self) -> Any:
        """What it is called, in the language of whoever reads it."""
        return _called(self.name, self.name_en)

    def cells(self) -> list[tuple[str, str, str]]:
        """(resource, action, scope) of every grant."""
        found = []
        for line in filter(None, (part.strip() for part in self.grants.splitlines())):
            resource, actions, scope = line.replace(":", "").split()
            found += [(resource, ACTIONS[letter], scope) for letter in actions]
        return found


REPRESENTATIVE = """
    service.request: rce own
    service.improvement: re own
    service.complaint: rce own
    service.deal_review: re own
    service.survey: rce own
    service.letter: rce own
    service.board: r hotel
    insight.screening: r own
    insight.judgement: re own
    insight.evaluation: rce own
    insight.finding: re own
    insight.churn: r own
    orders.order: rce own
    orders.exception: rce own
    orders.diary: r hotel
    orders.diary: ce own
    credit.account: r own
    credit.application: rce own
    credit.statement: r own
    credit.dispute: rce own
    agreements.rate: r hotel
    agreements.template: r hotel
    agreements.agreement: rce own
    reception.wish: rce department
    reception.reception: rce own
    reception.show_round: rce hotel
    clients.account: rce shared
    clients.contact: rce shared
    clients.pool: r hotel
    clients.card: re shared
    clients.protection: rcex own
    pms.production: r shared
    pms.in_house: r shared
    pms.payment: r shared
    activities.visit: rce own
    activities.followup: rce own
    activities.outing: r department
    organization.document: r own
    organization.fact: r hotel
    procedures.task: rce own
    procedures.procedure: r hotel
    procedures.register: rce department
    procedures.personal: r department
    organization.qualification: r own
"""
MANAGER = """
    service.request: rceax team
    service.improvement: rce team
    service.complaint: rceax team
    service.deal_review: rea team
    service.survey: rcex team
    service.letter: rce team
    service.board: re hotel
    insight.screening: re team
    insight.judgement: rea team
    insight.evaluation: rcea team
    insight.evaluation_copy: re department
    insight.finding: re team
    insight.churn: rcx team
    orders.order: rceax team
    orders.exception: rceax team
    orders.diary: r hotel
    orders.diary: ce team
    credit.account: rx team
    credit.application: rcea team
    credit.statement: rx team
    credit.dispute: rcea team
    agreements.rate: r hotel
    agreements.template: r hotel
    agreements.copy: r hotel
    agreements.agreement: rceax team
    reception.wish: rce department
    reception.reception: rceax team
    reception.show_round: rce hotel
    clients.account: rceax team
    clients.contact: rce team
    clients.pool: re hotel
    clients.card: re team
    clients.protection: rceax team
    pms.production: r team
    pms.in_house: r team
    pms.payment: r team
    activities.visit: rcea team
    activities.followup: rce team
    activities.outing: r department
    organization.policy: r hotel
    organization.staff: r hotel
    organization.document: r hotel
    organization.document: ce department
    organization.fact: r hotel
    organization.limit: r hotel
    organization.delegation: rc team
    organization.position: r hotel
    procedures.task: rceax department
    procedures.procedure: r hotel
    procedures.register: rcex department
    procedures.personal: r department
    organization.qualification: r hotel
    organization.qualification: ce team
"""
DIRECTOR = """
    service.request: rceax hotel
    service.improvement: rce hotel
    service.complaint: rceax hotel
    service.deal_review: rea hotel
    service.survey: rcex hotel
    service.letter: rce hotel
    service.board: re hotel
    insight.screening: rceax hotel
    insight.judgement: rea hotel
    insight.evaluation: rcea hotel
    insight.evaluation_end: a hotel
    insight.evaluation_copy: re hotel
    insight.composition: rx hotel
    insight.finding: rce hotel
    insight.churn: rcx hotel
    orders.order: rceax hotel
    orders.exception: rceax hotel
    orders.notice: r hotel
    orders.diary: rce hotel
    orders.space: rce hotel
    credit.account: rx hotel
    credit.application: rcea hotel
    credit.statement: rx hotel
    credit.dispute: rcea hotel
    agreements.rate: r hotel
    agreements.template: rca hotel
    agreements.copy: r hotel
    agreements.agreement: rceax hotel
    agreements.below_floor: a hotel
    reception.wish: rce department
    reception.reception: rceax hotel
    reception.show_round: rce hotel
    clients.account: rceax hotel
    clients.contact: rce hotel
    clients.pool: re hotel
    clients.card: re hotel
    clients.protection: rceax hotel
    pms.production: rx hotel
    pms.in_house: r hotel
    pms.folio: r hotel
    pms.payment: r hotel
    clients.import: rc hotel
    pms.import: rc hotel
    activities.visit: rcea hotel
    activities.followup: rce hotel
    activities.outing: r hotel
    organization.policy: re hotel
    organization.staff: r hotel
    kernel.audit: r hotel
    organization.document: rcex hotel
    organization.fact: rce hotel
    organization.limit: r hotel
    organization.delegation: rc hotel
    organization.position: rce hotel
    procedures.task: rx hotel
    procedures.task: cea department
    procedures.procedure: rcex hotel
    procedures.register: rcex hotel
    procedures.personal: r department
    organization.qualification: rce hotel
"""
LEADERSHIP = """
    service.request: rceax hotel
    service.improvement: rce hotel
    service.complaint: rceax hotel
    service.deal_review: rea hotel
    service.survey: rcex hotel
    service.letter: rce hotel
    service.board: re hotel
    insight.screening: rax hotel
    insight.judgement: ra hotel
    insight.evaluation: ra hotel
    insight.evaluation_end: a hotel
    insight.evaluation_copy: r hotel
    insight.composition: rx hotel
    insight.finding: rce hotel
    insight.churn: rx hotel
    orders.order: rax hotel
    orders.exception: rceax hotel
    orders.compensation: a hotel
    orders.notice: r hotel
    orders.diary: r hotel
    credit.account: rax hotel
    credit.override: a hotel
    credit.application: ra hotel
    credit.statement: rx hotel
    credit.dispute: rea hotel
    agreements.rate: r hotel
    agreements.template: ra hotel
    agreements.copy: r hotel
    agreements.agreement: rax hotel
    agreements.below_floor: a hotel
    reception.wish: rce department
    reception.reception: rcax hotel
    reception.show_round: r hotel
    clients.account: rx hotel
    clients.contact: r hotel
    clients.pool: r hotel
    clients.card: r hotel
    clients.protection: rx hotel
    pms.production: rx hotel
    pms.in_house: ra hotel
    pms.folio: r hotel
    pms.payment: r hotel
    activities.visit: ra hotel
    activities.followup: rc hotel
    activities.outing: r hotel
    organization.policy: rea hotel
    organization.staff: r hotel
    kernel.audit: r hotel
    organization.document: rceax hotel
    organization.fact: r hotel
    organization.limit: re hotel
    organization.delegation: rc hotel
    organization.position: r hotel
    procedures.task: rceax hotel
    procedures.procedure: rax hotel
    procedures.register: rx hotel
    organization.qualification: rce hotel
"""
CLERK = """
    service.request: rce hotel
    service.improvement: re own
    service.complaint: rce hotel
    service.survey: rce hotel
    service.letter: rce hotel
    service.board: re hotel
    insight.screening: rc hotel
    insight.judgement: r hotel
    insight.evaluation: r hotel
    insight.composition: r hotel
    insight.finding: rce hotel
    insight.churn: r hotel
    orders.order: rcex hotel
    orders.exception: rcex hotel
    orders.diary: rce hotel
    credit.account: r hotel
    credit.application: rce hotel
    credit.statement: r hotel
    agreements.rate: r hotel
    agreements.template: rc hotel
    agreements.copy: r hotel
    agreements.agreement: rcex hotel
    reception.wish: rce department
    reception.reception: rce hotel
    reception.show_round: rce hotel
    clients.account: rce hotel
    clients.contact: r hotel
    clients.pool: r hotel
    clients.protection: rx hotel
    pms.production: r hotel
    pms.in_house: r hotel
    pms.payment: r hotel
    clients.import: rc hotel
    pms.import: rc hotel
    activities.visit: r hotel
    activities.followup: rce own
    activities.outing: r department
    organization.staff: r hotel
    organization.document: rx hotel
    organization.document: ce department
    organization.fact: rce hotel
    organization.position: r hotel
    procedures.task: rx department
    procedures.task: ce own
    procedures.procedure: r hotel
    procedures.register: rcex department
    procedures.personal: r department
    organization.qualification: r hotel
"""
FINANCE = """
    service.request: rce department
    service.improvement: re own
    service.complaint: rce department
    service.letter: rce own
    service.board: r hotel
    insight.screening: r hotel
    insight.composition: r hotel
    insight.finding: r hotel
    orders.order: r hotel
    orders.exception: rc hotel
    orders.notice: re department
    orders.diary: r hotel
    credit.account: rex hotel
    credit.charge: rc hotel
    credit.payment: rc hotel
    credit.application: rea hotel
    credit.statement: rcex hotel
    credit.dispute: rce hotel
    agreements.rate: r hotel
    agreements.copy: re department
    agreements.agreement: r hotel
    reception.wish: rce department
    reception.reception: rx hotel
    clients.account: r hotel
    pms.production: r hotel
    pms.in_house: r hotel
    pms.folio: r hotel
    pms.payment: r hotel
    activities.followup: rce own
    organization.document: r own
    procedures.task: r department
    procedures.task: ce own
    procedures.procedure: r hotel
    procedures.register: rce department
    procedures.personal: r department
    organization.qualification: r own
"""
DEPARTMENT = """
    service.request: rce department
    service.improvement: re own
    service.complaint: rce department
    service.survey: r department
    service.letter: rce own
    service.board: r hotel
    credit.charge: rc hotel
    agreements.copy: re department
    reception.wish: rce department
    reception.reception: r hotel
    activities.followup: rce own
    organization.document: r own
    procedures.task: r department
    procedures.task: ce own
    procedures.procedure: r hotel
    procedures.register: rce department
    procedures.personal: r department
    organization.qualification: r own
"""
COORDINATOR = (
    DEPARTMENT
    + """
    orders.notice: re department
    orders.exception: rc department
    insight.evaluation_copy: re department
"""
)
FRONT = """
    service.request: rce hotel
    service.improvement: rce hotel
    service.complaint: rce hotel
    service.survey: rce hotel
    service.letter: rce hotel
    service.board: re hotel
    orders.notice: re department
    credit.charge: rc hotel
    agreements.rate: r hotel
    agreements.copy: re department
    insight.evaluation_copy: re department
    reception.wish: rce department
    reception.reception: r hotel
    reception.show_round: r hotel
    clients.account: r hotel
    activities.followup: rce own
    organization.document: r own
    organization.fact: r hotel
    procedures.task: r department
    procedures.task: ce own
    procedures.procedure: r hotel
    procedures.register: rce department
    procedures.personal: r department
    organization.qualification: r own
"""
FRONT_DESK = """
    service.request: rce hotel
    service.improvement: re own
    service.complaint: rce hotel
    service.survey: rce hotel
    service.letter: rce own
    service.board: r hotel
    orders.order: r hotel
    orders.exception: rc hotel
    orders.exception: e own
    orders.notice: re department
    orders.diary: r hotel
    credit.charge: rc hotel
    agreements.rate: r hotel
    agreements.copy: re department
    reception.reception: r hotel
    clients.account: r hotel
    pms.in_house: ra hotel
    pms.guest: r hotel
    pms.confidential: rce hotel
    reception.enquiry: rc hotel
    reception.room_change: rce hotel
    reception.wish: rce hotel
    reception.authority: rc hotel
    activities.followup: rce own
    organization.document: r own
    procedures.task: r department
    procedures.task: ce own
    procedures.procedure: r hotel
    procedures.register: rce department
    procedures.personal: r department
    organization.qualification: r own
"""


def _head_of(grants: str) -> str:
    """The same for whoever leads the department."""
    wider = {
        "organization.document: r own": "organization.document: rce department",
        "procedures.task: r department": "procedures.task: rax department",
        "procedures.task: ce own": "procedures.task: ce department",
        "procedures.register: rce department": "procedures.register: rcex department",
        "reception.room_change: rce hotel": "reception.room_change: rcea hotel",
        "pms.guest: r hotel": "pms.guest: ra hotel",
        "service.complaint: rce hotel": "service.complaint: rceax hotel",
        "service.request: rce hotel": "service.request: rceax hotel",
        "service.request: rce department": "service.request: rceax department",
        "service.improvement: re own": "service.improvement: rce department",
        "service.survey: rce hotel": "service.survey: rcex hotel",
        "service.letter: rce own": "service.letter: rce hotel",
        "service.board: r hotel": "service.board: re hotel",
        "service.complaint: rce department": "service.complaint: rcea department",
        "credit.account: rex hotel": "credit.account: reax hotel\n    credit.override: a hotel",
        "credit.payment: rc hotel": "credit.payment: rca hotel",
        "credit.dispute: rce hotel": "credit.dispute: rcea hotel",
        "organization.qualification: r own": "organization.qualification: rce department",
        "agreements.copy: re department": "agreements.copy: re department\n    insight.evaluation_copy: re department",
    }
    for own, department in wider.items():
        grants = grants.replace(own, department)
    return grants


FRONT_HEAD, FINANCE_HEAD = _head_of(FRONT_DESK), _head_of(FINANCE)
ENQUIRIES = """
    reception.enquiry: rc hotel
"""
AGENT = (
    FRONT
    + ENQUIRIES
    + """
    orders.exception: rc department
    insight.evaluation: rce hotel
"""
)
BANQUET = (
    FRONT
    + """
    orders.order: rce hotel
    orders.exception: rce hotel
    orders.diary: rce hotel
    orders.space: rce hotel
"""
)
GUARD = (
    COORDINATOR
    + ENQUIRIES
    + """
    reception.authority: ra hotel
"""
)
ADMINISTRATOR = """
    service.request: rceax hotel
    service.improvement: rce hotel
    service.complaint: rceax hotel
    service.survey: rcex hotel
    service.letter: rce hotel
    service.board: re hotel
    insight.screening: rceax hotel
    insight.judgement: rea hotel
    insight.evaluation: rcea hotel
    insight.evaluation_end: a hotel
    insight.evaluation_copy: re hotel
    insight.composition: rx hotel
    insight.finding: rce hotel
    insight.churn: rcx hotel
    orders.order: rceax hotel
    orders.exception: rceax hotel
    orders.notice: r hotel
    orders.diary: rce hotel
    orders.space: rce hotel
    credit.account: reax hotel
    credit.charge: r hotel
    credit.payment: r hotel
    credit.application: rcea hotel
    credit.statement: rx hotel
    credit.dispute: rcea hotel
    agreements.rate: r hotel
    agreements.template: rca hotel
    agreements.copy: r hotel
    agreements.agreement: rceax hotel
    agreements.below_floor: a hotel
    reception.reception: rceax hotel
    reception.show_round: rce hotel
    clients.account: rceax hotel
    clients.contact: rce hotel
    clients.pool: re hotel
    clients.card: re hotel
    clients.protection: rax hotel
    pms.production: rx hotel
    pms.in_house: r hotel
    pms.folio: r hotel
    pms.payment: r hotel
    clients.import: rc hotel
    pms.import: rc hotel
    activities.visit: r hotel
    activities.followup: rce hotel
    activities.outing: r hotel
    organization.hotel: e hotel
    organization.staff: rce hotel
    organization.role: rce hotel
    organization.policy: rea hotel
    kernel.audit: rx hotel
    organization.document: rcex hotel
    organization.fact: rce hotel
    organization.limit: re hotel
    organization.delegation: rc hotel
    organization.position: rce hotel
    procedures.task: rceax hotel
    procedures.procedure: rceax hotel
    procedures.register: rcex hotel
    organization.qualification: rce hotel
"""
GROUP_VIEWER = """
    pms.production: r hotel
    organization.document: r own
"""

SHIPPED_ROLES = [
    ShippedRole("administrator", "系统管理员", "Administrator", 1, ADMINISTRATOR),
    ShippedRole("group-viewer", "集团观察员", "Group viewer", 2, GROUP_VIEWER),
    ShippedRole("president", "总裁/股东", "President", 3, LEADERSHIP),
    ShippedRole("general-manager", "总经理", "General manager", 4, LEADERSHIP),
    ShippedRole("deputy-general-manager", "副总经理", "Deputy general manager", 5, LEADERSHIP),
    ShippedRole("director-of-sales", "营销总监", "Director of sales", 10, DIRECTOR),
    ShippedRole("marketing-manager", "市场营销部经理", "Marketing manager", 11, DIRECTOR),
    ShippedRole("sales-manager", "销售经理", "Sales manager", 12, MANAGER),
    ShippedRole("senior-sales-executive", "销售高级主任", "Senior sales executive", 13, REPRESENTATIVE),
    ShippedRole("sales-executive", "销售主任", "Sales executive", 14, REPRESENTATIVE),
    ShippedRole("sales-representative", "销售代表", "Sales representative", 15, REPRESENTATIVE),
    ShippedRole("sales-clerk", "部门文员", "Sales clerk", 16, CLERK),
    ShippedRole("banquet-coordinator", "宴会统筹", "Banquet coordinator", 20, BANQUET),
    ShippedRole("front-office-manager", "前厅部经理", "Front-office manager", 21, FRONT_HEAD),
    ShippedRole("receptionist", "前台接待", "Receptionist", 22, FRONT_DESK),
    ShippedRole("bell-attendant", "礼宾员", "Bell attendant", 24, DEPARTMENT),
    ShippedRole("room-attendant", "客房服务员", "Room attendant", 25, DEPARTMENT),
    ShippedRole("club-attendant", "会所服务员", "Club attendant", 26, DEPARTMENT),
    ShippedRole("therapist", "技师", "Therapist", 27, DEPARTMENT),
    ShippedRole("department-coordinator", "部门协调员", "Department coordinator", 23, COORDINATOR),
    ShippedRole("credit-manager", "信用经理", "Credit manager", 30, FINANCE_HEAD),
    ShippedRole("finance-clerk", "财务文员", "Finance clerk", 31, FINANCE),
    ShippedRole("customer-service-agent", "客户服务专员", "Customer-service agent", 40, AGENT),
    ShippedRole("property-officer", "物业专员", "Property officer", 41, COORDINATOR),
    ShippedRole("cleaning-supervisor", "保洁绿化主管", "Cleaning and greening supervisor", 42, COORDINATOR),
    ShippedRole("security-officer", "保安员", "Security officer", 43, GUARD),
]
