"""Taking back something large: every row as it was, or a refusal that changes nothing."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from roomnight.kernel import undo as undoing
from roomnight.kernel.commands import Machine, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.models import AuditEntry, Counter, Day, Deed, Notification
from roomnight.kernel.undo import derived, on_undone, undo, undoable

pytestmark = pytest.mark.django_db
CLERK = Machine("chen", "lujiazui")
READ_AT = datetime(2026, 11, 18, 9, 30, 0, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def registers(monkeypatch):
    monkeypatch.setattr(undoing, "HOOKS", {})
    monkeypatch.setattr(undoing, "DERIVED", {})


@pytest.fixture
def office():
    """Two lines behind the bell, two hotel days and a counter."""
    Notification.objects.create(recipient="chen", message="one", values={"n": 1}, read_at=READ_AT)
    Notification.objects.create(recipient="chen", message="two")
    Day.objects.create(hotel_code="lujiazui", date=date(2026, 12, 24), is_working=False, name="年终盘点")
    Day.objects.create(hotel_code="lujiazui", date=date(2026, 12, 25), is_working=True)
    Counter.objects.create(series="orders", last=7)
    return everything()


def everything():
    return {
        model: list(model.objects.order_by("pk").values())
        for model in (Notification.objects.model, Day.objects.model, Counter.objects.model)
    }


@command
def upheaval(*, actor):
    """Changes, removes and makes rows of three tables."""
    with undoable(
        "kernel.upheaval",
        watching=lambda: [Notification.objects.filter(recipient="chen"), Day.objects.all(), Counter.objects.all()],
        message="Upheaval of %(what)s",
        values={"what": "days"},
    ) as deed:
        Notification.objects.filter(message="one").update(message="uno", read_at=None)
        Notification.objects.filter(message="two").update(recipient="xu")
        Notification.objects.create(recipient="chen", message="three")
        Day.objects.filter(date=date(2026, 12, 24)).delete()
        Day.objects.filter(date=date(2026, 12, 25)).update(date=date(2026, 12, 24))
        Counter.objects.filter(series="orders").update(last=8)
    record(deed, upheaval=True)
    return deed


def test_every_row_is_as_it_was(office):
    deed = upheaval(actor=CLERK)
    assert everything() != office
    undone = undo(actor=CLERK, deed=deed)
    assert everything() == office
    assert (undone.undone_by, undone.hotel_code) == ("chen", "lujiazui")
    assert AuditEntry.objects.filter(command="kernel.undo", subject=f"kernel.deed:{deed.pk}").count() == 1


def test_what_did_not_change_is_not_in_the_journal(office):
    assert sorted(upheaval(actor=CLERK).rows.values_list("model", flat=True)) == [
        "kernel.counter", "kernel.day", "kernel.day", "kernel.notification", "kernel.notification", "kernel.notification"
    ]  # fmt: skip


def test_it_is_taken_back_once(office):
    deed = upheaval(actor=CLERK)
    undo(actor=CLERK, deed=deed)
    with pytest.raises(Refusal) as refused:
        undo(actor=CLERK, deed=deed)
    assert refused.value.code == "undo.done"


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(lambda: Counter.objects.update(last=9), id="a changed row was changed again"),
        pytest.param(lambda: Notification.objects.filter(message="three").update(url="/x"), id="a made row was changed"),
        pytest.param(lambda: Notification.objects.filter(message="three").delete(), id="a made row was removed"),
        pytest.param(
            lambda: Day.objects.create(pk=Deed.objects.latest("pk").rows.get(after="").key, hotel_code="x", date=date(2026, 1, 1), is_working=True),
            id="a removed row is there again",
        ),
    ],
)  # fmt: skip
def test_what_was_changed_since_refuses_and_stays(office, later):
    deed = upheaval(actor=CLERK)
    later()
    before = everything()
    with pytest.raises(Refusal) as refused:
        undo(actor=CLERK, deed=deed)
    assert refused.value.code == "undo.changed"
    assert everything() == before
    assert Deed.objects.get(pk=deed.pk).undone_at is None


def test_a_derived_column_may_have_changed(office):
    derived("kernel.Counter", "last")
    deed = upheaval(actor=CLERK)
    Counter.objects.filter(series="orders").update(last=100)
    undo(actor=CLERK, deed=deed)
    assert everything() == office


def test_what_came_to_point_at_a_made_row_refuses(office):
    @command
    def make(*, actor):
        with undoable("kernel.make", watching=lambda: [Deed.objects.filter(kind="made")], message="") as deed:
            made = Deed.objects.create(kind="made", message="", actor="x")
        record(deed, made=made.pk)
        return deed, made

    deed, made = make(actor=CLERK)
    made.rows.create(position=1, model="kernel.counter", key="orders", before={})
    with pytest.raises(Refusal) as refused:
        undo(actor=CLERK, deed=deed)
    assert refused.value.code == "undo.used"
    made.rows.all().delete()
    undo(actor=CLERK, deed=deed)
    assert not Deed.objects.filter(kind="made").exists()


def test_the_app_is_told(office):
    told = []
    on_undone("kernel.upheaval")(lambda deed, actor: told.append((deed.values, actor.code)))
    undo(actor=CLERK, deed=upheaval(actor=CLERK))
    assert told == [({"what": "days"}, "chen")]


def test_times_are_kept_to_the_microsecond(office):
    undo(actor=CLERK, deed=upheaval(actor=CLERK))
    assert Notification.objects.get(message="one").read_at - READ_AT == timedelta(0)
