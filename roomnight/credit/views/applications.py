"""Applications for credit: the register, the form, the page with its way, decisions, papers (CRD-01, CRD-02, CRD-03)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from roomnight.agreements.access import people
from roomnight.agreements.queries.naming import joined as joined_words
from roomnight.clients.models import Account
from roomnight.credit import access, commands
from roomnight.credit.forms.applications import (
    ApplicationForm,
    CheckForm,
    DecisionForm,
    SignerRows,
    WithdrawForm,
    as_typed,
    error_texts,
    signer_rows,
)
from roomnight.credit.models import (
    ApplicationKind,
    ApplicationState,
    CheckWay,
    CreditApplication,
    PaymentWay,
)
from roomnight.credit.queries.granting import (
    LIMITED,
    grade_named,
    named_roles,
    open_credit,
    over_ceiling,
    problems,
    questions,
    said,
)
from roomnight.credit.queries.turns import most_of, posts_of, turn, waiting_for
from roomnight.kernel.commands import subject_of
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import Seat, files_of
from roomnight.organization.forms import FileForm
from roomnight.organization.http import DeskRequest, needs
from roomnight.pms.models import RevenueKind
from roomnight.ui import small_forms
from roomnight.ui.page import done, form_status, page, refusals, refused
from roomnight.ui.small_forms import LaidOutForm

TABS = ("mine", "running", "draft", "decided")
AT_ONCE = 100
TONES = {
    ApplicationState.REVIEW: "soon", ApplicationState.APPROVED: "good", ApplicationState.REFUSED: "late",
}  # fmt: skip
DECIDED = (ApplicationState.APPROVED, ApplicationState.REFUSED, ApplicationState.WITHDRAWN)
MONTHLY, PAYMENT_DAYS = "monthly", 30


def in_tab(seat: Seat, name: str, text: str = "") -> QuerySet[CreditApplication]:
    """The applications that a tab holds."""
    found = access.applications(seat).select_related("hotel", "account", "responsible")
    if text:
        found = found.filter(account__name__icontains=text) | found.filter(number__icontains=text)
    match name:
        case "mine":
            return waiting_for(found, seat, seat.today).order_by("submitted_at", "pk")
        case "draft":
            return found.filter(state=ApplicationState.DRAFT).order_by("-pk")
        case "decided":
            return found.filter(state__in=DECIDED).order_by("-decided_at", "-pk")
    return found.filter(state=ApplicationState.REVIEW).order_by("submitted_at", "pk")


@needs("credit.application")
def application_list(request: DeskRequest) -> HttpResponse:
    """The register of applications: those that wait for me, that are on their way, drafts, and what was decided (CRD-02)."""
    seat = request.seat
    may_decide = seat.may("credit.application", "approve")
    tabs = TABS if may_decide else TABS[1:]
    name = request.GET.get("tab", "") if request.GET.get("tab") in tabs else tabs[0]
    text = request.GET.get("q", "").strip()[:80]
    labels = {
        "mine": _("For me to decide"),
        "running": _("Being decided"),
        "draft": _("Drafts"),
        "decided": _("Decided"),
    }
    counts = _counts(seat)
    rows = list(in_tab(seat, name, text)[: AT_ONCE + 1])
    roles = named_roles({one.waits_for for one in rows})
    context = {
        "tab": name, "q": text, "has_more": len(rows) > AT_ONCE,
        "views": [
            {"label": labels[tab], "url": f"?tab={tab}", "current": tab == name, "count": counts.get(tab) or ""} for tab in tabs
        ],
        "rows": [
            {"one": one, "tone": TONES.get(ApplicationState(one.state), ""), "waits_for": roles.get(one.waits_for, ""),
             "limit": said(seat.hotel, one.granted if one.state == ApplicationState.APPROVED else one.limit)}
            for one in rows[:AT_ONCE]
        ],
        "may_create": seat.may("credit.application", "create"),
    }  # fmt: skip
    return page(request, "credit/applications.html", context)


def _counts(seat: Seat) -> dict[str, int]:
    """How many wait for the seat, are on their way, and are drafts."""
    posts = list(posts_of(seat, seat.today)) if seat.may("credit.application", "approve") else []
    is_own = Q(responsible=seat.staff) | Q(drafted_by=seat.staff) | Q(submitted_by=seat.staff)
    is_running = Q(state=ApplicationState.REVIEW)
    return access.applications(seat).aggregate(
        mine=Count("pk", filter=is_running & Q(waits_for__in=posts) & ~is_own), running=Count("pk", filter=is_running),
        draft=Count("pk", filter=Q(state=ApplicationState.DRAFT)),
    )  # fmt: skip


@needs("credit.application")
def application(request: DeskRequest, pk: int) -> HttpResponse:
    """One application: what it says, the scorecard, finance's check, and its way so far (CRD-01, CRD-02)."""
    seat = request.seat
    one = access.application(seat, pk)
    is_draft = one.state == ApplicationState.DRAFT
    may_edit = access.may(seat, one, "edit") if is_draft or one.state == ApplicationState.REVIEW else False
    missing = error_texts(problems(one)) if is_draft and may_edit else []
    roles = named_roles({*one.chain, one.waits_for})
    mine = turn(one, seat, seat.today) if seat.may("credit.application", "approve") else None
    context = {
        "one": one, "tone": TONES.get(ApplicationState(one.state), ""), "missing": missing, "facts": facts_of(seat, one),
        "chain": [
            {"role": roles.get(code, code), "is_done": one.position > place or one.state == ApplicationState.APPROVED,
             "is_now": one.state == ApplicationState.REVIEW and one.position == place}
            for place, code in enumerate(one.chain)
        ],
        "waits_for": roles.get(one.waits_for, ""),
        "scored": scored_words(one), "grade": grade_words(seat, one), "signers": signer_words(seat, one),
        "may_edit": may_edit and is_draft, "may_submit": may_edit and is_draft and not missing,
        "may_decide": mine is not None and mine.is_mine, "may_check": may_check(seat, one), "may_withdraw": may_edit,
        "has_letter": one.state in (ApplicationState.APPROVED, ApplicationState.REFUSED),
    }  # fmt: skip
    return page(request, "credit/application.html", context)


