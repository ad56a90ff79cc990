"""What an application's rules need to know: tables of the day, who decides, what is still missing (CRD-01, CRD-02, CRD-13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roomnight.clients.models import Account, AccountKind
from roomnight.credit.models import ApplicationKind, ApplicationState, CreditAccount, CreditApplication, money
from roomnight.credit.rules.chain import chain_for, read_chain
from roomnight.credit.rules.granting import (
    CEILING_EFFECT,
    CHAIN,
    GRADES,
    HOTEL_CEILING,
    SCORECARD,
    TEMPORARY_DAYS,
    USE_PERCENT,
)
from roomnight.credit.rules.scorecard import Grade, Question, Scored, read_grades, read_questions, scored
from roomnight.kernel.commands import subject_of
from roomnight.kernel.models import Attachment
from roomnight.kernel.money import format_money
from roomnight.kernel.text import uscc_valid
from roomnight.organization.models import Grant, Hotel, Membership, Role, Staff
from roomnight.organization.working_days import day_at

Values = Mapping[str, Any]
LIMITED = (ApplicationKind.NEW, ApplicationKind.RAISE, ApplicationKind.RENEW, ApplicationKind.TEMPORARY)
"""The kinds that ask for a limit."""
WHOLE = (ApplicationKind.NEW, ApplicationKind.RENEW)
"""The kinds for which every particular of the client is asked."""
PARTICULARS = (
    "client_name", "credit_code", "nature", "legal_representative", "registered_address", "billing_address", "phone", "bank",
    "bank_account", "invoice_title", "invoice_kind", "business_contact", "finance_contact", "statement_contact",
)  # fmt: skip
TERMS = ("monthly_use", "scope", "settlement", "payment_days", "payment_ways", "guarantee_kind")
GUARANTEED = ("bank", "person", "parent")
OPEN_STATES = (ApplicationState.REVIEW,)


def questions(hotel_code: str, on: date) -> list[Question]:
    return read_questions(SCORECARD.at(hotel_code, on))


def grades(hotel_code: str, on: date) -> list[Grade]:
    return read_grades(GRADES.at(hotel_code, on))


def grade_named(name: str, hotel_code: str, on: date) -> Grade | None:
    return next((one for one in grades(hotel_code, on) if one.name == name), None)


def score(answers: Mapping[str, str], hotel_code: str, on: date) -> Scored:
    """The points and the grade of these answers, by the tables of a day."""
    return scored(answers, questions(hotel_code, on), grades(hotel_code, on))


def role_code(role: Role) -> str:
    """What a role is in the chain: a hotel's copy counts as the one it was made from."""
    return role.based_on.code if role.based_on else role.code


def chain_of(one: CreditApplication, on: date) -> list[str]:
    """Who decides on this application, by today's tables and people: roles that only people with a hand in it have are left out."""
    grade = grade_named(one.grade, one.hotel.code, on)
    granting = Grant.objects.filter(resource="credit.application", action="approve").values("role")
    places = Membership.objects.filter(hotel=one.hotel, staff__is_active=True, role__in=granting)
    held = {
        role_code(place.role) for place in places.select_related("role__based_on") if place.staff_id not in one.involved
    }
    extra = grade.extra if grade is not None and one.kind in LIMITED else ()
    return chain_for(one.amount, read_chain(CHAIN.at(one.hotel.code, on)), extra, held)


def open_credit(account: Account) -> CreditAccount | None:
    return CreditAccount.objects.filter(account=account, merged_into=None, closed_on=None).first()


def over_ceiling(hotel: Hotel, account_id: int, limit: Decimal, on: date) -> Decimal:
    """By how much all limits of the hotel together would pass what they should not; nothing where they do not."""
    others = CreditAccount.objects.filter(hotel=hotel, merged_into=None, closed_on=None).exclude(account=account_id)
    total = money(others.aggregate(sum=Sum("limit_cents"))["sum"] or 0) + limit
    return max(Decimal(0), total - HOTEL_CEILING.at(hotel.code, on))


