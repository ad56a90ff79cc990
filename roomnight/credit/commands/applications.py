"""An application for credit: written, handed in, checked by finance, withdrawn (CRD-01, CRD-13)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands.accounts import take_revision
from roomnight.clients.models import Account
from roomnight.credit.commands.cases import begin_or_tell, tell_now
from roomnight.credit.models import ApplicationState, CreditApplication, Opinion, OpinionKind
from roomnight.credit.queries.grading import paid_grade
from roomnight.credit.queries.granting import LIMITED, WHOLE, chain_of, other_in_review, problems, score
from roomnight.credit.rules.grading import worse
from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, changed, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import uscc_tidy
from roomnight.organization.models import DepartmentKind, Membership, Staff
from roomnight.organization.working_days import day_at

SERIES = "SX"
ALLOWED = files.PHOTOS | {"pdf"}
MAX_BYTES = 15 * 1024 * 1024
TO_DECIDE = gettext_noop("An application for credit waits for your decision: %(client)s (%(number)s).")
TO_CHECK = gettext_noop("Please check the credit of %(client)s (%(number)s).")


def lock(application: CreditApplication, *states: str) -> CreditApplication:
    """The application as it is now, held until the transaction ends; refused in any other state than these."""
    rows = CreditApplication.objects.select_for_update(of=("self",), no_key=True)
    one = rows.select_related("hotel", "account__hotel", "responsible").get(pk=application.pk)
    if states and one.state not in states:
        raise Refusal(
            "application.state",
            _("This is not possible any more: the application is “%(state)s”.") % {"state": one.get_state_display()},
        )
    return one


def say(one: CreditApplication, kind: str, staff: Staff, note: str = "", **more: Any) -> Opinion:
    """One line on the application's way."""
    return Opinion.objects.create(
        application=one, kind=kind, round=one.round, staff=staff, note=note.strip(), at=timezone.now(), **more
    )


def tell(
    one: CreditApplication, people: Iterable[Staff], message: str, *, is_urgent: bool = False, **more: Any
) -> None:
    """A line on the bells of these people that leads to the application."""
    for username in sorted({person.username for person in people}):
        notify(
            username, message, hotel_code=one.hotel.code, url=one.get_absolute_url(), is_urgent=is_urgent,
            client=one.client_name or one.account.name, number=one.number, **more,
        )  # fmt: skip


def people_in(one: CreditApplication, role: str) -> list[Staff]:
    """Who has a role of the chain at the hotel."""
    places = Membership.objects.filter(hotel=one.hotel, staff__is_active=True).select_related("staff", "role__based_on")
    return [place.staff for place in places if role in (place.role.code, getattr(place.role.based_on, "code", ""))]


def finance_of(one: CreditApplication) -> list[Staff]:
    """The people of finance."""
    places = Membership.objects.filter(
        hotel=one.hotel, staff__is_active=True, department__kind=DepartmentKind.FINANCE
    ).select_related("staff")
    return [place.staff for place in places]


@command
def draft_application(
    *, actor: Actor, account: Account, responsible: Staff, drafted_by: Staff | None = None, **values: Any
) -> CreditApplication:
    """Begin an application for a client (CRD-01); it may lack anything until it is handed in."""
    today = day_at(account.hotel, timezone.now())
    one = CreditApplication(
        hotel=account.hotel, account=account, responsible=responsible, drafted_by=drafted_by,
        number=form_number(SERIES, account.hotel.code, today), **_tidy(values),
    )  # fmt: skip
    _work_out_grade(one)
    one.save(force_insert=True)
    record(one, number=one.number, account=account.code, kind=one.kind, limit=one.limit)
    return one


@command
def change_application(*, actor: Actor, application: CreditApplication, revision: int, **values: Any) -> Any:
    """Change what a draft says. What is being decided on is returned first."""
    one = lock(application, ApplicationState.DRAFT)
    take_revision(one, revision)
    changes = changed(one, **_tidy(values))
    if not changes:
        return UNCHANGED
    changes |= _work_out_grade(one)
    one.save(update_fields=[*changes])
    record(one, **changes)
    return one


def _tidy(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "credit_code": uscc_tidy(values["credit_code"])} if "credit_code" in values else values


def _work_out_grade(one: CreditApplication) -> dict[str, Any]:
    """The grade that counts: the scorecard's or, where the client has paid us before and that grade is worse, the one by its
    payments (CRD-09, CRD-13). Without a scorecard, for a change of an account, it is the client's newest."""
    today = day_at(one.hotel, timezone.now())
    found = score(one.answers, one.hotel.code, today)
    paid = paid_grade(one.account, today)
    if found.lines or one.kind in WHOLE:
        grade = worse(found.grade, paid) if found.lines else ""
        given = {"score": found.total, "grade": grade, "scored": found.kept()}
    else:
        given = {"score": None, "grade": one.account.credit_grade, "scored": []}
    return changed(one, paid_grade=paid, **given)


