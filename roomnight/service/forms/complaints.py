"""A complaint: taken down with the phone in the hand, changed, handed over, answered; what is given for it (SVC-01, SVC-02, SVC-05)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.forms.pickers import account_field, contact_field
from roomnight.clients.models import Account
from roomnight.orders.access import orders
from roomnight.orders.models import Order
from roomnight.organization.access import Seat
from roomnight.organization.forms.choosing import PersonField
from roomnight.organization.models import Department, Staff
from roomnight.service.models import Category, Cause, Channel, ClientAnswer, CompensationKind, Complaint, Severity
from roomnight.ui.small_forms import LaidOutForm
from roomnight.ui.widgets import DayInput, MomentInput, PhoneInput, PickOne


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class DepartmentField(forms.ModelChoiceField[Department]):
    """One of the departments of the hotel."""

    def __init__(self, **more: Any) -> None:
        super().__init__(Department.objects.none(), required=False, empty_label="–", **more)

    def offer(self, seat: Seat) -> None:
        self.queryset = Department.objects.filter(hotel=seat.hotel, is_retired=False).order_by("pk")


class ComplaintForm(LaidOutForm):
    """The five things to ask on the telephone; whatever else is known stands below (SVC-01)."""

    complainant = forms.CharField(label=_("Who complains"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False, widget=PhoneInput())
    text = forms.CharField(label=pgettext_lazy("complaint", "What happened"), max_length=2000, widget=area())
    wants = forms.CharField(label=_("What the client wants"), max_length=400, widget=area(2))
    severity = forms.ChoiceField(
        label=_("Severity"), choices=Severity, initial=Severity.ORDINARY, widget=PickOne(even=True),
        help_text=_("Injury, food, privacy, media: serious. The general manager hears of it at once."),
    )  # fmt: skip
    is_apologised = forms.BooleanField(label=_("I have apologised"), required=False)
    channel = forms.ChoiceField(
        label=pgettext_lazy("complaint", "How it came"), choices=Channel, initial=Channel.PHONE, widget=PickOne()
    )
    room = forms.CharField(
        label=pgettext_lazy("complaint", "Room"),
        max_length=10,
        required=False,
        help_text=_("Of a guest of the house; shown to the front desk only."),
    )
    category = forms.ChoiceField(
        label=pgettext_lazy("complaint", "About"), choices=Category, initial=Category.OTHER, widget=PickOne()
    )
    department = DepartmentField(label=_("Department concerned"))
    order = forms.CharField(label=_("Number of the order"), max_length=24, required=False)
    owner = PersonField(label=_("Who answers for it"), required=False)
    layout = [["complainant", "phone"], ["text"], ["wants"], ["severity"], ["is_apologised"]]
    more = ("account", "order", "channel", "room", "category", "department", "owner")

    def __init__(
        self, *args: Any, seat: Seat, people: Sequence[Staff], account: Account | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.seat = seat
        if not seat.may("orders.order"):
            del self.fields["order"]
        department, owner = self.fields["department"], self.fields["owner"]
        assert isinstance(department, DepartmentField) and isinstance(owner, PersonField)
        department.offer(seat)
        owner.offer(people)
        if account is not None:
            self.fields["contact"] = contact_field(seat, account, _("Person at the client"))
        elif seat.may("clients.account"):
            self.fields["account"] = account_field(seat, required=False)

    def clean_order(self) -> Order | None:
        """The order of that number, if this person may see it."""
        number = self.cleaned_data["order"].strip()
        if not number:
            return None
        found = orders(self.seat).select_related("account__owner").filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_now("No order of yours has this number."))
        return found

    def further(self) -> list[forms.BoundField]:
        """What can be said besides."""
        return [self[name] for name in ("contact", *self.more) if name in self.fields]

    def has_further_errors(self) -> bool:
        return any(name in self.errors for name in ("contact", *self.more))


class ChangeForm(LaidOutForm):
    """What is learned of a complaint later."""

    text = forms.CharField(label=pgettext_lazy("complaint", "What happened"), max_length=2000, widget=area())
    wants = forms.CharField(label=_("What the client wants"), max_length=400, widget=area(2))
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity, widget=PickOne(even=True))
    category = forms.ChoiceField(label=pgettext_lazy("complaint", "About"), choices=Category, widget=PickOne())
    department = DepartmentField(label=_("Department concerned"))
    is_apologised = forms.BooleanField(label=_("An apology was made"), required=False)
    layout = [["text"], ["wants"], ["severity"], ["category"], ["department"], ["is_apologised"]]

    def __init__(self, *args: Any, seat: Seat, complaint: Complaint, **kwargs: Any) -> None:
        names = ("text", "wants", "severity", "category", "department")
        kwargs["initial"] = {name: getattr(complaint, name) for name in names}
        kwargs["initial"]["is_apologised"] = complaint.apologised_at is not None
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        assert isinstance(department, DepartmentField)
        department.offer(seat)
        self.stands_on(complaint)


class HandOverForm(LaidOutForm):
    """Somebody else answers for it."""

    owner = PersonField(label=_("Who answers for it"), required=True)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    layout = [["owner"], ["reason"]]

    def __init__(self, *args: Any, complaint: Complaint, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, PersonField)
        owner.offer(people)
        owner.initial = complaint.owner_id
        self.stands_on(complaint)


class AnswerForm(LaidOutForm):
    """What a close needs: all of it (SVC-02)."""

    done = forms.CharField(label=_("What was done"), max_length=1000, widget=area())
    informed_at = forms.DateTimeField(
        label=_("When the client was told"), widget=MomentInput(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
    client_answer = forms.ChoiceField(
        label=_("What the client says to it"), choices=ClientAnswer, widget=PickOne(even=True),
        help_text=_("Not accepted: it is opened again, with the next leader, and a new clock runs."),
    )  # fmt: skip
    client_words = forms.CharField(label=_("In the client's words"), max_length=400, required=False)
    cause = forms.ChoiceField(label=_("Cause"), choices=Cause, widget=PickOne())
    cause_text = forms.CharField(label=_("The cause in words"), max_length=400, required=False, widget=area(2))
    prevention = forms.CharField(label=_("How it is prevented from now on"), max_length=1000, widget=area())
    revision = forms.IntegerField(widget=forms.HiddenInput)
    layout = [
        ["revision"],
        ["done"],
        ["informed_at"],
        ["client_answer"],
        ["client_words"],
        ["cause"],
        ["cause_text"],
        ["prevention"],
    ]

    def __init__(self, *args: Any, complaint: Complaint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = complaint.revision
        if not self.is_bound:
            self.fields["informed_at"].initial = timezone.localtime(max(timezone.now(), complaint.taken_at))


class CompensationForm(LaidOutForm):
    """What is given for it, and what it is worth."""

    kind = forms.ChoiceField(label=pgettext_lazy("compensation", "What"), choices=CompensationKind, widget=PickOne())
    amount = forms.DecimalField(
        label=pgettext_lazy("compensation", "Worth"), min_value=0, max_digits=10, decimal_places=2
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    layout = [["kind"], ["amount"], ["note"]]


class DecisionForm(LaidOutForm):
    """Yes or no to a compensation."""

    decision = forms.ChoiceField(
        label=_("Decision"), widget=PickOne(even=True),
        choices=[("approve", pgettext_lazy("compensation", "Approve")), ("decline", pgettext_lazy("compensation", "Decline"))],
    )  # fmt: skip
    note = forms.CharField(label=_("Opinion"), max_length=200, required=False)
    layout = [["decision"], ["note"]]


class VisitForm(LaidOutForm):
    """By when the client is visited."""

    due_on = forms.DateField(
        label=_("By"), widget=DayInput(), required=False, help_text=_("Empty: within two working days.")
    )
    layout = [["due_on"]]