@needs("credit.application")
def way(request: DeskRequest, pk: int) -> HttpResponse:
    """What was said so far, the papers, and the case by which it runs: a piece of the application's page (CRD-02)."""
    seat = request.seat
    one = access.application(seat, pk)
    context = {
        "one": one, "way": way_of(seat, one), "files": list(files_of(one)), "file_form": FileForm(),
        "may_attach": one.state in (ApplicationState.DRAFT, ApplicationState.REVIEW) and access.may(seat, one, "edit"),
        "subject": subject_of(one),
    }  # fmt: skip
    return page(request, "credit/application_way.html", context)


def may_check(seat: Seat, one: CreditApplication) -> bool:
    """Whether this is somebody of finance who looks into the client."""
    is_finance = seat.membership is not None and seat.membership.department.kind == "finance"
    return (
        is_finance and seat.may("credit.application", "approve") and one.kind in LIMITED
        and one.state in (ApplicationState.DRAFT, ApplicationState.REVIEW) and seat.staff.pk not in one.involved
    )  # fmt: skip


def facts_of(seat: Seat, one: CreditApplication) -> list[tuple[str, list[tuple[Any, Any]]]]:
    """What stands on the form, under its headings; what is empty is left out."""

    def money(amount: Decimal | None) -> str:
        return said(seat.hotel, amount) if amount is not None else ""

    company: list[tuple[Any, Any]] = [
        (_("Company's full name"), one.client_name), (_("Unified social credit code"), one.credit_code),
        (_("Licence valid until"), one.licence_until), (_("Nature"), one.get_nature_display()), (_("Industry"), one.industry),
        (_("Registered capital"), money(one.registered_capital)), (_("Founded on"), one.founded_on),
        (_("Legal representative"), one.legal_representative), (_("Registered address"), one.registered_address),
        (_("Billing address"), one.billing_address), (_("Phone"), one.phone), (_("E-mail"), one.email),
        (_("Bank"), one.bank), (_("Bank account"), one.bank_account), (_("Invoice title"), one.invoice_title),
        (_("Kind of invoice"), one.get_invoice_kind_display()), (_("Business contact"), one.business_contact),
        (_("Finance contact"), one.finance_contact), (_("Who checks the statements"), one.statement_contact),
    ]  # fmt: skip
    asked: list[tuple[Any, Any]] = [
        (_("Limit asked for"), money(one.limit)), (_("Until"), one.until), (_("Expected use a month"), money(one.monthly_use)),
        (_("What it will be used for"), one.use_note),
        (_("To be charged"), joined_words([str(RevenueKind(kind).label) for kind in one.scope])),
        (_("Settlement"), one.get_settlement_display()), (_("Days to pay after the statement"), one.payment_days),
        (_("Ways of paying"), joined_words([str(PaymentWay(way).label) for way in one.payment_ways])),
        (_("Guarantee"), " ".join(filter(None, (str(one.get_guarantee_kind_display()), one.guarantee_note)))),
        (_("Guarantee valid until"), one.guarantee_until), (_("Deposit"), money(one.deposit)),
        (_("Credit references"), one.references), (_("Declared by"), one.truthful_by), (_("Declared on"), one.truthful_on),
    ]  # fmt: skip
    parts = [(_("What is applied for"), asked), (pgettext("credit application", "The company"), company)]
    return [(title, [(label, value) for label, value in rows if value not in ("", None)]) for title, rows in parts]


