"""What is typed about an exception of an order (EXC)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.activities.models import Visit
from roomnight.clients.forms.pickers import account_field
from roomnight.clients.models import Account
from roomnight.orders.forms.orders import area, money_field, to_cents
from roomnight.orders.models import (
    Cause,
    ContactWay,
    CostKind,
    ExceptionKind,
    FoundAt,
    Harm,
    Impact,
    OfferAnswer,
    Order,
    OrderException,
    ResponsibleStep,
    Understanding,
)
from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Department, Staff
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import MomentInput, PickMany, PickOne


def words(label: Any, length: int = 300, rows: int = 2, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=area(rows), **more)


def one_of(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=PickOne(), **more)


def moment_field(label: Any, **more: Any) -> forms.DateTimeField:
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(label=label, required=False, widget=MomentInput(), input_formats=formats, **more)


class RaiseForm(LaidOutForm):
    """What went wrong, found when and at which step (EXC-01)."""

    kind = one_of(_("What kind"), ExceptionKind)
    what = words(_("What went wrong"), 2000, 4, help_text=_("What was asked for, what was done, who noticed it."))
    found_at = one_of(pgettext_lazy("exception", "When it was found"), FoundAt)
    harm = forms.MultipleChoiceField(label=_("What the client lacks"), choices=Harm, required=False, widget=PickMany())
    discovered_at = moment_field(
        _("Discovered"), help_text=_("Empty: just now. The time to contact the client runs from here.")
    )
    layout = [["account"], ["order"], ["kind"], ["what"], ["found_at"], ["harm"], ["discovered_at"]]

    def __init__(
        self, *args: Any, seat: Seat, account: Account | None, orders: Sequence[Order] = (), is_settled: bool = False, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.orders = {str(one.pk): one for one in orders}
        if account is None:
            self.fields["account"] = account_field(seat)
        elif not is_settled:
            self.fields["order"] = order_field(orders)

    def chosen_order(self) -> Order | None:
        return self.orders.get(self.cleaned_data.get("order", ""))


def order_field(orders: Sequence[Order]) -> forms.ChoiceField:
    none = [("", pgettext_lazy("order", "None yet"))]
    choices = [*none, *((str(one.pk), f"{one.number} {one.title}") for one in orders)]
    return forms.ChoiceField(label=pgettext_lazy("of a client", "Order"), choices=choices, required=False)


class ChangeForm(LaidOutForm):
    """What was written down, put right; and the order, where there was none."""

    kind = one_of(_("What kind"), ExceptionKind)
    what = words(_("What went wrong"), 2000, 4)
    found_at = one_of(pgettext_lazy("exception", "When it was found"), FoundAt)
    harm = forms.MultipleChoiceField(label=_("What the client lacks"), choices=Harm, required=False, widget=PickMany())
    layout = [["order"], ["kind"], ["what"], ["found_at"], ["harm"]]

    def __init__(self, *args: Any, exception: OrderException, orders: Sequence[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "what", "found_at", "harm"):
            self.fields[name].initial = getattr(exception, name)
        self.orders = {str(one.pk): one for one in orders}
        if exception.order_id is None:
            self.fields["order"] = order_field(orders)
        self.stands_on(exception)

    def values(self) -> dict[str, Any]:
        data = {name: self.cleaned_data[name] for name in ("kind", "what", "found_at", "harm")}
        return {**data, "order": self.orders.get(self.cleaned_data.get("order", ""))}


class ContactForm(LaidOutForm):
    """How the client was contacted, and what they said (EXC-02)."""

    way = one_of(pgettext_lazy("to contact", "How"), ContactWay)
    what_was_said = words(_("What the client said"), 2000, 4)
    at = moment_field(pgettext_lazy("exception", "When"), help_text=_("Empty: just now."))
    layout = [["way"], ["what_was_said"], ["at"]]


class ExplainForm(LaidOutForm):
    """How force majeure was explained and taken (EXC-03)."""

    explanation = words(_("How it was explained"), 2000, 4)
    understanding = one_of(_("How the client took it"), Understanding)
    layout = [["explanation"], ["understanding"]]


class DepartmentsForm(LaidOutForm):
    """Who is told, and what (EXC-04)."""

    departments = forms.MultipleChoiceField(
        label=_("Departments"), required=False, widget=PickMany(),
        help_text=_("None: nothing changes for any of them, and the note says why."),
    )  # fmt: skip
    note = words(_("What they are told"))
    layout = [["departments"], ["note"]]

    def __init__(self, *args: Any, places: Sequence[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(one.pk): one for one in places}
        self.fields["departments"].choices = [(key, one.label) for key, one in self.places.items()]  # type: ignore[attr-defined]

    def chosen(self) -> list[Department]:
        return [self.places[key] for key in self.cleaned_data["departments"]]


class NoteForm(LaidOutForm):
    """A few words."""

    note = words(_("Note"), 2000, 3)
    layout = [["note"]]


class ClaimForm(LaidOutForm):
    """What the client claims (EXC-03)."""

    claim = words(_("What the client claims"))
    amount = money_field(pgettext_lazy("money", "Amount"), help_text=_("Leave it empty if no amount was named."))
    layout = [["claim"], ["amount"]]


class OfferForm(LaidOutForm):
    """What the client is to be offered (EXC-03)."""

    offer = words(_("What is offered"), help_text=_("The client hears of it only once it is approved."))
    amount = money_field(
        pgettext_lazy("money", "Amount"),
        required=True,
        help_text=_("What it costs us in money; 0 where it costs nothing."),
    )
    layout = [["offer"], ["amount"]]


class DecideForm(LaidOutForm):
    """The decision of the GM's office (EXC-03)."""

    decision = one_of(_("Decision"), [("approve", _("Approve")), ("refuse", _("Refuse"))])
    note = words(_("Opinion"), required=False, help_text=_("A refusal says why."))
    layout = [["decision"], ["note"]]


