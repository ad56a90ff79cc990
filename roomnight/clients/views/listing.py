"""The list of clients: views, filters, columns, order, pages, and taking it out of the house (ACC-07)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from roomnight.clients import access, commands, queries
from roomnight.clients.forms.listing import FilterForm, chips
from roomnight.clients.forms.small import ViewForm
from roomnight.clients.models import SavedView
from roomnight.clients.queries.listing import COUNTED_UP_TO, SORTS, VIEW_SORT
from roomnight.clients.queries.own_fields import seen_own_fields
from roomnight.clients.rules import LOST_DAYS
from roomnight.clients.views.columns import Column, all_columns, chosen_columns, fields_of, rows_of
from roomnight.organization.access import Seat
from roomnight.organization.http import DeskRequest, needs
from roomnight.organization.models import Scope
from roomnight.ui.keyset import Leaf, leaf
from roomnight.ui.page import done, form_status, page, refusals

PAGE = "accounts"
ROWS = 50


@dataclass(frozen=True)
class Listing:
    """A list as its address describes it."""

    wish: queries.Wish
    form: FilterForm
    columns: list[Column]
    query: QueryDict

    @property
    def sort(self) -> str:
        return self.wish.sort if self.wish.sort in SORTS else VIEW_SORT[self.wish.view]


def read_address(seat: Seat, query: QueryDict) -> Listing:
    """What the address asks for. What it says wrongly is left out, and the page says so."""
    form = FilterForm(seat, query)
    filters = form.filters()
    view = query.get("view", "")
    wish = queries.Wish(
        view=view if view in VIEW_SORT else usual_view(seat),
        q=query.get("q", "").strip()[:100],
        filters=filters,
        sort=query.get("sort", ""),
    )
    keys = query.getlist("col")
    own = form.own if any(key.startswith("custom_") for key in keys) else None
    return Listing(wish, form, chosen_columns(keys, own), query)


def usual_view(seat: Seat) -> str:
    """Who has clients of their own sees those first; who leads, everything within sight."""
    return "mine" if seat.scope("clients.account") in (Scope.OWN, Scope.SHARED) else "all"


def without(query: QueryDict, *names: str) -> QueryDict:
    """The address with some of its words taken out; the page one was on is always given up."""
    rest = query.copy()
    for name in (*names, "after", "before"):
        rest.pop(name, None)
    return rest


@needs("clients.account")
@require_GET
def account_list(request: DeskRequest) -> HttpResponse:
    """The clients somebody may see, as the address asks. Words left empty are dropped from the address first."""
    if any(value == "" for values in request.GET.lists() for value in values[1]):
        kept = QueryDict(mutable=True)
        for name, values in request.GET.lists():
            kept.setlist(name, [value for value in values if value])
        return HttpResponseRedirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)
    seat = request.seat
    listing = read_address(seat, request.GET)
    found = queries.wanted(seat, listing.wish)
    place = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    leaf_ = leaf(found, fields_of(listing.columns), queries.ordered_by(listing.wish), ROWS, **place)
    whole = not (leaf_.after or leaf_.before)
    count = len(leaf_.rows) if whole else queries.capped_count(found)
    context = {
        **surroundings(request, listing),
        "rows": rows_of(seat, leaf_.rows, listing.columns),
        "columns": listing.columns,
        "count": in_words(count),
        "count_tag": format_html('<span id="list-count">{}</span>', in_words(count)),
        "visit_url": upstairs(seat, "activities:log_visit") if seat.may("activities.visit", "create") else "",
        **page_links(request, leaf_),
    }
    return page(request, "clients/list.html", context)


def in_words(count: int) -> str:
    """How many clients, up to the cap."""
    if count > COUNTED_UP_TO:
        return _("more than %(n)s clients") % {"n": f"{COUNTED_UP_TO:,}"}
    return ngettext("%(n)s client", "%(n)s clients", count) % {"n": f"{count:,}"}


def upstairs(seat: Seat, name: str) -> str:
    """The address of a page of a floor above, where that floor is there."""
    try:
        return seat.url(name)
    except NoReverseMatch:
        return ""


def page_links(request: DeskRequest, leaf_: Leaf[Any]) -> dict[str, str]:
    """The ways to the pages before and after."""

    def to(name: str, mark: str) -> str:
        if not mark:
            return ""
        query = without(request.GET)
        query[name] = mark
        return f"{request.path}?{query.urlencode()}"

    return {"next": to("after", leaf_.after), "previous": to("before", leaf_.before)}


def surroundings(request: DeskRequest, listing: Listing) -> dict[str, Any]:
    """What stands around the rows: tabs, chips, order, columns, and the words for an empty list."""
    seat, query = request.seat, without(request.GET)
    views = list(access.saved_views(seat, PAGE))
    saved = next((view for view in views if str(view.pk) == query.get("saved")), None)
    narrowed = bool(listing.wish.filters or listing.wish.q)
    cleared = without(query, *listing.wish.filters, "q", "saved")
    own = saved is not None and saved.owner_id == seat.staff.pk
    sorts = sort_choices(listing, query, request.path)
    return {
        "tabs": tabs(seat, listing, views, saved),
        "saved": saved if own else None,
        "view_form": ViewForm(
            initial={"query": without(query, "saved").urlencode(), "name": saved.name if own and saved else ""}
        ),
        "chips": chips(listing.form, listing.wish.filters, query, request.path),
        "misread": ", ".join(listing.form.misread),
        "narrowed": narrowed,
        "clear_url": f"{request.path}?{cleared.urlencode()}",
        "q": listing.wish.q,
        "kept": [(name, value) for name, values in without(query, "q").lists() for value in values],
        "kept_but_columns": [(name, value) for name, values in without(query, "col").lists() for value in values],
        "filter_url": f"{seat.url('clients:filter')}?{query.urlencode()}",
        "columns_url": f"{seat.url('clients:columns')}?{query.urlencode()}",
        "query": query.urlencode(),
        "sort": listing.sort,
        "sorts": sorts,
        "sort_label": next((one["label"] for one in sorts if one["current"]), _("Order")),
        "new_url": seat.url("clients:new") if seat.may("clients.account", "create") else "",
        "export_query": urlencode({"query": query.urlencode()}),
        "may_create": seat.may("clients.account", "create"),
        "may_export": seat.may("clients.account", "export"),
        "may_edit": seat.may("clients.account", "edit"),
        "may_assign": seat.may("clients.account", "approve"),
        "pool_url": seat.url("clients:pool") if seat.may("clients.pool") else "",
    }


def tabs(seat: Seat, listing: Listing, views: list[SavedView], saved: SavedView | None) -> list[dict[str, Any]]:
    """The ready-made views, then one's own and shared ones. The address alone says which is open."""
    base = seat.url("clients:list")
    quiet = LOST_DAYS.at(seat.hotel_code, seat.today)
    ready = {
        "mine": _("My clients"),
        "due": _("Due for a visit"),
        "quiet": _("No production for %(days)d days") % {"days": quiet},
        "all": _("All visible"),
    }
    open_view = "" if saved else listing.wish.view
    return [
        *(
            {"label": label, "url": f"{base}?view={view}", "current": view == open_view}
            for view, label in ready.items()
        ),
        *(
            {"label": view.name, "url": f"{base}?{view.query}&saved={view.pk}", "current": view == saved}
            for view in views
        ),
    ]


