"""Choosing one client or person out of very many: type a few signs, take one of what is found."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from roomnight.clients import access
from roomnight.clients.models import Account, Contact
from roomnight.organization.access import Seat


class Picker(forms.TextInput):
    """A search field with the hits below it as radio buttons; they are what is sent. The address answers with the hits."""

    template_name = "clients/widgets/picker.html"

    def __init__(self, url: str, chosen: Any = None, *, optional: bool = True) -> None:
        super().__init__()
        self.url, self.chosen, self.optional = url, chosen, optional

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        query = urlencode({"name": name, **({"optional": 1} if self.optional else {})})
        joint = "&" if "?" in self.url else "?"
        context["picker"] = {
            "url": f"{self.url}{joint}{query}",
            "chosen": self.chosen(value) if value else None,
            "value": value or "",
            "optional": self.optional,
            "described": (attrs or {}).get("aria-describedby", ""),
        }
        return context


class PickField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One record found by typing. Only those in the query set can be chosen, whatever was sent."""

    def __init__(self, found: QuerySet[Any], url: str, *, chosen: Model | None = None, **options: Any) -> None:
        required = options.get("required", True)
        self.chosen = chosen
        widget = Picker(url, self._label_of, optional=not required)
        super().__init__(found, widget=widget, **options)
        widget.is_required = required
        self.widget = widget

    def _label_of(self, value: Any) -> str:
        if self.chosen is not None and str(self.chosen.pk) == str(value):
            return str(self.chosen)
        try:
            one = self.queryset.filter(pk=int(value)).first() if self.queryset is not None else None
        except (TypeError, ValueError):
            return ""
        return str(one) if one is not None else ""


def account_field(
    seat: Seat, label: Any = None, *, required: bool = True, pool: bool = False, chosen: Account | None = None
) -> PickField:
    """Choosing an account within reach; with `pool`, one of the open pool as well. `chosen` is the one that stands there."""
    found: QuerySet[Account] = access.accounts_or_pool(seat) if pool else access.accounts(seat)
    return PickField(found, seat.url("clients:lookup"), chosen=chosen, label=label or _("Client"), required=required)


def contact_field(
    seat: Seat, account: Account, label: Any = None, *, required: bool = False
) -> forms.ModelChoiceField[Contact]:
    """Choosing one of the people at an account, who are few: a plain list."""
    people: QuerySet[Contact] = access.contacts_of(seat, account)
    return forms.ModelChoiceField(people, label=label or _("Contact"), required=required)
