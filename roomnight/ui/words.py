"""The words that scripts show, which hold none of their own; and what those are called who are no person."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

MACHINES = {"operator": _lazy("the operator"), "system": _lazy("the system"), "guest": _lazy("a guest, by the link")}
"""Who acts from the command line, and what acts by itself, as the audit trail names them."""


def script_words() -> dict[str, str]:
    """Sentences by key; {name} is filled in by the script."""
    return {
        "no_network": _("No connection to the server. Nothing typed is lost; try again in a moment."),
        "offline": _("No network. What you write is kept on this device."),
        "back_online": _("Back online."),
        "server_error": _("The server could not do this. Nothing was changed; try again, or tell your administrator."),
        "not_allowed": _("You may not do this. Ask your manager for the right."),
        "not_found": _("This is no longer there. Someone may have changed it; load the page again."),
        "too_many": _("Too many requests. Wait a minute."),
        "found": _("{n} found"),
        "recent": _("Recently opened"),
        "copied": _("{n} rows copied"),
        "copied_text": _("Copied."),
        "copy_failed": _("The browser did not allow copying."),
        "draft_saved": _("Draft kept on this device at {time}"),
        "draft_kept": _("Draft from {time}, kept on this device"),
        "draft_restored": _("This is what you had typed at {time}."),
        "leave_unsaved": _("Close without saving what you changed?"),
        "report_queued": _("Saved on this device. It is sent by itself as soon as there is a network."),
        "report_sign_in": _("Saved on this device. Sign in again and it is sent."),
        "report_refused": _("This report was not accepted. Look it over and hand it in again."),
        "report_refused_named": _("The report on {label} was not accepted. Open it and look it over."),
        "report_sent": _("Report on {label} handed in"),
        "unsent": _("{n} not sent yet"),
        "unsent_sign_out": _(
            "{n} reports are still on this device only. They stay here and are sent when you sign in again. Sign out?"
        ),
        "no_location": _("This device does not say where it is. The visit goes on without it."),
        "move_refused": _("It could not be moved; it is back where it was."),
        "moved": _("Moved"),
        "passkey_refused": _("That did not work, or was cancelled. Try again."),
        "passkey_known": _("This device has a passkey for you already."),
    }
