"""Handing over what somebody looks after: choose, see what will go where, do it, take it back (ORG-04)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from roomnight.clients.models import AccountKind, Grade
from roomnight.kernel.errors import Refusal
from roomnight.kernel.text import clean
from roomnight.organization.access import assignable, place_within
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Staff
from roomnight.organization.views.staff import to_staff
from roomnight.ui.page import done, form_status, page, refusals, refused
from roomnight.ui.tidy import TidyForm
from roomnight.web.commands import Step, hand_over, take_back
from roomnight.web.holdings import Item, deed, holdings, past_deeds

POOL = "pool"
RIGHT = ("clients.account", "approve")
SECTIONS = {
    "account": gettext_lazy("Clients"),
    "co": gettext_lazy("Clients as co-owner"),
    "share": gettext_lazy("Clients shared with them"),
    "followup": gettext_lazy("Follow-ups"),
    "visit": gettext_lazy("Visits ahead"),
    "order": gettext_lazy("Orders"),
}


class HandOverForm(TidyForm):
    """To whom everything ticked goes, and why."""

    to = forms.ChoiceField(label=gettext_lazy("To whom"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def __init__(self, data: Any, takers: list[Staff]) -> None:
        super().__init__(data)
        chooser = self.fields["to"]
        assert isinstance(chooser, forms.ChoiceField)
        people = [(str(one.pk), one.label) for one in takers]
        chooser.choices = [("", _("choose")), *people, (POOL, _("Nobody: the open pool"))]


@needs(*RIGHT)
def hand_over_page(request: DeskRequest, pk: int) -> HttpResponse:
    """What a person looks after; ticked and given to one colleague or row by row to several. First a preview, then done."""
    seat = request.seat
    place = place_within(seat, pk, *RIGHT)
    person = place.staff
    takers = [one for one in assignable(seat) if one.pk != person.pk]
    asked = {name: clean(request.GET.get(name, ""))[:60] for name in ("q", "kind", "grade")}
    items = holdings(seat, person, **asked)
    form = HandOverForm(request.POST or None, takers)
    context: dict[str, Any] = {
        "place": place,
        "person": person,
        "form": form,
        "takers": takers,
        **to_staff(request, place),
    }
    if request.method == "POST" and form.is_valid():
        steps = steps_of(request, items, form.cleaned_data["to"], takers)
        if steps and request.POST.get("step") == "preview":
            return page(request, "web/hand_over_preview.html", {**context, **preview(request, steps)})
        with refusals(form):
            hand_over(actor=seat, hotel=seat.hotel, person=person, steps=steps, reason=form.cleaned_data["reason"])
            return done(request, seat.url("web:hand_over", pk=pk), _("Handed over."))
    ticked = set(request.POST.getlist("tick")) if form.is_bound else {one.key for one in items}
    context |= {
        "sections": sections(items, ticked, request),
        "asked": asked,
        "kinds": AccountKind.choices,
        "grades": Grade.choices,
        "is_narrowed": any(asked.values()),
    }
    return page(request, "web/hand_over.html", context, form_status(form))


@needs(*RIGHT)
def hand_overs(request: DeskRequest, pk: int) -> HttpResponse:
    """The piece of that page with the hand-overs so far, each of which can be taken back."""
    person = place_within(request.seat, pk, *RIGHT).staff
    deeds = [(one, _(one.message) % one.values) for one in past_deeds(request.seat, person)]
    return page(request, "web/hand_overs.html", {"deeds": deeds})


def sections(items: list[Item], ticked: set[str], request: DeskRequest) -> list[dict[str, Any]]:
    """The rows by kind, each with its tick and the colleague chosen for it alone."""
    found = []
    for kind, title in SECTIONS.items():
        rows = [
            {"item": one, "is_ticked": one.key in ticked, "to": request.POST.get(f"to-{one.key}", "")}
            for one in items
            if one.kind == kind
        ]
        if rows:
            found.append({"kind": kind, "title": title, "rows": rows})
    return found


def steps_of(request: DeskRequest, items: list[Item], to: str, takers: list[Staff]) -> list[Step]:
    """What was ticked, with who takes it: the one chosen for the row, else whoever takes its client, else the one for all."""
    by_key = {str(one.pk): one for one in takers}
    ticked = set(request.POST.getlist("tick"))
    chosen = [one for one in items if one.key in ticked]
    wish = {one.key: request.POST.get(f"to-{one.key}", "") for one in chosen}
    of_client = {one.account_id: wish[one.key] or to for one in chosen if one.kind == "account"}
    steps = []
    for one in chosen:
        target = wish[one.key] or (of_client.get(one.account_id, to) if one.account_id else to)
        if target == POOL or target in by_key:
            steps.append(Step(one.kind, one.record, by_key.get(target)))
    return steps


def preview(request: DeskRequest, steps: list[Step]) -> dict[str, Any]:
    """Who takes how much of what, and the form once more, hidden."""
    count = Counter((step.to, step.kind) for step in steps)
    people = sorted({step.to for step in steps}, key=lambda one: one.username if one else "~")
    rows = [
        {
            "name": one.label if one else _("Nobody: the open pool"),
            "is_pool": one is None,
            "counts": [(title, count[(one, kind)]) for kind, title in SECTIONS.items() if count[(one, kind)]],
        }
        for one in people
    ]
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name in ("tick", "to", "reason") or name.startswith("to-")
        for value in values
        if value
    ]
    return {"rows": rows, "kept": kept, "count": len(steps)}


@needs(*RIGHT)
@require_POST
def hand_over_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a hand-over back as a whole."""
    seat = request.seat
    found = deed(seat, pk)
    if found is None:
        raise Http404(str(pk))
    person = place_within(seat, int(found.values["staff"]), *RIGHT).staff
    back = seat.url("web:hand_over", pk=person.pk)
    try:
        take_back(actor=seat, deed=found)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Taken back: everything is as it was before."))
