"""What reception does when something happens below."""

from __future__ import annotations

from roomnight.kernel.commands import current_act
from roomnight.kernel.events import on
from roomnight.procedures.events import CaseEnded
from roomnight.procedures.models import Case
from roomnight.reception.commands import follow_case


@on(CaseEnded)
def end_the_room_change(event: CaseEnded) -> None:
    """The case of a room change is over: its slip says what came of it (FO-02)."""
    if event.subject.startswith("reception.roomchange:"):
        follow_case(
            actor=current_act().actor, case=Case.objects.get(pk=event.case_id), is_cancelled=event.is_cancelled
        )  # fmt: skip
