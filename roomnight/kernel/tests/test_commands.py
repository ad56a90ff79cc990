"""The one door: what a command leaves behind, and what it leaves untouched when it fails."""

from dataclasses import dataclass

import pytest

from roomnight.kernel.commands import (
    OPERATOR,
    UNCHANGED,
    Machine,
    changed,
    coming_from,
    command,
    digest_of,
    record,
)
from roomnight.kernel.errors import Refusal, UnauditedCommand
from roomnight.kernel.events import Event, emit, on
from roomnight.kernel.models import AuditEntry, Counter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers")]
CLERK = Machine("chen", "lujiazui")


@dataclass(frozen=True)
class Counted(Event):
    series: str


def lines():
    return AuditEntry.objects.filter(subject__startswith="kernel.counter:").order_by("pk")


@command
def count(*, actor, series, wanted=1):
    counter, _created = Counter.objects.get_or_create(series=series)
    changes = changed(counter, last=wanted)
    if not changes:
        return UNCHANGED
    counter.save(update_fields=list(changes))
    record(counter, **changes)
    return counter


@command
def count_in_silence(*, actor, series):
    return Counter.objects.create(series=series)


@command
def count_and_refuse(*, actor, series):
    record(Counter.objects.create(series=series), last=1)
    raise Refusal("count.enough", "That is enough.", field="series")


@command
def count_and_tell(*, actor, series):
    record(Counter.objects.create(series=series), last=1)
    emit(Counted(series))


@command
def count_twice(*, actor, series):
    record(Counter.objects.create(series=series), last=1)
    count(actor=actor, series=f"{series}-inner")
    raise Refusal("count.twice", "Twice is too much.")


@pytest.mark.rule("SEC-03")
def test_an_audit_line_says_who_what_when_and_from_where():
    with coming_from("web 10.0.0.7"):
        count(actor=CLERK, series="visits", wanted=3)
    line = lines().get()
    assert (line.actor, line.hotel_code, line.origin) == ("chen", "lujiazui", "web 10.0.0.7")
    assert (line.command, line.subject) == ("kernel.count", "kernel.counter:visits")
    assert line.changes == {"last": [0, 3]}
    assert line.digest == digest_of(line.salt, {"last": [0, 3]})


def test_the_origin_ends_with_its_block():
    with coming_from("command line"):
        pass
    count(actor=OPERATOR, series="visits")
    assert lines().get().origin == ""


@pytest.mark.rule("SEC-03")
def test_a_command_that_left_no_line_is_rolled_back():
    with pytest.raises(UnauditedCommand):
        count_in_silence(actor=CLERK, series="visits")
    assert not Counter.objects.filter(series="visits").exists()


def test_a_command_that_found_nothing_to_do_leaves_no_line():
    count(actor=CLERK, series="visits")
    assert count(actor=CLERK, series="visits") is UNCHANGED
    assert lines().count() == 1


def test_a_refusal_undoes_everything_and_carries_code_and_field():
    with pytest.raises(Refusal, match="That is enough") as refusal:
        count_and_refuse(actor=CLERK, series="visits")
    assert (refusal.value.code, refusal.value.field) == ("count.enough", "series")
    assert not Counter.objects.filter(series="visits").exists()
    assert not lines().exists()


def test_a_refusal_of_the_outer_command_undoes_the_inner_one():
    with pytest.raises(Refusal, match="Twice"):
        count_twice(actor=CLERK, series="visits")
    assert not Counter.objects.filter(series__startswith="visits").exists()
    assert not lines().exists()


def test_an_inner_line_does_not_count_for_the_outer_command():
    @command
    def delegate(*, actor, series):
        Counter.objects.create(series=f"{series}-outer")
        return count(actor=actor, series=series)

    with pytest.raises(UnauditedCommand, match="delegate"):
        delegate(actor=CLERK, series="visits")
    assert not Counter.objects.filter(series__startswith="visits").exists()


@pytest.mark.parametrize("act", [lambda: record(Counter(series="x"), last=1), lambda: emit(Counted("x"))])
def test_nothing_is_recorded_or_told_outside_a_command(act):
    with pytest.raises(UnauditedCommand, match="outside a command"):
        act()


def test_handlers_react_in_the_same_transaction():
    heard = []
    on(Counted)(lambda event: heard.append((event.series, lines().count())))
    count_and_tell(actor=CLERK, series="visits")
    assert heard == [("visits", 1)]


def test_a_handler_that_refuses_undoes_the_command():
    @on(Counted)
    def refuse(event):
        raise Refusal("count.heard", "Not here.")

    with pytest.raises(Refusal, match="Not here"):
        count_and_tell(actor=CLERK, series="visits")
    assert not Counter.objects.filter(series="visits").exists()
    assert not lines().exists()
