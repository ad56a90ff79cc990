"""Two clients become one with everything the product keeps of them, and two again (ACC-04, ACC-09)."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connections, models
from django.utils import timezone

from roomnight.activities.models import (
    FollowUp,
    ProposalState,
    Visit,
    VisitProposal,
    VisitReport,
    VisitSuggestion,
)
from roomnight.clients.commands import (
    CompetitorRow,
    add_contact,
    edit_account,
    give_gift,
    link_external_id,
    merge_accounts,
    merge_contacts,
    move_stragglers,
    register_account,
    share_account,
    split_account,
    tag_accounts,
)
from roomnight.clients.models import (
    Account,
    Contact,
    DuplicateKey,
    ExternalId,
    Merge,
    Ownership,
    SearchEntry,
    TimelineEntry,
)
from roomnight.clients.queries import search
from roomnight.clients.queries.duplicates import likely_one
from roomnight.clients.rules.duplicates import Particulars
from roomnight.kernel.commands import SYSTEM
from roomnight.kernel.errors import Refusal
from roomnight.kernel.merging import DERIVED, RULES, STAYING, is_plain, is_set, key_of, references
from roomnight.kernel.models import Attachment, AuditEntry, Deed, DeedRow, Notification
from roomnight.kernel.undo import undo
from roomnight.pms.models import Booking, ProductionMonth
from roomnight.pms.queries import recount
from roomnight.pms.queries.production import kept
from roomnight.pms.tests.bringing import assert_habits_are_whole, bring_in
from roomnight.procedures.access import cases_about
from roomnight.procedures.commands import complete_task, start_case
from roomnight.procedures.models import Case
from tests.bookings import Stay, csv_of
from tests.world import SHANGHAI

pytestmark = pytest.mark.rule("ACC-04")
NOT_COMPARED = {AuditEntry, Deed, DeedRow, Notification}
FOUND_BY = {SearchEntry, DuplicateKey}
CODE = "91310000MA1K35W050"


def table(model: type[models.Model]) -> list[Any]:
    """Every row of a table; of what records are found by, without the numbers the database gives."""
    rows = [{**row} for row in model._base_manager.order_by("pk").values()]
    if model not in FOUND_BY:
        return rows
    return sorted(sorted((name, str(value)) for name, value in row.items() if name != "id") for row in rows)


def everything() -> dict[str, list[Any]]:
    """Every row of every table of the product, but for audit, journal and bells."""
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("roomnight.")]
    return {model._meta.label: table(model) for model in ours if model not in NOT_COMPARED}


@pytest.mark.parametrize("target", [Account, Contact])
def test_every_key_to_a_client_or_person_can_come_along(target):
    """One that a unique constraint covers needs a rule of its own app."""
    keys = references(target)
    assert len(keys) > 8
    for field in keys:
        named = {key_of(field)} & (set(RULES) | STAYING | DERIVED)
        assert named or is_set(field) or is_plain(field), f"{key_of(field)} needs a merge rule"


def test_rules_are_about_keys_that_there_are():
    there = {key_of(field) for target in (Account, Contact) for field in references(target)}
    assert set(RULES) | STAYING | DERIVED <= there


@pytest.fixture
def couple(world, tmp_path, at_work):
    """Huaxing and a second record of it, both with a history: a hundred things each, bookings, people, shares."""
    seat = world.seat("chen")
    other = register_account(
        actor=seat, hotel=world.lujiazui, name="华兴旧名股份有限公司", owner=world.xu, city="上海市", credit_code=CODE,
        competitors=[CompetitorRow("君悦", 30), CompetitorRow("半岛", 10)], custom={"water": "巴黎水"},
    )  # fmt: skip
    tag_accounts(actor=seat, hotel=world.lujiazui, accounts=[other, world.huaxing], name="双方都有")
    tag_accounts(actor=seat, hotel=world.lujiazui, accounts=[other], name="只有旧的")
    edit_account(
        actor=seat, account=world.huaxing, revision=world.huaxing.revision, competitors=[CompetitorRow("君悦", 40)]
    )
    share_account(actor=seat, account=other, staff=world.sun)
    share_account(actor=seat, account=world.huaxing, staff=world.sun)
    share_account(actor=seat, account=other, staff=world.wu)
    person = add_contact(actor=seat, account=other, name="王小芳", mobile="13812348866", preferences={"food": "清淡"})
    give_gift(actor=seat, contact=person, what="茶叶", given_on=date(2026, 9, 1))
    below = register_account(actor=seat, hotel=world.lujiazui, name="华兴下属", parent=other, referred_by=other)
    Attachment.objects.create(
        subject=f"clients.account:{other.pk}", hotel_code="lujiazui", name="x.png", media_type="image/png", size_bytes=1,
        sha256="0" * 64, added_by="chen",
    )  # fmt: skip
    for account, kind, value in ((world.huaxing, "company", "W1"), (other, "company", "L1"), (other, "agent", "L2")):
        link_external_id(actor=seat, account=account, kind=kind, value=value)
    activities(world, other, person)
    bookings(tmp_path)
    return world.huaxing, Account.objects.get(pk=other.pk), person, below


def activities(world, account, person):
    start = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    visits = Visit.objects.bulk_create(
        Visit(
            hotel=world.lujiazui, account=account, staff=world.chen, number=f"X-{n:04d}", purpose="return_visit",
            day=(start + timedelta(days=n)).date(), planned_start=start + timedelta(days=n), state="closed",
            planned_end=start + timedelta(days=n, minutes=30), report_due_at=start + timedelta(days=n, hours=9),
            created_by="chen",
        )
        for n in range(200)
    )  # fmt: skip
    for visit in visits[:20]:
        visit.people.add(person, world.wangfang)
    for n, visit in enumerate(visits[:10]):
        report = VisitReport.objects.create(
            visit=visit, submission_key=UUID(int=n), met_from=visit.planned_start, met_to=visit.planned_end, kind="return",
            purpose="return_visit", result="interested", submitted_at=visit.planned_end, actual_minutes=30,
            likes={str(person.pk): "龙井"},
        )  # fmt: skip
        report.contacts.add(person)
    FollowUp.objects.bulk_create(
        FollowUp(
            hotel=world.lujiazui, account=account, contact=person, what=f"任务 {n}", due_on=date(2026, 12, 1), owner=world.chen,
            escalate_on=date(2026, 12, 3),
        )
        for n in range(200)
    )  # fmt: skip
    TimelineEntry.objects.bulk_create(
        TimelineEntry(account=account, contact=person, at=start, kind="call", message="Call") for _n in range(100)
    )
    monday = date(2026, 11, 23)
    for one, state in ((world.huaxing, ProposalState.DROPPED), (account, ProposalState.PLANNED)):
        made = VisitProposal.objects.create(
            hotel=world.lujiazui,
            account=one,
            staff=world.xu,
            week=monday,
            for_day=monday,
            state=state,
            drop_reason="忙",
        )
        Visit.objects.filter(pk=visits[0 if one == account else 1].pk).update(proposal=made)
        VisitSuggestion.objects.create(account=one, code="focus", valid_until=monday + timedelta(days=one.pk))


def bookings(folder):
    stays = [
        Stay(date(2026, month, 1 + 2 * n), company=company, agent=agent)
        for month in (5, 6, 9, 10)
        for n, (company, agent) in enumerate([("W1", ""), ("L1", ""), ("L1", "L2"), ("W1", "L2"), ("", "L2")])
    ]
    path = folder / "stays.csv"
    path.write_bytes(csv_of(stays))
    bring_in(path, {"City Hotel": "lujiazui"})


def merged(world, couple, **given):
    winner, loser = (Account.objects.get(pk=one.pk) for one in couple[:2])
    return merge_accounts(
        actor=world.seat("lin"), winner=winner, loser=loser, revisions=(winner.revision, loser.revision), **given
    )


@pytest.mark.django_db
def test_everything_goes_along(world, couple):
    winner, loser, person, below = couple
    before = {
        name: model.objects.filter(account__in=[winner, loser]).count()
        for name, model in (("visits", Visit), ("follow-ups", FollowUp), ("people", Contact), ("owners", Ownership))
    }
    nights = sum(row.room_nights for row in ProductionMonth.objects.filter(account__in=[winner, loser], side="company"))
    merged(world, couple)
    for field in references(Account):
        if key_of(field) not in STAYING | DERIVED:
            assert not field.model._base_manager.filter(**{field.name: loser}).exists(), field
    assert before == {
        name: model.objects.filter(account=winner).count()
        for name, model in (("visits", Visit), ("follow-ups", FollowUp), ("people", Contact), ("owners", Ownership))
    }
    kept_one, gone = Account.objects.get(pk=winner.pk), Account.objects.get(pk=loser.pk)
    assert (gone.merged_into, gone.owner, gone.stage) == (kept_one, None, "invalid")
    assert {tag.name for tag in kept_one.tags.all()} >= {"双方都有", "只有旧的"}
    assert sorted(kept_one.competitors.values_list("hotel_name", "share_percent")) == [("半岛", 10), ("君悦", 40)]
    assert sorted(kept_one.shares.values_list("staff__username", flat=True)).count("sun") == 1
    assert kept_one.custom["water"] == "巴黎水"
    below.refresh_from_db()
    assert (below.parent, below.referred_by) == (kept_one, kept_one)
    assert Ownership.objects.filter(account=winner, ended_at=None).count() == 1
    assert Attachment.objects.filter(subject=f"clients.account:{winner.pk}").exists()
    assert Visit.objects.get(number="X-0001").proposal == Visit.objects.get(number="X-0000").proposal
    assert VisitProposal.objects.get(account=winner, staff=world.xu, week=date(2026, 11, 23)).state == "planned"
    assert kept(world.lujiazui) == recount(world.lujiazui)
    assert_habits_are_whole("lujiazui")
    after = ProductionMonth.objects.filter(account=winner, side="company")
    assert sum(row.room_nights for row in after) == nights
    assert Merge.objects.latest("pk").moved["activities.visit.account"] == 200
    assert kept_one.room_nights_12m > 0


@pytest.mark.django_db
def test_the_chosen_particulars_are_the_loser_s(world, couple):
    winner = merged(world, couple, take=["name", "credit_code", "owner", "city"])
    winner.refresh_from_db()
    assert (winner.name, winner.credit_code, winner.owner, winner.city) == (
        "华兴旧名股份有限公司",
        CODE,
        world.xu,
        "上海市",
    )
    assert Ownership.objects.get(account=winner, ended_at=None).staff == world.xu


@pytest.mark.django_db
def test_former_names_find_the_one_that_is_left(world, couple):
    winner, loser, *_rest = couple
    merged(world, couple)
    seat = world.seat("lin")
    for typed in ("华兴旧名", "huaxingjiuming", loser.code):
        assert [hit.pk for hit in search(seat, typed, what="account") if hit.pk in (winner.pk, loser.pk)] == [winner.pk]
    assert [one.account_id for one in likely_one(world.lujiazui, Particulars("某某", credit_code=CODE))] == [winner.pk]
    assert not DuplicateKey.objects.filter(account=loser).exists()


@pytest.mark.django_db
@pytest.mark.rule("ACC-09")
def test_taken_back_the_database_is_as_it_was(world, couple):
    before = everything()
    merged(world, couple, take=["name", "owner", "stage"])
    assert everything() != before
    undo(actor=world.seat("lin"), deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
    after = everything()
    for name, rows in before.items():
        assert after[name] == rows, name


@pytest.mark.django_db
@pytest.mark.rule("ACC-09")
@pytest.mark.parametrize(
    "later",
    [
        pytest.param(lambda a, w: Account.objects.filter(pk=a.pk).update(phone="1"), id="the client was changed"),
        pytest.param(
            lambda a, w: add_contact(actor=w.seat("chen"), account=a, name="新人", qq="1"), id="somebody came"
        ),
        pytest.param(lambda a, w: Booking.objects.filter(company=a, nights=2).delete(), id="a booking went"),
        pytest.param(lambda a, w: TimelineEntry.objects.create(account=a, at=timezone.now(), kind="call"), id="a call"),
    ],
)
def test_after_a_change_it_is_not_taken_back(world, couple, later):
    winner = merged(world, couple)
    later(winner, world)
    before = everything()
    with pytest.raises(Refusal) as refused:
        undo(actor=world.seat("lin"), deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
    assert refused.value.code == "undo.changed"
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.rule("ACC-09")
def test_figures_worked_out_anew_do_not_stand_in_the_way(world, couple):
    winner = merged(world, couple)
    Account.objects.filter(pk=winner.pk).update(room_nights_12m=1, revenue_12m=1)
    undo(actor=world.seat("lin"), deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
    assert Account.objects.get(pk=winner.pk).room_nights_12m > 1


@pytest.mark.django_db
def test_importing_again_updates_the_one_that_is_left(world, couple, tmp_path):
    winner, loser, *_rest = couple
    merged(world, couple)
    before = Booking.objects.filter(company=winner).count()
    path = tmp_path / "more.csv"
    path.write_bytes(csv_of([Stay(date(2026, 8, 8), company="L1"), Stay(date(2026, 8, 9), company="L1", agent="L2")]))
    bring_in(path, {"City Hotel": "lujiazui"})
    assert Booking.objects.filter(company=winner).count() == before + 2
    assert not Booking.objects.filter(company=loser).exists()
    assert kept(world.lujiazui) == recount(world.lujiazui)


@pytest.mark.django_db
def test_what_came_while_merging_follows(world, couple):
    winner, loser, *_rest = couple
    merged(world, couple)
    FollowUp.objects.filter(what="任务 7").update(account=loser)
    Booking.objects.filter(company=winner).update(company=loser)
    assert move_stragglers(actor=SYSTEM) == 1
    assert FollowUp.objects.get(what="任务 7").account == winner
    assert not Booking.objects.filter(company=loser).exists()
    assert str(move_stragglers(actor=SYSTEM)) == "UNCHANGED"


@pytest.mark.django_db
@pytest.mark.rule("ACC-09")
def test_cases_about_the_client_that_goes_are_about_the_one_that_stays_and_go_back(world, couple):
    """What was done in a case since the merge stays done when the merge is taken back."""
    winner, loser, *_rest = couple
    seat, subject = world.seat("lin"), f"clients.account:{loser.pk}"
    case = start_case(actor=seat, version=world.procedure_in_force, subject=subject, starter=world.lin)
    merged(world, couple)
    assert [one.pk for one in cases_about(seat, f"clients.account:{winner.pk}")] == [case.pk]
    assert not cases_about(seat, subject).exists()
    assert Merge.objects.latest("pk").moved["procedures.case.subject"] == 1
    complete_task(actor=seat, task=case.tasks.get(), staff=world.lin, data={"rooms": True})
    since = Case.objects.get(pk=case.pk)
    undo(actor=seat, deed=Deed.objects.filter(kind="clients.merge").latest("pk"))
    back = Case.objects.get(pk=case.pk)
    assert (back.subject, back.engine_state, back.data) == (subject, since.engine_state, since.data)
    assert back.tasks.filter(state="open").get().step == "keys"


@pytest.mark.django_db
def test_a_case_begun_about_a_client_while_it_was_merged_follows(world, couple):
    winner, loser, *_rest = couple
    merged(world, couple)
    case = start_case(actor=world.seat("lin"), version=world.procedure_in_force, subject=f"clients.account:{loser.pk}")
    assert move_stragglers(actor=SYSTEM) == 1
    case.refresh_from_db()
    assert case.subject == f"clients.account:{winner.pk}"
    assert str(move_stragglers(actor=SYSTEM)) == "UNCHANGED"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "prepare"),
    [
        ("merge.itself", lambda w, c: (c[0], c[0])),
        ("merge.other_hotel", lambda w, c: (c[0], w.hubin)),
        ("merge.branch", lambda w, c: (c[3], c[1])),
        ("merge.branch", lambda w, c: (c[1], c[3])),
        ("account.owner_needed", lambda w, c: (c[0], w.tianyuan)),
    ],
)
def test_what_cannot_be_merged_is_refused(world, couple, code, prepare):
    winner, loser = prepare(world, couple)
    before = everything()
    with pytest.raises(Refusal) as refused:
        merge_accounts(
            actor=world.seat("lin"),
            winner=winner,
            loser=loser,
            revisions=(winner.revision, loser.revision),
            take=["owner"],
        )
    assert refused.value.code == code
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.rule("ACC-09")
def test_two_records_of_a_person_become_one_and_two_again(world, couple):
    winner, _loser, person, _below = couple
    merged(world, couple)
    before = everything()
    kept_one, gone = Contact.objects.get(pk=world.wangfang.pk), Contact.objects.get(pk=person.pk)
    merge_contacts(
        actor=world.seat("lin"),
        winner=kept_one,
        loser=gone,
        revisions=(kept_one.revision, gone.revision),
        take=["mobile"],
    )
    kept_one.refresh_from_db()
    assert kept_one.preferences["food"] == "清淡"
    assert kept_one.gifts.count() == 1
    assert kept_one.planned_visits.filter(number__startswith="X-").count() == 20
    assert FollowUp.objects.filter(contact=kept_one).count() >= 200
    assert set(VisitReport.objects.filter(submission_key=UUID(int=3)).get().likes) == {str(kept_one.pk)}
    assert not Contact.objects.get(pk=person.pk).is_active
    undo(actor=world.seat("lin"), deed=Deed.objects.filter(kind="clients.merge_contacts").latest("pk"))
    after = everything()
    for name, rows in before.items():
        assert after[name] == rows, name


@pytest.mark.django_db
@pytest.mark.rule("ACC-09")
def test_a_part_becomes_a_client_of_its_own_and_goes_back(world, couple):
    """After a wrong merge on which both went on: people, numbers with their bookings, and visits are taken out again."""
    winner, _loser, person, _below = couple
    own = Booking.objects.filter(company=winner).count()
    theirs = Booking.objects.filter(company=_loser).count()
    merged(world, couple)
    number = ExternalId.objects.get(kind="company", value="L1")
    visits = list(Visit.objects.filter(number__startswith="X-").values_list("pk", flat=True)[:50])
    before = everything()
    new = split_account(
        actor=world.seat("lin"), account=winner, name="华兴旧名股份有限公司", reason="两家不同的公司",
        parts={
            "clients.contact.account": [person.pk], "clients.externalid.account": [number.pk],
            "activities.visit.account": visits,
        },
    )  # fmt: skip
    assert Contact.objects.get(pk=person.pk).account == new
    assert Visit.objects.filter(account=new).count() == 50
    assert Booking.objects.filter(company=new).count() == theirs > 0
    assert Booking.objects.filter(company=winner).count() == own
    assert (
        Booking.objects.filter(agent=winner, agent_party=None).exists()
        or not Booking.objects.filter(agent=new).exists()
    )
    assert kept(world.lujiazui) == recount(world.lujiazui)
    assert_habits_are_whole("lujiazui")
    assert [hit.pk for hit in search(world.seat("lin"), "王小芳", what="contact")] == [person.pk]
    undo(actor=world.seat("lin"), deed=Deed.objects.filter(kind="clients.split").latest("pk"))
    after = everything()
    assert after.pop("kernel.Counter") != before.pop("kernel.Counter")
    for name, rows in before.items():
        assert after[name] == rows, name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("account.name", {"name": " "}),
        ("split.reason", {"reason": ""}),
        ("split.nothing", {"parts": {"clients.contact.account": []}}),
        ("split.other", {"parts": {"clients.contact.account": [10**6]}}),
        ("split.other", {"parts": {"clients.ownership.account": [1]}}),
    ],
)
def test_a_wrong_split_is_refused(world, couple, code, given):
    right = {"name": "新客户", "reason": "分开", "parts": {"clients.contact.account": [world.wangfang.pk]}}
    before = everything()
    with pytest.raises(Refusal) as refused:
        split_account(actor=world.seat("lin"), account=world.huaxing, **{**right, **given})
    assert refused.value.code == code
    assert everything() == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_who_merge_two_both_ways_one_wins(world):
    """Thirty-two at once, half of them the other way round: one merge, a clear word for the others, no circle."""
    one, other = world.jinyuan, world.huaxing
    visits = Visit.objects.filter(account__in=[one, other]).count()
    gate = threading.Barrier(32)

    def run(number: int) -> str:
        try:
            winner, loser = (one, other) if number % 2 else (other, one)
            gate.wait(timeout=60)
            merge_accounts(
                actor=world.seat("lin"), winner=winner, loser=loser, revisions=(winner.revision, loser.revision)
            )
        except Refusal as refusal:
            assert re.search(r"\w", str(refusal))
            return refusal.code
        else:
            return "merged"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(32) as pool:
        results = list(pool.map(run, range(32)))
    assert sorted(results) == ["merge.done"] * 31 + ["merged"]
    left = Account.objects.filter(pk__in=[one.pk, other.pk], merged_into=None)
    assert left.count() == 1
    assert Merge.objects.filter(moved__has_key="activities.visit.account").count() >= 1
    assert Visit.objects.filter(account=left.get()).count() == visits
