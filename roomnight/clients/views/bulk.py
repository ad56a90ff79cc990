"""One act on several clients, and the list taken out of the house (ACC-07, ACC-08)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from roomnight.clients import access, commands, queries
from roomnight.clients.forms.small import AssignForm, StageForm, TagForm
from roomnight.clients.models import Account
from roomnight.clients.queries.listing import ordered_by
from roomnight.clients.views.columns import fields_of, scene_of
from roomnight.clients.views.listing import Listing, read_address, without
from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.export import to_csv, to_xlsx
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refused

MOST_AT_ONCE = 200
MOST_EXPORTED = 50_000
BATCH = 2_000
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def ticked(request: DeskRequest, action: str) -> list[Account]:
    """The clients that were ticked, of those this person may act on, in the order of the list's default."""
    sent = request.POST.getlist("ids") or request.GET.getlist("ids")
    ids = [int(one) for one in sent if one.isdigit() and len(one) < 18][:MOST_AT_ONCE]  # noqa: PLR2004 (a bigint)
    found = access.accounts(request.seat, action).filter(pk__in=ids).select_related("hotel", "owner", "co_owner")
    return list(found.order_by("-room_nights_12m", "-id"))


def back_to(request: DeskRequest) -> str:
    """The list as it was."""
    query = QueryDict(request.POST.get("query") or request.GET.get("query") or "")
    kept = without(query)
    return f"{request.seat.url('clients:list')}?{kept.urlencode()}" if kept else request.seat.url("clients:list")


def nobody_ticked(request: DeskRequest) -> HttpResponse:
    return refused(request, back_to(request), Refusal("bulk.none", _("Tick the clients first.")))


def each(accounts: list[Account], act: Callable[[Account], Any]) -> tuple[int, list[str]]:
    """Do it to each; returns how many changed, and what was refused, with the client's number."""
    changed, refusals = 0, []
    for account in accounts:
        try:
            changed += act(account) is not UNCHANGED
        except Refusal as refusal:
            refusals.append(f"{account.code}: {refusal.message}")
    return changed, refusals


def report(request: DeskRequest, changed: int, refusals: list[str]) -> HttpResponse:
    """Back to the list, saying what was done and what was not."""
    said = ngettext("%(n)d client changed.", "%(n)d clients changed.", changed) % {"n": changed}
    if refusals:
        shown = "; ".join(refusals[:5])
        return refused(request, back_to(request), Refusal("bulk.some", f"{said} {_('Not changed')}: {shown}"))
    return done(request, back_to(request), said)


def small_page(request: DeskRequest, form: Any, accounts: list[Account], title: str, action: str) -> HttpResponse:
    """The page that asks what to do with those that were ticked."""
    context = {
        "form": form,
        "accounts": accounts,
        "title": title,
        "action": action,
        "query": request.POST.get("query") or request.GET.get("query") or "",
        "cancel_url": back_to(request),
        "tags": list(access.tags(request.seat)) if isinstance(form, TagForm) else [],
    }
    return page(request, "clients/bulk.html", context, form_status(form))


@needs("clients.account", "approve")
def bulk_assign(request: DeskRequest) -> HttpResponse:
    """Give several clients to a colleague."""
    accounts = ticked(request, "approve")
    if not accounts:
        return nobody_ticked(request)
    form = AssignForm(request.seat, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wish = form.cleaned_data
        return report(
            request, *each(accounts, lambda one: commands.assign_owner(actor=request.seat, account=one, **wish))
        )
    return small_page(request, form, accounts, _("Assign"), _("Assign"))


@needs("clients.account", "edit")
def bulk_stage(request: DeskRequest) -> HttpResponse:
    """Move several clients to another stage; those that cannot go there are named."""
    accounts = ticked(request, "edit")
    if not accounts:
        return nobody_ticked(request)
    form = StageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wish = form.cleaned_data
        return report(
            request, *each(accounts, lambda one: commands.change_stage(actor=request.seat, account=one, **wish))
        )
    return small_page(request, form, accounts, _("Change stage"), _("Change"))


@needs("clients.account", "edit")
def bulk_tag(request: DeskRequest) -> HttpResponse:
    """Put a tag on several clients."""
    accounts = ticked(request, "edit")
    if not accounts:
        return nobody_ticked(request)
    form = TagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        seat, name = request.seat, form.cleaned_data["name"]
        result = commands.tag_accounts(actor=seat, hotel=seat.hotel, accounts=accounts, name=name)
        return report(request, 0 if result is UNCHANGED else result, [])
    return small_page(request, form, accounts, _("Add a tag"), _("Add a tag"))


@needs("clients.account", "export")
def export(request: DeskRequest) -> HttpResponse:
    """The list as a file: the columns it shows, all its rows or those that were ticked. Who took what is kept (ACC-08)."""
    seat, sent = request.seat, request.POST if request.method == "POST" else request.GET
    file_format = sent.get("format", "")
    listing = read_address(seat, without(QueryDict(sent.get("query", ""))))
    found = queries.wanted(seat, listing.wish, "export")
    if sent.getlist("ids"):
        found = found.filter(pk__in=[one.pk for one in ticked(request, "export")])
    count = found.order_by()[: MOST_EXPORTED + 1].count()
    if count > MOST_EXPORTED:
        too_many = _("These are more than %(n)s clients: narrow the list first.") % {"n": f"{MOST_EXPORTED:,}"}
        return refused(request, back_to(request), Refusal("export.too_many", too_many))
    if request.method != "POST" or file_format not in TYPES:
        context = {
            "count": count,
            "query": sent.get("query", ""),
            "ids": sent.getlist("ids"),
            "cancel_url": back_to(request),
        }
        return page(request, "clients/export.html", context)
    commands.log_export(
        actor=seat, hotel=seat.hotel, what="clients.account", query=listing.query.urlencode(), rows=count,
        file_format=file_format,
    )  # fmt: skip
    heads = [_("Number"), _("Client"), _("English name"), _("Mnemonic"), *(str(one.heading) for one in listing.columns)]
    rows = export_rows(request, listing, found)
    content = to_csv(heads, rows) if file_format == "csv" else to_xlsx(_("Clients"), heads, rows)
    name = f"{_('Clients')}-{seat.hotel.code}-{seat.today:%Y%m%d}.{file_format}"
    response = HttpResponse(content, content_type=TYPES[file_format])
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def export_rows(request: DeskRequest, listing: Listing, found: Any) -> Iterator[list[Any]]:
    """The rows with bare values, read in batches so that names of owners and tags are asked for once a batch."""
    fields = fields_of(listing.columns)
    rows = found.order_by(*(key.ordering() for key in ordered_by(listing.wish))).values(*fields)
    whole = list(rows)
    for start in range(0, len(whole), BATCH):
        part = whole[start : start + BATCH]
        scene = scene_of(request.seat, part, listing.columns)
        for row in part:
            cells = [column.write(row, scene).bare for column in listing.columns]
            yield [row["code"], row["name"], row["name_en"], row["mnemonic"], *cells]
