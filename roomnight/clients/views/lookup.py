"""Finding one client or person while filling in a form: the hits as radio buttons, or as plain data."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from roomnight.clients import access
from roomnight.clients.queries import search
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import page

HITS = 8


@needs("clients.account")
@require_GET
def lookup(request: DeskRequest) -> HttpResponse:
    """What matches `q`. `what` is account (unless said) or contact; `name` is the form's field; `format=json` gives data.

    Without `format` the answer is a list of radio buttons for `name`, what was chosen before first.
    """
    seat, asked = request.seat, request.GET
    name = asked.get("name", "account")[:40]
    q = (asked.get("q") or asked.get(f"{name}-q") or "").strip()
    what = "contact" if asked.get("what") == "contact" else "account"
    hits = search(seat, q, HITS, what) if q else []
    if asked.get("format") == "json":
        found = [{"pk": one.pk, "account": one.account_pk, "label": one.label, "detail": one.detail} for one in hits]
        return JsonResponse({"hits": found})
    chosen = asked.get(name, "")
    label = label_of(request, what, chosen)
    context = {
        "name": name,
        "q": q,
        "hits": [one for one in hits if str(one.pk) != chosen],
        "value": chosen if label else "",
        "label": label,
        "optional": bool(asked.get("optional")),
    }
    return page(request, "clients/widgets/options.html", context)


def label_of(request: DeskRequest, what: str, chosen: str) -> str:
    """What was chosen before, in words, if it may be seen."""
    if not chosen.isdigit() or len(chosen) > 17:  # noqa: PLR2004 (a bigint)
        return ""
    rows = access.contacts(request.seat) if what == "contact" else access.accounts_or_pool(request.seat)
    one = rows.filter(pk=int(chosen)).first()
    return one.label if one is not None else ""
