"""Letters, suggestions and requests for help: registered, answered in time, put on the board (SVC-04, SVC-06)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.clients.commands import write_timeline
from roomnight.clients.commands.accounts import name_of, take_revision
from roomnight.clients.models import Account
from roomnight.kernel.commands import UNCHANGED, Actor, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.numbering import form_number
from roomnight.kernel.text import clean
from roomnight.organization.access import leader_of
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import calendar_of, day_at
from roomnight.service.models import Channel, Letter, LetterKind, LetterState, Verdict
from roomnight.service.rules.values import LETTER_DAYS

TO_ANSWER = gettext_noop("%(number)s is for you to answer by %(due_on)s: %(text)s")
LATE = gettext_noop("%(number)s was to be answered by %(due_on)s and is not, with %(name)s: %(text)s")
CARRY_OUT = gettext_noop("A client's suggestion is accepted (%(number)s), and you carry it out: %(text)s")
ON_TIMELINE = gettext_noop("%(number)s from the client: %(text)s")
SHORT = 80


@command
def register_letter(
    *,
    actor: Actor,
    hotel: Hotel,
    by: Staff,
    kind: str,
    sender: str,
    text: str,
    topic: str = "",
    channel: str = Channel.LETTER,
    account: Account | None = None,
    phone: str = "",
    owner: Staff | None = None,
    received_on: date | None = None,
) -> Letter:
    """Register a letter or call; it is answered within the working days of the policy, counted from when it came.

    Refuses nothing said, no sender, a request without what it is about, and a day in the future.
    """
    today = day_at(hotel, timezone.now())
    came = received_on or today
    if not text.strip():
        raise Refusal("letter.text", _("Say what it says."), field="text")
    if not sender.strip():
        raise Refusal("letter.sender", _("Say who it is from."), field="sender")
    if kind == LetterKind.REQUEST and not topic:
        raise Refusal("letter.topic", _("Say what help is asked for."), field="topic")
    if came > today:
        raise Refusal("letter.received_on", _("This day is still to come."), field="received_on")
    made = Letter(
        hotel=hotel, number=form_number("LX", hotel.code, today), kind=kind, topic=topic if kind == LetterKind.REQUEST else "",
        channel=channel, account=account, sender=clean(sender)[:80], phone=clean(phone)[:60], text=clean(text)[:2000],
        received_on=came, due_on=calendar_of(hotel, today).add_working_days(came, LETTER_DAYS.at(hotel.code, today)),
        taken_by=by, owner=owner or by,
    )  # fmt: skip
    made.save(force_insert=True)
    record(made, number=made.number, kind=kind, owner=made.owner.username, due_on=made.due_on)
    if made.owner_id != by.pk:
        _tell(made, made.owner, TO_ANSWER, due_on=made.due_on)
    if account is not None:
        write_timeline(
            account=account, at=timezone.now(), kind="letter", message=ON_TIMELINE, url=made.get_absolute_url(),
            actor_name=name_of(actor), number=made.number, text=made.text[:SHORT],
        )  # fmt: skip
    return made


@command
def answer_letter(
    *, actor: Actor, letter: Letter, by: Staff, revision: int, answer: str, verdict: str = "",
    carried_out_by: Staff | None = None,
) -> Letter:  # fmt: skip
    """What was answered. A suggestion is decided on with it; one that is accepted has somebody who carries it out.

    Refuses nothing said, a suggestion undecided, one accepted that nobody carries out, and a letter answered already.
    """
    if letter.state != LetterState.OPEN:
        raise Refusal("letter.answered", _("This is answered already."))
    if not answer.strip():
        raise Refusal("letter.answer", _("Say what was answered."), field="answer")
    if letter.kind == LetterKind.SUGGESTION and not verdict:
        raise Refusal("letter.verdict", _("Say whether the suggestion is accepted."), field="verdict")
    if verdict == Verdict.ACCEPTED and carried_out_by is None:
        raise Refusal("letter.carried_out_by", _("Say who carries it out."), field="carried_out_by")
    take_revision(letter, revision)
    letter.answer, letter.answered_at, letter.answered_by = clean(answer)[:2000], timezone.now(), by
    letter.state, letter.verdict = LetterState.ANSWERED, verdict if letter.kind == LetterKind.SUGGESTION else ""
    letter.carried_out_by = carried_out_by if letter.verdict == Verdict.ACCEPTED else None
    letter.save(update_fields=["answer", "answered_at", "answered_by", "state", "verdict", "carried_out_by"])
    record(
        letter, answered=True, verdict=letter.verdict, carried_out_by=carried_out_by.username if carried_out_by else ""
    )
    if letter.carried_out_by is not None and letter.carried_out_by != by:
        _tell(letter, letter.carried_out_by, CARRY_OUT)
    return letter


@command
def tell_outcome(*, actor: Actor, letter: Letter, revision: int, outcome: str) -> Letter:
    """The client was told what became of the suggestion. Refuses anything but an accepted one, and nothing said."""
    if letter.verdict != Verdict.ACCEPTED or letter.told_at is not None:
        raise Refusal("letter.outcome_state", _("Only of an accepted suggestion the client is still to be told."))
    if not outcome.strip():
        raise Refusal("letter.outcome", _("Say what became of it."), field="outcome")
    take_revision(letter, revision)
    letter.outcome, letter.told_at = clean(outcome)[:400], timezone.now()
    letter.save(update_fields=["outcome", "told_at"])
    record(letter, outcome=letter.outcome)
    return letter


@command
def pin_letter(*, actor: Actor, letter: Letter, by: Staff, shows_name: bool) -> Letter:
    """Put it on the notice board of the staff, with the name only where that is allowed (SVC-04)."""
    letter.on_board_at, letter.on_board_by, letter.shows_name = timezone.now(), by, shows_name
    letter.save(update_fields=["on_board_at", "on_board_by", "shows_name"])
    record(letter, on_board=True, shows_name=shows_name)
    return letter


@command
def unpin_letter(*, actor: Actor, letter: Letter) -> Any:
    """Take it off the board."""
    if letter.on_board_at is None:
        return UNCHANGED
    letter.on_board_at, letter.on_board_by, letter.shows_name = None, None, False
    letter.save(update_fields=["on_board_at", "on_board_by", "shows_name"])
    record(letter, on_board=False)
    return letter


@command
def remind_of_letters(*, actor: Actor, hotel: Hotel, now: datetime) -> Any:
    """Letters not answered in time: the owner and the leader hear of it, once."""
    late = Letter.objects.filter(hotel=hotel, state=LetterState.OPEN, reminded_at=None, due_on__lt=day_at(hotel, now))
    count = 0
    for one in late.select_related("hotel", "owner").order_by("pk"):
        if not Letter.objects.filter(pk=one.pk, reminded_at=None, state=LetterState.OPEN).update(reminded_at=now):
            continue
        leader = leader_of(one.owner, hotel)
        for person in [one.owner, *([leader] if leader is not None else [])]:
            _tell(one, person, LATE, due_on=one.due_on, name=one.owner.label)
        record(one, reminded=True)
        count += 1
    return count or UNCHANGED


def _tell(one: Letter, person: Staff, message: str, **values: Any) -> None:
    plain: dict[str, Any] = {name: str(value) for name, value in values.items()}
    notify(
        person.username, message, hotel_code=one.hotel.code, url=one.get_absolute_url(), number=one.number,
        text=one.text[:SHORT], **plain,
    )  # fmt: skip
