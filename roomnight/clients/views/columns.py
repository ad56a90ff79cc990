"""The columns of the client list: which there are, and their cells ready to be written (ACC-07).

Rows come as plain dictionaries and leave as plain text, so that the template has nothing to work out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from roomnight.clients.models import AccountKind, Importance, Stage
from roomnight.clients.queries.listing import owner_names, tag_names
from roomnight.clients.queries.own_fields import OwnFields
from roomnight.clients.queries.protection import Countdown, countdowns
from roomnight.clients.rules import change_percent
from roomnight.organization.access import Seat
from roomnight.procedures.rules.form_fields import NUMBERS, ROWS, Field
from roomnight.ui.moments import day_text
from roomnight.ui.templatetags.ui import badge

ALWAYS = ("id", "code", "name", "name_en", "mnemonic")
STAGE_TONES = {"active": "good", "negotiating": "go", "dormant": "soon", "lost": "late", "blacklisted": "late"}


@dataclass(frozen=True)
class Cell:
    """What stands in one place: the text, how it looks, the whole of it on hover, and the bare value for an export."""

    text: str
    tone: str = ""
    badge: bool = False
    title: str = ""
    bare: Any = None


@dataclass(frozen=True)
class Scene:
    """What the cells need to know beside their row: the day, the language, and names that are kept elsewhere."""

    today: date
    english: bool
    owners: Mapping[int, str] = field(default_factory=dict)
    tags: Mapping[int, str] = field(default_factory=dict)
    countdowns: Mapping[int, Countdown] = field(default_factory=dict)


Write = Callable[[Mapping[str, Any], Scene], Cell]


@dataclass(frozen=True)
class Column:
    """A column: its key in the address, heading, database fields, width, how it sorts, and its place on a phone's card."""

    key: str
    heading: Any
    fields: tuple[str, ...]
    write: Write
    css: str = ""
    sort: str = ""
    short: Any = ""
    at: str = ""
    row: str = ""

    @property
    def num(self) -> bool:
        return "num" in self.css.split()

    @property
    def width(self) -> str:
        return " ".join(part for part in self.css.split() if part != "num")


def _plain(name: str) -> Write:
    return lambda row, _scene: Cell(str(row[name] or ""), title=str(row[name] or ""), bare=row[name])


def _chosen(name: str, choices: Any) -> Write:
    words = dict(choices)
    return lambda row, _scene: Cell(str(words.get(row[name], row[name])), bare=str(words.get(row[name], row[name])))


def _day(name: str, never: Any = "") -> Write:
    def write(row: Mapping[str, Any], scene: Scene) -> Cell:
        value = row[name]
        if value is None:
            return Cell(str(never), tone="3")
        return Cell(day_text(value, scene.today, "short"), title=value.isoformat(), bare=value)

    return write


def _whole(name: str) -> Write:
    return lambda row, _scene: Cell("" if row[name] is None else f"{row[name]:,}", bare=row[name])


def _amount(name: str) -> Write:
    def write(row: Mapping[str, Any], _scene: Scene) -> Cell:
        value: Decimal = row[name]
        return Cell(f"{value:,.0f}", title=f"{value:,.2f}", bare=value)

    return write


def _growth(row: Mapping[str, Any], _scene: Scene) -> Cell:
    percent = change_percent(row["room_nights_12m"], row["room_nights_prior_12m"])
    if percent is None:
        return Cell("")
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return Cell(f"{sign}{abs(percent)}%", bare=percent)


def _stage(row: Mapping[str, Any], scene: Scene) -> Cell:
    stage, last = row["stage"], row["last_arrival_on"]
    word = str(Stage(stage).label)
    if stage == Stage.DORMANT and last is not None and last < scene.today:
        shown = gettext("%(stage)s %(days)d days") % {"stage": word, "days": (scene.today - last).days}
        return Cell(shown, tone=STAGE_TONES[stage], badge=True, bare=word)
    return Cell(word, tone=STAGE_TONES.get(stage, ""), badge=True, bare=word)


