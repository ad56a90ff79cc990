"""One client: entering and changing it, and deciding whose it is."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.clients import access, commands
from roomnight.clients.forms.account import AccountForm
from roomnight.clients.forms.small import AssignForm, CoOwnerForm, ReleaseForm, ShareForm, StageForm
from roomnight.clients.models import Account
from roomnight.clients.queries.duplicates import shown
from roomnight.clients.queries.protection import shields
from roomnight.kernel.commands import UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import fellow
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.page import done, form_status, page, refusals, refused


def home_of(request: DeskRequest, account: Account) -> str:
    """The client's own page."""
    return request.seat.url("web:account", pk=account.pk)


@needs("clients.account", "create")
def account_new(request: DeskRequest) -> HttpResponse:
    """Enter a client."""
    form = AccountForm(request.seat, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            account = commands.register_account(actor=request.seat, hotel=request.seat.hotel, **form.particulars())
            tell_protectors(request, form)
            return done(request, home_of(request, account), _("%(code)s entered.") % {"code": account.code})
    tell_protectors(request, form)
    return page(request, "clients/form.html", form_context(request, form), form_status(form))


def tell_protectors(request: DeskRequest, form: AccountForm) -> None:
    """Whoever protects a client that somebody else enters again is told at once (OWN-03)."""
    if not form.likely:
        return
    for shield in shields(one.account_id for one in form.likely).values():
        if shield.staff != request.seat.staff.pk:
            found = access.protection_of(shield.pk)
            commands.note_contact(actor=request.seat, protection=found, staff=request.seat.staff, how="registered")


@needs("clients.account", "edit")
def account_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a client's particulars. Who was not the first is shown what changed meanwhile, and decides."""
    account = access.account(request.seat, pk, "edit")
    form = AccountForm(request.seat, request.POST or None, account)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            result = commands.edit_account(
                actor=request.seat, account=account, revision=account.revision, **form.particulars()
            )
            said = _("Nothing changed.") if result is UNCHANGED else _("Saved.")
            return done(request, home_of(request, account), said)
    return page(request, "clients/form.html", form_context(request, form), form_status(form))


def form_context(request: DeskRequest, form: AccountForm) -> dict[str, Any]:
    """What the form's page shows beside the fields."""
    account, seat = form.account, request.seat
    return {
        "form": form,
        "account": account,
        "own_title": form.own.spec.title.in_(get_language()),
        "cancel_url": home_of(request, account) if account else seat.url("clients:list"),
        "likely": shown(seat, form.likely),
    }


@needs("clients.account", "edit")
def account_stage(request: DeskRequest, pk: int) -> HttpResponse:
    """Move a client to another stage."""
    account = access.account(request.seat, pk, "edit")
    form = StageForm(request.POST or None, account)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.change_stage(actor=request.seat, account=account, **form.cleaned_data)
            return done(request, home_of(request, account), _("Stage changed."))
    context = decision(request, account, form, _("Change stage"), _("Change"))
    context["now"] = _("Now: %(stage)s") % {"stage": account.get_stage_display()}
    return page(request, "clients/decision.html", context, form_status(form))


@needs("clients.account", "approve")
def account_assign(request: DeskRequest, pk: int) -> HttpResponse:
    """Give a client to a colleague, or to the pool."""
    account = access.account_to_assign(request.seat, pk)
    form = AssignForm(request.seat, request.POST or None, account)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.assign_owner(actor=request.seat, account=account, **form.cleaned_data)
            return done(request, after_handing_over(request, account), _("Assigned."))
    return page(
        request, "clients/decision.html", decision(request, account, form, _("Assign"), _("Assign")), form_status(form)
    )


def after_handing_over(request: DeskRequest, account: Account) -> str:
    """The client's page if it is still within sight, else the list."""
    visible = access.accounts_or_pool(request.seat).filter(pk=account.pk).exists()
    return home_of(request, account) if visible else request.seat.url("clients:list")


@needs("clients.account", "edit")
@require_POST
def account_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a client out of the open pool."""
    seat = request.seat
    try:
        account = access.pool_account(seat, pk)
        commands.claim_account(actor=seat, account=account, staff=seat.staff)
    except Http404:
        if not access.is_of_this_hotel(seat, pk):
            raise
        late = Refusal(
            "account.not_in_pool", _("Somebody else was first: this client is not in the open pool any more.")
        )
        return refused(request, seat.url("clients:pool"), late)
    except Refusal as refusal:
        return refused(request, seat.url("clients:pool"), refusal)
    return done(request, home_of(request, account), _("%(name)s is yours now.") % {"name": account.label})


@needs("clients.account", "edit")
def account_release(request: DeskRequest, pk: int) -> HttpResponse:
    """Put a client back into the open pool."""
    account = access.account(request.seat, pk, "edit")
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.release_account(actor=request.seat, account=account, **form.cleaned_data)
            return done(request, after_handing_over(request, account), _("Put back into the open pool."))
    context = decision(request, account, form, _("Put back into the open pool"), _("Put back"))
    return page(request, "clients/decision.html", context, form_status(form))


def decision(request: DeskRequest, account: Account, form: Any, title: str, action: str) -> dict[str, Any]:
    """What a page with one decision about a client shows."""
    return {"form": form, "account": account, "title": title, "action": action, "cancel_url": home_of(request, account)}


@needs("clients.account", "edit")
def account_share(request: DeskRequest, pk: int) -> HttpResponse:
    """Who works on a client: its owner, a co-owner, and colleagues it is shared with."""
    account = access.account(request.seat, pk, "edit")
    form = ShareForm(request.seat, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.share_account(actor=request.seat, account=account, staff=form.cleaned_data["staff"])
            return done(request, request.seat.url("clients:share", pk=pk), _("Shared."))
    return page(request, "clients/share.html", share_context(request, account, form), form_status(form))


def share_context(request: DeskRequest, account: Account, form: ShareForm) -> dict[str, Any]:
    """What the page of those who work on a client shows."""
    return {
        "account": account,
        "form": form,
        "shares": list(access.shares(request.seat, account)),
        "co_owner_form": CoOwnerForm(request.seat, None, account)
        if request.seat.may("clients.account", "approve")
        else None,
        "cancel_url": home_of(request, account),
    }


@needs("clients.account", "edit")
@require_POST
def account_stop_sharing(request: DeskRequest, pk: int, staff: int) -> HttpResponse:
    """End a colleague's work on a client."""
    account = access.account(request.seat, pk, "edit")
    commands.stop_sharing(actor=request.seat, account=account, staff=fellow(request.seat, staff))
    return done(request, request.seat.url("clients:share", pk=pk), _("No longer shared."))


@needs("clients.account", "approve")
@require_POST
def account_co_owner(request: DeskRequest, pk: int) -> HttpResponse:
    """Name a second colleague who looks after a client, or nobody."""
    account = access.account(request.seat, pk, "approve")
    form = CoOwnerForm(request.seat, request.POST, account)
    back = request.seat.url("clients:share", pk=pk)
    if not form.is_valid():
        return refused(request, back, Refusal("account.co_owner", _("Choose a colleague of this hotel.")))
    try:
        commands.set_co_owner(actor=request.seat, account=account, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Saved."))
