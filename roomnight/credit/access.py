"""Whose credit a person may see or touch. Strangers get 404."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from roomnight.agreements.access import files_by
from roomnight.agreements.models import Signatory
from roomnight.agreements.queries.charging import charging_agreement, signatories_on
from roomnight.clients.access import accounts
from roomnight.clients.models import Account
from roomnight.credit.models import (
    ApplicationState,
    ComparedLine,
    Comparison,
    CreditAccount,
    CreditApplication,
    Dispute,
    DunningLetter,
    DunningStep,
    Grading,
    LedgerLine,
    LimitReview,
    Match,
    Opinion,
    RefusedCharge,
    RefusedState,
    Statement,
)
from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import Attachment
from roomnight.organization.access import Seat, files_of, within
from roomnight.organization.models import Membership, Scope

OWNERS = ["responsible", "account__owner", "account__co_owner"]
PEOPLE = ("hotel", "account", "account__owner", "account__hotel", "responsible", "merged_into")


def credit_accounts(seat: Seat, action: str = "read") -> QuerySet[CreditAccount]:
    """The credit accounts within reach: those of clients one answers for, the team's, the hotel's (CRD-10, CRD-12)."""
    scope = seat.scope("credit.account", action)
    return CreditAccount.objects.filter(within(scope, seat, hotel="hotel", owners=OWNERS))


def credit_account(seat: Seat, pk: int, action: str = "read") -> CreditAccount:
    """One credit account, with how many charges wait for a decision (`waiting`), or 404."""
    refused = RefusedCharge.objects.filter(credit=OuterRef("pk"), state=RefusedState.OPEN).order_by()
    counted = Coalesce(Subquery(refused.values("credit").annotate(n=Count("pk")).values("n")), 0)
    found = credit_accounts(seat, action).select_related(*PEOPLE).annotate(waiting=counted).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def lines(credit: CreditAccount) -> QuerySet[LedgerLine]:
    """The ledger of an account that is within reach, latest first."""
    return LedgerLine.objects.filter(credit=credit).select_related("signatory").order_by("-on", "-pk")


def gradings(credit: CreditAccount) -> QuerySet[Grading]:
    """The grades of the client whose account is within reach, newest first (CRD-09)."""
    return Grading.objects.filter(credit__account=credit.account_id).order_by("-starts_on", "-pk")


def reviews(credit: CreditAccount) -> QuerySet[LimitReview]:
    """The reviews of the limit of an account that is within reach, latest first (CRD-09)."""
    return LimitReview.objects.filter(credit=credit).select_related("staff")


def line(seat: Seat, pk: int) -> LedgerLine:
    """One line of an account within reach, or 404."""
    found = LedgerLine.objects.select_related("hotel", "credit__hotel", "credit__account__hotel", "credit__responsible")
    one = found.filter(pk=pk, credit__in=credit_accounts(seat)).first()
    if one is None:
        raise Http404(str(pk))
    return one


def chargeable(seat: Seat) -> QuerySet[Account]:
    """The clients for whom somebody at a till may ask and charge: those of the hotel with an open credit account."""
    return accounts_with_credit(seat) if seat.may("credit.charge") else Account.objects.none()


def signers_at_till(seat: Seat, account: Account) -> list[tuple[Signatory, list[Attachment]]]:
    """Who may sign today for a client that may be charged, each with the specimens of the signature (forms.md 11.5)."""
    agreement = charging_agreement(account, seat.today)
    people = signatories_on(agreement, seat.today) if agreement is not None else []
    files = files_by(people)
    return [(one, files[subject_of(one)]) for one in people]


def specimen_at_till(seat: Seat, account: Account, file: int) -> Attachment:
    """A specimen of one who may sign today for a client that may be charged; else 404."""
    for _person, files in signers_at_till(seat, account):
        for kept in files:
            if kept.pk == file:
                return kept
    raise Http404(str(file))


def chargeable_one(seat: Seat, pk: int) -> Account:
    """One client that may be charged; else 404."""
    one = chargeable(seat).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def accounts_with_credit(seat: Seat) -> QuerySet[Account]:
    """The clients of the hotel with an open credit account, for those who decide whose a charge is."""
    open_ones = CreditAccount.objects.filter(hotel=seat.hotel, merged_into=None, closed_on=None)
    return Account.objects.filter(hotel=seat.hotel, pk__in=open_ones.values("account")).select_related("hotel")


def matches(one: LedgerLine) -> list[Match]:
    """What settled a line that is within reach, or what it settled; what was taken back among it."""
    found = Match.objects.filter(debit=one) if one.amount_cents > 0 else Match.objects.filter(credit=one)
    return list(found.select_related("debit", "credit").order_by("pk"))


def match(seat: Seat, pk: int) -> Match:
    """One match of an account within reach, or 404."""
    found = Match.objects.select_related("debit__hotel", "debit__credit__hotel", "credit")
    one = found.filter(pk=pk, debit__credit__in=credit_accounts(seat)).first()
    if one is None:
        raise Http404(str(pk))
    return one


def refused_charges(seat: Seat) -> QuerySet[RefusedCharge]:
    """The charges of the hotel that were kept for a decision, the oldest first, for those who may decide (CRD-05)."""
    if not seat.may("credit.override", "approve"):
        return RefusedCharge.objects.none()
    return RefusedCharge.objects.filter(hotel=seat.hotel).order_by("came_at", "pk")


def refused_charge(seat: Seat, pk: int) -> RefusedCharge:
    """One charge to decide on, or 404."""
    found = refused_charges(seat).select_related("hotel", "credit__account__hotel").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


OWNERS_OF_CREDIT = [f"credit__{name}" for name in OWNERS]


def statements(seat: Seat, action: str = "read") -> QuerySet[Statement]:
    """The statements within reach: of clients one answers for, of the team's, of the hotel's (CRD-06)."""
    scope = seat.scope("credit.statement", action)
    return Statement.objects.filter(within(scope, seat, hotel="credit__hotel", owners=OWNERS_OF_CREDIT))


def statement(seat: Seat, pk: int, action: str = "read") -> Statement:
    """One statement, or 404."""
    known = ("credit__hotel", "credit__account__hotel", "credit__responsible")
    one = statements(seat, action).select_related(*known).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def lines_of(one: Statement) -> QuerySet[LedgerLine]:
    """The lines of a statement that is within reach, by day."""
    return LedgerLine.objects.filter(statement=one).order_by("on", "pk")


def disputes(seat: Seat, action: str = "read") -> QuerySet[Dispute]:
    """The disputes within reach: one's clients', those one has to resolve, the team's, the hotel's (CRD-07)."""
    scope = seat.scope("credit.dispute", action)
    owners = [*OWNERS_OF_CREDIT, "assigned_to"]
    return Dispute.objects.filter(within(scope, seat, hotel="credit__hotel", owners=owners))


def comparisons(seat: Seat, action: str = "read") -> QuerySet[Comparison]:
    """The comparisons with clients' own lists within reach: as their statements are (CRD-06)."""
    scope = seat.scope("credit.statement", action)
    return Comparison.objects.filter(within(scope, seat, hotel="credit__hotel", owners=OWNERS_OF_CREDIT))


