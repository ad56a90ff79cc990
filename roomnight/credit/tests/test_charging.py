"""Setting aside, charging and releasing as another system asks for it: once for a key, by the one answer (CRD-05, CRD-11)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections

from roomnight.agreements.models import Agreement, Signatory
from roomnight.clients.commands import merge_accounts
from roomnight.clients.models import Account
from roomnight.credit import charging
from roomnight.credit.commands import change_terms, expire_authorisations, hold, release, set_limit
from roomnight.credit.models import Authorisation, AuthorisationState, CreditAccount, LedgerLine
from roomnight.credit.queries.checking import differences
from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Hotel
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TODAY = date(2026, 11, 18)
LATER = TODAY + timedelta(days=3)


@pytest.fixture
def credit(world):
    return CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(account=world.huaxing)


def ask(credit, key="k-1", amount="5000", on=TODAY, **more):
    given = {"hotel": credit.hotel, "account": credit.account, "until": LATER, **more.pop("ways", {})}
    wanted = bill(amount, on, source="api", **{"reference": f"ORDER-{key}", **more})
    return charging.authorise(actor=SYSTEM, bill=wanted, key=key, **given)


def take(credit, held, key="c-1", **more):
    return charging.capture(actor=SYSTEM, hotel=credit.hotel, number=held.number, key=key, **more)


def refused(call, *args, **more):
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    return caught.value.code


def figures(credit):
    credit.refresh_from_db()
    assert list(differences(credit.hotel)) == []
    return credit.balance, credit.pending


@pytest.mark.rule("CRD-05")
def test_less_than_was_set_aside_is_charged_and_the_rest_is_free(credit):
    held = ask(credit)
    assert figures(credit) == (Decimal("1080.50"), Decimal(5000)) and held.state == AuthorisationState.OPEN
    done = take(credit, held, amount=Decimal("3200.40"))
    assert (done.state, done.charged, done.is_repeat) == (AuthorisationState.CAPTURED, Decimal("3200.40"), False)
    assert figures(credit) == (Decimal("4280.90"), Decimal(0))
    line = LedgerLine.objects.get(pk=done.line)
    assert (line.reference, line.signed_by, line.source, line.on) == ("ORDER-k-1", "单立人", "api", TODAY)


@pytest.mark.rule("CRD-05")
def test_asked_again_by_its_key_it_is_done_once(credit):
    held = ask(credit)
    again = ask(credit)
    assert (again.number, again.is_repeat, figures(credit)[1]) == (held.number, True, Decimal(5000))
    assert refused(ask, credit, amount="4999") == "credit.key"
    first, second = take(credit, held), take(credit, held)
    assert (second.line, second.is_repeat) == (first.line, True)
    assert refused(take, credit, held, amount=Decimal(1)) == "credit.key"
    assert refused(take, credit, held, key="c-2") == "credit.authorisation"
    assert ask(credit).state == AuthorisationState.CAPTURED
    assert figures(credit) == (Decimal("6080.50"), Decimal(0))
    other = ask(credit, "k-2", "10")
    assert refused(take, credit, other) == "credit.key"


def test_what_was_released_stays_so(credit):
    held = ask(credit)
    for repeat in (False, True):
        done = charging.release(actor=SYSTEM, hotel=credit.hotel, number=held.number)
        assert (done.state, done.is_repeat) == (AuthorisationState.RELEASED, repeat)
    assert figures(credit) == (Decimal("1080.50"), Decimal(0))
    assert refused(take, credit, held) == "credit.authorisation"
    held = ask(credit, "k-2")
    take(credit, held)
    assert refused(charging.release, actor=SYSTEM, hotel=credit.hotel, number=held.number) == "credit.authorisation"


@pytest.mark.rule("CRD-05")
@pytest.mark.rule("CRD-11")
@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        ("nothing", ""), ("limit lowered, still enough", ""), ("limit lowered", "credit.hold"),
        ("limit lowered, released by decision", "credit.over_limit"), ("raise ran out", "credit.limit"),
        ("agreement ended", "credit.agreement"), ("agreement not yet in force", "credit.agreement"), ("hold", "credit.hold"),
        ("hold and release", ""), ("signatory crossed out", "credit.signer"), ("signatory's own limit", "credit.signer_limit"),
        ("scope", "credit.scope"), ("expired by the worker", "credit.authorisation"), ("expired", "credit.expired"),
        ("merged into another", ""), ("day to come", "credit.future"), ("more than set aside", "credit.more"),
        ("nothing at all", "credit.amount"),
    ],
)  # fmt: skip
def test_it_is_judged_once_more_when_it_is_charged(world, credit, meanwhile, code):
    finance, held, more = world.seat("cao"), ask(credit), {}
    agreement = Agreement.objects.filter(pk=world.agreement.pk)
    match meanwhile:
        case "limit lowered, still enough":
            set_limit(actor=finance, credit=credit, limit=Decimal("6080.50"), reason="x")
        case "limit lowered":
            set_limit(actor=finance, credit=credit, limit=Decimal(6000), reason="x")
        case "limit lowered, released by decision":
            set_limit(actor=finance, credit=credit, limit=Decimal(6000), reason="x")
            assert refused(release, actor=finance, credit=credit, reason="客户保证") == code
            assert refused(take, credit, held) == "credit.hold"
            return
        case "raise ran out":
            CreditAccount.objects.filter(pk=credit.pk).update(limit_until=TODAY - timedelta(days=1))
            credit.limits.update(cents=500_000)
        case "agreement ended":
            agreement.update(holds_until=TODAY - timedelta(days=1))
        case "agreement not yet in force":
            agreement.update(effective_at=None)
        case "hold":
            hold(actor=finance, credit=credit, reason="x")
        case "hold and release":
            hold(actor=finance, credit=credit, reason="x")
            release(actor=finance, credit=credit, reason="x")
        case "signatory crossed out":
            Signatory.objects.filter(agreement=world.agreement).update(ends_on=TODAY - timedelta(days=1))
        case "signatory's own limit":
            Signatory.objects.filter(agreement=world.agreement).update(limit_each=Decimal("4999.99"))
        case "scope":
            change_terms(actor=finance, credit=credit, revision=credit.revision, scope=["room"])
        case "expired by the worker":
            expire_authorisations(actor=SYSTEM, hotel=credit.hotel, on=LATER + timedelta(days=1))
        case "expired":
            Authorisation.objects.filter(pk=held.number).update(until=TODAY - timedelta(days=1))
        case "merged into another":
            merge_into(world, credit)
        case "day to come":
            more = {"on": TODAY + timedelta(days=1)}
        case "more than set aside":
            more = {"amount": Decimal("5000.01")}
        case "nothing at all":
            more = {"amount": Decimal(0)}
    if code:
        assert refused(take, credit, held, **more) == code
        assert LedgerLine.objects.filter(credit=credit, source="api").count() == 0
    else:
        assert take(credit, held).charged == Decimal(5000)
    assert list(differences(credit.hotel)) == []


def merge_into(world, credit):
    """The client becomes another, which has the agreement from now on."""
    rows = Account.objects.select_related("hotel")
    winner, loser = rows.get(pk=world.minjiang.pk), rows.get(pk=credit.account_id)
    merge_accounts(actor=world.seat("lin"), winner=winner, loser=loser, revisions=(winner.revision, loser.revision))


@pytest.mark.rule("CRD-05")
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount": "18919.51"}, "credit.signer_limit"), ({"amount": "5000.01"}, "credit.signer_limit"),
        ({"signed_by": ""}, "credit.signer"), ({"signed_by": "路人"}, "credit.signer"), ({"currency": "USD"}, "credit.currency"),
        ({"reference": ""}, "credit.reference"), ({"amount": "0"}, "credit.amount"), ({"on": date(2027, 11, 18)}, "credit.agreement"),
        ({"ways": {"until": TODAY - timedelta(days=1)}}, "credit.until"), ({"key": ""}, "credit.key"), ({"key": "x" * 81}, "credit.key"),
        ({"key": "k-2", "reference": "ORDER-k-1"}, "credit.authorised"),
    ],
)  # fmt: skip
def test_what_a_charge_would_be_refused_for_is_not_set_aside(credit, more, code):
    ask(credit)
    assert refused(ask, credit, **{"key": "k-9", **more}) == code
    assert figures(credit)[1] == Decimal(5000)


@pytest.mark.rule("CRD-11")
def test_another_hotel_s_client_and_amounts_are_nobody_s_here(world, credit):
    other = Hotel.objects.exclude(pk=credit.hotel_id).first()
    assert refused(ask, credit, ways={"hotel": other}) == "credit.client"
    held = ask(credit)
    elsewhere = replace(held)
    for call in (charging.capture, charging.release):
        more = {"key": "c-1"} if call is charging.capture else {}
        assert refused(call, actor=SYSTEM, hotel=other, number=elsewhere.number, **more) == "credit.authorisation"
    theirs = CreditAccount.objects.select_related("hotel", "account__hotel").get(account=world.hubin)
    assert ask(theirs).number != held.number, "keys of two hotels have nothing to do with each other"


@pytest.mark.rule("CRD-05")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("at_work_ticking")
def test_asked_many_times_at_once_it_is_done_once(world, credit):
    def both(number):
        try:
            held = ask(credit)
            return held.number, take(credit, held).line
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(both, range(16)))) == 1
    assert figures(credit) == (Decimal("6080.50"), Decimal(0))
