"""Around signing in: lock-out, passwords, sessions, and what is written down of it."""

import time

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Notification
from roomnight.kernel.policy import set_policy
from roomnight.organization.commands import (
    engage_staff,
    reset_password,
    reset_second_factor,
    sign_out_everywhere,
    unlock,
)
from roomnight.organization.locks import is_locked
from roomnight.organization.models import Staff
from tests.world import ADMINISTRATOR, PASSWORD

pytestmark = pytest.mark.rule("SEC-01")
NEW = "Mooncake-Lantern-83"


def signed_in(username="chen", password=PASSWORD, **extra):
    client = Client(**extra)
    client.post("/login/", {"login": username, "password": password})
    return client if "_auth_user_id" in client.session else None


def is_in(client):
    return client.get("/h/lujiazui/").status_code == 200


def shut_out(username="chen"):
    client = Client()
    for _ in range(5):
        client.post("/login/", {"login": username, "password": "wrong-password"})
    return client


def lines(command):
    return list(AuditEntry.objects.filter(command=f"organization.{command}").order_by("pk"))


# The lock-out


@pytest.mark.usefixtures("at_work")
def test_who_is_shut_out_is_told_how_long_in_both_languages(world, at_work):
    client = shut_out()
    at_work.shift(180)
    html = client.post("/login/", {"login": "chen", "password": PASSWORD}).content.decode()
    assert "请 12 分钟后再试，或请管理员解锁" in html
    html = client.post("/login/", {"login": "CHEN", "password": PASSWORD}, headers={"accept-language": "en"})
    assert "Try again in 12 minutes" in html.content.decode()
    at_work.shift(12 * 60 + 1)
    assert signed_in()


def test_the_count_is_kept_where_every_process_sees_it(world):
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    shut_out()
    assert is_locked(world.chen)
    assert not is_locked(world.wu)


