"""Forms of imports: the file, how it is read, and which column is what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from roomnight.clients.forms.pickers import account_field
from roomnight.kernel.text import clean
from roomnight.organization.access import Seat
from roomnight.organization.models import Hotel
from roomnight.pms.models import Booking, BookingStatus, FolioLine, GuestState, InHouseGuest, Kind, Payment, RevenueKind
from roomnight.pms.queries import KnownProfile
from roomnight.pms.rules.periods import Period, is_sane
from roomnight.pms.rules.profile import CHOICES, FIELDS, FIELDS_OF, REQUIRED_OF
from roomnight.ui.widgets import MomentInput, PickOne

LEFT_OUT: Final = "-"
DATE_FORMATS: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y年%m月%d日"]
DATES: Final = ("arrival", "departure", "booked_on", "status_on")
BUILT_ALONE: Final = {"status", "nights", "repeated_guest"}
MODELS: Final[Mapping[str, Any]] = {
    "bookings": Booking, "in_house": InHouseGuest, "folios": FolioLine, "payments": Payment,
}  # fmt: skip
LABELS: Final = {
    "company": _("Company's number"), "company_name": _("Company's name"), "agent": _("Agent's number"),
    "agent_name": _("Agent's name"), "email_domain": _("Email (only its domain is kept)"),
    "phone_key": _("Phone (is made unreadable)"), "amount": _("Amount"), "tax": _("Tax in it"), "service": _("Service charge in it"),
}  # fmt: skip
OTHERWISE: Final = {"revenue_kind": "other", "on_city_ledger": "no", "is_confidential": "no", "state": "in_house"}
MEANINGS: Final[Mapping[tuple[str, str], Any]] = {
    **{("revenue_kind", one.value): one.label for one in RevenueKind},
    ("on_city_ledger", "yes"): _("on the city ledger"),
    ("is_confidential", "yes"): _("confidential"),
    ("state", "arriving"): GuestState.ARRIVING.label,
}


class PeriodForm(forms.Form):
    """Any span of days."""

    first = forms.DateField(
        label=pgettext_lazy("span of days", "From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        label=pgettext_lazy("span of days", "To"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("first") and given.get("last") and not is_sane(self.period()):
            raise forms.ValidationError(_("The first day comes before the last, and ten years are the most."))
        return given

    def period(self) -> Period:
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


class FileForm(forms.Form):
    """The file to bring in, and what its rows are."""

    kind = forms.ChoiceField(label=_("What is in it"), choices=Kind, initial=Kind.BOOKINGS, widget=PickOne)
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel, as your PMS exports it. Nothing is written before you have seen how it is read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = False

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.BOOKINGS.value


class CheckForm(forms.Form):
    """How a file is read, and which hotel every name in it means."""

    def __init__(
        self,
        *args: Any,
        hotel: Hotel,
        url: str,
        profiles: Sequence[KnownProfile],
        names: Sequence[str],
        kind: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind == Kind.IN_HOUSE:
            self.fields["as_of"] = forms.DateTimeField(
                label=_("Taken at"),
                widget=MomentInput,
                help_text=_("A list taken later replaces one taken before, never the other way round."),
            )
        self.names = dict(enumerate(names))
        choices = [(one.profile.key, one.title) for one in profiles]
        anew = {"hx-get": url, "hx-target": "#reading", "hx-trigger": "change", "hx-swap": "innerHTML"}
        self.fields["profile"] = forms.ChoiceField(
            label=_("How the file is read"), choices=choices, widget=forms.Select(attrs=anew)
        )
        meanings = [("", "–"), (hotel.code, hotel.label), (LEFT_OUT, _("Another hotel: leave its rows out"))]
        for number, name in self.names.items():
            if not name:
                continue
            here = name in {hotel.code, hotel.name, hotel.name_en} or len(names) == 1
            self.fields[f"hotel_{number}"] = forms.ChoiceField(
                label=_("“%(name)s” in the file is") % {"name": name},
                choices=meanings,
                initial=hotel.code if here else "",
            )
        self.hotel = hotel

    def hotel_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("hotel_")]

    def hotel_map(self) -> dict[str, str]:
        """The hotel code for each name; empty for what is left out. A file that names no hotel is of this one."""
        found = {}
        for number, name in self.names.items():
            chosen = self.cleaned_data.get(f"hotel_{number}", self.hotel.code)
            found[name] = "" if chosen == LEFT_OUT else chosen
        return found


class ColumnsForm(forms.Form):
    """Which column of a file is what: a mapping profile of the hotel's own."""

    title = forms.CharField(label=_("Name of this profile"), max_length=80)
    hotel = forms.ChoiceField(label=_("Hotel"), required=False, help_text=_("Only where a file holds several hotels."))
    key = forms.ChoiceField(
        label=_("Booking number"),
        required=False,
        help_text=_(
            "With it, a booking that is sent again is updated. Without it, a booking is known by its whole row."
        ),
    )
    date_format = forms.ChoiceField(label=_("Dates are written"))
    arrival = forms.ChoiceField(label=_("Arrival"))
    departure = forms.ChoiceField(label=_("Departure"), required=False)
    nights = forms.ChoiceField(label=_("Nights"), required=False, help_text=_("Not needed where there is a departure."))
    rate = forms.ChoiceField(label=_("Rate a night"))
    status = forms.ChoiceField(label=_("State of the booking"))
    stayed = forms.CharField(label=_("Words for “stayed”"), help_text=_("Several with commas between."))
    cancelled = forms.CharField(label=_("Words for “cancelled”"), required=False)
    no_show = forms.CharField(label=_("Words for “no-show”"), required=False)

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = [("", "–"), *((name, name) for name in dict.fromkeys(header) if name)]
        for name in FIELDS:
            if name not in self.fields and name not in BUILT_ALONE:
                label = LABELS.get(name) or Booking._meta.get_field(name).verbose_name  # type: ignore[union-attr]
                self.fields[name] = forms.ChoiceField(label=str(label).capitalize(), required=False)
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                written = [(one, _shown(one)) for one in DATE_FORMATS]
                field.choices = written if name == "date_format" else self.columns
                field.widget.attrs["translate"] = "no"  # columns are named by the file

    def clean_title(self) -> str:
        return clean(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("departure") and not cleaned.get("nights"):
            self.add_error("nights", _("Say where the nights or the departure stand."))
        meanings = [word for status in BookingStatus.values for word in _words(cleaned.get(status, ""))]
        if len(meanings) != len(set(meanings)):
            self.add_error("stayed", _("One word cannot mean two states."))
        return cleaned

    def config(self) -> dict[str, Any]:
        """The profile as it is kept."""
        given, written = self.cleaned_data, self.cleaned_data["date_format"]
        fields: dict[str, Any] = {
            "status": {
                "column": given["status"],
                "values": {word: status for status in BookingStatus.values for word in _words(given[status])},
            },
            "nights": {"until": given["departure"], "format": written}
            if given["departure"]
            else {"column": given["nights"]},
        }
        for name in FIELDS:
            if name not in fields and given.get(name):
                fields[name] = {"column": given[name], "format": written} if name in DATES else {"column": given[name]}
        config: dict[str, Any] = {"fields": {name: fields[name] for name in FIELDS if name in fields}}
        return {**config, "accounts": "match", **_told_apart(given)}

    @staticmethod
    def typed(title: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """A kept profile as this form shows it, for changing it."""
        fields = config.get("fields", {})
        found: dict[str, Any] = {
            "title": title,
            "hotel": config.get("hotel", ""),
            "key": "".join(config.get("key", [])[:1]),
        }
        found |= {name: source["column"] for name, source in fields.items() if "column" in source}
        if "until" in fields.get("nights", {}):
            found["departure"] = fields["nights"]["until"]
        found["date_format"] = fields.get("arrival", {}).get("format", DATE_FORMATS[0])
        values = fields.get("status", {}).get("values", {})
        for status in BookingStatus.values:
            found[status] = ", ".join(word for word, meaning in values.items() if meaning == status)
        return found


class LineColumnsForm(forms.Form):
    """Which column is what in a file of folio lines, payments or guests: a mapping profile of the hotel's own."""

    title = forms.CharField(label=_("Name of this profile"), max_length=80)
    hotel = forms.ChoiceField(label=_("Hotel"), required=False, help_text=_("Only where a file holds several hotels."))
    key = forms.ChoiceField(
        label=_("Number of the row"),
        required=False,
        help_text=_(
            "With it, a row that is sent again is updated. Without it, a row is known by all that stands in it."
        ),
    )
    date_format = forms.ChoiceField(label=_("Dates are written"))

    def __init__(self, *args: Any, kind: str, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        columns = [("", "–"), *((name, name) for name in dict.fromkeys(header) if name)]
        for name in FIELDS_OF[kind]:
            needed = name in REQUIRED_OF[kind] and name not in CHOICES
            self.fields[name] = forms.ChoiceField(label=label_of(kind, name), required=needed)
            for meaning in self.meanings(name):
                self.fields[f"{name}_{meaning}"] = forms.CharField(
                    label=_("Words for “%(meaning)s”") % {"meaning": MEANINGS[name, meaning]},
                    required=False,
                    help_text=_("Several with commas between."),
                )
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                written = [(one, _shown(one)) for one in DATE_FORMATS]
                field.choices = written if name == "date_format" else columns
                field.widget.attrs["translate"] = "no"  # columns are named by the file

    @staticmethod
    def meanings(name: str) -> list[str]:
        """What a word in this column can mean; whatever is not named means the last, which needs no words."""
        if name not in CHOICES:
            return []
        return [one for one in CHOICES[name] if one != OTHERWISE[name]]

    def groups(self) -> list[list[forms.BoundField]]:
        """The columns, each with the fields for what its words mean."""
        return [
            [self[name], *(self[f"{name}_{meaning}"] for meaning in self.meanings(name))]
            for name in FIELDS_OF[self.kind]
        ]

    def clean_title(self) -> str:
        return clean(self.cleaned_data["title"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in FIELDS_OF[self.kind]:
            said = [word for one in self.meanings(name) for word in _words(cleaned.get(f"{name}_{one}", ""))]
            if len(said) != len(set(said)):
                self.add_error(name, _("One word cannot mean two things."))
            if cleaned.get(name) and self.meanings(name) and not said:
                self.add_error(name, _("Say what the words in this column mean."))
        return cleaned

    def config(self) -> dict[str, Any]:
        """The profile as it is kept."""
        given, fields = self.cleaned_data, {}
        for name, ways in FIELDS_OF[self.kind].items():
            if not given.get(name):
                continue
            fields[name] = {"column": given[name]}
            if "date" in ways:
                fields[name]["format"] = given["date_format"]
            if name in CHOICES:
                values = {word: one for one in self.meanings(name) for word in _words(given[f"{name}_{one}"])}
                fields[name] |= {"values": values, "otherwise": OTHERWISE[name]}
        return {"kind": self.kind, "fields": fields, **_told_apart(given)}

    @classmethod
    def typed(cls, title: str, config: Mapping[str, Any]) -> dict[str, Any]:
        """A kept profile as this form shows it, for changing it."""
        found: dict[str, Any] = {
            "title": title, "hotel": config.get("hotel", ""), "key": "".join(config.get("key", [])[:1]),
        }  # fmt: skip
        for name, source in config.get("fields", {}).items():
            found[name] = source.get("column", "")
            if "format" in source:
                found["date_format"] = source["format"]
            for meaning in cls.meanings(name):
                words = [word for word, one in source.get("values", {}).items() if one == meaning]
                found[f"{name}_{meaning}"] = ", ".join(words)
        return found


def label_of(kind: str, name: str) -> str:
    """What a field of a file is called."""
    if name in LABELS:
        return str(LABELS[name])
    return str(MODELS[kind]._meta.get_field(name).verbose_name).capitalize()


def _told_apart(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that say which hotel and which row it is, where there are any."""
    return {
        **({"hotel": given["hotel"]} if given["hotel"] else {}),
        **({"key": [given["key"]]} if given["key"] else {}),
    }


class RevealForm(forms.Form):
    """Why somebody has to know who a guest is."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("It is kept with your name."))


class AssignForm(forms.Form):
    """Which of our clients is meant."""

    def __init__(self, seat: Seat, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = account_field(seat, _("The client that is meant"))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("，", ",").split(",") if word.strip()]


def _shown(written: str) -> str:
    """A way of writing dates, by an example that cannot be misread."""
    parts = {"%Y": "2026", "%m": "11", "%d": "30"}
    for sign, value in parts.items():
        written = written.replace(sign, value)
    return written


GUESSES: Final[Mapping[str, Iterable[str]]] = {
    "hotel": ("hotel", "property", "酒店"),
    "key": ("confirmation", "booking number", "reservation", "订单号", "预订号", "确认号"),
    "arrival": ("arrival", "check-in", "入住", "抵店", "到店"),
    "departure": ("departure", "check-out", "离店", "退房"),
    "nights": ("nights", "间夜", "天数", "晚数"),
    "rate": ("rate", "adr", "price", "房价"),
    "status": ("status", "state", "状态"),
    "booked_on": ("booked", "created", "预订日期", "下单"),
    "company": ("company", "corporate", "协议", "公司", "单位"),
    "agent": ("agent", "travel", "旅行社", "渠道商"),
    "channel": ("channel", "渠道"),
    "segment": ("segment", "market", "市场", "客源"),
    "rate_code": ("rate code", "房价码", "价格代码"),
    "guest_company": ("guest company", "work unit", "工作单位", "客人单位"),
    "invoice_title": ("invoice title", "发票抬头", "开票单位"),
    "email_domain": ("email", "e-mail", "邮箱"),
    "phone_key": ("phone", "mobile", "电话", "手机"),
    "country": ("country", "nationality", "国籍", "国家"),
    "room_type": ("room type", "房型"),
    "business_date": ("business date", "营业日", "营业日期", "发生日", "日期", "date"),
    "paid_on": ("payment date", "paid", "收款日期", "付款日期", "日期", "date"),
    "amount": ("amount", "金额", "消费额"),
    "revenue_kind": ("group", "类别", "费用类"),
    "department": ("outlet", "department", "营业点", "部门"),
    "description": ("description", "desc", "项目", "摘要"),
    "company_name": ("company name", "account name", "单位名称", "协议单位", "付款单位"),
    "guest_name": ("guest", "姓名", "客人"),
    "room": ("room no", "room", "房号"),
    "method": ("method", "付款方式", "支付方式"),
    "vip": ("vip", "贵宾"),
}


def guessed(header: Sequence[str], kind: str = Kind.BOOKINGS) -> dict[str, str]:
    """A first guess at which column is what, by its name."""
    found: dict[str, str] = {}
    for field in ("hotel", "key", *(["departure"] if kind == Kind.BOOKINGS else []), *FIELDS_OF[kind]):
        words = GUESSES.get(field, ())
        for column in header:
            name = column.lower().replace("_", " ")
            if column not in found.values() and any(word in name for word in words):
                found[field] = column
                break
    return found


STATUS_GUESSES: Final[Mapping[str, Iterable[str]]] = {
    "no_show": ("no-show", "noshow", "no show", "未到"),
    "cancelled": ("cancel", "取消"),
    "stayed": ("out", "stay", "departed", "离店", "已住", "在住", "完成"),
}


def guessed_words(words: Sequence[str]) -> dict[str, str]:
    """A first guess at which words of the file mean which state; each word once."""
    found: dict[str, list[str]] = {status: [] for status in BookingStatus.values}
    for word in words:
        for status, parts in STATUS_GUESSES.items():
            if any(part in word.lower().replace("_", " ") for part in parts):
                found[status].append(word)
                break
    return {status: ", ".join(meant) for status, meant in found.items()}