def ceiling_refuses(hotel: Hotel, on: date) -> bool:
    return CEILING_EFFECT.at(hotel.code, on) == "refuse"


def said(hotel: Hotel, amount: Decimal | None) -> str:
    """An amount as text; a dash for none."""
    return format_money(amount, hotel.currency, get_language() or "zh-hans") if amount is not None else "–"


# ---- what is missing or wrong


def problems(one: CreditApplication) -> list[tuple[str, str]]:
    """Everything that keeps an application from being handed in: (field, sentence), all at once (CRD-01)."""
    on = day_at(one.hotel, timezone.now())
    values = {field.name: getattr(one, field.name) for field in CreditApplication._meta.fields if not field.is_relation}
    found = [*_client_problems(one), *_particular_problems(one, values, on)]
    if one.kind in LIMITED:
        found += _limit_problems(one, on)
    if one.kind in (*WHOLE, ApplicationKind.SIGNERS):
        found += _signer_problems(one.signers, on)
    found += _truth_problems(one, on)
    if one.kind in WHOLE and not Attachment.objects.filter(subject=subject_of(one)).exists():
        found.append(("", _("Attach the sealed copy of the business licence.")))
    return found


def _client_problems(one: CreditApplication) -> list[tuple[str, str]]:
    credit = open_credit(one.account)
    found = []
    if one.account.kind == AccountKind.INDIVIDUAL:
        found.append(("kind", _("Individuals get no credit: the guest pays at the desk.")))
    if Staff.objects.filter(is_active=True, name=one.client_name, memberships__hotel=one.hotel).exists():
        found.append(("client_name", _("Members of staff get no credit.")))
    if one.account.stage == "blacklisted":
        found.append(("kind", _("This client is on the blacklist.")))
    if one.kind == ApplicationKind.NEW and credit is not None:
        found.append(
            (
                "kind",
                _("This client has account %(number)s already: apply for a higher limit.") % {"number": credit.number},
            )
        )
    if one.kind != ApplicationKind.NEW and credit is None:
        found.append(("kind", _("This client has no open credit account: apply for a new one.")))
    if one.kind == ApplicationKind.CLOSE and credit is not None and credit.balance_cents:
        found.append(("kind", _("The account can be closed once it is settled.")))
    return found


def _particular_problems(one: CreditApplication, values: Values, on: date) -> list[tuple[str, str]]:
    if one.kind not in WHOLE:
        return []
    found = [(name, _("This is needed.")) for name in (*PARTICULARS, *TERMS) if values[name] in ("", None, [])]
    if one.credit_code and not uscc_valid(one.credit_code):
        found.append(("credit_code", _("The check character is wrong: 18 signs, as on the licence.")))
    elif one.credit_code:
        same = CreditAccount.objects.filter(
            hotel=one.hotel, account__credit_code=one.credit_code, closed_on=None, merged_into=None
        )
        if same.exclude(account=one.account).exists():
            found.append(("credit_code", _("Another client with this code has a credit account: a company has one.")))
    if one.licence_until is not None and one.licence_until < on:
        found.append(("licence_until", _("The licence has expired.")))
    if one.guarantee_kind in GUARANTEED and not one.guarantee_note:
        found.append(("guarantee_note", _("Name the guarantor or the document.")))
    missing = [
        one_.code for one_ in questions(one.hotel.code, on) if one_.answer(str(one.answers.get(one_.code, ""))) is None
    ]
    return found + [(f"score_{code}", _("Choose one of the answers.")) for code in missing]