def _next(row: Mapping[str, Any], scene: Scene) -> Cell:
    on, what = row["next_action_on"], row["next_action"]
    if on is None:
        return Cell(gettext("nothing planned"), tone="3", bare="")
    bare = f"{on.isoformat()} {what}".strip()
    if on < scene.today:
        return Cell(
            gettext("%(what)s overdue") % {"what": what or day_text(on, scene.today, "short")},
            "late",
            title=bare,
            bare=bare,
        )
    return Cell(f"{on:%m-%d} {what}".strip() if on.year == scene.today.year else bare, title=bare, bare=bare)


def _owner(row: Mapping[str, Any], scene: Scene) -> Cell:
    name = scene.owners.get(row["owner_id"], "")
    return Cell(name or gettext("Open pool"), tone="" if name else "3", bare=name)


def _days_left(row: Mapping[str, Any], scene: Scene) -> Cell:
    one = scene.countdowns.get(row["id"])
    if one is None:
        return Cell("", bare="")
    return Cell(one.words, one.tone, badge=True, bare=one.on)


def _tags(row: Mapping[str, Any], scene: Scene) -> Cell:
    words = scene.tags.get(row["id"], "")
    return Cell(words, title=words, bare=words)


def _own(own: OwnFields, one: Field) -> Write:
    def write(row: Mapping[str, Any], _scene: Scene) -> Cell:
        value = row["custom"].get(one.name)
        if value in (None, "", []):
            return Cell("")
        words = own.text(one.name, value)
        is_figure = one.kind in NUMBERS and "*" not in words
        return Cell(words, title=words, bare=Decimal(str(value)) if is_figure else words)

    return write


def _text(name: str, heading: Any, css: str) -> Column:
    return Column(name, heading, (name,), _plain(name), css, short=heading)


def _dated(key: str, heading: Any, name: str, short: Any, never: Any = "", *, sort: str = "", row: str = "") -> Column:
    return Column(key, heading, (name,), _day(name, never), "c-96 nowrap", sort, short, row=row)


_KIND, _IMPORTANCE = _chosen("kind", AccountKind.choices), _chosen("importance", Importance.choices)
_NIGHTS, _BEFORE, _POTENTIAL = "room_nights_12m", "room_nights_prior_12m", "potential_room_nights"
COLUMNS = [
    Column("grade", _("Grade"), ("grade",), _plain("grade"), "c-52", "grade", _("Grade")),
    Column("stage", _("Stage"), ("stage", "last_arrival_on"), _stage, "c-120", at="side"),
    Column("kind", _("Type"), ("kind",), _KIND, "c-96", short=_("Type")),
    Column("importance", _("Importance"), ("importance",), _IMPORTANCE, "c-80", short=_("Importance")),
    Column("owner", _("Owner"), ("owner_id",), _owner, "c-96", short=_("Owner")),
    Column(
        "nights",
        _("Room nights, 12 m"),
        (_NIGHTS,),
        _whole(_NIGHTS),
        "c-120 num",
        "nights",
        pgettext_lazy("on a card", "Nights"),
    ),
    Column("growth", _("Change"), (_NIGHTS, _BEFORE), _growth, "c-72 num", at="desk"),
    Column(
        "revenue",
        _("Revenue"),
        ("revenue_12m",),
        _amount("revenue_12m"),
        "c-96 num",
        "revenue",
        pgettext_lazy("on a card", "Revenue"),
    ),
    _dated(
        "last_arrival", _("Last arrival"), "last_arrival_on", pgettext_lazy("on a card", "Arrival"), sort="last_arrival"
    ),
    _dated(
        "last_visit",
        _("Last visit"),
        "last_visit_on",
        pgettext_lazy("on a card", "Visited"),
        _("never"),
        sort="last_visit",
        row="2",
    ),
    Column(
        "next_action",
        _("Next action"),
        ("next_action_on", "next_action"),
        _next,
        "c-140",
        "next_action",
        pgettext_lazy("on a card", "Next"),
        row="2",
    ),
    _text("industry", _("Industry"), "c-120"),
    _text("segment", _("Market segment"), "c-120"),
    _text("source", _("Source"), "c-100"),
    _text("city", _("City"), "c-80"),
    _text("district", _("District"), "c-96"),
    _text("phone", _("Phone"), "c-140"),
    _text("credit_grade", _("Credit grade"), "c-80"),
    Column(
        "potential",
        _("Potential nights"),
        (_POTENTIAL,),
        _whole(_POTENTIAL),
        "c-96 num",
        short=pgettext_lazy("on a card", "Potential"),
    ),
    Column("days_left", _("Days left"), (), _days_left, "c-140", short=_("Days left")),
    Column("tags", _("Tags"), (), _tags, "c-140", short=_("Tags")),
    _dated("verified", _("Last verified"), "verified_on", pgettext_lazy("on a card", "Verified"), _("never")),
]
USUAL = ("grade", "stage", "nights", "growth", "revenue", "last_visit", "next_action")


