"""Dunning letters: what they say, in which language, numbered and kept (CRD-08)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from roomnight.agreements.models import AgreementPaper, AgreementTemplate
from roomnight.credit.commands import charge, climb_ladder, make_letter, raise_dispute, take_payment, take_step
from roomnight.credit.models import CreditAccount, Dispute, DunningLetter, DunningStep
from roomnight.credit.queries.letters import letter_language, letter_sheet, owed_on
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import Notification
from roomnight.organization.access import files_of
from tests.world_credit import bill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


@pytest.fixture
def credit(world):
    Dispute.objects.all().delete()
    DunningLetter.objects.all().delete()
    DunningStep.objects.all().delete()
    return CreditAccount.objects.select_related("hotel", "account__hotel", "responsible").get(account=world.huaxing)


@pytest.fixture
def late(credit):
    """The first letter is due: seven days after the oldest charge was."""
    day = credit.lines.filter(open_cents__gt=0).order_by("due_on").first().due_on + timedelta(days=7)
    with time_machine.travel(f"{day}T09:00:00+08:00", tick=False):
        climb_ladder(actor=SYSTEM, hotel=credit.hotel, on=day)
        yield DunningStep.objects.select_related("credit__hotel").get(credit=credit)


def table(letter):
    return letter_sheet(letter, owed_on(letter.step, letter.on)).parts[2].rows


@pytest.mark.rule("CRD-08")
def test_a_letter_lists_what_is_open_with_the_days_and_is_kept(world, credit, late):
    one = make_letter(actor=world.seat("cao"), step=late, language="zh-hans")
    assert late.step == "letter" and one.number.startswith("CK-20") and one.amount == Decimal("1080.50")
    assert one.pay_by == one.on + timedelta(days=7)
    with translation.override("zh-hans"):
        rows = table(one)
    assert [row[-2:] for row in rows] == [["7", "¥200.50"], ["7", "¥880.00"], ["", "¥1,080.50"]]
    kept = files_of(one).get()
    assert (kept.name, kept.media_type) == (f"{one.number}.pdf", "application/pdf") and kept.size_bytes > 5_000
    assert make_letter(actor=world.seat("cao"), step=late, language="zh-hans") is UNCHANGED
    other = make_letter(actor=world.seat("cao"), step=late, language="en")
    assert other.number != one.number and DunningLetter.objects.filter(step=late).count() == 2


@pytest.mark.rule("CRD-08")
def test_what_is_disputed_is_left_out_and_what_was_paid_is_taken_off(world, credit, late):
    line = credit.lines.filter(open_cents=88_000).get()
    raise_dispute(actor=world.seat("chen"), credit=credit, text="重复计费", said_by="王芳", line=line)
    take_payment(
        actor=world.seat("cao"), credit=credit, amount=Decimal(950), on=late.reached_on, reference="R-9", settles=[]
    )
    one = make_letter(actor=world.seat("cao"), step=late, language="en")
    with translation.override("en"):
        rows = table(one)
    assert [row[-1] for row in rows] == ["¥200.50", "-¥70.00", "¥130.50"]
    assert one.amount == Decimal("130.50")


@pytest.mark.rule("CRD-08")
def test_there_is_no_letter_for_what_is_done_or_not_owed(world, credit, late):
    seat = world.seat("cao")
    DunningStep.objects.filter(pk=late.pk).update(step="call")
    with pytest.raises(Refusal) as refused:
        make_letter(actor=seat, step=late, language="en")
    assert refused.value.code == "credit.no_letter"
    DunningStep.objects.filter(pk=late.pk).update(step="letter")
    take_payment(actor=seat, credit=credit, amount=Decimal("1080.50"), on=late.reached_on)
    with pytest.raises(Refusal) as refused:
        make_letter(actor=seat, step=late, language="en")
    assert refused.value.code == "credit.nothing_open"
    take_step(actor=seat, step=late, how="post", spoken_to="财务部", note="已付清")
    with pytest.raises(Refusal) as refused:
        make_letter(actor=seat, step=late, language="en")
    assert refused.value.code == "credit.done"
    assert not DunningLetter.objects.exists()


@pytest.mark.rule("CRD-08")
def test_a_step_says_how_the_client_was_reached(world, late):
    with pytest.raises(Refusal) as refused:
        take_step(actor=world.seat("cao"), step=late, how="pigeon", spoken_to="财务部", note="无")
    assert refused.value.code == "credit.how"
    done = take_step(actor=world.seat("cao"), step=late, how="post", spoken_to="财务部", note="挂号寄出")
    assert (done.how, done.note) == ("post", "挂号寄出")


def test_in_the_language_of_the_client_s_agreement(world, credit):
    assert letter_language(credit) == "zh-hans"
    AgreementPaper.objects.create(
        agreement=world.agreement, template=AgreementTemplate.objects.first(), language="en", contents="x",
        made_by=world.chen, made_at=world.agreement.effective_at,
    )  # fmt: skip
    assert letter_language(credit) == "en"


def test_more_lines_than_fit_are_one_row(world, credit, late, monkeypatch):
    monkeypatch.setattr("roomnight.credit.queries.letters.MOST_LINES", 1)
    one = make_letter(actor=world.seat("cao"), step=late, language="en")
    with translation.override("en"):
        rows = table(one)
    assert [row[-1] for row in rows] == ["¥200.50", "¥880.00", "¥1,080.50"] and "1 more charge" in rows[1][2]


def test_whoever_has_it_to_do_is_told_the_amount_with_its_sign(world, credit, late):
    told = Notification.objects.filter(recipient=late.assigned_to.username, message__contains="dunning ladder").latest(
        "pk"
    )
    assert told.values["amount"] == "¥1,080.50"


@pytest.mark.rule("CRD-08")
@pytest.mark.rule("CRD-12")
def test_the_letter_on_its_pages(world, credit, late, browse):
    path = f"/h/lujiazui/credit/dunning/{late.pk}/letter/"
    assert browse("sun").get(path).status_code == 404
    finance = browse("cao")
    assert "2 笔未结" in finance.get(path).content.decode()
    assert finance.post(path, {"language": "fr"}).status_code == 422
    assert finance.post(path, {"language": "zh-hans"}).status_code == 302
    one = DunningLetter.objects.get(step=late)
    for page in ("credit/dunning/", f"credit/{credit.pk}/letters/"):
        assert one.number in finance.get(f"/h/lujiazui/{page}").content.decode()
    answer = finance.get(f"/h/lujiazui/credit/letters/{one.pk}/")
    assert answer.content.startswith(b"%PDF-") and "attachment" in answer["Content-Disposition"]
    assert browse("sun").get(f"/h/lujiazui/credit/letters/{one.pk}/").status_code == 404


def test_a_charge_of_another_client_is_in_nobody_else_s_letter(world, credit, late):
    charge(actor=world.seat("sun"), account=world.minjiang, bill=bill("77", late.reached_on, reference="F-77"))
    assert owed_on(late, late.reached_on).count == 2