def test_a_flood_of_requests_gets_a_calm_page(world, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    client = Client()
    answers = [client.post("/login/", {"login": "chen", "password": "x"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert "请等一分钟再试" in answers[-1].content.decode()


def test_behind_a_proxy_the_visitor_s_own_address_counts(world, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert signed_in(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9")
    assert lines("note_sign_in")[-1].origin == "web 203.0.113.9"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert signed_in(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6")
    assert lines("note_sign_in")[-1].origin == "web 10.0.0.1"


def test_an_administrator_unlocks(world):
    shut_out()
    assert not signed_in()
    unlock(actor=world.seat("guan"), staff=world.chen)
    assert signed_in()


def test_the_operator_unlocks(world):
    shut_out()
    call_command("unlock", "chen")
    assert signed_in()
    line = lines("unlock")[-1]
    assert (line.actor, line.subject, line.hotel_code) == (
        "operator",
        f"organization.staff:{world.chen.pk}",
        "lujiazui",
    )
    with pytest.raises(CommandError, match="Nobody"):
        call_command("unlock", "nobody")


def test_wrong_tries_and_the_lock_out_are_written_down_without_what_was_typed(world):
    shut_out()
    tries = lines("note_failed_sign_in")
    assert [one.changes for one in tries] == [{"failed": "password", "tries": n} for n in range(1, 6)]
    assert {(one.subject, one.hotel_code) for one in tries} == {(f"organization.staff:{world.chen.pk}", "lujiazui")}
    assert [one.changes for one in lines("note_lock_out")] == [{"locked_minutes": 15}]
    assert not AuditEntry.objects.filter(changes__icontains="wrong-password").exists()


def test_of_an_unknown_name_only_that_it_was_unknown_is_kept(world):
    Client().post("/login/", {"login": "my-password-in-the-wrong-box", "password": "x"})
    line = lines("note_failed_sign_in")[-1]
    assert (line.subject, line.changes) == ("organization.staff:0", {"failed": "password", "tries": 1})


def test_coming_in_is_written_down(world):
    assert signed_in(REMOTE_ADDR="10.1.2.3")
    line = lines("note_sign_in")[-1]
    assert (line.actor, line.changes, line.origin) == ("chen", {"signed_in": "password"}, "web 10.1.2.3")


# Passwords


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post("/password/", {"oldpassword": old, "password1": new, "password2": again or new})


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(world):
    here, there = signed_in(), signed_in()
    assert is_in(there)
    assert change(here).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert not signed_in()
    assert signed_in(password=NEW)
    assert lines("change_password")[-1].changes == {"password": "changed"}
    assert not AuditEntry.objects.filter(changes__icontains=NEW).exists()


@pytest.mark.parametrize(
    ("fields", "zh", "en"),
    [
        ({"old": "wrong"}, "当前密码不对", "not your present password"),
        ({"new": "kurz-1"}, "至少", "at least 10 characters"),
        ({"new": "8274619350"}, "数字", "entirely numeric"),
        ({"new": "password123"}, "常见", "too common"),
        ({"new": "zichen.chen"}, "", "too similar"),
        ({"new": PASSWORD}, "这是您现在的密码", "is the password you have"),
        ({"again": "Something-Else-1"}, "", "same password"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused_in_both_languages(world, fields, zh, en):
    client = signed_in()
    Staff.objects.filter(username="chen").update(name_en="Zichen Chen")
    assert zh in change(client, **fields).content.decode()
    Staff.objects.filter(username="chen").update(language="en")
    assert en in change(client, **fields).content.decode()
    assert not lines("change_password")


def test_after_a_reset_nothing_but_a_new_password_leads_on(world):
    old = signed_in()
    password = reset_password(actor=world.seat("guan"), staff=world.chen)
    assert not is_in(old)
    assert not signed_in()
    client = signed_in(password=password)
    for path in ("/h/lujiazui/", "/", "/security/", "/h/lujiazui/me/", "/first-run/"):
        assert client.get(path)["Location"] == "/password/", path
    assert client.get("/h/lujiazui/palette/", headers={"hx-request": "true"})["HX-Redirect"] == "/password/"
    assert client.post("/security/sessions/end/")["Location"] == "/password/"
    page = client.get("/password/").content.decode()
    assert "请设置自己的密码" in page
    assert change(client, old=password, new=password).status_code == 200  # the same one again is refused
    assert client.get("/h/lujiazui/")["Location"] == "/password/"
    change(client, old=password)
    assert is_in(client)


def test_a_new_colleague_chooses_a_password_at_the_first_sign_in(world):
    engage_staff(
        actor=world.seat("guan"), hotel=world.lujiazui,
        person={"username": "newcomer", "name": "新同事", "password": PASSWORD},
        place={"department": "sales", "role": "sales-representative"},
    )  # fmt: skip
    client = signed_in("newcomer")
    assert client.get("/h/lujiazui/")["Location"] == "/password/"
    change(client)
    assert is_in(client)


def test_a_reset_is_told_and_written_down_without_the_password(world):
    password = reset_password(actor=world.seat("guan"), staff=world.chen)
    told = Notification.objects.get(recipient="chen", message__startswith="Your password was reset by")
    assert told.values == {"by": "guan"}
    assert "reset" in [one.changes.get("password") for one in lines("reset_password")]
    assert not AuditEntry.objects.filter(changes__icontains=password).exists()


@pytest.mark.parametrize(
    ("who", "whom", "code"),
    [
        ("guan", "guan", "staff.own_password"),
        ("guan", ADMINISTRATOR, "staff.beyond"),
        ("guan", "yuan", "staff.beyond"),
    ],
)
@pytest.mark.parametrize("deed", [reset_password, unlock, reset_second_factor, sign_out_everywhere])
def test_a_hotel_s_administrator_looks_after_this_hotel_s_people_only(world, deed, who, whom, code):
    staff = Staff.objects.get(username=whom)
    if code == "staff.own_password" and deed is not reset_password:
        return
    before = Staff.objects.values().get(pk=staff.pk)
    with pytest.raises(Refusal) as refusal:
        deed(actor=world.seat(who), staff=staff)
    assert refusal.value.code == code
    assert Staff.objects.values().get(pk=staff.pk) == before


def test_without_mail_the_page_says_whom_to_ask(world, client):
    assert not settings.EMAIL_HOST
    html = client.get("/password/reset/").content.decode()
    assert "请找酒店管理员" in html
    assert client.post("/password/reset/", {"email": "chen@example.com"}).status_code == 200
    assert mail.outbox == []


@pytest.fixture
def by_mail(world, settings):
    settings.EMAIL_HOST = "mail.example"
    Staff.objects.filter(username="chen").update(email="chen@example.com")
    client, elsewhere = Client(), signed_in()
    assert client.post("/password/reset/", {"email": "chen@example.com"})["Location"] == "/password/reset/sent/"
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["chen@example.com"], "间夜：重设密码")
    assert "用户名是 chen" in letter.body
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    return link.removeprefix("http://testserver"), elsewhere


def test_with_mail_a_link_leads_to_a_new_password_once(world, by_mail):
    (link, elsewhere), client = by_mail, Client()
    assert is_in(elsewhere)
    page = client.get(link, follow=True)
    there = page.redirect_chain[-1][0]
    assert "set-password" in there
    answer = client.post(there, {"password1": "kurz", "password2": "kurz"})
    assert "至少" in answer.content.decode()
    answer = client.post(there, {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/password/reset/done/"
    assert signed_in(password=NEW)
    assert not is_in(elsewhere)
    assert Notification.objects.filter(recipient="chen", message__contains="by mail").exists()
    assert lines("change_password")[-1].changes == {"password": "reset by mail"}
    assert "这个链接已失效" in Client().get(link, follow=True).content.decode()


def test_an_address_nobody_has_gets_the_same_answer_and_no_mail(world, client, settings):
    settings.EMAIL_HOST = "mail.example"
    assert client.post("/password/reset/", {"email": "nobody@example.com"})["Location"] == "/password/reset/sent/"
    assert mail.outbox == []


def test_who_has_left_gets_no_link_and_is_told_at_the_door(world, client, settings):
    settings.EMAIL_HOST = "mail.example"
    Staff.objects.filter(username="chen").update(is_active=False, email="chen@example.com")
    client.post("/password/reset/", {"email": "chen@example.com"})
    assert mail.outbox == []
    answer = client.post("/login/", {"login": "chen", "password": PASSWORD}, follow=True)
    assert (answer.status_code, answer.redirect_chain[-1][0]) == (403, "/inactive/")
    assert "_auth_user_id" not in client.session


# Sessions

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605 Version/26 Mobile Safari/604"
OFFICE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 (KHTML, like Gecko) Chrome/142.0 Safari/537"


def test_the_sessions_are_listed_and_one_is_ended(world):
    office = signed_in(HTTP_USER_AGENT=OFFICE, REMOTE_ADDR="10.0.0.7")
    phone = signed_in(HTTP_USER_AGENT=PHONE, REMOTE_ADDR="10.0.0.8")
    other = signed_in("sun", HTTP_USER_AGENT="Firefox Linux")
    html = office.get("/h/lujiazui/me/security/").content.decode()
    assert html.index(">本机<") > html.index("Chrome · Windows")
    assert "10.0.0.7" in html and "Safari · iPhone" in html and "10.0.0.8" in html
    assert "Firefox · Linux" not in html
    assert ">安全</h1>" in html  # not the security department
    mine = world.chen.usersession_set.get(ip="10.0.0.8")
    assert other.post(f"/security/sessions/{mine.pk}/end/").status_code == 404
    assert is_in(phone)
    assert office.post(f"/security/sessions/{mine.pk}/end/").status_code == 302
    assert not is_in(phone)
    assert is_in(office)
    assert lines("end_session")[-1].changes == {"session_ended": "10.0.0.8"}


def test_everywhere_else_is_ended_at_once_also_what_no_list_shows(world, browse):
    here, there, unlisted = signed_in(), signed_in(), browse("chen")
    here.post("/security/sessions/end/")
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(unlisted)
    assert "10.0.0" not in here.get("/h/lujiazui/me/security/").content.decode()
    assert ">本机<" in here.get("/h/lujiazui/me/security/").content.decode()
    assert lines("end_other_sessions")


def test_ending_the_present_session_is_signing_out(world):
    client = signed_in()
    mine = world.chen.usersession_set.get()
    assert client.post(f"/security/sessions/{mine.pk}/end/")["Location"] == "/login/"
    assert not is_in(client)


def test_who_is_deactivated_is_out_at_once(world):
    client = signed_in()
    Staff.objects.filter(username="chen").update(is_active=False)
    assert client.get("/h/lujiazui/")["Location"].startswith("/login/")


def test_an_administrator_signs_somebody_out_everywhere(world, browse):
    client = browse("chen")
    sign_out_everywhere(actor=world.seat("guan"), staff=world.chen)
    assert not is_in(client)


def rested(world, minutes, **data):
    client = Client()
    client.post("/login/", {"login": "chen", "password": PASSWORD, **data})
    session = client.session
    session["seen"] = time.time() - minutes * 60
    session.save()
    return client


def test_a_session_on_a_shared_computer_ends_when_nobody_uses_it(world):
    assert is_in(rested(world, 479))
    client = rested(world, 481)
    answer = client.get("/h/lujiazui/clients/")
    assert answer["Location"] == "/login/?idle=1&next=%2Fh%2Flujiazui%2Fclients%2F"
    assert "无人操作" in client.get(answer["Location"]).content.decode()
    assert not is_in(client)
    assert is_in(rested(world, 481, remember="on"))


@pytest.mark.rule("POL-03")
def test_how_long_it_may_rest_is_the_hotel_s_policy(world):
    set_policy(
        actor=OPERATOR, key="organization.idle_minutes", value=30, hotel_code="lujiazui",
        effective_from=world.seat("chen").today,
    )  # fmt: skip
    assert is_in(rested(world, 29))
    assert not is_in(rested(world, 31))


def test_a_session_in_use_is_noted_every_few_minutes_only(world):
    client = signed_in()
    before = client.session["seen"]
    client.get("/h/lujiazui/")
    assert client.session["seen"] == before
    session = client.session
    session["seen"] = before - 301
    session.save()
    client.get("/h/lujiazui/")
    assert client.session["seen"] >= before


# What an administrator's page offers


def test_the_page_of_a_colleague_unlocks_and_signs_out(world, browse):
    page = f"/h/lujiazui/settings/staff/{world.chen.pk}/sign-in/"
    guan = browse("guan")
    assert page in guan.get(f"/h/lujiazui/settings/staff/{world.chen.pk}/").content.decode()
    client = browse("chen")
    shut_out()
    assert "解锁" in guan.get(page).content.decode()
    guan.post(page, {"deed": "unlock"})
    assert "解锁" not in guan.get(page).content.decode()
    guan.post(page, {"deed": "sign_out"})
    assert not is_in(client)
    assert guan.post(page, {"deed": "nonsense"}).status_code == 422


def test_what_is_not_offered_has_no_address(world, browse):
    chen = browse("chen")
    for path in (
        "/accounts/", "/accounts/login/", "/email/", "/accounts/email/", "/2fa/", "/sessions/", "/social/connections/",
        "/security/codes/download/", "/login/code/", "/password/set/", "/3rdparty/",
    ):  # fmt: skip
        assert chen.get(path).status_code == 404, path
