"""Whose agreements a person may see or touch. Strangers get 404."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet
from django.http import Http404

from roomnight.agreements.models import (
    RUNNING,
    Agreement,
    AgreementCopy,
    AgreementPaper,
    AgreementTemplate,
    Leak,
    Original,
    Signatory,
    State,
)
from roomnight.clients.access import accounts
from roomnight.clients.models import Account
from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import Attachment
from roomnight.organization.access import Seat, within
from roomnight.organization.models import Membership, Scope, Staff
from roomnight.pms.queries.secrets import guests_wishes

OWNERS = ["responsible", "account__owner", "account__co_owner"]
PEOPLE = ("hotel", "account", "responsible", "drafted_by", "submitted_by", "decided_by", "renews")


def agreements(seat: Seat, action: str = "read") -> QuerySet[Agreement]:
    """The agreements within reach: those one answers for or whose client one owns, the team's, the hotel's."""
    scope = seat.scope("agreements.agreement", action)
    return Agreement.objects.filter(within(scope, seat, hotel="hotel", owners=OWNERS))


def agreement(seat: Seat, pk: int, action: str = "read") -> Agreement:
    """One agreement, or 404."""
    found = agreements(seat, action).select_related(*PEOPLE).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def may(seat: Seat, one: Agreement, action: str) -> bool:
    """Whether this person may do that to an agreement already within reach; the scopes of `agreements` without a query."""
    owners = {one.responsible_id, one.account.owner_id, one.account.co_owner_id}
    match seat.scope("agreements.agreement", action):
        case None:
            return False
        case Scope.HOTEL:
            return True
        case Scope.TEAM:
            return bool(owners.intersection(seat.team_ids))
        case Scope.DEPARTMENT:
            return bool(owners.intersection(seat.department_ids))
    return seat.staff.pk in owners


def signatory(seat: Seat, pk: int, signatory_id: int) -> Signatory:
    """One who may sign, of an agreement that one may change; or 404."""
    found = agreement(seat, pk, "edit").signatories.filter(pk=signatory_id).first()
    if found is None:
        raise Http404(str(signatory_id))
    return found


def copies(seat: Seat, action: str = "read") -> QuerySet[AgreementCopy]:
    """The copies within reach: those of one's own department, or the whole register (AGR-04)."""
    found = AgreementCopy.objects.filter(agreement__hotel=seat.hotel)
    found = found.select_related("agreement__hotel", "agreement__responsible", "department", "acknowledged_by")
    match seat.scope("agreements.copy", action):
        case None:
            return found.none()
        case Scope.HOTEL:
            return found
    return found.filter(department=seat.membership.department_id) if seat.membership else found.none()


def copies_of(agreement: Agreement) -> list[AgreementCopy]:
    """The copies of an agreement that is within reach."""
    return list(AgreementCopy.objects.filter(agreement=agreement).select_related("department", "acknowledged_by"))


