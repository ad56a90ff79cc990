"""The verbs of agreements, by noun."""

from roomnight.agreements.commands.agreements import (
    change_agreement,
    draft_agreement,
    submit_agreement,
    withdraw_agreement,
)
from roomnight.agreements.commands.deciding import approve_agreement, approve_below_floor, return_agreement
from roomnight.agreements.commands.keeping import (
    acknowledge_copy,
    lapse_unsigned,
    remind_of_ends,
    renew_agreement,
    take_up_again,
)
from roomnight.agreements.commands.leaks import accept_leaks, note_leaks, refuse_leaks, reopen_leaks, tell_of_leaks
from roomnight.agreements.commands.papers import (
    add_pdf,
    approve_template,
    content_of,
    make_document,
    retire_template,
    take_shipped_template,
    upload_template,
)
from roomnight.agreements.commands.scans import attach_scan, attach_specimen
from roomnight.agreements.commands.signing import (
    add_signatory,
    begin_agreements,
    change_signatory,
    end_agreements,
    register_original,
    terminate_agreement,
)

__all__ = [
    "accept_leaks",
    "acknowledge_copy",
    "add_pdf",
    "add_signatory",
    "approve_agreement",
    "approve_below_floor",
    "approve_template",
    "attach_scan",
    "attach_specimen",
    "begin_agreements",
    "change_agreement",
    "change_signatory",
    "content_of",
    "draft_agreement",
    "end_agreements",
    "make_document",
    "lapse_unsigned",
    "note_leaks",
    "refuse_leaks",
    "register_original",
    "remind_of_ends",
    "renew_agreement",
    "reopen_leaks",
    "retire_template",
    "return_agreement",
    "submit_agreement",
    "take_shipped_template",
    "take_up_again",
    "tell_of_leaks",
    "terminate_agreement",
    "upload_template",
    "withdraw_agreement",
]
