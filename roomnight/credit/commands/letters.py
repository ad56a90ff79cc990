"""Dunning letters: made for a step of the ladder, numbered, kept (CRD-08)."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from roomnight.agreements.models import Language
from roomnight.credit.models import DunningLetter, DunningStep
from roomnight.credit.queries.letters import letter_sheet, owed_on
from roomnight.credit.rules.dunning import LETTER_DAYS, WRITTEN
from roomnight.kernel import files
from roomnight.kernel.commands import UNCHANGED, Actor, command, record, subject_of
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment
from roomnight.kernel.numbering import form_number
from roomnight.kernel.pdf import sheet_pdf
from roomnight.organization.working_days import day_at
from roomnight.ui.downloads import PDF

SERIES = "CK"


@command
def make_letter(*, actor: Actor, step: DunningStep, language: str) -> Any:
    """Write the letter of a step of the ladder in a language: every open charge that nobody disputes with the days it is
    overdue, as a PDF that is kept (CRD-08). The same again on the same day changes nothing.

    Refused: a step without a letter, one that was taken, nothing overdue any more, and where the paper cannot be made.
    """
    if language not in Language.values:
        raise Refusal("credit.language", _("There is no such choice."), field="language")
    DunningStep.objects.select_for_update(no_key=True).get(pk=step.pk)
    one = DunningStep.objects.select_related("credit__hotel", "credit__account", "credit__responsible").get(pk=step.pk)
    credit = one.credit
    if one.step not in WRITTEN:
        raise Refusal("credit.no_letter", _("There is no letter for this step."))
    if one.done_at is not None:
        raise Refusal("credit.done", _("This step was taken already."))
    today = day_at(credit.hotel, timezone.now())
    if DunningLetter.objects.filter(step=one, language=language, on=today).exists():
        return UNCHANGED
    owed = owed_on(one, today)
    if not owed.cents:
        raise Refusal("credit.nothing_open", _("Nothing is overdue here any more."))
    made = DunningLetter.objects.create(
        step=one, number=form_number(SERIES, credit.hotel.code, today), language=language, on=today,
        pay_by=today + timedelta(days=LETTER_DAYS.at(credit.hotel.code, today)), cents=owed.cents, line_count=owed.count,
        made_at=timezone.now(), made_by=actor.code,
    )  # fmt: skip
    with translation.override(language):
        content = sheet_pdf(letter_sheet(made, owed))
    sha256 = hashlib.sha256(content).hexdigest()
    files.store(Path(settings.MEDIA_ROOT), io.BytesIO(content), sha256)
    Attachment.objects.create(
        subject=subject_of(made), hotel_code=credit.hotel.code, name=f"{made.number}.pdf", media_type=PDF,
        size_bytes=len(content), sha256=sha256, added_by=actor.code,
    )  # fmt: skip
    record(
        made,
        account=credit.number,
        number=made.number,
        step=one.step,
        amount=made.amount,
        lines=owed.count,
        sha256=sha256,
    )
    return made