@command
def submit_application(*, actor: Actor, application: CreditApplication, staff: Staff) -> CreditApplication:
    """Hand an application in (CRD-01): complete and correct, or not at all.

    It goes to the first of its chain; corrected without another amount, on to whoever had returned it (CRD-02).
    """
    one = lock(application, ApplicationState.DRAFT)
    Account.objects.select_for_update(of=("self",), no_key=True).get(pk=one.account_id)
    changes = _work_out_grade(one)
    found = problems(one)
    if found:
        field, message = found[0]
        raise Refusal("application.incomplete", message, field=field or None)
    other = other_in_review(one)
    if other is not None:
        raise Refusal(
            "application.other", _("%(number)s of this client is being decided on.") % {"number": other.number}
        )
    one.submitted_by = staff
    chain = chain_of(one, day_at(one.hotel, timezone.now()))
    if not chain:
        raise Refusal("application.nobody", _("Nobody at the hotel may decide on this application."))
    if one.round == 0 or chain != one.chain or one.asked != one.limit:
        changes |= changed(one, chain=chain, position=0, round=one.round + 1, asked=one.limit, granted=None)
    changes |= changed(one, state=ApplicationState.REVIEW, waits_for=chain[one.position], submitted_at=timezone.now())
    one.save(update_fields=[*changes, "submitted_by"])
    say(one, OpinionKind.SUBMITTED, staff, limit=one.limit)
    tell(one, people_in(one, one.waits_for), TO_DECIDE)
    if one.checked_at is None and one.kind in LIMITED:
        tell(one, finance_of(one), TO_CHECK)
    begin_or_tell(actor, one, day_at(one.hotel, timezone.now()))
    record(one, **changes)
    return one


@command
def check_application(
    *, actor: Actor, application: CreditApplication, staff: Staff, check_ways: list[str], check_findings: str, is_clear: bool,
) -> CreditApplication:  # fmt: skip
    """Finance looks into the client's credit and says what it found 资信调查 (CRD-01).

    Refused: somebody who is not of finance or has a hand in the application, no findings.
    """
    one = lock(application, ApplicationState.DRAFT, ApplicationState.REVIEW)
    if staff.pk in one.involved or staff.pk not in {person.pk for person in finance_of(one)}:
        raise Refusal("application.finance", _("The client's credit is checked by finance."))
    if not check_findings.strip() or not check_ways:
        raise Refusal("application.findings", _("Say what was found, and how."), field="check_findings")
    changes = changed(
        one, check_ways=check_ways, check_findings=check_findings.strip(), is_clear=is_clear, checked_by=staff,
        checked_at=timezone.now(),
    )  # fmt: skip
    one.save(update_fields=[*changes])
    say(one, OpinionKind.CHECKED, staff, check_findings)
    tell_now(actor, one, timezone.now())
    record(one, **changes)
    return one


@command
def withdraw_application(*, actor: Actor, application: CreditApplication, staff: Staff, note: str) -> CreditApplication:
    """The client does not want it any more, and why."""
    one = lock(application, ApplicationState.DRAFT, ApplicationState.REVIEW)
    if not note.strip():
        raise Refusal("application.note", _("Say why."), field="note")
    changes = changed(
        one, state=ApplicationState.WITHDRAWN, waits_for="", decision_note=note.strip(), decided_at=timezone.now()
    )
    one.save(update_fields=[*changes])
    say(one, OpinionKind.WITHDRAWN, staff, note)
    tell_now(actor, one, timezone.now())
    record(one, **changes)
    return one


@command
def attach_to_application(*, actor: Actor, application: CreditApplication, name: str, file: IO[bytes]) -> Any:
    """Keep a paper with an application: licence, identity card, letter of authority. The same file again changes nothing."""
    one = lock(application, ApplicationState.DRAFT, ApplicationState.REVIEW)
    seen = files.inspect(name, file, allowed=ALLOWED, max_bytes=MAX_BYTES)
    subject = subject_of(one)
    if Attachment.objects.filter(subject=subject, sha256=seen.sha256).exists():
        return UNCHANGED
    files.store(Path(settings.MEDIA_ROOT), file, seen.sha256)
    kept = Attachment.objects.create(
        subject=subject, hotel_code=one.hotel.code, name=seen.name, media_type=seen.media_type,
        size_bytes=seen.size_bytes, sha256=seen.sha256, added_by=actor.code,
    )  # fmt: skip
    record(one, attached=seen.name, size_bytes=seen.size_bytes, sha256=seen.sha256)
    return kept