def way_of(seat: Seat, one: CreditApplication) -> list[dict[str, Any]]:
    """What was said so far, by whom and in which role, latest last."""
    found = access.opinions(one)
    roles = named_roles({row.role for row in found})
    return [
        {"one": row, "role": roles.get(row.role, ""), "limit": said(seat.hotel, row.limit) if row.limit is not None else "",
         "is_old": row.round < one.round}
        for row in found
    ]  # fmt: skip


def scored_words(one: CreditApplication) -> list[dict[str, Any]]:
    """The scorecard in the language in force."""
    language = "en" if get_language() == "en" else "zh"
    return [{**row, "question": row[language], "answer": row[f"answer_{language}"]} for row in one.scored]


def grade_words(seat: Seat, one: CreditApplication) -> dict[str, Any]:
    """What the grade allows."""
    found = grade_named(one.grade, seat.hotel_code, seat.today)
    if found is None:
        return {}
    return {
        "most": said(seat.hotel, found.most), "is_secured_only": found.is_secured_only, "deposit": said(seat.hotel, found.deposit_for(one.amount)) if found.deposit_percent else "",
        "extra": list(named_roles(found.extra).values()),
    }  # fmt: skip


def signer_words(seat: Seat, one: CreditApplication) -> list[dict[str, Any]]:
    return [
        {**row, "limit": said(seat.hotel, CreditApplication._meta.get_field("limit").to_python(row["limit_each"])) if row.get("limit_each") else ""}
        for row in one.signers
    ]  # fmt: skip


# ---- the form


@needs("credit.application", "create")
def application_new(request: DeskRequest) -> HttpResponse:
    """Begin an application; what the client's record knows stands there already (CRD-01)."""
    seat = request.seat
    account = access.asked_account(seat, request.GET.get("account", ""))
    form = ApplicationForm(
        request.POST or None, seat=seat, people=people(seat), questions=questions(seat.hotel_code, seat.today), account=account,
        initial=_known_of(seat, account),
    )  # fmt: skip
    rows = signer_rows(request.POST or None)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        chosen = account or form.cleaned_data["account"]
        with refusals(form):
            one = commands.draft_application(
                actor=seat,
                account=chosen,
                drafted_by=seat.staff,
                signers=rows.kept(),
                **_with_names(form.values(), chosen),
            )
            return _saved(request, one)
    return _form_page(request, form, rows, _("New application for credit"), seat.url("credit:applications"), account)


def _with_names(values: dict[str, Any], account: Account) -> dict[str, Any]:
    """What was left empty on a first draft is taken over from the client's record."""
    return {**values, **{name: value for name, value in _particulars(account).items() if not values.get(name)}}


