"""The verbs about visits, follow-ups and the end of the day, by noun.

`at` is the server's clock; only who tells history (the demo hotel, a test) gives another moment, never one ahead.
"""

from roomnight.activities.commands.attachments import attach_file
from roomnight.activities.commands.days import close_day
from roomnight.activities.commands.follow_ups import (
    add_followup,
    cancel_followup,
    complete_followup,
    escalate_followup,
    move_followup,
)
from roomnight.activities.commands.handing_over import hand_over_followup, hand_over_visit
from roomnight.activities.commands.outings import check_kit, come_back, go_out, note_talk
from roomnight.activities.commands.plans import cancel_visit, change_plan, confirm_appointment, miss_visit, plan_visit
from roomnight.activities.commands.proposals import accept_proposal, drop_proposal, propose_visits, suggest_visit
from roomnight.activities.commands.reports import log_visit, read_report, write_report

__all__ = [
    "accept_proposal",
    "add_followup",
    "attach_file",
    "cancel_followup",
    "cancel_visit",
    "change_plan",
    "check_kit",
    "close_day",
    "come_back",
    "complete_followup",
    "confirm_appointment",
    "drop_proposal",
    "escalate_followup",
    "go_out",
    "hand_over_followup",
    "hand_over_visit",
    "log_visit",
    "miss_visit",
    "move_followup",
    "note_talk",
    "plan_visit",
    "propose_visits",
    "read_report",
    "suggest_visit",
    "write_report",
]
