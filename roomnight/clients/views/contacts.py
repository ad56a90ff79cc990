"""The people at clients: list, page, form, moving on, gifts (ACC-03)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from roomnight.clients import access, commands
from roomnight.clients.forms.contact import ContactForm, GiftForm, MoveForm
from roomnight.clients.models import Contact
from roomnight.clients.queries.duplicates import shown_people, twins
from roomnight.clients.queries.past import (
    PREFERENCES,
    preference_label,
    timeline_line,
)
from roomnight.kernel.commands import UNCHANGED
from roomnight.organization.http import DeskRequest, needs
from roomnight.ui.keyset import Key, leaf
from roomnight.ui.page import done, form_status, page, refusals

ROWS = 50
NEWEST = (Key("id", descending=True),)
FIELDS = [
    "id", "name", "name_en", "job_title", "department", "decision_role", "mobile", "phone", "email", "wechat", "qq",
    "other_way", "preferred_channel", "do_not_contact", "account_id", "account__name", "account__name_en",
]  # fmt: skip


@needs("clients.contact")
@require_GET
def contact_list(request: DeskRequest) -> HttpResponse:
    """The people within sight, the newest first, or those that match what was typed."""
    seat, q = request.seat, request.GET.get("q", "").strip()[:100]
    role = request.GET.get("role", "")
    found = access.matching_contacts(seat, q) if q else access.contacts(seat)
    found = found.filter(is_active=True)
    if role in Contact.DecisionRole.values:
        found = found.filter(decision_role=role)
    place = {"after": request.GET.get("after", ""), "before": request.GET.get("before", "")}
    leaf_ = leaf(found, FIELDS, NEWEST, ROWS, **place)
    context = {
        "rows": [row_of(request, row) for row in leaf_.rows],
        "q": q,
        "role": role,
        "roles": Contact.DecisionRole.choices,
        "next": link(request, "after", leaf_.after),
        "previous": link(request, "before", leaf_.before),
    }
    return page(request, "clients/contacts.html", context)


def link(request: DeskRequest, name: str, mark: str) -> str:
    """The address of the page before or after."""
    if not mark:
        return ""
    query = request.GET.copy()
    for gone in ("after", "before"):
        query.pop(gone, None)
    query[name] = mark
    return f"{request.path}?{query.urlencode()}"


def row_of(request: DeskRequest, row: dict[str, Any]) -> dict[str, Any]:
    """A person of the list, ready to be written."""
    english = request.LANGUAGE_CODE == "en"
    seat = request.seat
    return {
        "name": row["name_en"] if english and row["name_en"] else row["name"],
        "url": seat.url("clients:contact", pk=row["id"]),
        "job": " · ".join(filter(None, [row["department"], row["job_title"]])),
        "role": dict(Contact.DecisionRole.choices).get(row["decision_role"], ""),
        "account": row["account__name_en"] if english and row["account__name_en"] else row["account__name"],
        "account_url": seat.url("web:account", pk=row["account_id"]),
        "reach": reach_of(row),
        "best": dict(Contact.Channel.choices).get(row["preferred_channel"], ""),
        "do_not_contact": row["do_not_contact"],
    }


def reach_of(row: dict[str, Any]) -> str:
    """The first way to reach somebody that is known."""
    return next((row[way] for way in ("mobile", "phone", "email", "wechat", "qq", "other_way") if row[way]), "")


@needs("clients.contact")
@require_GET
def contact_page(request: DeskRequest, pk: int) -> HttpResponse:
    """One person: how to reach them, what they like, what they were given, where they have been."""
    seat = request.seat
    contact = access.contact(seat, pk)
    if contact.merged_into_id is not None:
        return redirect(seat.url("clients:contact", pk=contact.merged_into_id))
    context = {
        "contact": contact,
        "account": contact.account,
        "account_url": seat.url("web:account", pk=contact.account_id),
        "ways": ways_of(contact),
        "about": about(contact),
        "likes": likes_of(contact),
        "gifts": list(access.gifts(seat, contact)[:20]),
        "moves": list(access.moves(seat, contact)),
        "lines": [timeline_line(entry) for entry in access.contact_timeline(seat, contact)[:20]],
        "may_edit": access.contacts(seat, "edit").filter(pk=pk).exists(),
        "twins": twins_of(request, contact) if seat.may("clients.account", "approve") else [],
        "sees_card": seat.may("clients.card"),
        "gift_form": GiftForm(initial={"given_on": seat.today}),
    }
    return page(request, "clients/contact.html", context)


def twins_of(request: DeskRequest, contact: Contact) -> list[tuple[str, str]]:
    """Others at the same client who may be the same person, with the address where the two are merged (ACC-04)."""
    return [
        (one.label, request.seat.url("clients:contact_merge", pk=contact.pk, other=one.pk)) for one in twins(contact)
    ]


def ways_of(contact: Contact) -> list[tuple[str, str, str]]:
    """How to reach a person: (label, value, address to click or nothing)."""
    names = ("mobile", "phone", "email", "wechat", "qq", "other_way", "home_address")
    schemes = {"mobile": "tel:", "phone": "tel:", "email": "mailto:"}
    found = []
    for name in names:
        value = str(getattr(contact, name))
        if value:
            label = capfirst(str(Contact._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            found.append((label, value, f"{schemes[name]}{value.replace(' ', '')}" if name in schemes else ""))
    if contact.messaging_keeper:
        found.append((_("Messages are kept by"), contact.messaging_keeper.label, ""))
    if contact.preferred_channel:
        found.append((_("Prefers"), contact.get_preferred_channel_display(), ""))
    if contact.quiet_from and contact.quiet_until:
        found.append((_("Quiet hours"), f"{contact.quiet_from:%H:%M}–{contact.quiet_until:%H:%M}", ""))
    return found


def about(contact: Contact) -> list[tuple[str, str]]:
    """What else is known of a person."""
    facts = [
        (_("English name"), contact.name_en),
        (_("Salutation"), contact.get_salutation_display()),
        (_("Department"), contact.department),
        (_("Job title"), contact.job_title),
        (_("Role in the decision"), contact.get_decision_role_display()),
        (_("Birthday"), birthday(contact)),
        (_("Consent for"), contact.consent_purpose),
        (_("Consent given on"), contact.consent_given_on.isoformat() if contact.consent_given_on else ""),
        (_("Consent obtained how"), contact.consent_how),
        (_("Remarks"), contact.remarks),
    ]
    return [(label, str(value)) for label, value in facts if value]


def birthday(contact: Contact) -> str:
    """The day without a year, and whether it is one of the lunar calendar."""
    if not contact.birthday_month or not contact.birthday_day:
        return ""
    day = _("%(month)d/%(day)d") % {"month": contact.birthday_month, "day": contact.birthday_day}
    return _("%(day)s by the lunar calendar") % {"day": day} if contact.birthday_is_lunar else day


def likes_of(contact: Contact) -> list[tuple[str, str]]:
    """What a person likes, by subject."""
    keys = [*PREFERENCES, *(key for key in contact.preferences if key not in PREFERENCES)]
    return [(preference_label(key), str(contact.preferences[key])) for key in keys if contact.preferences.get(key)]


@needs("clients.contact", "create")
def contact_new(request: DeskRequest, pk: int) -> HttpResponse:
    """Add a person at a client."""
    account = access.account_for_contact(request.seat, pk)
    form = ContactForm(request.seat, request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            contact = commands.add_contact(actor=request.seat, account=account, **form.particulars())
            url = request.seat.url("web:account", pk=account.pk)
            return done(request, url, _("%(name)s added.") % {"name": contact.label})
    context = {
        "form": form,
        "account": account,
        "cancel_url": request.seat.url("web:account", pk=pk),
        "likely": shown_people(request.seat, form.likely),
    }
    return page(request, "clients/contact_form.html", context, form_status(form))


@needs("clients.contact", "edit")
def contact_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a person's particulars. Who was not the first is shown what changed meanwhile, and decides."""
    contact = access.contact(request.seat, pk, "edit")
    home = request.seat.url("clients:contact", pk=pk)
    form = ContactForm(request.seat, request.POST or None, contact)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            result = commands.edit_contact(
                actor=request.seat, contact=contact, revision=contact.revision, **form.particulars()
            )
            return done(request, home, _("Nothing changed.") if result is UNCHANGED else _("Saved."))
    context = {
        "form": form,
        "contact": contact,
        "account": contact.account,
        "cancel_url": home,
        "likely": shown_people(request.seat, form.likely),
    }
    return page(request, "clients/contact_form.html", context, form_status(form))


@needs("clients.contact", "edit")
def contact_move(request: DeskRequest, pk: int) -> HttpResponse:
    """A person works for another client now."""
    contact = access.contact(request.seat, pk, "edit")
    home = request.seat.url("clients:contact", pk=pk)
    form = MoveForm(request.seat, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.move_contact(actor=request.seat, contact=contact, account=form.cleaned_data["account"])
            return done(request, home, _("Moved."))
    context = {"form": form, "contact": contact, "account": contact.account, "cancel_url": home}
    return page(request, "clients/contact_move.html", context, form_status(form))


@needs("clients.contact", "edit")
def contact_gift(request: DeskRequest, pk: int) -> HttpResponse:
    """Note what a person was given."""
    contact = access.contact(request.seat, pk, "edit")
    home = request.seat.url("clients:contact", pk=pk)
    form = GiftForm(request.POST or None, initial={"given_on": request.seat.today})
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            commands.give_gift(actor=request.seat, contact=contact, **form.cleaned_data)
            return done(request, home, _("Noted."))
    context = {"form": form, "contact": contact, "account": contact.account, "cancel_url": home}
    return page(request, "clients/gift.html", context, form_status(form))
