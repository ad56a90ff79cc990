"""Forms about what a position is there for, how far a role may decide, and who stands in for whom."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.organization.access import Seat, departments, fellows, positions, roles
from roomnight.organization.authority import absentees
from roomnight.organization.models import ApprovalKind, Department, PositionCard, Role, Staff
from roomnight.ui.tidy import TidyForm
from roomnight.ui.widgets import DayInput

MOST_DUTIES = 40
LONGEST_DUTY = 300
BAR = "|"


def offer(form: forms.Form, name: str, found: Any) -> None:
    """Fill a choice with records."""
    chooser = form.fields[name]
    assert isinstance(chooser, forms.ModelChoiceField)
    chooser.queryset = found


class LimitForm(TidyForm):
    """A limit for a role from a day on; empty is: may not decide this."""

    role: forms.ModelChoiceField[Role] = forms.ModelChoiceField(None, label=_("Role"), empty_label="–")
    kind = forms.ChoiceField(label=_("Decision"), choices=ApprovalKind.choices)
    limit = forms.DecimalField(
        label=_("Up to"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text=_("Left empty: this role may not decide it."),
    )
    starts_on = forms.DateField(label=_("In force from"), widget=DayInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data: Any, seat: Seat) -> None:
        super().__init__(data, initial={"starts_on": seat.today})
        offer(self, "role", roles())


class DeputyForm(TidyForm):
    """Who is away, who decides meanwhile, and what."""

    absent: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(None, label=_("Who is away"), empty_label=None)
    deputy: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(None, label=_("Deputy"), empty_label=_("choose"))
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day away"), widget=DayInput)
    kinds = forms.MultipleChoiceField(
        label=_("The deputy decides"), choices=ApprovalKind.choices, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data: Any, seat: Seat) -> None:
        initial = {"absent": seat.staff.pk, "starts_on": seat.today, "kinds": ApprovalKind.values}
        super().__init__(data, initial=initial)
        offer(self, "absent", absentees(seat))
        offer(self, "deputy", fellows(seat))


class PositionForm(TidyForm):
    """A position card. A duty is a line; after a bar stands the page, record or procedure that carries it out."""

    title = forms.CharField(label=pgettext_lazy("of a person", "Position"), max_length=60)
    title_en = forms.CharField(label=_("English title"), max_length=80, required=False)
    department: forms.ModelChoiceField[Department] = forms.ModelChoiceField(
        None, label=_("Department"), empty_label=None
    )
    superior: forms.ModelChoiceField[PositionCard] = forms.ModelChoiceField(
        None, label=_("Direct superior"), required=False, empty_label="–"
    )
    team = forms.CharField(label=_("Team of the position"), max_length=120, required=False)
    summary = forms.CharField(label=_("Summary"), required=False, max_length=4000, widget=forms.Textarea({"rows": 3}))
    duties = forms.CharField(
        label=_("Duties"),
        required=False,
        widget=forms.Textarea({"rows": 10}),
        help_text=_(
            "One on each line. After a bar | the address of the page that carries it out, copied from the browser."
        ),
    )
    is_retired = forms.BooleanField(label=_("Retired: nobody holds it any more"), required=False)

    def __init__(self, data: Any, seat: Seat, card: PositionCard | None = None) -> None:
        self.home = seat.url("web:my_day")
        now: dict[str, Any] = {}
        if card is not None:
            names = ("title", "title_en", "team", "summary", "is_retired")
            now = {name: getattr(card, name) for name in names}
            lines = [
                f"{one.text} {BAR} {self.home}{one.link}" if one.link else one.text
                for one in card.duties.order_by("order")
            ]
            now |= {"department": card.department_id, "superior": card.superior_id, "duties": "\n".join(lines)}
        super().__init__(data, initial=now)
        offer(self, "department", departments(seat.hotel).filter(is_retired=False))
        others = positions(seat).filter(is_retired=False)
        offer(self, "superior", others.exclude(pk=card.pk) if card else others)
        if card is None:
            del self.fields["is_retired"]
        else:
            self.stands_on(card)

    def clean_duties(self) -> str:
        lines = [line for line in self.cleaned_data["duties"].splitlines() if line.strip()]
        if len(lines) > MOST_DUTIES:
            raise forms.ValidationError(_("At most %(n)d duties."), params={"n": MOST_DUTIES})
        for line in lines:
            text, _bar, link = (part.strip() for part in line.partition(BAR))
            if not text or len(text) > LONGEST_DUTY:
                raise forms.ValidationError(
                    _("This line says no duty, or too long a one: %(line)s"), params={"line": line[:80]}
                )
            if link and self.below_home(link) is None:
                raise forms.ValidationError(
                    _("There is no such page at this hotel: %(link)s"), params={"link": link[:120]}
                )
        return "\n".join(lines)

    def below_home(self, link: str) -> str | None:
        """The address below the hotel's own; None for what is no page of this hotel."""
        parts = urlsplit(link)
        path = parts.path
        if not path.startswith(self.home):
            return None
        try:
            resolve(path)
        except Resolver404:
            return None
        return path.removeprefix(self.home) + (f"?{parts.query}" if parts.query else "")

    def read_duties(self) -> list[tuple[str, str]]:
        """What was typed, as (duty, address below the hotel's own)."""
        found = []
        for line in self.cleaned_data["duties"].splitlines():
            text, _bar, link = (part.strip() for part in line.partition(BAR))
            found.append((text, (self.below_home(link) or "") if link else ""))
        return found


class HoldForm(TidyForm):
    """The position that somebody holds."""

    position: forms.ModelChoiceField[PositionCard] = forms.ModelChoiceField(
        None, label=_("Position card"), required=False, empty_label=_("none")
    )

    def __init__(self, data: Any, seat: Seat, place: Any) -> None:
        super().__init__(data, initial={"position": place.position_id})
        offer(self, "position", positions(seat).filter(is_retired=False))
        self.stands_on(place)
