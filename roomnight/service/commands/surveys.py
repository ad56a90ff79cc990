"""A client is asked after a stay, an event or a visit; what is answered, and the complaint that a low score opens (SAT-01, SAT-02)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from roomnight.activities.models import Visit
from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import name_of, take_revision
from roomnight.clients.models import Account, Contact
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import clean
from roomnight.orders.models import Order, OrderKind
from roomnight.organization.models import DepartmentKind, Hotel, Staff
from roomnight.organization.working_days import day_at
from roomnight.service import survey_links
from roomnight.service.commands.complaints import YOURS, local_time, take_complaint, tell
from roomnight.service.models import (
    CATEGORIES,
    REASONS,
    AnsweredBy,
    Category,
    Channel,
    Complaint,
    Survey,
    SurveyAbout,
    SurveyState,
)
from roomnight.service.queries.surveys import clients_whose_guests_left
from roomnight.service.rules.survey_values import LOW_SCORE, SURVEY_DAYS, SURVEY_REST_DAYS
from roomnight.service.rules.surveys import MOST

ANSWERED = gettext_noop("Survey %(number)s: %(score)s of 10")
DEPARTMENTS = {
    SurveyAbout.STAY: DepartmentKind.FRONT_OFFICE, SurveyAbout.EVENT: DepartmentKind.BANQUET,
    SurveyAbout.VISIT: DepartmentKind.SALES,
}  # fmt: skip
"""Whose work is judged."""
STAYS = (OrderKind.STAY, OrderKind.GROUP)


@command
def draft_survey(
    *,
    actor: Actor,
    hotel: Hotel,
    account: Account,
    about: str,
    happened_on: date,
    order: Order | None = None,
    visit: Visit | None = None,
    contact: Contact | None = None,
    representative: Staff | None = None,
    is_rested: bool = False,
) -> Any:
    """Note that a client is to be asked. An order and a visit are asked about once; with `is_rested` a client who was asked
    lately is left in peace. Refuses a day in the future and an order of another client."""
    today = day_at(hotel, timezone.now())
    if happened_on > today:
        raise Refusal("survey.day", _("Ask when it is over: this day is still to come."), field="happened_on")
    if order is not None and order.account_id != account.pk:
        raise Refusal("survey.order", _("This order is another client's."), field="order")
    if order is not None and Survey.objects.filter(order=order).exists():
        if is_rested:
            return UNCHANGED
        raise Refusal("survey.again", _("The client was asked about this order already."), field="order")
    if visit is not None and Survey.objects.filter(visit=visit).exists():
        return UNCHANGED
    if is_rested and order is None and _was_asked_lately(hotel, account, today):
        return UNCHANGED
    made = Survey.objects.create(
        hotel=hotel, number=form_number("MY", hotel.code, today), about=about, account=account, contact=contact, order=order,
        order_kind=order.kind if order is not None else "", visit=visit, happened_on=happened_on, drafted_at=timezone.now(),
        department=hotel.departments.filter(kind=DEPARTMENTS[SurveyAbout(about)]).order_by("pk").first(),
        representative=representative or account.owner,
    )  # fmt: skip
    record(made, number=made.number, about=about, account=account.code, order=order.number if order is not None else "")
    return made


def draft_for_order(actor: Actor, order: Order) -> Any:
    """An order has ended: its survey is drafted, once."""
    return draft_survey(
        actor=actor, hotel=order.hotel, account=order.account, order=order, contact=order.contact,
        about=SurveyAbout.STAY if order.kind in STAYS else SurveyAbout.EVENT,
        happened_on=min(order.departs_on, day_at(order.hotel, timezone.now())), representative=order.follower, is_rested=True,
    )  # fmt: skip


def _was_asked_lately(hotel: Hotel, account: Account, today: date) -> bool:
    rest = SURVEY_REST_DAYS.at(hotel.code, today)
    since = timezone.now() - timedelta(days=rest)
    return rest > 0 and Survey.objects.filter(account=account, drafted_at__gt=since).exclude(state="dropped").exists()


@command
def draft_for_stays(*, actor: Actor, hotel: Hotel, left_on: date) -> Any:
    """Clients whose guests left on a day are to be asked about the stay, each with the rest it is due (SAT-01)."""
    made = [
        draft_survey(
            actor=actor, hotel=hotel, account=account, about=SurveyAbout.STAY, happened_on=left_on, is_rested=True
        )
        for account in clients_whose_guests_left(hotel, left_on)
    ]
    count = sum(one is not UNCHANGED for one in made)
    if not count:
        return UNCHANGED
    record(hotel, surveys_drafted=count, left_on=left_on)
    return count


@command
def send_survey(*, actor: Actor, survey: Survey, by: Staff, revision: int) -> str:
    """A new link for this survey, to be copied or shown as a picture now: it can be read only this once. The one before is
    closed. What stands in the address is returned, and kept nowhere."""
    _refuse_over(survey)
    take_revision(survey, revision)
    now = timezone.now()
    days = SURVEY_DAYS.at(survey.hotel.code, day_at(survey.hotel, now))
    secret = survey_links.new_secret()
    survey.state, survey.key_hash, survey.sent_at, survey.sent_by = (
        SurveyState.SENT,
        survey_links.digest(secret),
        now,
        by,
    )
    survey.expires_at = now + timedelta(days=days)
    survey.save(update_fields=["state", "key_hash", "sent_at", "sent_by", "expires_at"])
    record(survey, sent_by=by.username, expires_at=survey.expires_at)
    return survey_links.signed(secret)


@command
def drop_survey(*, actor: Actor, survey: Survey, revision: int, reason: str) -> Survey:
    """Do not ask after all; a link that is out is closed. Refuses without a reason."""
    _refuse_over(survey)
    if not reason.strip():
        raise Refusal("survey.reason", _("Say why."), field="reason")
    take_revision(survey, revision)
    survey.state, survey.key_hash, survey.drop_reason = SurveyState.DROPPED, None, clean(reason)[:200]
    survey.save(update_fields=["state", "key_hash", "drop_reason"])
    record(survey, state=survey.state, reason=survey.drop_reason)
    return survey


@command
def answer_survey(*, actor: Actor, survey: Survey, key_hash: str, **said: Any) -> Survey:
    """The client answers by the link: once, in time, with the link that is open now. Of several at once one is kept."""
    now = timezone.now()
    found = Survey.objects.filter(pk=survey.pk, state=SurveyState.SENT, key_hash=key_hash, expires_at__gt=now)
    return _answered(actor, survey, found, None, **said)


@command
def take_survey(*, actor: Actor, survey: Survey, by: Staff, **said: Any) -> Survey:
    """Ask by telephone and write the answer down; a link that is out is closed by it. Refuses what was answered or is not asked."""
    found = Survey.objects.filter(pk=survey.pk, state__in=[SurveyState.DRAFT, SurveyState.SENT])
    return _answered(actor, survey, found, by, **said)


def _answered(
    actor: Actor, one: Survey, still_open: Any, by: Staff | None, *, score: int, reasons: Sequence[str] = (), words: str = "",
    name: str = "", phone: str = "",
) -> Survey:  # fmt: skip
    """Keep the answer if nobody was first, and open the complaint of a low one."""
    if not 0 <= score <= MOST:
        raise Refusal("survey.score", _("Give a score from 0 to 10."), field="score")
    now = timezone.now()
    asked = [reason.value for reason in REASONS[one.about]]
    values: dict[str, Any] = {
        "state": SurveyState.ANSWERED, "answered_at": now, "score": score, "taken_by": by,
        "answered_by": AnsweredBy.PHONE if by is not None else AnsweredBy.LINK,
        "is_low": score <= LOW_SCORE.at(one.hotel.code, day_at(one.hotel, now)),
        "reasons": [reason for reason in asked if reason in reasons], "words": clean(words)[:1000], "name": clean(name)[:80],
        "phone": clean(phone)[:60], "revision": one.revision + 1,
    }  # fmt: skip
    if not still_open.update(**values):
        raise Refusal("survey.over", _("This survey was answered already, or is no longer open."))
    for key, value in values.items():
        setattr(one, key, value)
    record(one, score=score, reasons=one.reasons, answered_by=one.answered_by)
    write_timeline(
        account=one.account, at=now, kind="survey", message=ANSWERED, contact=one.contact, url=one.get_absolute_url(),
        note=one.words[:200], actor_name=name_of(actor), number=one.number, score=score,
    )  # fmt: skip
    if one.is_low:
        one.complaint = _complain(actor, one)
        one.save(update_fields=["complaint"])
    return one


def _complain(actor: Actor, one: Survey) -> Complaint:
    """Open the complaint of a low score, once: with its owner, who hears of it, and the leader (SVC-01)."""
    owner = one.representative or one.account.owner
    by = one.taken_by or one.sent_by or owner
    if by is None:
        raise Refusal("survey.nobody", _("Nobody answers for this client: give the client a representative first."))
    owner = owner or by
    with translation.override(owner.language or None):
        reasons = pgettext("between items of a list", ", ").join(one.reason_words)
        text = _("Survey %(number)s about %(about)s: %(score)s of 10.") % {
            "number": one.number, "about": one.get_about_display(), "score": one.score,
        }  # fmt: skip
        text = " ".join(part for part in (text, reasons, one.words) if part)
        wants = _("To be heard, and an answer to what was written in the survey")
    made = take_complaint(
        actor=actor, hotel=one.hotel, by=by, text=text, wants=wants, channel=Channel.SURVEY, account=one.account,
        contact=one.contact, order=one.order, department=one.department, owner=owner, complainant=one.name, phone=one.phone,
        category=CATEGORIES[one.reasons[0]] if one.reasons else Category.OTHER,
    )  # fmt: skip
    if owner.pk == by.pk and one.taken_by_id is None:  # the answer came while nobody of the house was there
        tell(made, owner, YOURS, until=local_time(made, made.due_at))
    return made


def _refuse_over(one: Survey) -> None:
    if not one.is_waiting:
        raise Refusal("survey.over", _("This survey was answered already, or is no longer open."))
