"""Many at once, with real threads on PostgreSQL: one winner each, and everybody else is told why not."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from roomnight.clients.commands import claim_account, expire_protection, protect_account, register_account
from roomnight.clients.models import Account, Ownership, Protection
from roomnight.kernel.commands import OPERATOR, UNCHANGED, Machine
from roomnight.kernel.errors import Refusal
from roomnight.organization.models import Staff

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_work")]
THREADS = 32


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run every act in a thread of its own, all let go together; what each returned, or its refusal."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=60)
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.rule("OWN-02")
@pytest.mark.rule("OWN-01")
def test_of_32_who_take_10_clients_of_the_pool_each_client_has_one_winner(world):
    pool = [register_account(actor=OPERATOR, hotel=world.lujiazui, name=f"公海客户{n}").pk for n in range(10)]
    people = [world.chen.pk, world.xu.pk, world.sun.pk, world.zhou.pk]

    def take(n: int) -> Callable[[], Any]:
        def act() -> Any:
            account = Account.objects.select_related("hotel", "owner", "co_owner").get(pk=pool[n % 10])
            return claim_account(actor=OPERATOR, account=account, staff=Staff.objects.get(pk=people[n % 4]))

        return act

    results = at_once([take(n) for n in range(THREADS)])
    won = [one for one in results if isinstance(one, Account)]
    lost = [one for one in results if isinstance(one, Refusal)]
    assert (len(won), len(lost)) == (10, THREADS - 10)
    assert Counter(one.pk for one in won) == Counter(pool)
    assert {one.code for one in lost} <= {"account.owned", "account.owner_changed"}
    assert all(str(one) for one in lost)
    for pk in pool:
        owner = Account.objects.values_list("owner", flat=True).get(pk=pk)
        assert list(Ownership.objects.filter(account=pk, ended_at=None).values_list("staff", flat=True)) == [owner]


@pytest.mark.rule("OWN-02")
def test_of_32_who_put_the_20th_client_of_one_person_on_the_list_one_does(world):
    Protection.objects.all().delete()
    accounts = [
        register_account(actor=OPERATOR, hotel=world.lujiazui, name=f"意向{n}", owner=world.chen)
        for n in range(19 + THREADS)
    ]
    for account in accounts[:19]:
        protect_account(actor=OPERATOR, account=account, staff=world.chen)

    def protect(pk: int) -> Callable[[], Any]:
        def act() -> Any:
            account = Account.objects.select_related("hotel", "owner").get(pk=pk)
            return protect_account(actor=OPERATOR, account=account, staff=Staff.objects.get(username="chen"))

        return act

    results = at_once([protect(one.pk) for one in accounts[19:]])
    assert Counter(type(one).__name__ for one in results) == {"Protection": 1, "Refusal": THREADS - 1}
    assert {one.code for one in results if isinstance(one, Refusal)} == {"protection.full"}
    assert Protection.objects.filter(staff=world.chen, state="active").count() == 20


@pytest.mark.rule("OWN-02")
def test_one_client_is_protected_once_whoever_is_quicker(world):
    Protection.objects.all().delete()
    account = register_account(actor=OPERATOR, hotel=world.lujiazui, name="独一份", owner=world.chen)

    def protect() -> Any:
        one = Account.objects.select_related("hotel", "owner").get(pk=account.pk)
        return protect_account(actor=OPERATOR, account=one, staff=Staff.objects.get(username="chen"))

    results = at_once([protect] * THREADS)
    assert Counter(getattr(one, "code", "made") for one in results) == {"made": 1, "protection.taken": THREADS - 1}


@pytest.mark.rule("OWN-02")
def test_of_many_workers_one_lets_a_protection_run_out(world):
    one = Protection.objects.get(staff=world.chen, state="active")
    one.requests.all().delete()
    day = one.until.replace(day=28)

    def expire() -> Any:
        found = Protection.objects.select_related("hotel", "account__hotel", "staff").get(pk=one.pk)
        return expire_protection(actor=Machine("system", "lujiazui"), protection=found, today=day)

    results = at_once([expire] * 8)
    assert sum(result is not UNCHANGED for result in results) == 1
    assert Ownership.objects.filter(account=one.account_id, cause="expired").count() == 1
