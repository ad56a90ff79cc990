"""Single sign-on against a provider of our own: who comes in, who does not, and every lie it could be told."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from roomnight import settings as product
from roomnight.kernel.models import AuditEntry
from roomnight.organization.models import Staff
from roomnight.organization.tests.identity_provider import CLIENT, SECRET, IdentityProvider

pytestmark = pytest.mark.rule("SEC-01")


@pytest.fixture
def provider(world, settings):
    running = IdentityProvider()
    settings.SINGLE_SIGN_ON = {
        "issuer": running.issuer, "client_id": CLIENT, "client_secret": SECRET, "name": "云汀通行证", "match": "email",
        "origin": "",
    }  # fmt: skip
    Staff.objects.filter(username="chen").update(email="Chen@example.com")
    yield running
    running.close()


def sign_on(provider, client=None, change=None, **start):
    """From the button to the answer on coming back; `change` tampers with what the browser carries back."""
    client = client or Client()
    sent = client.post("/login/sso/", start)
    assert sent["Location"].startswith(f"{provider.issuer}/authorize?"), sent.content
    back = provider.authorize(sent["Location"])
    if change:
        change(back)
    return client, client.get("/login/sso/callback/", back)


def who(client):
    key = client.session.get("_auth_user_id")
    return Staff.objects.get(pk=key).username if key else None


def test_the_sign_in_page_has_a_button_with_the_provider_s_name(provider, client, settings):
    assert "用云汀通行证登录" in client.get("/login/").content.decode()
    settings.SINGLE_SIGN_ON = {}
    assert "云汀通行证" not in client.get("/login/").content.decode()
    assert client.post("/login/sso/").status_code == 404
    assert client.get("/login/sso/").status_code == 404
    assert client.get("/login/sso/callback/?code=1&state=2").status_code == 404


def test_a_confirmed_address_of_a_colleague_comes_in_as_that_colleague(provider):
    before = Staff.objects.count()
    client, answer = sign_on(provider, next="/h/lujiazui/clients/")
    assert (answer.status_code, answer["Location"]) == (302, "/h/lujiazui/clients/")
    assert who(client) == "chen"
    assert Staff.objects.count() == before
    linked = AuditEntry.objects.get(command="organization.note_identity")
    assert (linked.actor, linked.changes) == ("chen", {"single_sign_on": "sso", "identity": "u-17"})
    assert AuditEntry.objects.filter(command="organization.note_sign_in", actor="chen").exists()
    assert "单点登录" in client.get("/h/lujiazui/me/security/").content.decode()


def test_a_linked_identity_stays_with_its_colleague_whatever_its_address_becomes(provider):
    sign_on(provider)
    provider.person |= {"email": "sun@example.com", "email_verified": False}
    Staff.objects.filter(username="sun").update(email="sun@example.com")
    client, _answer = sign_on(provider)
    assert who(client) == "chen"
    assert SocialAccount.objects.count() == 1


def test_by_user_name_where_the_operator_says_so(provider, settings):
    provider.person = {"sub": "u-18", "preferred_username": "Sun"}
    client, answer = sign_on(provider)
    assert (answer.status_code, who(client)) == (403, None)
    settings.SINGLE_SIGN_ON["match"] = "username"
    client, _answer = sign_on(provider)
    assert who(client) == "sun"


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"email": "stranger@example.com"}, "没有人使用这个身份"),
        ({"email_verified": False}, "没有确认您的邮箱"),
        ({"email": ""}, "没有确认您的邮箱"),
        ({"email": "twice@example.com"}, "不止一位同事"),
        ({"email": "gone@example.com"}, "没有人使用这个身份"),
    ],
)
def test_who_is_not_a_colleague_beyond_doubt_is_turned_away_and_nobody_is_made(provider, person, words):
    Staff.objects.filter(username__in=["sun", "xu"]).update(email="twice@example.com")
    Staff.objects.filter(username="wu").update(email="gone@example.com", is_active=False)
    provider.person |= person
    before = Staff.objects.count()
    client, answer = sign_on(provider)
    assert (answer.status_code, who(client)) == (403, None)
    assert words in answer.content.decode()
    assert Staff.objects.count() == before
    assert not SocialAccount.objects.exists()
    assert AuditEntry.objects.latest("pk").changes["failed"].startswith("single sign-on: ")


def test_who_has_left_does_not_come_in_by_a_linked_identity(provider):
    sign_on(provider)
    Staff.objects.filter(username="chen").update(is_active=False)
    client, answer = sign_on(provider)
    assert (answer["Location"], who(client)) == ("/inactive/", None)


def test_a_second_factor_is_asked_for_here_too(provider, world):
    world.chen.authenticator_set.create(type="totp", data={"secret": "sealed"})
    client, answer = sign_on(provider)
    assert (answer["Location"], who(client)) == ("/login/second-step/", None)


LIES = {
    "another sign-in's nonce": lambda provider, claims: claims.update(nonce="another"),
    "no nonce": lambda provider, claims: claims.pop("nonce"),
    "for another application": lambda provider, claims: claims.update(aud="another"),
    "handed on by another application": lambda provider, claims: claims.update(azp="another"),
    "another issuer": lambda provider, claims: claims.update(iss="https://another.example"),
    "too old": lambda provider, claims: claims.update(iat=1, exp=2),
    "of nobody": lambda provider, claims: claims.pop("sub"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_with_a_lie_in_it_lets_nobody_in(provider, lie):
    provider.forge = lambda claims: LIES[lie](provider, claims)
    refused(provider)


def refused(provider, change=None):
    client, answer = sign_on(provider, change=change)
    assert (answer.status_code, who(client)) == (401, None)
    assert "单点登录没有成功" in answer.content.decode()
    assert not SocialAccount.objects.exists()


def test_a_token_that_somebody_else_signed_lets_nobody_in(provider):
    provider.signs_with = provider.stranger
    refused(provider)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_token_that_nobody_signed_with_a_key_pair_lets_nobody_in(provider, algorithm):
    provider.algorithm = algorithm
    refused(provider)


def test_an_answer_about_somebody_else_lets_nobody_in(provider):
    provider.told = {"sub": "u-99", "email": "chen@example.com"}
    refused(provider)


@pytest.mark.parametrize("wrong", ["another", ""])
def test_an_answer_that_this_browser_did_not_ask_for_lets_nobody_in(provider, wrong):
    refused(provider, change=lambda back: back.update(state=wrong))


def test_an_answer_is_good_in_the_browser_that_asked_only_and_once(provider):
    client, other = Client(), Client()
    back = provider.authorize(client.post("/login/sso/")["Location"])
    assert other.get("/login/sso/callback/", back).status_code == 401
    assert who(other) is None
    assert client.get("/login/sso/callback/", back).status_code == 302
    assert Client().get("/login/sso/callback/", back).status_code == 401


def test_a_wrong_code_lets_nobody_in(provider):
    refused(provider, change=lambda back: back.update(code="guessed"))


def test_who_turns_back_at_the_provider_is_told_so(provider):
    client = Client()
    back = provider.authorize(client.post("/login/sso/")["Location"])
    answer = client.get("/login/sso/callback/", {"error": "access_denied", "state": back["state"]}, follow=True)
    assert "没有登录" in answer.content.decode()


def test_a_provider_that_is_down_or_another_s_is_said_calmly(provider, settings):
    provider.describes = {"issuer": "https://another.example"}
    assert Client().post("/login/sso/").status_code == 401
    settings.SINGLE_SIGN_ON["issuer"] = "http://127.0.0.1:9"
    assert Client().post("/login/sso/").status_code == 401


def test_nobody_joins_an_identity_to_the_account_they_are_in(provider, browse):
    """Who is signed in as somebody else is signed out first: an identity is never hung on another's account."""
    client, _answer = sign_on(provider, client=browse("sun"), process="connect")
    assert who(client) == "chen"
    assert SocialAccount.objects.get().user.username == "chen"


