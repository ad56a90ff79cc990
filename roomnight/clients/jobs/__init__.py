"""What happens by the clock: clients that are alike are found, protections run out, and who is left alone goes to the pool."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from roomnight.clients import rules
from roomnight.clients.commands import (
    announce_release,
    expire_protection,
    look_for_pairs,
    move_stragglers,
    release_announced,
    tell_of_cards,
    tell_running_out,
)
from roomnight.clients.commands.statements import make_statement, protections_of_month
from roomnight.clients.jobs.files import bring_client_file_in, check_client_file, take_client_file_back
from roomnight.clients.models import (
    Account,
    Contact,
    Importance,
    PoolNotice,
    Protection,
    ProtectionState,
    ProtectionStatement,
    RequestState,
)
from roomnight.clients.queries.cards import NOT_TOLD, overdue
from roomnight.clients.rules.statements import month_before
from roomnight.kernel.commands import SYSTEM, UNCHANGED, Machine
from roomnight.kernel.jobs import periodic
from roomnight.organization.models import Hotel, Staff
from roomnight.organization.working_days import day_at

__all__ = ["bring_client_file_in", "check_client_file", "take_client_file_back"]

MOST_STEPS = 50


@periodic("*/10 * * * *")
@task()
def find_duplicates() -> int:
    """Look through what is new at every hotel, in steps; returns how many pairs were found (ACC-04)."""
    move_stragglers(actor=SYSTEM)
    found = 0
    for hotel in Hotel.objects.order_by("pk"):
        for _step in range(MOST_STEPS):
            pairs = look_for_pairs(actor=Machine("system", hotel.code), hotel=hotel)
            if pairs is UNCHANGED:
                break
            found += pairs
    return found


@periodic("20 * * * *")
@task()
def end_protections() -> int:
    """Tell of protections that run out and end those whose last day is over, hotel by hotel; returns how many ended."""
    now, ended = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        today, actor = day_at(hotel, now), Machine("system", hotel.code)
        active = Protection.objects.filter(hotel=hotel, state=ProtectionState.ACTIVE).select_related(
            "hotel", "account__hotel", "staff"
        )
        notice = rules.PROTECTION_NOTICE_DAYS.at(hotel.code, today)
        told = active.filter(told_on=None, until__gte=today, until__lte=today + timedelta(days=notice))
        for one in told.order_by("until", "pk"):
            tell_running_out(actor=actor, protection=one, today=today)
        over = active.filter(until__lt=today).exclude(requests__state=RequestState.ASKED).order_by("until", "pk")
        ended += sum(expire_protection(actor=actor, protection=one, today=today) is not UNCHANGED for one in over)
    return ended


@periodic("40 4 * * *")
@task()
def tend_the_pool() -> int:
    """Announce which clients go back to the open pool, and take those whose notice is over; returns how many went."""
    now, gone = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        today, actor = day_at(hotel, now), Machine("system", hotel.code)
        over = PoolNotice.objects.filter(hotel=hotel, state=PoolNotice.State.ANNOUNCED, release_on__lte=today)
        for notice in over.select_related("hotel", "staff").order_by("release_on", "pk"):
            done = release_announced(actor=actor, notice=notice, today=today)
            gone += done is not UNCHANGED and not _still_owned(notice)
        announce_unproductive(hotel, today, actor)
        announce_surplus(hotel, today, actor)
    return gone


@periodic("10 6 * * *")
@task()
def remind_of_cards() -> int:
    """Ring once for each owner whose cards have become overdue; returns how many people were told (CARD-02)."""
    now, told = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        today, due = day_at(hotel, now), defaultdict[int, tuple[list[int], list[int]]](lambda: ([], []))
        for importance in Importance.values:
            accounts = Account.objects.filter(overdue(hotel, today, importance), NOT_TOLD, hotel=hotel)
            for pk, owner in accounts.values_list("pk", "owner"):
                due[owner][0].append(pk)
            people = Contact.objects.filter(
                overdue(hotel, today, importance, "account__"), NOT_TOLD, account__hotel=hotel, is_active=True
            )
            for pk, owner in people.values_list("pk", "account__owner"):
                due[owner][1].append(pk)
        actor = Machine("system", hotel.code)
        for staff in Staff.objects.filter(pk__in=list(due), is_active=True).order_by("pk"):
            clients, contacts = due[staff.pk]
            done = tell_of_cards(actor=actor, hotel=hotel, staff=staff, accounts=clients, contacts=contacts)
            told += done is not UNCHANGED
    return told


@periodic("50 * * * *")
@task()
def file_statements() -> int:
    """Once the month is over at a hotel, file every person's protection list of it; returns how many were made (OWN-08)."""
    now, made = timezone.now(), 0
    for hotel in Hotel.objects.order_by("pk"):
        month = month_before(day_at(hotel, now))
        wanted = protections_of_month(hotel, month).values("staff")
        filed = ProtectionStatement.objects.filter(hotel=hotel, month=month).values("staff")
        for staff in Staff.objects.filter(pk__in=wanted).exclude(pk__in=filed).order_by("pk"):
            done = make_statement(actor=Machine("system", hotel.code), hotel=hotel, staff=staff, month=month)
            made += done is not UNCHANGED
    return made