def sort_choices(listing: Listing, query: QueryDict, path: str) -> list[dict[str, Any]]:
    """The orders to choose from, with the one in force."""
    words = {
        "-nights": _("Room nights, high to low"),
        "-revenue": _("Revenue, high to low"),
        "grade": _("Grade, then room nights"),
        "last_visit": _("Longest not visited first"),
        "next_action": _("Next action, soonest first"),
        "-last_arrival": _("Last arrival, latest first"),
        "name": _("Name"),
        "-added": _("Newest first"),
    }
    choices = []
    for key, label in words.items():
        sorted_ = query.copy()
        sorted_["sort"] = key
        choices.append({"label": label, "url": f"{path}?{sorted_.urlencode()}", "current": key == listing.sort})
    return choices


@needs("clients.account")
@require_GET
def filter_page(request: DeskRequest) -> HttpResponse:
    """Every filter there is, as a form whose answer is the list."""
    form = FilterForm(request.seat, request.GET, whole=True)
    kept = [(name, value) for name, values in without(request.GET, *form.fields, "saved").lists() for value in values]
    context = {"form": form, "kept": kept, "list_url": request.seat.url("clients:list")}
    return page(request, "clients/filter.html", context)


@needs("clients.account")
@require_GET
def column_page(request: DeskRequest) -> HttpResponse:
    """Which columns to show, as a form whose answer is the list."""
    own = seen_own_fields(request.seat)
    chosen = {column.key for column in chosen_columns(request.GET.getlist("col"), own)}
    kept = [(name, value) for name, values in without(request.GET, "col").lists() for value in values]
    columns = [(column.key, column.heading, column.key in chosen) for column in all_columns(own)]
    context = {"columns": columns, "kept": kept, "list_url": request.seat.url("clients:list")}
    return page(request, "clients/columns.html", context)


@needs("clients.account")
def save_view(request: DeskRequest) -> HttpResponse:
    """Keep the list as it stands under a name."""
    seat = request.seat
    form = ViewForm(request.POST or None, initial={"query": request.GET.urlencode()})
    if request.method == "POST" and form.is_valid():
        query = without(QueryDict(form.cleaned_data["query"]), "saved").urlencode()
        with refusals(form):
            view = commands.save_view(
                actor=seat, hotel=seat.hotel, staff=seat.staff, page=PAGE, name=form.cleaned_data["name"], query=query,
                is_shared=form.cleaned_data["is_shared"],
            )  # fmt: skip
            url = f"{seat.url('clients:list')}?{view.query}&saved={view.pk}"
            return done(request, url, _("View “%(name)s” saved.") % {"name": view.name})
    return page(request, "clients/save_view.html", {"form": form}, form_status(form))


@needs("clients.account")
@require_POST
def delete_view(request: DeskRequest, pk: int) -> HttpResponse:
    """Throw one of one's own views away."""
    view = access.own_saved_view(request.seat, pk)
    name = view.name
    commands.delete_view(actor=request.seat, view=view)
    return done(request, request.seat.url("clients:list"), _("View “%(name)s” deleted.") % {"name": name})
