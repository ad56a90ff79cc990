"""What clients of the demo hotel answered when they were asked: a year of scores, a few low ones, some still to be asked."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from roomnight.clients.models import Account
from roomnight.organization.models import Hotel, Staff
from roomnight.service.commands import comment_review, draft_survey, send_survey, take_survey, write_review
from roomnight.service.models import REASONS, DealReview, Survey, SurveyAbout
from roomnight.web.demo.contracts import by

CLIENTS = 6
EVERY_DAYS = 45
SAID = [
    "前台认得我们的客人，入住很快", "会议厅音响调试及时，茶歇味道好", "早餐品种可以再多一些", "网络在高峰时有点慢", "",
    "销售回复很快，报价清楚", "房间安静，窗帘遮光好", "", "发票开得及时，账单一次对上",
]  # fmt: skip
LOW = "电梯等了十分钟，客户在大堂一直站着，没有人过来解释"


def ask_opinions(*, rng: random.Random, hotel: Hotel, staff: dict[str, Staff], accounts: Sequence[Account]) -> None:
    """A score of each of a few clients every six weeks of a year, most of them good; one low one of this morning; two links
    that are out, and what orders and visits left to be asked."""
    owned = [one for one in accounts if one.owner_id is not None][:CLIENTS]
    look_back(hotel, staff)
    now = timezone.now()
    for place, account in enumerate(owned):
        for number in range(8):
            ago = timedelta(days=EVERY_DAYS * number + rng.randrange(3, 30))
            one = _draft(hotel, staff, account, list(SurveyAbout)[(number + place) % 3], ago)
            score = min(10, 7 + rng.randrange(0, 3) + (number < 3))  # noqa: PLR2004
            asked = REASONS[one.about]
            take_survey(
                actor=by(staff["yu"]), survey=one, by=staff["yu"], score=score, words=rng.choice(SAID),
                reasons=[rng.choice(asked).value, asked[0].value],
            )  # fmt: skip
            Survey.objects.filter(pk=one.pk).update(drafted_at=now - ago, answered_at=now - ago)
    if len(owned) < CLIENTS:
        return
    low = _draft(hotel, staff, owned[1], SurveyAbout.EVENT, timedelta(days=1))
    take_survey(actor=by(staff["yu"]), survey=low, by=staff["yu"], score=4, words=LOW, reasons=["speed"], name="罗经理")
    for account in owned[2:4]:
        out = _draft(hotel, staff, account, SurveyAbout.STAY, timedelta(days=2))
        send_survey(actor=by(staff["yu"]), survey=out, by=staff["yu"], revision=out.revision)


def look_back(hotel: Hotel, staff: dict[str, Staff]) -> None:
    """Four deals are looked back at; the manager has read two of them."""
    lessons: list[tuple[str, list[str], str]] = [
        ("smooth", [], ""), ("bumpy", ["interrupted"], "先让客户说完，再报价"), ("bumpy", ["late", "interrupted"], "当天先回一句话"),
        ("hard", ["promised"], "答应之前先问宴会部"),
    ]  # fmt: skip
    due = DealReview.objects.filter(hotel=hotel, state="due").select_related("hotel", "order", "staff").order_by("pk")
    for number, (one, (went, slips, otherwise)) in enumerate(zip(due[: len(lessons)], lessons, strict=False)):
        write_review(
            actor=by(one.staff), review=one, by=one.staff, revision=one.revision, went=went, slips=slips, otherwise=otherwise,
            worked="带了去年的会议照片",
        )  # fmt: skip
        if number < 2 and one.staff_id != staff["zhou"].pk:  # noqa: PLR2004
            comment_review(
                actor=by(staff["zhou"]),
                review=one,
                by=staff["zhou"],
                revision=one.revision,
                comment="写得实在。下次我陪你去一趟。",
            )


def _draft(hotel: Hotel, staff: dict[str, Staff], account: Account, about: str, ago: timedelta) -> Survey:
    day = timezone.localdate() - ago - timedelta(days=1)
    made: Survey = draft_survey(actor=by(staff["yu"]), hotel=hotel, account=account, about=about, happened_on=day)
    return made
