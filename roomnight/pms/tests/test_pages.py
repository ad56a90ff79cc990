"""From a file in a browser to bookings, and what may go wrong on the way: every page, as whole and as piece."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from roomnight.clients.models import ExternalId
from roomnight.kernel.commands import OPERATOR
from roomnight.organization.commands import create_staff, place_staff
from roomnight.pms.commands import bring_up_to_date, upload_import
from roomnight.pms.jobs import carry_out_import
from roomnight.pms.models import Booking, ImportRun, MappingProfile, RunState
from roomnight.pms.tests.bringing import BOTH, SAMPLE, bring_in, rows_of, write_rows
from tests.html import Html, problems

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("houses")]
BASE = "/h/H1/imports/"


@pytest.fixture
def clerk(houses, browse):
    """A clerk of H1, in the browser."""
    staff = create_staff(actor=OPERATOR, username="clerk", name="文员", password="yunting-2026-sales")
    place_staff(actor=OPERATOR, staff=staff, hotel=houses[0], department="sales", role="sales-clerk")

    browser = browse("lin")
    browser.force_login(staff)
    return browser


@pytest.fixture
def representative(houses, browse):
    staff = create_staff(actor=OPERATOR, username="rep", name="代表", password="yunting-2026-sales")
    place_staff(actor=OPERATOR, staff=staff, hotel=houses[0], department="sales", role="sales-representative")
    browser = browse("lin")
    browser.force_login(staff)
    return browser


def sound(answer) -> str:
    """The page's words, once it is found to be readable for everybody."""
    text: str = answer.content.decode()
    assert problems(Html(text)) == []
    return text


def upload(browser, path, name: str | None = None) -> ImportRun:
    given = SimpleUploadedFile(name or path.name, path.read_bytes())
    answer = browser.post(f"{BASE}new/", {"file": given})
    assert answer.status_code == 302
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == f"{BASE}{run.pk}/check/"
    return run


@pytest.mark.rule("PMS-01")
@pytest.mark.rule("PMS-02")
def test_the_whole_way_in_the_browser(clerk, houses):
    run = upload(clerk, SAMPLE)
    assert not Booking.objects.filter(hotel__in=houses).exists()
    check = sound(clerk.get(f"{BASE}{run.pk}/check/"))
    assert "City Hotel" in check and "Resort Hotel" in check and "2016-05-01" in check
    unanswered = clerk.post(
        f"{BASE}{run.pk}/check/", {"profile": "hotel-booking-demand", "hotel_0": "", "hotel_1": "H1"}
    )
    assert unanswered.status_code == 422
    answers = {"profile": "hotel-booking-demand", "hotel_0": "-", "hotel_1": "H1"}
    assert clerk.post(f"{BASE}{run.pk}/check/", answers).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.hotel_map) == (RunState.QUEUED, {"City Hotel": "", "Resort Hotel": "H1"})
    waiting = sound(clerk.get(f"{BASE}{run.pk}/"))
    assert 'hx-trigger="every 1s"' in waiting
    assert carry_out_import.call(run.pk, "zh-hans") == RunState.DONE
    done = sound(clerk.get(f"{BASE}{run.pk}/"))
    assert "every 1s" not in done and "<html" in done
    assert Booking.objects.filter(hotel=houses[0]).count() == 50
    piece = clerk.get(f"{BASE}{run.pk}/", headers={"HX-Request": "true", "HX-Target": "progress"}).content.decode()
    assert "<html" not in piece and 'id="progress"' in piece
    assert "sample.csv" in sound(clerk.get(BASE))


def test_an_empty_list_says_what_to_do(clerk):
    assert f'href="{BASE}new/"' in sound(clerk.get(BASE))