def _limit_problems(one: CreditApplication, on: date) -> list[tuple[str, str]]:
    found = []
    if not one.limit:
        return [("limit", _("Enter the limit asked for."))]
    credit = open_credit(one.account)
    if (
        credit is not None
        and one.kind in (ApplicationKind.RAISE, ApplicationKind.TEMPORARY)
        and one.limit <= credit.limit
    ):
        found.append(("limit", _("The account has %(limit)s already.") % {"limit": said(one.hotel, credit.limit)}))
    percent = USE_PERCENT.at(one.hotel.code, on)
    if one.monthly_use is None:
        found.append(("monthly_use", _("Enter what the client expects to use a month.")))
    elif one.limit * 100 > one.monthly_use * percent and not one.use_note.strip():
        found.append(
            (
                "use_note",
                _("The limit is more than %(percent)d %% of the use of a month: explain why.") % {"percent": percent},
            )
        )
    if one.kind == ApplicationKind.TEMPORARY:
        last = on + timedelta(days=TEMPORARY_DAYS.at(one.hotel.code, on))
        if one.until is None or not on <= one.until <= last:
            found.append(("until", _("Choose a day up to %(last)s.") % {"last": last.isoformat()}))
    return found + _grade_problems(one, on)


def beyond_grade(hotel: Hotel, grade: Grade, limit: Decimal, deposit: Decimal, *, is_by_bank: bool) -> str:
    """Why a limit is more than a grade allows, in a sentence; nothing where it is not (CRD-13).

    A grade that allows nothing means: no trust, only security. Then a limit may be as high as the deposit, or a bank's
    guarantee stands for it.
    """
    if grade.is_secured_only:
        if deposit >= limit or is_by_bank:
            return ""
        return _(
            "With credit grade %(grade)s the hotel gives no credit without full security: a deposit of %(least)s, or a bank guarantee."
        ) % {"grade": grade.name, "least": said(hotel, limit)}
    if limit <= grade.most:
        return ""
    return _("Credit grade %(grade)s allows at most %(most)s.") % {"grade": grade.name, "most": said(hotel, grade.most)}


def _grade_problems(one: CreditApplication, on: date) -> list[tuple[str, str]]:
    grade = grade_named(one.grade, one.hotel.code, on)
    if grade is None:
        return []
    found, limit = [], one.amount
    deposit = one.deposit or Decimal(0)
    beyond = beyond_grade(one.hotel, grade, limit, deposit, is_by_bank=one.guarantee_kind == "bank")
    if beyond:
        return [("limit" if grade.most else "deposit", beyond)]
    needed = grade.deposit_for(limit)
    if deposit < needed and grade.most:
        found.append(
            (
                "deposit",
                _("Credit grade %(grade)s needs a deposit of %(least)s.")
                % {"grade": grade.name, "least": said(one.hotel, needed)},
            )
        )
    return found


def _signer_problems(signers: Sequence[Values], on: date) -> list[tuple[str, str]]:
    if not signers:
        return [("signers", _("Name at least one person who may sign, with job title."))]
    found = []
    for place, row in enumerate(signers, start=1):
        if not row.get("name") or not row.get("job_title"):
            found.append(("signers", _("Person %(n)d: enter name and job title.") % {"n": place}))
        elif row.get("until") and row["until"] < on.isoformat():
            found.append(("signers", _("Person %(n)d: this day is over already.") % {"n": place}))
    if len({row.get("name") for row in signers}) != len(signers):
        found.append(("signers", _("Each person who may sign stands here once.")))
    return found


def _truth_problems(one: CreditApplication, on: date) -> list[tuple[str, str]]:
    found = []
    if not one.truthful_by:
        found.append(("truthful_by", _("Name who declared for the client that the application is true.")))
    if one.truthful_on is None:
        found.append(("truthful_on", _("Enter the day on which it was declared.")))
    elif one.truthful_on > on:
        found.append(("truthful_on", _("This day is still to come.")))
    return found


def other_in_review(one: CreditApplication) -> CreditApplication | None:
    """Another application of the client that is being decided on."""
    found = CreditApplication.objects.filter(account=one.account_id, state__in=OPEN_STATES)
    return found.exclude(pk=one.pk).first()


def named_roles(codes: Collection[str]) -> dict[str, str]:
    """Role codes to their names in the language in force."""
    wanted = {code for code in codes if code}
    return {one.code: one.label for one in Role.objects.filter(code__in=wanted)} if wanted else {}
