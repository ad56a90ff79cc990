"""What service does when something happens below."""

from __future__ import annotations

from roomnight.activities.events import ComplaintHeard
from roomnight.activities.models import FollowUp
from roomnight.kernel.commands import current_act
from roomnight.kernel.events import on
from roomnight.service.commands import take_complaint
from roomnight.service.models import Channel


@on(ComplaintHeard)
def take_what_was_heard(event: ComplaintHeard) -> None:
    """A client complained on a visit: its clock begins at once, with the leader who has the follow-up (VIS-09, SVC-01)."""
    heard = FollowUp.objects.select_related("hotel", "account__owner", "contact", "owner", "created_by", "visit__staff")
    one = heard.get(pk=event.follow_up_id)
    assert one.visit is not None and one.account is not None
    take_complaint(
        actor=current_act().actor, hotel=one.hotel, by=one.visit.staff, text=event.text, wants=event.text,
        channel=Channel.VISIT, account=one.account, contact=one.contact, follow_up=one, owner=one.owner, is_apologised=True,
    )  # fmt: skip
