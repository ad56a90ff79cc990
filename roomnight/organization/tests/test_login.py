"""Signing in: who comes in, who does not, and what happens after too many wrong tries."""

import pytest
from django.test import Client

from roomnight.organization.models import Staff
from tests.world import PASSWORD

pytestmark = pytest.mark.rule("SEC-01")


def sign_in(client: Client, username: str, password: str = PASSWORD, **data: str) -> bool:
    """Whether the person was let in."""
    client.post("/login/", {"login": username, "password": password, **data})
    return "_auth_user_id" in client.session


def test_a_colleague_signs_in_and_out(world, client):
    assert sign_in(client, "chen")
    assert client.get("/logout/").status_code == 200  # asks first: a link alone signs nobody out
    assert "_auth_user_id" in client.session
    client.post("/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("username", "password"), [("chen", "wrong-password"), ("nobody", PASSWORD), ("chen", ""), ("", PASSWORD)]
)
def test_a_wrong_name_or_password_does_not_and_the_answer_does_not_say_which(world, client, username, password):
    assert not sign_in(client, username, password)


def test_the_same_words_for_an_unknown_name_and_a_wrong_password(world):
    pages = [
        Client().post("/login/", {"login": username, "password": "wrong-password"}).content.decode()
        for username in ("chen", "chan")
    ]
    assert "wrong-password" not in pages[0]
    assert [page.count('class="invalid-feedback') for page in pages][0] == [
        page.count('class="invalid-feedback') for page in pages
    ][1]


def test_who_has_left_does_not_come_in(world, client):
    Staff.objects.filter(username="chen").update(is_active=False)
    assert not sign_in(client, "chen")


def test_after_five_wrong_tries_the_right_password_is_refused_too(world, client):
    for _ in range(5):
        assert not sign_in(client, "chen", "wrong-password")
    assert not sign_in(client, "chen")
    assert sign_in(Client(), "wu")


def test_four_wrong_tries_are_forgiven(world, client):
    for _ in range(4):
        assert not sign_in(client, "chen", "wrong-password")
    assert sign_in(client, "chen")


def test_nobody_signs_up(world, client):
    before = Staff.objects.count()
    for path in ("/signup/", "/accounts/signup/"):
        client.post(path, {"username": "newcomer", "password1": PASSWORD, "password2": PASSWORD})
    assert Staff.objects.count() == before


@pytest.mark.parametrize("target", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_signing_in_does_not_lead_out_of_the_house(world, client, target):
    answer = client.post("/login/", {"login": "chen", "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert "example.com" not in answer["Location"]
    assert "javascript" not in answer["Location"]


def test_the_session_s_cookie_is_out_of_reach_of_scripts(world, client):
    sign_in(client, "chen")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_in_starts_a_new_session(world, client):
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    assert sign_in(client, "chen")
    assert client.session.session_key != before