def comparison(seat: Seat, pk: int, action: str = "read") -> Comparison:
    """One comparison, or 404."""
    known = ("credit__hotel", "credit__account__hotel", "statement")
    one = comparisons(seat, action).select_related(*known).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def compared_lines(one: Comparison) -> QuerySet[ComparedLine]:
    """The lines of a comparison that is within reach, in the order of the client's list."""
    return ComparedLine.objects.filter(comparison=one).order_by("position")


def compared_line(seat: Seat, pk: int, action: str = "read") -> ComparedLine:
    """One line of a comparison within reach, or 404."""
    known = ("comparison__credit__hotel", "comparison__credit__account__hotel", "line")
    found = ComparedLine.objects.filter(comparison__in=comparisons(seat, action))
    one = found.select_related(*known).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def dispute(seat: Seat, pk: int, action: str = "read") -> Dispute:
    """One dispute, or 404."""
    known = ("credit__hotel", "credit__account__hotel", "credit__responsible", "line__statement", "assigned_to")
    one = disputes(seat, action).select_related(*known).filter(pk=pk).first()
    if one is None:
        raise Http404(str(pk))
    return one


def dunning_steps(seat: Seat) -> QuerySet[DunningStep]:
    """The steps of the dunning ladder within reach: of accounts one sees, and those one is to take oneself (CRD-08)."""
    scope = seat.scope("credit.account")
    return DunningStep.objects.filter(
        within(scope, seat, hotel="credit__hotel", owners=[*OWNERS_OF_CREDIT, "assigned_to"])
    )


