"""Every address and every role: who comes in, who is refused, and that a stranger changes nothing (SEC-02).

What is expected is worked out from what the page says it needs and from the shipped table of rights, not from the code
that enforces it.
"""

import re
import subprocess
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from roomnight.organization.access import Seat
from roomnight.organization.models import Membership
from tests.pages import SAMPLES, desk_addresses, expects, path_of
from tests.world import LAKESIDE, LUJIAZUI, STAFF, World
from tools.addresses import DESK, Address, addresses

pytestmark = [pytest.mark.walk, pytest.mark.django_db, pytest.mark.usefixtures("at_work", "in_silence")]
ROLES = {one.username: one.role for one in STAFF[LUJIAZUI]}
WHOSE = ("ours", "other_team", "other_hotel")
LET_IN = {200, 204, 302, 405}
OPEN_TO_ALL = {
    "account_login", "account_logout", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_inactive",
    "mfa_authenticate", "mfa_login_webauthn", "sso_login", "sso_callback", "socialaccount_login_cancelled",
    "entry:home", "entry:first_run", "entry:language", "entry:theme", "entry:csrf",
    "entry:offline", "entry:health", "entry:service_worker", "entry:manifest", "feed:feed",
    "survey:answer",
}  # fmt: skip
CONVENIENCES = {"kernel.notification.read_at", "organization.staff.last_login", "organization.staff.last_hotel"}
"""Columns that a visit to a page may write: they are no business records."""


def picture() -> dict[str, list[Any]]:
    """Every row of every table of the product."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("roomnight."):
            label = model._meta.label_lower
            columns = [one.attname for one in model._meta.concrete_fields if f"{label}.{one.name}" not in CONVENIENCES]
            found[label] = list(model._default_manager.order_by("pk").values_list(*columns))
    return found


@pytest.fixture
def unchanged(world):
    before = picture()
    yield
    after = picture()
    assert {label for label in before if before[label] != after[label]} == set()


@pytest.fixture(autouse=True)
def papers(monkeypatch):
    """Papers are set in a process of their own, which takes longer than all the rest and is tested elsewhere."""

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 0, b"%PDF-1.7", b"")

    setter = SimpleNamespace(run=run, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr("roomnight.kernel.pdf.subprocess", setter)


@pytest.fixture
def visitor(browse):
    """Somebody whose browser shows a server error instead of raising it here, so that all of them are listed."""

    def sign_in(username: str) -> Client:
        client: Client = browse(username)
        client.raise_request_exception = False
        return client

    return sign_in


def status_of(client: Client, method: str, path: str) -> int:
    """How a page answers; whatever it did is undone."""
    with transaction.atomic():
        status = getattr(client, method)(path).status_code
        transaction.set_rollback(True)
    return int(status)


def paths(address: Address, world: World, *whose: str) -> list[tuple[str, str]]:
    """Whose record and its path, where the address has a sample of it."""
    found = ((one, path_of(address, world, one)) for one in whose)
    return [(one, path) for one, path in found if path is not None]


def may(seat: Seat, needs: tuple[str, str] | None) -> bool:
    return needs is None or seat.may(*needs)


# The table itself is whole


@pytest.mark.rule("SEC-02")
def test_every_page_of_a_hotel_says_what_it_needs():
    found = desk_addresses()
    assert found
    assert [one.pattern for one in found if not one.says_what_it_needs] == []
    assert [one.pattern for one in addresses() if one.pattern.startswith(DESK) is not one.is_at_a_hotel] == []


def test_every_address_with_an_argument_has_a_sample():
    wanted = {one.name for one in desk_addresses() if len(one.arguments) > 1}
    assert wanted == set(SAMPLES)


# Who comes in


def refused_or_let_in(world: World, seat: Seat, client: Client) -> list[str]:
    """Every address where the answer is not the one worked out."""
    wrong = []
    for address in desk_addresses():
        allowed = may(seat, address.needs)
        for whose, path in paths(address, world, *WHOSE)[: None if allowed else 1]:
            status = status_of(client, "get", path)
            expected = LET_IN if expects(seat, address, whose, world) else {404, 405}
            if not allowed:  # whose record it is does not come into it
                expected = {403}
            if status not in expected:
                wrong.append(f"GET {path} ({address.name}, {whose}): {status}, not one of {sorted(expected)}")
    return wrong


@pytest.mark.rule("SEC-02")
@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize("who", ROLES, ids=ROLES.get)
def test_who_comes_in(world, visitor, unchanged, who):
    wrong = refused_or_let_in(world, world.seat(who), visitor(who))
    assert not wrong, "\n".join(wrong)


@pytest.mark.rule("SEC-02")
@pytest.mark.parametrize("who", ROLES, ids=ROLES.get)
def test_posting_to_another_hotel_s_records_changes_nothing(world, visitor, who):
    """Also under the address of one's own hotel; and posting where one has no right is refused whatever the record."""
    seat, client, wrong, before = world.seat(who), visitor(who), [], picture()
    for address in desk_addresses():
        allowed = may(seat, address.needs)
        tried = paths(address, world, "other_hotel") if allowed else paths(address, world, *reversed(WHOSE))[:1]
        for whose, path in tried:
            expected = {404, 405} if allowed else {403}
            status = client.post(path).status_code
            if status not in expected:
                wrong.append(f"POST {path} ({whose}): {status}, not one of {sorted(expected)}")
    assert not wrong, "\n".join(wrong)
    after = picture()
    assert {label for label in before if before[label] != after[label]} == set()


