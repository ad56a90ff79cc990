"""The fact book: kept by some, read by many, and what is the focus on which day."""

from datetime import date
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Attachment, AuditEntry
from roomnight.organization.commands import add_fact, edit_fact
from roomnight.organization.models import Fact
from roomnight.organization.queries.facts import current_focus
from tests.world_work import PNG

HERE = "/h/lujiazui/settings/facts"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
HALL = {
    "kind": "hall",
    "title": "云汀厅",
    "title_en": "Cloud Hall",
    "text": "层高 6 米",
    "price": "28000",
    "unit": "天",
    "checked_on": "2026-11-18",
}


def focus(world, title, starts_on, ends_on=None, **more):
    lin = world.seat("lin")
    return add_fact(actor=lin, hotel=lin.hotel, kind="focus", title=title, starts_on=starts_on, ends_on=ends_on,
                    checked_on=date(2026, 11, 18), **more)  # fmt: skip


@pytest.mark.rule("ORG-07")
def test_the_focus_of_a_day_is_what_holds_then_newest_first(world):
    focus(world, "圣诞套餐", date(2026, 11, 18), date(2026, 12, 25))
    focus(world, "秋季长住", date(2026, 9, 1), date(2026, 11, 17))
    focus(world, "春节团圆", date(2026, 11, 19))
    focus(world, "停用的", date(2026, 11, 1), is_retired=True)
    assert [one.title for one in current_focus(world.lujiazui, date(2026, 11, 18))] == ["圣诞套餐", "冬季会议季"]
    assert [one.title for one in current_focus(world.lujiazui, date(2026, 11, 17))] == ["冬季会议季", "秋季长住"]
    assert [one.title for one in current_focus(world.lakeside, date(2026, 11, 18))] == ["湖景婚宴"]


@pytest.mark.rule("ORG-07")
def test_proposals_and_the_kit_show_the_focus(world, browse):
    chen = browse("chen")
    assert "冬季会议季" in chen.get("/h/lujiazui/activities/proposals/").content.decode()
    visit = chen.get(f"/h/lujiazui/activities/visits/{world.confirmed_visit.pk}/").content.decode()
    assert f'hx-get="{HERE}/focus/"' in visit
    piece = chen.get(f"{HERE}/focus/").content.decode()
    assert "冬季会议季" in piece
    assert "湖景婚宴" not in piece


@pytest.mark.rule("ORG-07")
def test_an_entry_is_made_found_changed_and_retired_but_never_deleted(world, browse):
    ma, chen = browse("ma"), browse("chen")
    answer = ma.post(f"{HERE}/new/", HALL)
    hall = Fact.objects.get(title="云汀厅")
    assert answer["Location"] == f"{HERE}/{hall.pk}/"
    assert "¥28,000.00" in chen.get(f"{HERE}/?kind=hall").content.decode()
    seen = ma.get(f"{HERE}/{hall.pk}/edit/").context["form"]["seen"].value()
    sent = {**HALL, "price": "30000", "is_retired": "on", "seen": seen}
    assert ma.post(f"{HERE}/{hall.pk}/edit/", sent).status_code == 302
    assert AuditEntry.objects.latest("pk").changes == {"price": ["28000.00", "30000"], "is_retired": [False, True]}
    assert "云汀厅" not in chen.get(f"{HERE}/").content.decode()
    assert "云汀厅" in chen.get(f"{HERE}/?all=1").content.decode()
    late = ma.post(f"{HERE}/{hall.pk}/edit/", {**HALL, "title": "云汀大厅", "seen": seen})
    assert late.status_code == 422


def test_who_reads_does_not_write(world, browse):
    chen = browse("chen")
    assert chen.get(f"{HERE}/").status_code == 200
    assert chen.post(f"{HERE}/new/", HALL).status_code == 403
    assert chen.post(f"{HERE}/{world.focus.pk}/edit/", HALL).status_code == 403


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "code"),
    [(None, None, "fact.day"), (date(2026, 11, 2), date(2026, 11, 1), "fact.days")],
)
def test_days_that_cannot_be_are_refused_here_and_by_the_database(world, starts_on, ends_on, code):
    before = Fact.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        focus(world, "错", starts_on, ends_on)
    assert refusal.value.code == code
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.create(hotel=world.lujiazui, kind="focus", title="错", starts_on=starts_on, ends_on=ends_on,
                            checked_on=date(2026, 11, 18), checked_by="lin")  # fmt: skip
    with pytest.raises(Refusal), transaction.atomic():
        edit_fact(actor=world.seat("lin"), fact=world.focus, starts_on=starts_on, ends_on=ends_on)
    assert (Fact.objects.count(), AuditEntry.objects.count()) == before


@pytest.mark.rule("SEC-05")
def test_a_brochure_is_kept_and_only_sent_as_a_download(world, browse):
    ma = browse("ma")
    photo = BytesIO(PNG + b"other")
    photo.name = "大堂.png"
    assert ma.post(f"{HERE}/{world.focus.pk}/files/", {"file": photo}).status_code == 302
    kept = Attachment.objects.get(name="大堂.png")
    answer = browse("chen").get(f"{HERE}/{world.focus.pk}/files/{kept.pk}/")
    assert answer.content == PNG + b"other"
    assert answer["Content-Disposition"].startswith("attachment")
    page = BytesIO(b"<html><script>alert(1)</script>")
    page.name = "坏.png"
    ma.post(f"{HERE}/{world.focus.pk}/files/", {"file": page})
    assert not Attachment.objects.filter(name="坏.png").exists()
    assert browse("chen").get(f"{HERE}/{world.focus.pk}/files/{world.photo.pk}/").status_code == 404
