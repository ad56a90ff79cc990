"""Why a row of a client file cannot come in, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

REASONS: Final[Mapping[str, Any]] = {
    "not_computed": _("is a formula without a value: open the file in Excel, save it, and send it again"),
    "error_value": _("is an error of the spreadsheet: put the formula right"),
    "lost_digits": _("has lost its last digits in the spreadsheet: format the column as text and enter it again"),
    "not_a_date": _("is not a date: write 2026-11-01"),
    "ambiguous_date": _("can be two different days: write 2026-11-01, or say above whether day or month comes first"),
    "not_a_number": _("is not a number"),
    "not_whole": _("is not a whole number"),
    "negative": _("is less than nothing"),
    "too_large": _("is too large"),
    "too_long": _("is too long"),
    "out_of_limits": _("is outside the limits of this field"),
    "not_taken": _("is nothing this field takes"),
    "not_a_phone": _("is no telephone number"),
    "not_an_email": _("is no email address"),
    "credit_code": _("is not a unified social credit code: check its 18 characters"),
    "unknown_word": _("is a word that is not known here"),
    "unknown_value": _("should be yes or no"),
    "no_name": _("is missing: a client needs a name"),
    "nobody_of_this_name": _("is nobody who works here: give the user name or the name"),
    "several_of_this_name": _("is the name of several people: give the user name"),
    "no_territory": _("is no territory of this hotel: add it first, under Client fields"),
    "no_such_client": _("is no client of this hotel"),
    "several_clients": _("is the name of several clients: give the number"),
    "parent_circle": _("cannot stand above: a client cannot stand above itself"),
    "may_not_assign": _("would change the owner, which you may not do"),
    "owner_needed": _("is important and needs an owner"),
    "stage": _("is no stage this client can go to from where it is"),
    "stage_by_hand": _("needs a reason: change the stage on the client's page"),
    "contact_without_name": _("is missing although there are particulars of a contact"),
    "unreachable": _("needs one way to be reached: mobile, phone, email, WeChat or another"),
    "says_otherwise": _("is not what an earlier row of this file says of the same client"),
    "row_turned_away": _("is the row this one goes with, and it was turned away"),
    "no_key": _("is missing: without it nobody can say which client is meant"),
    "changed_meanwhile": _("was changed by somebody while the file came in: send the row again"),
    "number_taken": _("names another client already"),
}
