"""The papers of an application for credit: what was attached, and the letter about the decision (CRD-01, CRD-03)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roomnight.credit import access
from roomnight.credit.models import ApplicationState, CreditApplication
from roomnight.credit.queries.granting import LIMITED, said
from roomnight.kernel.errors import Refusal
from roomnight.kernel.files import stored_path
from roomnight.kernel.pdf import Facts, Sheet, Words, sheet_pdf
from roomnight.organization.access import Seat, files_of
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import refused


@needs("credit.application")
def application_file(request: DeskRequest, pk: int, file: int) -> HttpResponse:
    """One paper, only ever as a download (SEC-05)."""
    kept = files_of(access.application(request.seat, pk)).filter(pk=file).first()
    if kept is None:
        raise Http404(str(file))
    path = stored_path(Path(settings.MEDIA_ROOT), kept.sha256)
    disposition = content_disposition_header(as_attachment=True, filename=kept.name)
    return HttpResponse(path.read_bytes(), content_type=kept.media_type, headers={"Content-Disposition": disposition})


@needs("credit.application")
@require_GET
def letter(request: DeskRequest, pk: int) -> HttpResponse:
    """The answer to the client 挂帐批复函: what was granted and what is still to be done, or why it was refused."""
    one = access.application(request.seat, pk)
    try:
        content = sheet_pdf(letter_sheet(request.seat, one))
    except Refusal as refusal:
        return refused(request, one.get_absolute_url(), refusal)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{one.number}.pdf") or "attachment"
    return response


def letter_sheet(seat: Seat, one: CreditApplication) -> Sheet:
    """The letter; refused before it is decided."""
    if one.state not in (ApplicationState.APPROVED, ApplicationState.REFUSED):
        raise Refusal("application.undecided", _("There is a letter once the application is decided."))
    name = one.client_name or one.account.name
    rows = [(_("Number"), one.number), (_("Client"), name), (_("Kind"), str(one.get_kind_display()))]
    if one.state == ApplicationState.APPROVED:
        title = _("Your application for credit is approved")
        if one.kind in LIMITED:
            rows += [
                (_("Limit"), said(seat.hotel, one.granted)), (_("Until"), one.until.isoformat() if one.until else "–"),
                (_("Settlement"), str(one.get_settlement_display() or "–")), (_("Deposit"), said(seat.hotel, one.deposit)),
            ]  # fmt: skip
        text = _(
            "We thank you for your trust. Two originals of the agreement are to be signed and sealed; nothing can be charged "
            "before it takes effect. Every bill is signed by one of the people named, within what each may sign for."
        )
    else:
        title = _("About your application for credit")
        text = _("We thank you for your application, to which we cannot agree at present: %(why)s You are welcome to pay as before, or to apply again.") % {
            "why": one.decision_note
        }  # fmt: skip
    now = seat.local(timezone.now())
    day = seat.local(one.decided_at).date().isoformat() if one.decided_at else ""
    foot = _("Printed by %(name)s on %(at)s") % {"name": seat.staff.label, "at": f"{now:%Y-%m-%d %H:%M}"}
    return Sheet(
        title=title, detail=f"{name} · {day}", house=seat.hotel.label, foot=foot,
        parts=[Words("", text), Facts("", rows), Facts("", [(_("For the hotel"), one.responsible.label), (_("Seal and date"), "")])],
    )  # fmt: skip
