"""The words a template writes: icons, badges, fields, dates, amounts. Loaded in every template as a builtin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from roomnight.kernel.money import format_money
from roomnight.ui import moments
from roomnight.ui.addresses import address
from roomnight.ui.fields import drawn_field, error_lines
from roomnight.ui.markdown import rendered
from roomnight.ui.meanwhile import SEEN, SharedForm
from roomnight.ui.words import MACHINES, script_words

register = template.Library()

TONES = {"", "good", "go", "soon", "late"}


@cache
def _sprite() -> str:
    return static("ui/dist/icons.svg")


@lru_cache(maxsize=1024)
def _icon(name: str, size: str, label: str) -> SafeString:
    classes = f"icon icon-{size}" if size else "icon"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', classes, label, _sprite(), name
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, _sprite(), name)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A drawing beside words: `{% icon "map-pin" %}`, `{% icon "x" size="sm" %}`. With `label` it speaks for itself."""
    return _icon(name, size, str(label))


@register.simple_tag
def badge(text: Any, tone: str = "", icon: str = "") -> SafeString:
    """A state in a word: `{% badge visit.get_state_display "go" %}`. Tones mean the same everywhere: good, go, soon, late."""
    if text in (None, ""):
        return mark_safe("")
    if tone not in TONES:
        raise ValueError(f"a badge has no tone {tone!r}")
    drawing = _icon(icon, "", "") if icon else ""
    return format_html('<span class="badge{}">{}{}</span>', f" is-{tone}" if tone else "", drawing, text)


# ---- the frame ------------------------------------------------------------------------------------------------------

_STILL: dict[tuple[str, str | None, Any], SafeString] = {}
STILL_AT_MOST = 4000


@register.simple_tag(takes_context=True)
def still(
    context: template.Context, name: str, key: Any = None, figures: Mapping[str, int] | None = None
) -> SafeString:
    """A piece of the frame that is the same for everybody with the same key and language: drawn once, then repeated.

    The template may use nothing that the key does not decide: no token, no message, no name of a person. What differs are
    `figures`, put in where the template says <!--figure name-->.
    """
    place = (name, get_language(), key)
    drawn = _STILL.get(place)
    if drawn is None:
        if len(_STILL) >= STILL_AT_MOST:
            _STILL.clear()
        assert context.template is not None
        drawn = context.template.engine.get_template(name).render(context)
        _STILL[place] = drawn
    for word, n in (figures or {}).items():
        drawn = SafeString(drawn.replace(f"<!--figure {word}-->", _figure(n)))
    return drawn


def _figure(n: int) -> str:
    return f'<span class="rn-count">{n if n < 100 else "99+"}</span>' if n else ""


# ---- forms ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """One control with label above, required mark, hint and error.

    Options: `label`, `hint`, `unit` (after the control), `detail` (quiet words after the label), `placeholder`,
    `autofocus`, `speech` (dictation button), `reveal` (eye on a password), `quick` ([(label, value), …] buttons that fill
    it), `show_when` ("name=value|value").
    """
    return drawn_field(bound, options)


@register.inclusion_tag("ui/form_errors.html")
def form_errors(*forms: BaseForm) -> dict[str, Any]:
    """The summary above a form that was not accepted: every error, each a link to its field; and what changed meanwhile.

    A page whose one form element holds several forms names them all.
    """
    lines: list[dict[str, Any]] = []
    for line in (line for form in forms for line in error_lines(form)):
        if line not in lines:
            lines.append(line)
    shared = [form for form in forms if isinstance(form, SharedForm) and SEEN in form.fields]
    title = ngettext("Not saved: %(n)d thing to put right", "Not saved: %(n)d things to put right", len(lines)) % {
        "n": len(lines)
    }
    return {
        "lines": lines,
        "title": title,
        "seen": [form[SEEN] for form in shared],
        "meanwhile": [
            (one, form.add_prefix(f"decide-{one.name}")) for form in shared for one in form.changed_meanwhile
        ],
    }


# ---- figures --------------------------------------------------------------------------------------------------------


@register.simple_tag
def money(value: Decimal | int | None, currency: str = "CNY") -> str:
    """An amount with its sign: ¥12,345.00; an en dash where there is none."""
    return "–" if value is None else format_money(Decimal(value), currency, get_language() or "zh-hans")


@register.filter
def number(value: Decimal | float | int | None, places: int = 0) -> str:
    """12,345 (or with places, 12,345.60); an en dash where there is none."""
    return "–" if value is None else f"{value:,.{places}f}"


@register.filter
def change(ratio: Decimal | float | None) -> str:
    """Growth or loss as a signed percentage: 0.1 is +10%, −0.08 is −8%; nothing where it cannot be said."""
    if ratio is None:
        return ""
    percent = round(ratio * 100)
    return f"{'+' if percent > 0 else '−' if percent < 0 else '±'}{abs(percent)}%"


@register.filter
def duration(minutes: int | None) -> str:
    """A length of time in words: 28 minutes, 1 h 05 min."""
    if minutes is None:
        return "–"
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.inclusion_tag("ui/progress.html")
def progress(value: float | int, of: float | int = 100, label: Any = "") -> dict[str, Any]:
    """A thin bar: how much of how much."""
    percent = 0 if of <= 0 else max(0, min(100, round(100 * value / of)))
    return {"percent": percent, "label": label}


@register.inclusion_tag("ui/chart.html")
def chart(
    kind: str,
    name: str,
    data: dict[str, Any],
    label: Any,
    heads: Iterable[Any] = (),
    rows: Iterable[Iterable[Any]] = (),
) -> dict[str, Any]:
    """A drawing and, one click away, its table.

    `kind` is production, bars or line (frontend/src/chart.js says what `data` holds); `name` a word that is no other id on the
    page; `label` what the drawing says, in one sentence, for those who cannot see it.
    """
    return {"kind": kind, "name": name, "data": data, "label": label, "heads": heads, "rows": rows}


# ---- dates ----------------------------------------------------------------------------------------------------------


def _time_element(stamp: str, whole: str, text: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, whole, text)


@register.simple_tag
def day(value: date | None, style: str = "near") -> SafeString | str:
    """A day: near `11月21日 周六`, far `2026-11-21`.

    Styles: `near` (with weekday), `short` (without), `words` (today, yesterday, tomorrow where it is), `full`.
    """
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    text = moments.day_text(value, timezone.localdate(), style)
    return _time_element(value.isoformat(), moments.day_text(value, value, "full"), text)


@register.simple_tag
def moment(value: datetime | None) -> SafeString | str:
    """A day and a time in the hotel's zone: `昨天 14:12`, `11月12日 15:10`, far away `2026-03-02 15:10`."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    text = f"{moments.day_text(local.date(), timezone.localdate(), 'words-short')} {local:%H:%M}"
    return _time_element(local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}", text)