def _known_of(seat: Seat, account: Account | None) -> dict[str, Any]:
    first: dict[str, Any] = {
        "kind": ApplicationKind.NEW, "responsible": seat.staff.pk, "settlement": MONTHLY, "payment_days": PAYMENT_DAYS,
    }  # fmt: skip
    if account is None:
        return first
    credit = open_credit(account)
    if credit is not None:
        first |= {"kind": ApplicationKind.RAISE, "scope": credit.scope}
    return {**first, **_particulars(account), "responsible": account.owner_id or seat.staff.pk}


def _particulars(account: Account) -> dict[str, Any]:
    """What the client's record says of what stands on the form."""
    person = account.contacts.order_by("pk").first()
    return {
        "client_name": account.name, "credit_code": account.credit_code, "industry": account.industry,
        "legal_representative": account.legal_representative, "registered_address": account.address,
        "billing_address": account.address, "phone": account.phone, "bank": account.bank_name,
        "bank_account": account.bank_account, "invoice_title": account.invoice_title or account.name,
        "business_contact": person.name if person else "",
    }  # fmt: skip


@needs("credit.application", "edit")
def application_edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a draft; `?check=1` shows at their fields what is missing."""
    seat = request.seat
    one = access.application(seat, pk, "edit")
    given: dict[str, Any] = {
        "seat": seat, "people": people(seat), "questions": questions(seat.hotel_code, seat.today), "application": one,
    }  # fmt: skip
    form = ApplicationForm(request.POST or None, **given)
    rows = signer_rows(request.POST or None, one.signers)
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        with refusals(form):
            commands.change_application(
                actor=seat, application=one, revision=one.revision, signers=rows.kept(), **form.values()
            )
            return _saved(request, one)
    is_check = request.method != "POST" and "check" in request.GET
    if is_check:
        typed = as_typed(form, rows)
        form, rows = ApplicationForm(typed, **given), signer_rows(typed, one.signers)
        for field, why in problems(one) if form.is_valid() else []:
            form.add_error(("signers_seen" if field == "signers" else field) or None, why)
    return _form_page(request, form, rows, one.number, one.get_absolute_url(), one.account, is_check=is_check)


def _saved(request: DeskRequest, one: CreditApplication) -> HttpResponse:
    """The draft is kept; where it was to be handed in, it goes on, or back to what is missing."""
    if "submit" not in request.POST:
        return done(request, one.get_absolute_url(), _("Saved."))
    return _submit(request, one)


def _submit(request: DeskRequest, one: CreditApplication) -> HttpResponse:
    try:
        commands.submit_application(actor=request.seat, application=one, staff=request.seat.staff)
    except Refusal as refusal:
        if refusal.code != "application.incomplete":
            return refused(request, one.get_absolute_url(), refusal)
        return refused(
            request, request.seat.url("credit:application_edit", pk=one.pk) + "?check=1",
            Refusal(refusal.code, _("Saved, but not handed in yet: look at what is marked.")),
        )  # fmt: skip
    return done(request, one.get_absolute_url(), _("Handed in."))


def _form_page(
    request: DeskRequest, form: ApplicationForm, rows: SignerRows, title: str, back: str, account: Account | None, *,
    is_check: bool = False,
) -> HttpResponse:  # fmt: skip
    status = (
        200 if is_check or request.method != "POST" else form_status(form) if form.errors or rows.is_valid() else 422
    )
    context = {"form": form, "signers": rows, "title": title, "back": back, "account": account}
    return page(request, "credit/application_form.html", context, status)


# ---- steps


def small_form(
    request: DeskRequest,
    one: CreditApplication,
    form: LaidOutForm,
    do: Callable[[dict[str, Any]], object],
    **words: Any,
) -> HttpResponse:
    """A form of a few fields about an application."""
    return small_forms.small_form(request, form, do, back=one.get_absolute_url(), detail=str(one), **words)


@needs("credit.application", "edit")
@require_POST
def submit(request: DeskRequest, pk: int) -> HttpResponse:
    """Hand a draft in; where something is missing, the form shows it at its field."""
    return _submit(request, access.application(request.seat, pk, "edit"))


@needs("credit.application", "approve")
def decide(request: DeskRequest, pk: int) -> HttpResponse:
    """Approve, return or refuse at the step that it waits for (CRD-02)."""
    seat = request.seat
    one = access.application(seat, pk, "approve")
    has_limit = one.kind in LIMITED
    initial = {"decision": "approve", "position": one.position, "limit": one.granted or one.limit}
    form = DecisionForm(request.POST or None, initial=initial, has_limit=has_limit)

    def do(data: dict[str, Any]) -> None:
        common = {
            "actor": seat,
            "application": one,
            "staff": seat.staff,
            "position": data["position"],
            "note": data["note"],
        }
        if data["decision"] == "approve":
            commands.approve_application(**common, limit=data.get("limit"))
        elif data["decision"] == "return":
            commands.return_application(**common)
        else:
            commands.refuse_application(**common)

    return small_form(
        request, one, form, do, title=_("Decide on the application"), action=_("Decide"), said=_("Decided."),
        facts=_to_know(seat, one),
    )  # fmt: skip


def _to_know(seat: Seat, one: CreditApplication) -> list[tuple[Any, Any]]:
    """What to know when deciding."""
    mine = turn(one, seat, seat.today)
    facts: list[tuple[Any, Any]] = [(_("Kind"), one.get_kind_display())]
    if one.kind in LIMITED:
        facts += [
            (_("Limit asked for"), said(seat.hotel, one.limit)), (_("Expected use a month"), said(seat.hotel, one.monthly_use)),
            (_("Credit grade"), one.grade or "–"),
            (_("Finance"), one.check_findings or _("has not checked the client's credit yet")),
            (_("You may grant"), said(seat.hotel, most_of(seat, seat.today))),
        ]  # fmt: skip
        over = over_ceiling(one.hotel, one.account_id, one.amount, seat.today)
        if over:
            facts.append(
                (
                    _("All limits of the hotel together"),
                    _("would pass their ceiling by %(over)s") % {"over": said(seat.hotel, over)},
                )
            )
    if mine.on_behalf_of:
        facts.append((_("For"), mine.on_behalf_of.label))
    return facts


@needs("credit.application", "approve")
def check(request: DeskRequest, pk: int) -> HttpResponse:
    """What finance found about the client (CRD-01)."""
    seat = request.seat
    one = access.application(seat, pk, "approve")
    initial = {
        "check_ways": one.check_ways or [CheckWay.REGISTER], "check_findings": one.check_findings,
        "outcome": "" if one.is_clear is None else "clear" if one.is_clear else "against",
    }  # fmt: skip
    return small_form(
        request, one, CheckForm(request.POST or None, initial=initial),
        lambda data: commands.check_application(
            actor=seat, application=one, staff=seat.staff, check_ways=data["check_ways"],
            check_findings=data["check_findings"], is_clear=data["outcome"] == "clear",
        ),
        title=_("Credit check"), action=_("Save"), said=_("Saved."),
        facts=[(_("Unified social credit code"), one.credit_code or "–"), (_("Legal representative"), one.legal_representative or "–"),
               (_("Credit references"), one.references or "–")],
    )  # fmt: skip


@needs("credit.application", "edit")
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """The client does not want it any more."""
    seat = request.seat
    one = access.application(seat, pk, "edit")
    return small_form(
        request, one, WithdrawForm(request.POST or None),
        lambda data: commands.withdraw_application(actor=seat, application=one, staff=seat.staff, note=data["note"]),
        title=_("Withdraw the application"), action=pgettext("application", "Withdraw"), said=pgettext("application", "Withdrawn."),
    )  # fmt: skip


@needs("credit.application", "edit")
@require_POST
def attach(request: DeskRequest, pk: int) -> HttpResponse:
    """Keep a paper with the application."""
    one = access.application(request.seat, pk, "edit")
    back = one.get_absolute_url()
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return refused(request, back, Refusal("file.none", _("Choose a file.")))
    kept = form.cleaned_data["file"]
    try:
        commands.attach_to_application(actor=request.seat, application=one, name=kept.name or "", file=kept)
    except Refusal as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("Added."))