def dunning_step(seat: Seat, pk: int) -> DunningStep:
    """One step within reach that is still to be taken; else 404."""
    known = ("credit__hotel", "credit__account__hotel", "credit__responsible", "assigned_to")
    one = dunning_steps(seat).filter(pk=pk, done_at=None).select_related(*known).first()
    if one is None:
        raise Http404(str(pk))
    return one


def letters_of(steps: Sequence[DunningStep]) -> dict[int, list[DunningLetter]]:
    """The letters of steps that are within reach, by step, the latest first."""
    found: dict[int, list[DunningLetter]] = {}
    for one in DunningLetter.objects.filter(step__in=[step.pk for step in steps]) if steps else ():
        found.setdefault(one.step_id, []).append(one)
    return found


def letters_to(credit: CreditAccount) -> QuerySet[DunningLetter]:
    """The letters to a client whose account is within reach, the latest first."""
    return DunningLetter.objects.filter(step__credit=credit)


def letter_file(seat: Seat, pk: int) -> Attachment:
    """The PDF of a letter of a step within reach; else 404."""
    one = DunningLetter.objects.filter(pk=pk, step__in=dunning_steps(seat)).first()
    kept = files_of(one).first() if one is not None else None
    if kept is None:
        raise Http404(str(pk))
    return kept


def may_take(seat: Seat, one: DunningStep) -> bool:
    """Whether this person may note what came of a step: whoever has it to do, whoever signed with the client, those who stand in
    for them, and finance."""
    return seat.may("credit.payment", "create") or bool(
        {one.assigned_to_id, one.credit.responsible_id} & set(seat.stands_for)
    )


# ---- applications

APPLICANTS = ["responsible", "drafted_by", "account__owner"]
AROUND = ("hotel", "account", "account__owner", "account__hotel", "responsible", "checked_by", "credit", "agreement")


def applications(seat: Seat, action: str = "read") -> QuerySet[CreditApplication]:
    """The applications within reach; who stands in for somebody away also sees what waits for that person (CRD-02)."""
    reach = within(seat.scope("credit.application", action), seat, hotel="hotel", owners=APPLICANTS)
    others = [pk for pk in seat.stands_for if pk != seat.staff.pk]
    if others and action in ("read", "approve") and seat.may("credit.application", "approve"):
        places = Membership.objects.filter(hotel=seat.hotel, staff__in=others).select_related("role__based_on")
        posts = [place.role.based_on.code if place.role.based_on else place.role.code for place in places]
        reach |= Q(hotel=seat.hotel, state=ApplicationState.REVIEW, waits_for__in=posts)
    return CreditApplication.objects.filter(reach)


def application(seat: Seat, pk: int, action: str = "read") -> CreditApplication:
    """One application, or 404."""
    found = applications(seat, action).select_related(*AROUND).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def opinions(one: CreditApplication) -> list[Opinion]:
    """The way so far of an application that is within reach."""
    return list(one.opinions.select_related("staff", "on_behalf_of"))


def asked_account(seat: Seat, text: str) -> Account | None:
    """The client whose number stands in an address, if this person may see it."""
    return accounts(seat).filter(pk=int(text)).first() if text.isdigit() and seat.may("clients.account") else None


def may(seat: Seat, one: CreditApplication, action: str) -> bool:
    """Whether this person may do that to an application already within reach; the scopes of `applications` without a query."""
    people = {one.responsible_id, one.drafted_by_id, one.account.owner_id}
    match seat.scope("credit.application", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return bool(people.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            return bool(people.intersection(seat.department_ids))
    return seat.staff.pk in people
