"""The second factor: setting it up, being asked for it, losing it, and being told to have one."""

import json
import re
import time
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import reset_second_factor, unlock
from roomnight.organization.locks import is_locked
from roomnight.organization.sign_in import SECOND_FACTOR_ROLES
from tests.world import PASSWORD

pytestmark = [pytest.mark.rule("SEC-01"), pytest.mark.usefixtures("at_work")]
HUB = "/h/lujiazui/me/security/"


def enter(username="chen", password=PASSWORD):
    """A browser after the first step."""
    client = Client()
    client.post("/login/", {"login": username, "password": password})
    return client


def is_in(client):
    return client.get("/h/lujiazui/").status_code == 200


def code(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def confirm(client, path, password=PASSWORD):
    """Say again who one is, on the way to a page."""
    answer = client.get(path)
    assert answer["Location"].startswith("/security/confirm/"), answer["Location"]
    return client.post(answer["Location"], {"password": password, "next": path})


def secret_on(page):
    return re.search(r'class="rn-secret">([A-Z2-7]+)<', page.content.decode())[1]


def set_up_app(client):
    """Set up an authenticator app; its secret and the recovery codes."""
    assert confirm(client, "/security/app/")["Location"] == "/security/app/"
    secret = secret_on(client.get("/security/app/"))
    answer = client.post("/security/app/", {"code": code(secret)})
    assert answer["Location"] == "/security/codes/"
    page = client.get("/security/codes/").content.decode()
    return secret, re.findall(r"<li><code>(\d{8})</code>", page)


@pytest.fixture
def with_app(world, django_capture_on_commit_callbacks):
    """chen has an authenticator app."""
    with django_capture_on_commit_callbacks(execute=True):
        client = enter()
        secret, codes = set_up_app(client)
    return client, secret, codes


def lines(command):
    return [one.changes for one in AuditEntry.objects.filter(command=f"organization.{command}").order_by("pk")]


# The app


def test_an_app_is_set_up_with_a_picture_or_a_typed_key(world):
    client = enter()
    confirm(client, "/security/app/")
    page = client.get("/security/app/")
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert "img-src 'self' data:" in page["Content-Security-Policy"]
    assert page["Cache-Control"].count("no-store")
    wrong = client.post("/security/app/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    assert secret_on(wrong) == secret_on(page)
    assert not Authenticator.objects.exists()


def test_nothing_is_set_up_by_who_only_found_the_screen_open(world):
    client = enter()
    for path in ("/security/app/", "/security/passkeys/new/", "/security/codes/new/"):
        assert client.get(path)["Location"].startswith("/security/confirm/")
        assert client.post(path)["Location"].startswith("/security/confirm/")
    assert "密码不对" in confirm(client, "/security/app/", "wrong").content.decode()
    assert client.get("/security/app/").status_code == 302


def test_then_the_password_alone_lets_nobody_in(with_app):
    _client, secret, _codes = with_app
    client = enter()
    assert not is_in(client)
    answer = client.get("/h/lujiazui/clients/")
    assert answer["Location"].startswith("/login/")
    assert client.get("/login/")["Location"] == "/login/second-step/"
    assert "验证码不对" in client.post("/login/second-step/", {"code": "000000"}).content.decode()
    assert not is_in(client)
    client.post("/login/second-step/", {"code": code(secret, 1)})
    assert is_in(client)
    assert lines("note_sign_in")[-1] == {"signed_in": "password+totp"}
    assert {"failed": "totp", "tries": 1} in lines("note_failed_sign_in")


def test_a_code_is_good_once(with_app, at_work):
    _client, secret, _codes = with_app
    at_work.shift(300)
    used = code(secret)
    first, second = enter(), enter()
    first.post("/login/second-step/", {"code": used})
    assert is_in(first)
    at_work.shift(31)  # the clock of the next half minute still takes it, for phones that are late
    assert "已用过" in second.post("/login/second-step/", {"code": used}).content.decode()
    assert not is_in(second)


def test_a_recovery_code_lets_in_once(with_app):
    _client, _secret, codes = with_app
    assert len(codes) == 10
    first, second = enter(), enter()
    first.post("/login/second-step/", {"code": codes[3]})
    assert is_in(first)
    second.post("/login/second-step/", {"code": codes[3]})
    assert not is_in(second)
    assert "还剩 9 个" in first.get(HUB).content.decode()


def test_recovery_codes_are_shown_once_with_a_file_to_keep(world):
    client = enter()
    confirm(client, "/security/app/")
    secret = secret_on(client.get("/security/app/"))
    client.post("/security/app/", {"code": code(secret)})
    first = client.get("/security/codes/").content.decode()
    codes = re.findall(r"<li><code>(\d{8})</code>", first)
    file = re.search(r'href="(data:text/plain[^"]+)" download', first)[1]
    assert len(codes) == 10 and all(one in file for one in codes)
    second = client.get("/security/codes/").content.decode()
    assert not [one for one in codes if one in second]


def test_new_recovery_codes_end_the_old_ones(with_app):
    client, _secret, codes = with_app
    client.post("/security/codes/new/")
    fresh = re.findall(r"<li><code>(\d{8})</code>", client.get("/security/codes/").content.decode())
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    other = enter()
    other.post("/login/second-step/", {"code": codes[0]})
    assert not is_in(other)


def test_wrong_codes_shut_out_until_somebody_unlocks(world, with_app, at_work):
    _client, secret, _codes = with_app
    at_work.shift(120)
    client = enter()
    for _ in range(5):
        client.post("/login/second-step/", {"code": "000000"})
    assert is_locked(world.chen)
    assert "输错次数过多" in client.post("/login/second-step/", {"code": code(secret)}).content.decode()
    assert not is_in(client)
    unlock(actor=world.seat("guan"), staff=world.chen)
    client.post("/login/second-step/", {"code": code(secret)})
    assert is_in(client)


def test_secrets_lie_sealed_in_the_database(with_app, settings):
    _client, secret, codes = with_app
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept and not [one for one in codes if one in kept]
    settings.SECRET_KEY = "another installation's"
    client = Client()
    client.post("/login/", {"login": "chen", "password": PASSWORD})
    client.post("/login/second-step/", {"code": code(secret, 1)})
    client.post("/login/second-step/", {"code": codes[0]})
    assert not is_in(client)


def test_taking_it_off_is_told_and_written_down(with_app):
    client, _secret, _codes = with_app
    assert client.get("/security/app/remove/").status_code == 200
    client.post("/security/app/remove/")
    assert not Authenticator.objects.exists()  # the recovery codes go with it
    changes = [(one["factor"], one["change"]) for one in lines("note_factor")]
    assert changes == [
        ("recovery_codes", "added"), ("totp", "added"), ("totp", "removed"), ("recovery_codes", "removed"),
    ] or changes == [
        ("totp", "added"), ("recovery_codes", "added"), ("totp", "removed"), ("recovery_codes", "removed"),
    ]  # fmt: skip
    assert Notification.objects.filter(recipient="chen", message__startswith="A second factor").count() == 1
    assert is_in(enter())


def test_taking_it_off_asks_again_who_one_is(with_app, at_work):
    client, _secret, _codes = with_app
    at_work.shift(601)
    assert client.get("/security/app/remove/")["Location"].startswith("/security/confirm/")
    assert client.post("/security/app/remove/")["Location"].startswith("/security/confirm/")
    assert Authenticator.objects.exists()


# When it is lost


def test_an_administrator_takes_it_away(world, with_app, browse):
    client, _secret, _codes = with_app
    page = f"/h/lujiazui/settings/staff/{world.chen.pk}/sign-in/"
    guan = browse("guan")
    assert "重置二次验证" in guan.get(page).content.decode()
    guan.post(page, {"deed": "factor"})
    assert not is_in(client)
    assert is_in(enter())
    assert lines("reset_second_factor")[-1] == {"factors_removed": ["recovery_codes", "totp"]}
    assert Notification.objects.get(message__startswith="Your second factor").values == {"by": "guan"}


def test_the_operator_takes_it_away(world, with_app):
    call_command("reset_second_factor", "chen")
    assert is_in(enter())
    assert AuditEntry.objects.filter(command="organization.reset_second_factor", actor="operator").exists()
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", "chen")
    with pytest.raises(CommandError, match="Nobody"):
        call_command("reset_second_factor", "nobody")


def test_a_colleague_does_not(world, with_app, browse):
    page = f"/h/lujiazui/settings/staff/{world.chen.pk}/sign-in/"
    assert browse("zhou").post(page, {"deed": "factor"}).status_code == 403
    with pytest.raises(Refusal):
        reset_second_factor(actor=world.seat("guan"), staff=world.yuan)
    assert Authenticator.objects.exists()


# When a role must have one


@pytest.fixture
def required(world):
    set_policy(
        actor=OPERATOR, key="organization.second_factor_roles", value=["sales-representative"], hotel_code="lujiazui",
        effective_from=world.seat("chen").today,
    )  # fmt: skip
    return world.seat("chen").membership.role.code


def test_who_must_have_one_is_led_to_it_and_can_do_nothing_else(world, required):
    assert required == "sales-representative"
    client = enter()
    for path in ("/", "/h/lujiazui/", "/h/lujiazui/clients/", HUB, f"/h/lujiazui/clients/{world.huaxing.pk}/"):
        assert client.get(path)["Location"] == "/security/", path
    assert client.post("/h/lujiazui/clients/new/", {"name": "x"})["Location"] == "/security/"
    page = client.get("/security/").content.decode()
    assert "您的岗位须用二次验证登录" in page and 'href="/security/app/"' in page
    set_up_app(client)
    assert is_in(client)


def test_who_must_have_one_does_not_take_off_the_last(world, required):
    client = enter()
    set_up_app(client)
    assert "须用二次验证登录" in client.get("/security/app/remove/").content.decode()
    client.post("/security/app/remove/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_other_roles_and_other_hotels_are_not_asked(world, required):
    assert is_in(enter("zhou"))
    assert enter("ye").get("/h/lakeside/").status_code == 200


# Passkeys, as far as no browser is needed; the ceremony itself is tested in one


def passkey_of(staff, name="My phone"):
    return Authenticator.objects.create(user=staff, type="webauthn", data={"name": name, "credential": {}})


@pytest.mark.parametrize(
    "credential",
    ["", "not json", "{}", "[]", '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
     '{"response": {"userHandle": "Mg"}}'],
)  # fmt: skip
def test_what_is_no_passkey_lets_nobody_in(world, client, credential):
    client.get("/login/passkey/", headers={"accept": "application/json"})
    answer = client.post("/login/passkey/", {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, "/login/")
    assert "_auth_user_id" not in client.session


def test_a_sign_in_by_passkey_asks_for_finger_face_or_pin(world, client):
    asked = client.get("/login/passkey/", headers={"accept": "application/json"}).json()["request_options"]
    assert asked["publicKey"]["userVerification"] == "required"
    assert asked["publicKey"].get("allowCredentials", []) == []


def test_a_passkey_of_somebody_else_is_not_there(world, browse):
    key = passkey_of(world.sun)
    client = enter()
    confirm(client, "/security/app/")
    for path in (f"/security/passkeys/{key.pk}/", f"/security/passkeys/{key.pk}/remove/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"name": "stolen"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "My phone"


@pytest.fixture
def with_passkey(world):
    """chen is in, has said who they are a moment ago, and has a passkey."""
    client = enter()
    confirm(client, "/security/app/")
    return client, passkey_of(world.chen)


def test_a_passkey_is_renamed_and_removed(world, with_passkey):
    client, key = with_passkey
    assert "My phone" in client.get(HUB).content.decode()
    client.post(f"/security/passkeys/{key.pk}/", {"name": "办公室电脑"})
    assert "办公室电脑" in client.get(HUB).content.decode()
    assert "60" in client.post(f"/security/passkeys/{key.pk}/", {"name": "长" * 61}).content.decode()
    assert client.get(f"/security/passkeys/{key.pk}/remove/").status_code == 200
    client.post(f"/security/passkeys/{key.pk}/remove/")
    assert not Authenticator.objects.exists()
    assert [one["change"] for one in lines("note_factor")] == ["renamed", "removed"]
    assert Notification.objects.filter(recipient="chen", message__startswith="A second factor").exists()


def test_the_last_passkey_stays_where_a_role_needs_one(world, with_passkey, required):
    client, key = with_passkey
    assert "须用二次验证登录" in client.get(f"/security/passkeys/{key.pk}/remove/").content.decode()
    assert client.post(f"/security/passkeys/{key.pk}/remove/").status_code == 422
    assert Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.rule("SEC-01")
def test_a_second_factor_is_asked_of_roles_that_there_are(world):
    given = {"actor": OPERATOR, "key": "organization.second_factor_roles", "hotel_code": "lujiazui"}
    with pytest.raises(Refusal) as refused:
        set_policy(value=["sales-representative", "sales-rep"], effective_from=date(2026, 11, 1), **given)
    assert (refused.value.code, "sales-rep" in str(refused.value)) == ("policy.unknown_name", True)
    set_policy(value=["sales-representative", "administrator"], effective_from=date(2026, 11, 1), **given)
    assert SECOND_FACTOR_ROLES.at("lujiazui", date(2026, 11, 2)) == ["sales-representative", "administrator"]
