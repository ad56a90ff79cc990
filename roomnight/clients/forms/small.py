"""Short forms: one decision each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients import access
from roomnight.clients.forms.tidy import TidyForm
from roomnight.clients.models import Account, Stage, Tag, Territory
from roomnight.clients.rules import may_move
from roomnight.organization.access import Seat, assignable
from roomnight.organization.models import Staff
from roomnight.ui.meanwhile import SharedForm
from roomnight.ui.widgets import PickOne

REASON = _("Reason")


class StageForm(TidyForm):
    """Where a client goes next, and why; only steps that may be taken are offered. Without an account, all of them."""

    stage = forms.ChoiceField(label=_("New stage"), widget=PickOne)
    reason = forms.CharField(label=REASON, max_length=200, required=False)

    def __init__(self, data: QueryDict | None = None, account: Account | None = None) -> None:
        super().__init__(data)
        stages = [stage for stage in Stage if account is None or may_move(account.stage, stage.value)]
        chooser = self.fields["stage"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [(stage.value, stage.label) for stage in stages]
        self.fields["reason"].help_text = _("Asked for when a client is lost, leaves business or comes back into it.")


class AssignForm(TidyForm):
    """Who looks after a client. Nobody is the open pool."""

    owner: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(
        None, label=_("Owner"), required=False, empty_label=_("Open pool")
    )
    reason = forms.CharField(label=REASON, max_length=200, required=False)

    def __init__(self, seat: Seat, data: QueryDict | None = None, account: Account | None = None) -> None:
        super().__init__(data, initial={"owner": account.owner_id if account else None})
        _choose(self.fields["owner"], assignable(seat))
        self.stands_on(account)


class CoOwnerForm(SharedForm):
    """A second colleague who looks after a client."""

    co_owner: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(
        None, label=_("Co-owner"), required=False, empty_label=_("nobody")
    )

    def __init__(self, seat: Seat, data: QueryDict | None = None, account: Account | None = None) -> None:
        super().__init__(data, initial={"co_owner": account.co_owner_id if account else None})
        _choose(self.fields["co_owner"], access.fellows(seat))
        self.stands_on(account)


class ReleaseForm(TidyForm):
    """Why a client goes back to the open pool."""

    reason = forms.CharField(label=REASON, max_length=200)


class ReasonForm(TidyForm):
    """Why something is asked for."""

    reason = forms.CharField(label=REASON, max_length=200, widget=forms.Textarea({"rows": 3}))


class DecideForm(TidyForm):
    """Yes or no to what somebody asked, with an answer; a no says why."""

    decision = forms.ChoiceField(
        label=pgettext_lazy("on what was asked", "Decision"),
        widget=PickOne,
        choices=[("approve", _("Approve")), ("refuse", _("Refuse"))],
    )
    answer = forms.CharField(
        label=_("Answer"), max_length=200, required=False, help_text=_("A refusal says why."),
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class ShareForm(forms.Form):
    """A colleague who may work on a client as well."""

    staff: forms.ModelChoiceField[Staff] = forms.ModelChoiceField(None, label=_("Colleague"), empty_label=_("choose"))

    def __init__(self, seat: Seat, data: QueryDict | None = None) -> None:
        super().__init__(data)
        _choose(self.fields["staff"], access.fellows(seat).exclude(pk=seat.staff.pk))


class TagForm(TidyForm):
    """A tag for several clients, one that is there or a new one."""

    name = forms.CharField(label=_("Tag"), max_length=40, widget=forms.TextInput({"list": "known-tags"}))


class ViewForm(TidyForm):
    """A name for the list as it stands."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=40)
    is_shared = forms.BooleanField(label=_("For everybody at this hotel"), required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False)


class NameForm(TidyForm):
    """A tag or a territory."""

    def __init__(
        self, data: QueryDict | None = None, *, longest: int = 40, over: Tag | Territory | None = None
    ) -> None:
        super().__init__(data, initial={"name": over.name if over else ""})
        self.fields["name"] = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=longest)
        self.stands_on(over)


def _choose(field: forms.Field, found: Any) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = found