def test_a_return_address_elsewhere_is_not_followed(provider):
    _client, answer = sign_on(provider, next="https://elsewhere.example/")
    assert "elsewhere" not in answer["Location"]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"ISSUER": "http://login.example"}, "https"),
        ({"ISSUER": "https://login.example"}, "CLIENT_ID"),
        ({"ISSUER": "https://login.example", "CLIENT_ID": "x", "CLIENT_SECRET": "y", "MATCH": "phone"}, "MATCH"),
    ],
)
def test_half_a_configuration_is_refused_at_start(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        product.single_sign_on({f"ROOMNIGHT_OIDC_{name}": value for name, value in given.items()})


def test_the_configuration_comes_from_the_environment():
    given = {"ISSUER": "https://login.example/t1", "CLIENT_ID": "x", "CLIENT_SECRET": "y"}
    found = product.single_sign_on({f"ROOMNIGHT_OIDC_{name}": value for name, value in given.items()})
    assert (found["name"], found["match"]) == ("login.example", "email")
    assert product.sign_on_origins(found) == ["https://login.example"]
    assert product.sign_on_origins(found | {"origin": "https://start.example"})[1] == "https://start.example"
    assert product.single_sign_on({}) == {} and product.sign_on_origins({}) == []


def test_the_address_alone_leads_to_the_door(provider, client):
    assert client.get("/login/sso/")["Location"] == "/login/"