def _still_owned(notice: PoolNotice) -> bool:
    return Account.objects.filter(pk=notice.account_id, owner=notice.staff_id).exists()


def announce_unproductive(hotel: Hotel, today: date, actor: Machine) -> None:
    """Won clients with neither arrival nor visit for the hotel's number of days, person by person and day by day."""
    unproductive = rules.UNPRODUCTIVE_DAYS.at(hotel.code, today)
    notice = rules.RELEASE_NOTICE_DAYS.at(hotel.code, today)
    latest = today - timedelta(days=unproductive - notice)
    quiet = (
        Account.objects.filter(hotel=hotel, owner__isnull=False, stage__in=rules.WON)
        .filter(Q(last_arrival_on=None) | Q(last_arrival_on__lte=latest))
        .filter(Q(last_visit_on=None) | Q(last_visit_on__lte=latest))
        .exclude(importance=Importance.IMPORTANT)
        .exclude(agreement_until__gte=today)
        .exclude(pool_notices__state=PoolNotice.State.ANNOUNCED)
        .annotate(owned_since=Max("ownerships__started_at", filter=Q(ownerships__ended_at=None)))
    )
    found: dict[tuple[int, date], list[int]] = defaultdict(list)
    for pk, owner, arrived, visited, since in quiet.values_list(
        "pk", "owner_id", "last_arrival_on", "last_visit_on", "owned_since"
    ):
        idle = rules.idle_since(day_at(hotel, since), arrived, visited)
        day = rules.release_day(today, idle, unproductive, notice)
        if owner is not None and day is not None:
            found[owner, day].append(pk)
    people = Staff.objects.in_bulk([owner for owner, _day in found])
    for (owner, day), accounts in sorted(found.items()):
        announce_release(
            actor=actor, hotel=hotel, staff=people[owner], cause=PoolNotice.Cause.UNPRODUCTIVE, release_on=day,
            accounts=sorted(accounts), today=today,
        )  # fmt: skip


def announce_surplus(hotel: Hotel, today: date, actor: Machine) -> None:
    """Of people who hold more open leads than allowed, those left alone longest, unless they are protected (OWN-07)."""
    most = rules.OPEN_LEADS_MAX.at(hotel.code, today)
    leads = Account.objects.filter(hotel=hotel, owner__isnull=False, stage__in=rules.NOT_YET_WON)
    counted = leads.order_by().values("owner").annotate(n=Count("pk"))
    heavy = counted.filter(n__gt=most).values_list("owner", flat=True)
    for staff in Staff.objects.filter(pk__in=list(heavy)).order_by("pk"):
        held = _held(hotel, leads.filter(owner=staff), today)
        losing = rules.too_many(held, most)
        if losing:
            day = today + timedelta(days=rules.RELEASE_NOTICE_DAYS.at(hotel.code, today))
            announce_release(
                actor=actor, hotel=hotel, staff=staff, cause=PoolNotice.Cause.TOO_MANY, release_on=day,
                accounts=losing, today=today,
            )  # fmt: skip


def _held(hotel: Hotel, leads: QuerySet[Account], today: date) -> list[rules.Held]:
    protected = set(
        Protection.objects.filter(hotel=hotel, state=ProtectionState.ACTIVE).values_list("account", flat=True)
    )
    rows = leads.annotate(owned_since=Max("ownerships__started_at", filter=Q(ownerships__ended_at=None))).values_list(
        "pk", "last_arrival_on", "last_visit_on", "owned_since", "importance", "agreement_until"
    )
    return [
        rules.Held(
            pk,
            rules.idle_since(day_at(hotel, since), arrived, visited),
            pk in protected or rules.needs_owner(importance, until, today),
        )
        for pk, arrived, visited, since, importance, until in rows
    ]