@pytest.mark.rule("SEC-02")
@pytest.mark.parametrize("who", ["chen", "xu", "zhou"])
def test_posting_to_another_team_s_records_changes_nothing(world, visitor, unchanged, who):
    seat, client, wrong = world.seat(who), visitor(who), []
    for address in desk_addresses():
        path = path_of(address, world, "other_team")
        if path is None or expects(seat, address, "other_team", world):
            continue
        status = client.post(path).status_code
        if status not in {403, 404, 405}:
            wrong.append(f"POST {path}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["lin", "zhou", "chen", "guan", "ma", "zheng"])
def test_an_empty_form_is_answered_and_never_breaks(world, visitor, unchanged, who):
    """Whoever may post gets a page, a redirect or a form with its errors, never a server error."""
    client, wrong = visitor(who), []
    for address in desk_addresses():
        path = path_of(address, world)
        status = status_of(client, "post", path)
        if status not in LET_IN | {400, 403, 404, 422}:
            wrong.append(f"POST {path}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.rule("SEC-02")
@pytest.mark.rule("ORG-03")
@pytest.mark.parametrize("who", ["chen", "lin", "zhou", "guan", "zheng"])
def test_another_hotel_does_not_exist(world, visitor, unchanged, who):
    assert not Membership.objects.filter(staff__username=who, hotel__code=LAKESIDE).exists()
    client, wrong = visitor(who), []
    for address in desk_addresses():
        path = path_of(address, world, "other_hotel" if address.name in SAMPLES else "ours", hotel=LAKESIDE)
        answers = {method: getattr(client, method)(path).status_code for method in ("get", "post") if path}
        wrong += [f"{method} {path}: {status}" for method, status in answers.items() if status != 404]
    assert not wrong, "\n".join(wrong)


@pytest.mark.rule("SEC-01")
@pytest.mark.rule("SEC-02")
def test_who_has_not_signed_in_is_sent_to_sign_in(world, client, unchanged):
    wrong = []
    for address in desk_addresses():
        path = path_of(address, world)
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            if answer.status_code != 302 or not answer["Location"].startswith("/login/"):
                wrong.append(f"{method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.rule("SEC-02")
def test_what_is_open_to_everybody_is_written_down(world, client):
    open_ones = set()
    for address in addresses():
        if address.is_at_a_hotel:
            continue
        path = "/" + re.sub(r"\(\?P<\w+>[^)]*\)|<\w+:\w+>", "1", address.pattern).removesuffix("$")
        answers = [getattr(client, method)(path) for method in ("get", "post")]
        if not all(one.status_code == 302 and one["Location"].startswith("/login/?next") for one in answers):
            open_ones.add(address.name)
    assert open_ones == OPEN_TO_ALL


def test_a_page_that_does_not_exist_is_a_calm_404(world, browse):
    answer = browse("chen").get("/h/lujiazui/no/such/page/")
    assert answer.status_code == 404
    assert "<html" in answer.content.decode()
