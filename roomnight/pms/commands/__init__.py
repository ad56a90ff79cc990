"""The verbs about imports and what they bring."""

from roomnight.pms.commands.confidentiality import (
    change_confidential,
    end_at_departure,
    forget_confidential,
    keep_confidential,
    lift_by_password,
    lift_in_person,
)
from roomnight.pms.commands.files import kept_file, upload_import
from roomnight.pms.commands.guests import (
    forget_guests,
    look_at_confidential,
    note_lookup,
    note_lookups,
    open_guest_page,
    reveal_guest,
)
from roomnight.pms.commands.importing import (
    Survey,
    carry_out,
    refuse_unknown_hotels,
    refuse_wrong_columns,
    survey,
)
from roomnight.pms.commands.inbox import look_into_inbox
from roomnight.pms.commands.parties import assign_party, meet_parties
from roomnight.pms.commands.profiles import save_profile
from roomnight.pms.commands.published import bring_up_to_date, keep_habits, publish_figures, today_at
from roomnight.pms.commands.runs import (
    abandon_import,
    finish_import,
    map_import,
    prepare_import,
    refuse_import,
    start_import,
)
from roomnight.pms.commands.storing import TakenOver

__all__ = [
    "note_lookup",
    "note_lookups",
    "look_at_confidential",
    "open_guest_page",
    "lift_in_person",
    "lift_by_password",
    "keep_confidential",
    "forget_confidential",
    "end_at_departure",
    "change_confidential",
    "Survey",
    "TakenOver",
    "abandon_import",
    "assign_party",
    "bring_up_to_date",
    "carry_out",
    "finish_import",
    "forget_guests",
    "keep_habits",
    "kept_file",
    "look_into_inbox",
    "map_import",
    "meet_parties",
    "prepare_import",
    "publish_figures",
    "refuse_import",
    "refuse_unknown_hotels",
    "refuse_wrong_columns",
    "reveal_guest",
    "save_profile",
    "start_import",
    "survey",
    "today_at",
    "upload_import",
]
