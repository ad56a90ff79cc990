"""The credit clients of whoever signed with them, and how a client settles, on pages (CRD-10, CRD-12)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from roomnight.credit.commands import charge, note_promise, raise_dispute
from roomnight.credit.models import CreditAccount, Dispute, LedgerLine
from roomnight.credit.queries.collecting import due_soon
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
URL = "/h/lujiazui/credit/"
TODAY = date(2026, 11, 18)


@pytest.mark.rule("CRD-10")
def test_a_representative_sees_what_is_due_and_what_is_disputed(world, browse):
    credit = world.credit
    line = charge(actor=world.seat("gao"), account=world.huaxing, bill=bill("300"))
    assert due_soon([credit], line.due_on - timedelta(days=6), line.due_on)[credit.pk].week == line.balance
    assert (
        due_soon([credit], line.due_on + timedelta(days=1), line.due_on + timedelta(days=7))[credit.pk].late
        == line.balance
    )
    raise_dispute(actor=world.seat("chen"), credit=credit, line=line, text="多收一位", said_by="单立人")
    page = browse("chen").get(f"{URL}mine/")
    assert [row["one"] for row in page.context["rows"]] == [credit]
    left = {dispute.line_id: left for dispute, left in page.context["disputes"]}[line.pk]
    assert (left["tone"], left["label"]) == ("soon", "剩 24 小时")
    other = browse("sun").get(f"{URL}mine/")
    assert [row["one"] for row in other.context["rows"]] == [world.sun_s_credit]
    assert line.pk not in {dispute.line_id for dispute, _left in other.context["disputes"]}


@pytest.mark.rule("CRD-12")
def test_the_dossier_holds_ageing_disputes_and_promises(world, browse):
    credit = world.credit
    note_promise(
        actor=world.seat("chen"), credit=credit, amount=Decimal(500), due_on=TODAY + timedelta(days=5), said_by="单立人"
    )
    page = browse("cao").get(f"{URL}{credit.pk}/settling/")
    assert page.context["total"] == CreditAccount.objects.get(pk=credit.pk).balance
    assert sum(amount for _label, amount, _part in page.context["parts"]) == page.context["total"]
    (promise,) = page.context["promises"]
    assert (promise.amount, promise.is_kept) == (Decimal(500), None)
    assert "单立人" in page.content.decode()
    assert LedgerLine.objects.filter(credit=credit).count() == len(
        browse("cao").get(f"{URL}{credit.pk}/").context["lines"]
    )


@pytest.mark.rule("CRD-10")
def test_the_day_of_whoever_signed_shows_what_is_due_and_the_hours_left(world, browse):
    """The client's charges are due within the week; a dispute is open since this morning."""
    Dispute.objects.filter(credit__account=world.huaxing).update(due_at=timezone.now() + timedelta(hours=5, minutes=1))
    credit = CreditAccount.objects.get(account=world.huaxing)
    first = credit.lines.filter(open_cents__gt=0).order_by("due_on").first().due_on
    chen = browse("chen")
    assert "credit/mine/day/" in chen.get("/h/lujiazui/day/side/").content.decode()
    with time_machine.travel(f"{first}T08:00:00+08:00", tick=False):
        said = chen.get("/h/lujiazui/credit/mine/day/").content.decode()
    assert "¥1,080.50" in said and "早餐未按协议含两份" in said and "credit/mine/" in said
    assert "剩 5 小时" in chen.get("/h/lujiazui/credit/mine/day/").content.decode()
    assert browse("cao").get("/h/lujiazui/credit/mine/day/").content.decode().strip() == ""
    assert world.huaxing.name not in browse("sun").get("/h/lujiazui/credit/mine/day/").content.decode()
