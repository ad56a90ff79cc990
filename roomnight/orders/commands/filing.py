"""The papers of an order are put together and kept for good (ORD-09). Part of archiving it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation

from roomnight.kernel import files
from roomnight.kernel.commands import Actor, record, subject_of
from roomnight.kernel.models import Attachment
from roomnight.kernel.pdf import sheet_pdf
from roomnight.orders.models import Order, OrderBundle
from roomnight.orders.queries.bundle import bundle_sheet
from roomnight.ui.downloads import PDF

LANGUAGES = ("zh-hans", "en")


def file_papers(actor: Actor, order: Order) -> OrderBundle:
    """One PDF in each language, kept under its hash: what the archive says never changes afterwards."""
    made = OrderBundle.objects.create(order=order, made_at=timezone.now(), made_by=actor.code)
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            content = sheet_pdf(bundle_sheet(order, actor.code, is_filed=True))
        found[language] = hashlib.sha256(content).hexdigest()
        files.store(Path(settings.MEDIA_ROOT), io.BytesIO(content), found[language])
        Attachment.objects.create(
            subject=subject_of(made), hotel_code=order.hotel.code, name=name_of(order, language), media_type=PDF,
            size_bytes=len(content), sha256=found[language], added_by=actor.code,
        )  # fmt: skip
    record(made, order=order.number, sha256=found)
    return made


def name_of(order: Order, language: str) -> str:
    """What a bundle is called: DD-202612-0007.en.pdf."""
    return f"{order.number}.{'en' if language == 'en' else 'zh'}.pdf"