@register.filter
def clock(value: datetime | None) -> str:
    """The time of day in the hotel's zone: 14:12."""
    return "–" if value is None else f"{timezone.localtime(value):%H:%M}"


@register.simple_tag
def ago(value: datetime | None) -> SafeString | str:
    """How long since, with the exact moment on hover: `3 分钟前`; from the second day on the day itself."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    text = moments.ago_text(local, timezone.localtime())
    return _time_element(local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}", text)


# ---- page -----------------------------------------------------------------------------------------------------------


BACK = "ui.back"


@register.simple_block_tag(takes_context=True)
def head(
    context: template.Context,
    content: str,
    title: Any,
    count: Any = "",
    detail: Any = "",
    crumbs: Iterable[tuple[Any, str]] = (),
    keep: bool = False,
) -> SafeString:
    """The head of a page, its buttons between the tags.

    `crumbs` are (label, url) pairs. On a phone the bar above carries the title and this one is only read aloud, unless
    `keep` says to show it, as a record does with its name.
    """
    values = {
        "title": title,
        "count": count,
        "detail": detail,
        "crumbs": crumbs,
        "keep": keep,
        "acts": SafeString(content.strip()),
    }
    steps = [url for _label, url in crumbs if url]
    if steps and context.render_context is not None:
        context.render_context[BACK] = steps[-1]
    engine = context.template.engine if context.template else template.Engine.get_default()
    return engine.get_template("ui/head.html").render(context.new(values))


@register.simple_tag
def step(label: Any, url: str) -> list[tuple[Any, str]]:
    """The one step up from a page, for its head: `{% step account.label cancel_url as crumbs %}`."""
    return [(label, url)]


@register.simple_tag(takes_context=True)
def back_by_crumbs(context: template.Context) -> str:
    """Where the phone's arrow leads: one step up the way that the head of the page shows on a desk."""
    return str(context.render_context.get(BACK, "")) if context.render_context is not None else ""


@register.simple_block_tag
def kept(content: str) -> SafeString:
    """Words used twice: `{% kept as page_title %}…{% endkept %}`."""
    return SafeString(content.strip())


@register.simple_tag(takes_context=True)
def th(context: template.Context, key: str, label: Any, num: bool = False, css: str = "") -> SafeString:
    """The head of a column that sorts: the address keeps `sort=key` or `sort=-key`, the filters stay."""
    request = context["request"]
    query = request.GET.copy()
    current = query.get("sort", context.get("sort", ""))
    query["sort"] = f"-{key}" if current == key or (num and current not in (key, f"-{key}")) else key
    query.pop("after", None)
    query.pop("before", None)
    state = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    arrow = _icon({"ascending": "arrow-up", "descending": "arrow-down"}[state], "", "") if state else ""
    classes = " ".join(filter(None, ["num" if num else "", css]))
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}{}</a></th>',
        format_html(' class="{}"', classes) if classes else "",
        format_html(' aria-sort="{}"', state) if state else "",
        query.urlencode(),
        label,
        arrow,
    )


@register.simple_tag
def html_lang() -> str:
    """The language of the page, for the browser and for screen readers: zh-Hans or en."""
    return "en" if get_language() == "en" else "zh-Hans"


@register.simple_tag
def words() -> SafeString:
    """Every word a script may show, for the script to read."""
    return json_script(script_words(), "rn-words")


@register.filter
def markdown(text: str) -> SafeString:
    """A long text with its headings and lists: `{{ version.text|markdown }}`."""
    return rendered(text)


@register.filter
def who(code: str) -> str:
    """Who did something, by the sign-in name that was written down: `{{ one.set_by|who }}`."""
    return str(MACHINES.get(code, code))


@register.filter
def initial(name: str) -> str:
    """What stands in the round: the first character of a Chinese name, the first letter of another."""
    return str(name).strip()[:1].upper()


@register.simple_tag
def joined(items: Iterable[Any]) -> str:
    """Names in a row, as the language writes them: 王思远、赵敏; Wang, Zhao."""
    return pgettext("between items of a list", ", ").join(str(item) for item in items)


@register.simple_tag(takes_context=True)
def href(context: template.Context, name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page of the hotel one is at: `{% href 'clients:edit' account.pk %}`; the hotel is filled in."""
    return address(name, context["request"].seat.hotel.code, *args, **kwargs)
