"""What is to be done next with a client, as its lists show it."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation

from roomnight.activities.commands.holding import AHEAD
from roomnight.activities.models import FollowUp, FollowUpState, Visit
from roomnight.clients.commands import publish_next_action


def refresh_next_action(account_id: int | None) -> None:
    """Publish the earliest open follow-up or planned visit of the client; part of a command that changed one of them."""
    if account_id is None:
        return
    waiting = FollowUp.objects.filter(account=account_id, state=FollowUpState.OPEN).order_by("due_on", "id").first()
    visit = Visit.objects.filter(account=account_id, state__in=AHEAD).order_by("planned_start", "id").first()
    with translation.override(settings.LANGUAGE_CODE):
        if visit and (waiting is None or visit.day <= waiting.due_on):
            publish_next_action(account_id, visit.day, visit.purpose_text or str(visit.get_purpose_display()))
        elif waiting:
            publish_next_action(account_id, waiting.due_on, waiting.title)
        else:
            publish_next_action(account_id, None, "")
