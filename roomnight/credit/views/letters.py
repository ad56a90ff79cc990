"""Dunning letters: written for a step, and as a PDF (CRD-08)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from roomnight.credit import access, commands
from roomnight.credit.forms.settling import LetterForm
from roomnight.credit.queries.letters import letter_language, owed_on
from roomnight.credit.views.accounts import small_form
from roomnight.credit.views.collecting import known_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import stored_path
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.downloads import download
from roomnight.ui.page import page

LATEST = 12


@needs("credit.account")
def letter_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Write the letter of a step: in the client's language unless another is chosen."""
    seat = request.seat
    one = access.dunning_step(seat, pk)
    count = owed_on(one, seat.today).count
    lines = ngettext("%(n)d open charge", "%(n)d open charges", count) % {"n": count}

    def do(data: dict[str, Any]) -> None:
        if not access.may_take(seat, one):
            raise Refusal("credit.not_yours", _("Whoever has it to do, or finance, writes to the client."))
        commands.make_letter(actor=seat, step=one, **data)

    return small_form(
        request, one.credit, LetterForm(request.POST or None, initial={"language": letter_language(one.credit)}), do,
        title=_("Write the letter"), action=_("Write it"), said=_("The letter is written and kept: open it below."),
        facts=[*known_of(seat, one), (_("In the letter"), lines)], back=one.credit.get_absolute_url(),
    )  # fmt: skip


@needs("credit.account")
def letters(request: DeskRequest, pk: int) -> HttpResponse:
    """The letters to a client, latest first: a piece of the account's page (CRD-12)."""
    found = access.letters_to(access.credit_account(request.seat, pk))[:LATEST]
    return page(request, "credit/letters.html", {"letters": list(found)})


@needs("credit.account")
@require_GET
def letter_file(request: DeskRequest, pk: int) -> HttpResponse:
    """A letter as it was written, only ever as a download (SEC-05)."""
    kept = access.letter_file(request.seat, pk)
    path = stored_path(settings.MEDIA_ROOT, kept.sha256)
    if not path.is_file():
        raise Http404(str(pk))
    return download(path.read_bytes(), kept.media_type, kept.name)
