"""Coming in: the first run, the way home, language and theme."""

import pytest
from django.test import Client

from roomnight.organization.models import Department, Hotel, Staff
from roomnight.web.demo.removal import remove_everything_of
from tests.world import ADMINISTRATOR


@pytest.fixture
def empty(world):
    """An installation as `make run` leaves it: an administrator, and no hotel."""
    Hotel.objects.update(is_demo=True)  # what a real hotel has filed nobody takes away
    for hotel in Hotel.objects.all():
        remove_everything_of(hotel)
    assert not Hotel.objects.exists()
    return world


def administrator():
    client = Client()
    client.force_login(Staff.objects.get(username=ADMINISTRATOR))
    return client


HOTEL = {
    "name": "湖滨酒店",
    "name_en": "Lakeside",
    "code": "hb",
    "room_count": "320",
    "city": "杭州市",
    "district": "西湖区",
    "timezone": "Asia/Shanghai",
    "currency": "CNY",
}


@pytest.mark.rule("OPS-01")
def test_an_empty_installation_shows_the_first_run_to_anybody(empty, client):
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [("/first-run/", 302)]
    assert answer.status_code == 200
    assert "试用演示酒店" in answer.content.decode()


@pytest.mark.rule("SEC-01")
@pytest.mark.parametrize("path", ["/first-run/demo/", "/first-run/hotel/"])
def test_only_the_administrator_fills_it(empty, client, path):
    assert client.post(path, HOTEL).status_code == 302
    assert client.post(path, HOTEL)["Location"].startswith("/login/")
    assert not Hotel.objects.exists()


@pytest.mark.rule("OPS-01")
def test_the_administrator_creates_a_hotel_and_is_taken_to_its_settings(empty):
    client = administrator()
    answer = client.post("/first-run/hotel/", HOTEL)
    assert (answer.status_code, answer["Location"]) == (302, "/h/hb/settings/")
    hotel = Hotel.objects.get()
    assert (hotel.name, hotel.room_count, hotel.is_demo) == ("湖滨酒店", 320, False)
    assert Department.objects.filter(hotel=hotel).count() == 13
    assert client.get("/h/hb/").status_code == 200
    assert client.get("/first-run/").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"room_count": "三百二"}, "填数字，例如 320。"),
        ({"timezone": "Mars/Base"}, "没有这个时区"),
        ({"name": ""}, ""),
        ({"code": "a b"}, ""),
    ],
)
def test_a_wrong_hotel_is_refused_with_what_was_typed(empty, wrong, says):
    answer = administrator().post("/first-run/hotel/", HOTEL | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert says in html and "湖滨酒店" in html or not wrong.get("name", "x")
    assert not Hotel.objects.exists()


def test_home_leads_to_the_desk_where_one_worked_last(world, browse):
    yuan = browse("yuan")
    assert yuan.get("/")["Location"] == "/h/lakeside/"
    yuan.get("/h/lujiazui/")
    assert yuan.get("/")["Location"] == "/h/lujiazui/"


def test_home_asks_a_stranger_to_sign_in(world, client):
    assert client.get("/")["Location"] == "/login/"


def test_somebody_without_a_desk_is_told_so(world, client):
    client.force_login(Staff.objects.create(username="new", name="新人"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert "还没有岗位" in answer.content.decode()


@pytest.mark.rule("UI-01")
def test_the_language_is_the_persons_own_and_is_switched_at_once(world, browse):
    chen = browse("chen")
    assert "我的一天" in chen.get("/h/lujiazui/").content.decode()
    answer = chen.post("/language/", {"language": "en", "next": "/h/lujiazui/"})
    assert answer["Location"] == "/h/lujiazui/"
    assert "My day" in chen.get("/h/lujiazui/").content.decode()
    assert Staff.objects.get(username="chen").language == "en"
    assert "我的一天" in browse("sun").get("/h/lujiazui/").content.decode()


@pytest.mark.rule("UI-01")
def test_before_signing_in_the_browser_remembers_the_language(world, client):
    assert "登录" in client.get("/login/").content.decode()
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert "Sign in" in client.get("/login/").content.decode()


def test_an_unknown_language_or_a_foreign_address_is_not_followed(world, browse):
    chen = browse("chen")
    answer = chen.post("/language/", {"language": "xx", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    assert Staff.objects.get(username="chen").language == "zh-hans"


@pytest.mark.rule("UI-02")
def test_the_theme_is_kept(world, browse):
    chen = browse("chen")
    chen.post("/theme/", {"theme": "dark", "next": "/h/lujiazui/"})
    assert 'data-bs-theme="dark"' in chen.get("/h/lujiazui/").content.decode()
    assert Staff.objects.get(username="chen").theme == "dark"


def test_what_the_browser_asks_for_is_there_before_signing_in(world, client):
    assert client.get("/health/").json() == {"status": "ok"}
    assert client.get("/csrf/").json()["token"]
    assert client.get("/offline/").status_code == 200
    assert client.get("/manifest.webmanifest").json()["start_url"]