@pytest.mark.rule("SEC-05")
@pytest.mark.parametrize(
    ("case", "name", "content", "says"),
    [
        ("a picture called CSV", "rows.csv", b"\x89PNG\r\n\x1a\n" + bytes(40), "名不副实"),
        ("an empty file", "rows.csv", b"", "文件是空的"),
        ("a program", "rows.exe", b"MZ", "CSV"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_on_the_form(clerk, case, name, content, says):
    before = ImportRun.objects.count()
    answer = clerk.post(f"{BASE}new/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert says in sound(answer)
    assert ImportRun.objects.count() == before


def test_a_file_that_is_too_large_is_refused_and_not_kept(clerk, settings, tmp_path):
    settings.MAX_IMPORT_BYTES, settings.MEDIA_ROOT = 1000, tmp_path
    assert clerk.post(f"{BASE}new/", {"file": SimpleUploadedFile("rows.csv", b"a,b\n" * 500)}).status_code == 422
    assert list((tmp_path / "imports").iterdir()) == []


def test_no_file_at_all(clerk):
    assert clerk.post(f"{BASE}new/").status_code == 422


def test_a_missing_column_is_shown_and_cannot_be_started(clerk, tmp_path):
    header, *rows = rows_of(SAMPLE)
    gone = header.index("adr")
    path = write_rows(tmp_path / "short.csv", [[*row[:gone], *row[gone + 1 :]] for row in [header, *rows]])
    run = upload(clerk, path)
    page = sound(clerk.get(f"{BASE}{run.pk}/check/?profile=hotel-booking-demand"))
    assert "adr" in page and "disabled" in page
    answer = clerk.post(f"{BASE}{run.pk}/check/", {"profile": "hotel-booking-demand"})
    assert answer.status_code == 422
    run.refresh_from_db()
    assert run.state == RunState.DRAFT


def test_another_profile_is_looked_at_without_a_new_page(clerk):
    run = upload(clerk, SAMPLE)
    asked = {"HX-Request": "true", "HX-Target": "reading"}
    piece = clerk.get(f"{BASE}{run.pk}/check/?profile=hotel-booking-demand", headers=asked).content.decode()
    assert "<html" not in piece and "<form" in piece


def test_problems_are_shown_before_the_import_and_come_back_after_it(clerk, tmp_path):
    header, *rows = rows_of(SAMPLE)
    place = header.index("adr")
    rows[3][place] = "=cheap"
    rows[4][place] = "-6.38.1"
    run = upload(clerk, write_rows(tmp_path / "broken.csv", [header, *rows]))
    assert "=cheap" in sound(clerk.get(f"{BASE}{run.pk}/check/"))
    clerk.post(f"{BASE}{run.pk}/check/", {"profile": "hotel-booking-demand", "hotel_0": "-", "hotel_1": "H1"})
    carry_out_import.call(run.pk, "zh-hans")
    page = sound(clerk.get(f"{BASE}{run.pk}/"))
    assert "第 5 行" in page and "不是数字" in page
    given_back = clerk.get(f"{BASE}{run.pk}/rejected.csv")
    assert given_back["Content-Disposition"] == f'attachment; filename="rejected-{run.pk}.csv"'
    text = given_back.content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith('"hotel"')
    assert "'=cheap" in text, "no formula leaves the house"
    assert "不是数字" in text


def test_a_name_only_found_deep_in_the_file_sends_the_import_back(clerk, monkeypatch, tmp_path):
    monkeypatch.setattr("roomnight.pms.queries.samples.ROWS_SEARCHED", 2)
    header, *rows = rows_of(SAMPLE)
    rows.sort(key=lambda row: row[0], reverse=True)
    run = upload(clerk, write_rows(tmp_path / "deep.csv", [header, *rows]))
    clerk.post(f"{BASE}{run.pk}/check/", {"profile": "hotel-booking-demand", "hotel_0": "H1"})
    assert carry_out_import.call(run.pk, "zh-hans") == RunState.REFUSED
    answer = clerk.get(f"{BASE}{run.pk}/")
    assert answer["Location"] == f"{BASE}{run.pk}/check/"
    page = sound(clerk.get(answer["Location"]))
    assert "City Hotel" in page and "什么都没有写入" in page


def test_a_file_can_be_put_away_and_a_cut_off_run_can_go_on(clerk):
    run = upload(clerk, SAMPLE)
    assert clerk.post(f"{BASE}{run.pk}/abandon/").status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.ABANDONED
    sound(clerk.get(f"{BASE}{run.pk}/"))
    assert clerk.post(f"{BASE}{run.pk}/resume/").status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.ABANDONED, "nobody has said how it is read"
    other = upload(clerk, SAMPLE)
    clerk.post(f"{BASE}{other.pk}/check/", {"profile": "hotel-booking-demand", "hotel_0": "-", "hotel_1": "H1"})
    ImportRun.objects.filter(pk=other.pk).update(state=RunState.ABANDONED)
    clerk.post(f"{BASE}{other.pk}/resume/")
    assert carry_out_import.call(other.pk, "zh-hans") == RunState.DONE


def test_a_file_whose_bytes_are_gone(clerk, settings, tmp_path):
    run = upload(clerk, SAMPLE)
    settings.MEDIA_ROOT = tmp_path
    for page in ("check", "columns"):
        assert clerk.get(f"{BASE}{run.pk}/{page}/").status_code == 302


# A profile of the hotel's own

XIHE = """\
确认号,入住日期,离店日期,房价,状态,协议单位编号,渠道
R100,30/01/2016,03/02/2016,100.00,离店,7,直销
R101,01/02/2016,02/02/2016,80.00,取消,,携程
R102,02/02/2016,03/02/2016,88.00,未到,7,直销
"""


@pytest.mark.rule("PMS-01")
def test_which_column_is_what_is_said_once(clerk, houses, tmp_path):
    path = tmp_path / "xihe.csv"
    path.write_text(XIHE, encoding="gb18030")
    run = upload(clerk, path)
    assert f"{BASE}{run.pk}/columns/" in sound(clerk.get(f"{BASE}{run.pk}/check/"))
    page = sound(clerk.get(f"{BASE}{run.pk}/columns/"))
    assert 'value="未到"' in page, "the words of the file are guessed"
    answers = {
        "title": "西软每日导出", "key": "确认号", "date_format": "%d/%m/%Y", "arrival": "入住日期", "departure": "离店日期",
        "rate": "房价", "status": "状态", "stayed": "离店", "cancelled": "取消", "no_show": "未到", "company": "协议单位编号",
        "channel": "渠道",
    }  # fmt: skip
    answer = clerk.post(f"{BASE}{run.pk}/columns/", answers)
    profile = MappingProfile.objects.get(hotel=houses[0])
    assert answer["Location"] == f"{BASE}{run.pk}/check/?profile={profile.key}"
    assert "2016-01-30" in sound(clerk.get(answer["Location"]))
    clerk.post(f"{BASE}{run.pk}/check/", {"profile": profile.key})
    assert carry_out_import.call(run.pk, "zh-hans") == RunState.DONE
    told = (
        Booking.objects.filter(hotel=houses[0])
        .order_by("source_key")
        .values_list("source_key", "status", "nights", "rate")
    )
    assert list(told) == [
        (f"{profile.key}:R100", "stayed", 4, Decimal(100)),
        (f"{profile.key}:R101", "cancelled", 1, Decimal(80)),
        (f"{profile.key}:R102", "no_show", 1, Decimal(88)),
    ]
    again = upload(clerk, path)
    assert profile.title in sound(clerk.get(f"{BASE}{again.pk}/check/")), "the next file of the kind is recognised"


def test_a_changed_profile_is_a_new_version(clerk, houses, tmp_path):
    path = tmp_path / "xihe.csv"
    path.write_text(XIHE, encoding="gb18030")
    run = upload(clerk, path)
    answers = {
        "title": "西软", "date_format": "%d/%m/%Y", "arrival": "入住日期", "departure": "离店日期", "rate": "房价",
        "status": "状态", "stayed": "离店, 取消, 未到",
    }  # fmt: skip
    url = f"{BASE}{run.pk}/columns/"
    clerk.post(url, answers)
    clerk.post(url, answers)
    assert MappingProfile.objects.filter(hotel=houses[0]).count() == 1
    clerk.post(url, {**answers, "stayed": "离店", "cancelled": "取消", "no_show": "未到"})
    assert list(
        MappingProfile.objects.filter(hotel=houses[0]).values_list("version", flat=True).order_by("version")
    ) == [1, 2]
    key = MappingProfile.objects.filter(hotel=houses[0]).first().key
    assert 'value="取消"' in sound(clerk.get(f"{url}?profile={key}"))


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ("no name", {"title": ""}),
        ("the name of a shipped one", {"title": "hotel-booking-demand"}),
        ("neither nights nor departure", {"departure": ""}),
        ("one word for two states", {"cancelled": "离店"}),
        ("a column the file does not have", {"rate": "价格"}),
    ],
)
def test_columns_that_cannot_be_right(clerk, houses, tmp_path, case, changes):
    path = tmp_path / "xihe.csv"
    path.write_text(XIHE, encoding="utf-8")
    run = upload(clerk, path)
    answers = {
        "title": "西软", "date_format": "%d/%m/%Y", "arrival": "入住日期", "departure": "离店日期", "rate": "房价",
        "status": "状态", "stayed": "离店",
    }  # fmt: skip
    answer = clerk.post(f"{BASE}{run.pk}/columns/", {**answers, **changes})
    assert answer.status_code == 422
    sound(answer)
    assert not MappingProfile.objects.filter(hotel=houses[0]).exists()


# Who sees what


@pytest.mark.rule("SEC-02")
def test_another_hotel_s_rejected_rows_are_not_shown(clerk, tmp_path):
    header, *rows = rows_of(SAMPLE)
    place = header.index("adr")
    for row in rows:
        row[place] = f"{row[0]} secret"
    run = bring_in(write_rows(tmp_path / "both.csv", [header, *rows]), BOTH)
    page = sound(clerk.get(f"{BASE}{run.pk}/")) + clerk.get(f"{BASE}{run.pk}/rejected.csv").content.decode()
    assert "Resort Hotel secret" in page
    assert "City Hotel secret" not in page


@pytest.mark.rule("SEC-02")
def test_another_hotel_s_import_does_not_exist(clerk, houses, world):
    run = upload_import(actor=OPERATOR, hotel=houses[1], name="rows.csv", chunks=[SAMPLE.read_bytes()])
    for page in ("", "check/", "columns/", "rejected.csv"):
        assert clerk.get(f"{BASE}{run.pk}/{page}").status_code == 404
    for page in ("check/", "columns/", "resume/", "abandon/"):
        assert clerk.post(f"{BASE}{run.pk}/{page}").status_code == 404
    run.refresh_from_db()
    assert run.state == RunState.DRAFT


@pytest.mark.rule("SEC-02")
def test_a_representative_brings_nothing_in(representative):
    for page in ("", "new/"):
        assert representative.get(BASE + page).status_code == 403
    assert representative.post(f"{BASE}new/", {"file": BytesIO(b"a,b\n")}).status_code == 403


# Production


def account_of(houses, kind, value):
    return ExternalId.objects.get(hotel=houses[0], kind=kind, value=value).account


@pytest.mark.rule("ACC-06")
def test_the_production_panel(clerk, houses, time_machine_at):
    bring_in(SAMPLE, BOTH)
    seven = account_of(houses, "company", "7")
    url = f"/h/H1/clients/{seven.pk}/panels/production/"
    with time_machine_at(date(2016, 3, 10)):
        panel = clerk.get(url).content.decode()
        assert problems(Html(panel)) == []
        assert 'data-chart="production"' in panel and "6,193.62" in panel
        assert '"this": [0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 1]' in panel
        by_stay = clerk.get(f"{url}?by=stay").content.decode()
        assert '"this": [0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 7, 1]' in by_stay
    with time_machine_at(date(2017, 2, 10)):
        later = clerk.get(f"{url}?months=24").content.decode()
        assert '"last": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 3]' in later
        assert "建议列为流失" in later
    with time_machine_at(date(2026, 11, 18)):
        assert "2016-03-05" in clerk.get(url).content.decode()


def test_the_panel_of_a_client_that_never_booked(clerk, houses):
    bring_in(SAMPLE, BOTH)
    panel = clerk.get(f"/h/H1/clients/{account_of(houses, 'agent', '240').pk}/panels/production/").content.decode()
    assert "PMS 里还没有" in panel


def test_who_has_gone_quiet(clerk, representative, houses, time_machine_at):
    bring_in(SAMPLE, BOTH)
    with time_machine_at(date(2016, 4, 6)):
        page = sound(clerk.get(f"{BASE}lost/"))
        order = [page.index(f"公司 {number}<") for number in (7, 30)]
        assert order == sorted(order)
        assert "公司 31<" not in page and "公司 12<" not in page
        assert "公司 7<" in sound(representative.get(f"{BASE}lost/")), "clients of the pool are everybody's"
        assert "公司 7<" not in sound(clerk.get(f"{BASE}lost/?side=agent"))
    with time_machine_at(date(2016, 2, 20)):
        assert "没有沉默的客户" in sound(clerk.get(f"{BASE}lost/?side=agent"))


def test_a_colleague_s_client_is_not_shown_to_a_representative(representative, houses, world, time_machine_at):
    bring_in(SAMPLE, BOTH)
    seven = account_of(houses, "company", "7")
    seven.owner = world.chen
    seven.save()
    with time_machine_at(date(2016, 4, 6)):
        assert "公司 7<" not in representative.get(f"{BASE}lost/").content.decode()
        assert representative.get(f"/h/H1/clients/{seven.pk}/panels/production/").status_code == 404


def test_the_list_goes_on_where_the_page_ended(clerk, monkeypatch, houses, time_machine_at):
    monkeypatch.setattr("roomnight.pms.views.production.ROWS", 1)
    bring_in(SAMPLE, BOTH)
    with time_machine_at(date(2016, 4, 6)):
        first = clerk.get(f"{BASE}lost/?side=company")
        assert "公司 7<" in first.content.decode() and "公司 30<" not in first.content.decode()
        following = first.context["next"]
        second = clerk.get(f"{BASE}lost/{following}").content.decode()
        assert "公司 7<" not in second and "公司 30<" in second


def test_lists_of_clients_show_what_was_brought(houses, time_machine_at):
    with time_machine_at(date(2016, 3, 10)):
        bring_in(SAMPLE, BOTH)
        seven = account_of(houses, "company", "7")
        assert (seven.room_nights_12m, seven.revenue_12m) == (12, Decimal("6193.62"))
        assert (seven.room_nights_prior_12m, seven.last_arrival_on) == (0, date(2016, 3, 5))
    with time_machine_at(date(2017, 2, 10)):
        bring_up_to_date(actor=OPERATOR, hotel=houses[0])
        seven.refresh_from_db()
        assert (seven.room_nights_12m, seven.room_nights_prior_12m) == (1, 11)