class AnswerForm(LaidOutForm):
    """What the client said to the offer."""

    answer = one_of(pgettext_lazy("of a client", "Answer"), [one for one in OfferAnswer.choices if one[0]])
    note = words(_("What the client said"), required=False)
    layout = [["answer"], ["note"]]


class CommentsForm(LaidOutForm):
    """What the client says in the end, and what it did to the client (EXC-06)."""

    comments = words(_("The client's comments"), 2000, 4)
    impact = one_of(_("What it did to the client"), Impact)
    impact_note = words(_("In words"), required=False)
    layout = [["comments"], ["impact"], ["impact_note"]]


class CostsForm(LaidOutForm):
    """What it cost, by kind (EXC-06). Compensation is what was approved and accepted."""

    layout = [["other_hotel", "transport"], ["free", "discount"], ["meals", "gifts"], ["other"]]

    def __init__(self, *args: Any, exception: OrderException, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {one.kind: one.amount for one in exception.costs.all()}
        for kind in CostKind:
            if kind != CostKind.COMPENSATION:
                self.fields[kind.value] = money_field(kind.label)
                self.fields[kind.value].initial = kept.get(kind)
        self.stands_on(exception)

    def cents(self) -> dict[str, int]:
        kinds = [kind.value for kind in CostKind if kind.value in self.fields]
        return {kind: to_cents(self.cleaned_data[kind]) or 0 for kind in kinds}


class CauseForm(LaidOutForm):
    """Why it happened, where, who answers for it, how it is prevented (EXC-05)."""

    cause = one_of(pgettext_lazy("exception", "Cause"), Cause)
    cause_note = words(_("Cause in words"), required=False)
    step = one_of(_("Responsible step"), ResponsibleStep)
    department = forms.ChoiceField(
        label=_("Responsible department"),
        required=False,
        help_text=_("Empty only where the cause lies outside the house."),
    )
    person = PersonField(label=_("Responsible person"), required=False)
    prevention = words(_("How it is prevented"), 2000, 3)
    layout = [["cause"], ["cause_note"], ["step"], ["department", "person"], ["prevention"]]

    def __init__(
        self, *args: Any, exception: OrderException, places: Sequence[Department], people: Sequence[Staff], **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.places = {str(one.pk): one for one in places}
        self.fields["department"].choices = [("", "–"), *((key, one.label) for key, one in self.places.items())]  # type: ignore[attr-defined]
        person = self.fields["person"]
        assert isinstance(person, PersonField)
        person.offer(people)
        for name in ("cause", "cause_note", "step", "prevention"):
            self.fields[name].initial = getattr(exception, name)
        self.fields["department"].initial = str(exception.department_id or "")
        self.fields["person"].initial = exception.person_id
        self.stands_on(exception)

    def values(self) -> dict[str, Any]:
        names = ("cause", "cause_note", "step", "prevention", "person")
        data = {name: self.cleaned_data[name] for name in names}
        return {**data, "department": self.places.get(self.cleaned_data["department"])}


class FileForm(LaidOutForm):
    """Where the papers are."""

    where = forms.CharField(label=_("Where the papers are"), max_length=200)
    layout = [["where"]]


class VisitForm(LaidOutForm):
    """Which visit it was."""

    visit = forms.ChoiceField(label=_("Visit"))
    layout = [["visit"]]

    def __init__(self, *args: Any, visits: Sequence[Visit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visits = {str(one.pk): one for one in visits}
        labels = [(key, f"{one.day:%Y-%m-%d} {one.number} {one.staff.label}") for key, one in self.visits.items()]
        self.fields["visit"].choices = labels  # type: ignore[attr-defined]

    def chosen(self) -> Visit:
        return self.visits[self.cleaned_data["visit"]]


class WithdrawForm(LaidOutForm):
    """Why it was none."""

    reason = words(pgettext_lazy("reason", "Why"))
    layout = [["reason"]]