def copy(seat: Seat, pk: int, action: str = "read") -> AgreementCopy:
    """One copy, or 404."""
    found = copies(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def agreements_of(seat: Seat, account: Account) -> QuerySet[Agreement]:
    """The agreements of a client that is already within reach, latest first."""
    if not seat.may("agreements.agreement"):
        return Agreement.objects.none()
    return Agreement.objects.filter(account=account, hotel=seat.hotel).order_by("-starts_on", "-pk")


def asked_account(seat: Seat, text: str) -> Account | None:
    """The client whose number stands in an address, if this person may see it."""
    return accounts(seat).filter(pk=int(text)).first() if text.isdigit() and seat.may("clients.account") else None


def people(seat: Seat) -> list[Staff]:
    """Those of the sales office who can answer for an agreement, by rank."""
    places = Membership.objects.filter(hotel=seat.hotel, staff__is_active=True, department__kind="sales")
    return [place.staff for place in places.select_related("staff", "role").order_by("role__rank", "staff__username")]


def called(codes: Iterable[str]) -> dict[str, str]:
    """The names of people by what they sign in with."""
    return {one.username: one.label for one in Staff.objects.filter(username__in=set(codes))}


def within_reach(seat: Seat, pks: set[int]) -> set[int]:
    """Those of these agreements that this person may open."""
    return set(agreements(seat).filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()


def leaks(seat: Seat, action: str = "read") -> QuerySet[Leak]:
    """The stays booked elsewhere of the clients whose agreements are within reach (AGR-07); not those that the PMS gives to
    the client by now, and none of a guest who wished not to be known, whenever that was (PRV-03)."""
    theirs = agreements(seat, action).order_by().values("account")
    found = Leak.objects.filter(hotel=seat.hotel, account__in=theirs)
    found = found.exclude(Q(booking__company=F("account")) | Q(booking__agent=F("account")))
    wishes = guests_wishes(seat.hotel)
    by_number = wishes.filter(booking_number=OuterRef("booking_number"))
    by_days = wishes.filter(arrival=OuterRef("booking__arrival"), departure=OuterRef("booking__departure"))
    return found.exclude(Exists(by_number) & ~Q(booking_number="")).exclude(Exists(by_days) & Q(booking_number=""))


def leak(seat: Seat, pk: int, action: str = "read") -> Leak:
    """One of them, or 404."""
    found = leaks(seat, action).select_related("hotel", "account", "booking", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def found_for(seat: Seat, agreement: Agreement) -> QuerySet[Leak]:
    """The stays booked elsewhere on the days of an agreement that is within reach."""
    return leaks(seat).filter(account=agreement.account_id).filter(
        arrival__gte=agreement.starts_on, arrival__lte=agreement.holds_until
    )  # fmt: skip


def first_day_of_agreements(seat: Seat) -> date | None:
    """The first day of those agreements within reach that run; None where there are none."""
    first: date | None = agreements(seat).filter(state__in=RUNNING).aggregate(first=Min("starts_on"))["first"]
    return first


# ---- the paper


def templates(seat: Seat, action: str = "read") -> QuerySet[AgreementTemplate]:
    """The Word templates of this hotel."""
    scope = seat.scope("agreements.template", action)
    found = AgreementTemplate.objects.filter(within(scope, seat, hotel="hotel"))
    return found.select_related("hotel", "uploaded_by", "approved_by")


def template(seat: Seat, pk: int, action: str = "read") -> AgreementTemplate:
    """One version of a template, or 404."""
    found = templates(seat, action).filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def papers(agreement: Agreement) -> list[AgreementPaper]:
    """The documents of an agreement that is within reach, latest first."""
    return list(AgreementPaper.objects.filter(agreement=agreement).select_related("template__hotel", "made_by"))


def files_by(records: Iterable[Any]) -> dict[str, list[Attachment]]:
    """The files of several records within reach, by what they hang on, in one query."""
    found: dict[str, list[Attachment]] = {subject_of(one): [] for one in records}
    for kept in Attachment.objects.filter(subject__in=found).order_by("pk") if found else ():
        found[kept.subject].append(kept)
    return found


def paper_file(seat: Seat, pk: int, file: int) -> Attachment:
    """One file of a document of an agreement that one may read; or 404."""
    return _one_of(files_by(AgreementPaper.objects.filter(agreement=agreement(seat, pk))), file)


def _one_of(found: dict[str, list[Attachment]], file: int) -> Attachment:
    for files in found.values():
        for kept in files:
            if kept.pk == file:
                return kept
    raise Http404(str(file))


def original(seat: Seat, pk: int, original_id: int) -> Original:
    """A registered original of an agreement that one may change; or 404."""
    found = agreement(seat, pk, "edit").originals.filter(pk=original_id).first()
    if found is None:
        raise Http404(str(original_id))
    return found


def originals(seat: Seat, text: str = "") -> QuerySet[Original]:
    """The registered originals of agreements within reach, latest first."""
    found = Original.objects.filter(agreement__in=agreements(seat).order_by())
    if text:
        found = found.filter(Q(agreement__client_name__icontains=text) | Q(agreement__number__icontains=text))
    return found.select_related("agreement__hotel", "registered_by").order_by("-signed_on", "-pk")


def without_originals(seat: Seat) -> QuerySet[Agreement]:
    """The approved agreements within reach of which an original is still to come."""
    return (
        agreements(seat).filter(state=State.APPROVED).select_related("hotel", "responsible").order_by("starts_on", "pk")
    )


def scan_file(seat: Seat, pk: int, file: int) -> Attachment:
    """A scan or specimen of an agreement that one may read; or 404."""
    one = agreement(seat, pk)
    return _one_of(files_by([*one.originals.all(), *one.signatories.all()]), file)


def specimens_of(agreement: Agreement) -> dict[str, list[Attachment]]:
    """The specimens of an agreement whose copy is within reach, by signatory."""
    return files_by(agreement.signatories.all())


def specimen_file(seat: Seat, copy_id: int, file: int) -> Attachment:
    """A specimen of an agreement of which one has the copy; or 404."""
    return _one_of(specimens_of(copy(seat, copy_id).agreement), file)
