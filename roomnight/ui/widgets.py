"""Controls that people know from their phone: picks instead of drop-downs, the device's own date and time."""

from __future__ import annotations

from typing import Any

from django import forms


class PickOne(forms.RadioSelect):
    """One of a few, as a row of buttons. `even=True`: all equally wide, for up to five short words."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = (), *, even: bool = False) -> None:
        super().__init__({"data-pick": "even" if even else "flow", **(attrs or {})}, choices)


class PickMany(forms.CheckboxSelectMultiple):
    """Some of a few, as a row of buttons."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = (), *, even: bool = False) -> None:
        super().__init__({"data-pick": "even" if even else "flow", **(attrs or {})}, choices)


class DayInput(forms.DateInput):
    """A day, with the device's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """A time of day, with the device's own clock."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    """A day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class PhoneInput(forms.TextInput):
    """A telephone number: the phone shows its number pad."""

    input_type = "tel"


class WholeNumber(forms.NumberInput):
    """A whole number: the number pad, no scrolling surprises."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", "step": "1", **(attrs or {})})