def all_columns(own: OwnFields | None) -> list[Column]:
    """Every column there is, those of the hotel's own fields last."""
    language = get_language()
    more = [] if own is None else [
        Column(
            f"custom_{one.name}", one.words.in_(language), ("custom",), _own(own, one),
            "c-120 num" if one.kind in NUMBERS else "c-120", short=one.words.in_(language),
        )
        for one in own.spec.fields if one.kind != ROWS
    ]  # fmt: skip
    return [*COLUMNS, *more]


def chosen_columns(keys: Sequence[str], own: OwnFields | None) -> list[Column]:
    """The columns somebody asked for, in the order of the page; the usual ones when nothing was asked or understood."""
    wanted = set(keys)
    return [one for one in all_columns(own) if one.key in wanted] or [one for one in COLUMNS if one.key in USUAL]


def fields_of(columns: Iterable[Column]) -> list[str]:
    """The database columns that these need."""
    return list(dict.fromkeys([*ALWAYS, *(name for column in columns for name in column.fields)]))


@dataclass(frozen=True)
class Row:
    """One client of the list, ready to be written; `drawn` are its cells as they stand in the page."""

    pk: int
    url: str
    name: str
    detail: str
    cells: list[tuple[Column, Cell]]
    drawn: SafeString


def rows_of(seat: Seat, found: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[Row]:
    """The rows of the page. Owners and tags are asked for once, and only when their column is shown."""
    scene = scene_of(seat, found, columns)
    address = seat.url("web:account", pk=0).removesuffix("0/")
    openings = [opening(column) for column in columns]
    ready = []
    for row in found:
        name = row["name_en"] if scene.english and row["name_en"] else row["name"]
        detail = " · ".join(filter(None, [row["code"], row["mnemonic"]]))
        url = f"{address}{row['id']}/"
        cells = [(column, column.write(row, scene)) for column in columns]
        drawn = "".join(
            f"{start}{inside(cell, column.num)}</td>" for start, (column, cell) in zip(openings, cells, strict=True)
        )
        ready.append(Row(row["id"], url, name, detail, cells, mark_safe(drawn)))  # noqa: S308 (every piece is escaped)
    return ready


def opening(column: Column) -> str:
    """How the cells of a column begin: the same for every row, so it is written once a page."""
    classes = f"{'num' if column.num else ''}{' rn-desk' if column.at == 'desk' else ''}"
    label = f' data-label="{escape(column.short)}"' if column.short and column.at != "side" else ""
    side = ' data-at="side"' if column.at == "side" else ""
    row = f' data-row="{column.row}"' if column.row else ""
    return f'<td class="{classes}"{side}{label}{row}>'


def inside(cell: Cell, num: bool) -> str:
    """What stands in a cell. Fifty rows of eight cells are too many for a template to go through one by one."""
    text = escape(cell.text)
    if cell.badge:
        return badge(cell.text, cell.tone)
    if not text or not (cell.tone or cell.title):
        return text
    classes = f"{'' if num else 'rn-cut'}{f' t-{cell.tone}' if cell.tone else ''}"
    title = f' title="{escape(cell.title)}"' if cell.title else ""
    return f'<span class="{classes}"{title}>{text}</span>'


def scene_of(seat: Seat, found: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> Scene:
    keys = {column.key for column in columns}
    english = get_language() == "en"
    return Scene(
        seat.today,
        english,
        owner_names({row["owner_id"] for row in found if row["owner_id"]}) if "owner" in keys else {},
        tag_names([row["id"] for row in found]) if "tags" in keys else {},
        countdowns(seat, [row["id"] for row in found]) if "days_left" in keys else {},
    )
