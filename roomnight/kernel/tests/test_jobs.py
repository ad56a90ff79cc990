"""Work behind the scenes: periodic once whatever the number of workers, tried again, taken back from the dead."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from roomnight.kernel import jobs
from roomnight.kernel.models import Fire, WorkerBeat

pytestmark = pytest.mark.django_db(transaction=True)
NINE = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
done: list[str] = []
finished = threading.Event()


@task()
def note(word: str = "tick") -> None:
    done.append(word)
    finished.set()


@task()
def stumble(word: str) -> None:
    done.append(word)
    raise OSError("the line is busy")


@pytest.fixture(autouse=True)
def nothing_else_to_do(monkeypatch):
    """Registers and results of our own, and no task left over."""
    monkeypatch.setattr(jobs, "PERIODIC", {})
    monkeypatch.setattr(jobs, "RETRIES", {})
    done.clear()
    finished.clear()


def ready():
    return DBTaskResult.objects.filter(status=TaskResultStatus.READY).count()


def test_a_periodic_job_starts_once_at_its_moment():
    jobs.periodic("0 9 * * *")(note)
    nine_here = timezone.localtime(NINE).replace(hour=9)
    assert jobs.tick(nine_here - timedelta(seconds=1)) == []
    assert jobs.tick(nine_here + timedelta(seconds=2)) == [note.module_path]
    assert jobs.tick(nine_here + timedelta(seconds=4)) == []
    assert jobs.tick(nine_here + timedelta(days=1)) == [note.module_path]
    assert ready() == 2


def test_what_was_missed_long_ago_is_not_caught_up():
    jobs.periodic("0 9 * * *")(note)
    nine_here = timezone.localtime(NINE).replace(hour=9)
    assert jobs.tick(nine_here + jobs.NO_CATCHING_UP + timedelta(seconds=1)) == []
    assert ready() == 0


def test_eight_schedulers_start_it_once(at_once):
    jobs.periodic("* * * * *")(note)
    assert sorted(map(len, at_once(8, lambda number: jobs.tick(NINE)))) == [0] * 7 + [1]
    assert (ready(), Fire.objects.count()) == (1, 1)


def test_a_task_disappears_with_the_transaction_that_wanted_it():
    with pytest.raises(RuntimeError, match="refused"), transaction.atomic():
        note.enqueue("never")
        raise RuntimeError("refused")
    jobs.work_off("worker-1")
    assert done == []


def test_a_failed_task_is_tried_again_later_and_not_for_ever():
    jobs.retried(times=3, first_delay=timedelta(seconds=30))(stumble)
    with time_machine.travel(NINE, tick=False) as clock:
        stumble.enqueue("call")
        runs = []
        for after in (0, 29, 1, 59, 1, 3600):
            clock.shift(after)
            jobs.work_off("worker-1")
            runs.append(len(done))
    assert runs == [1, 1, 2, 2, 3, 3]
    assert ready() == 0


def test_a_task_without_retries_fails_once():
    stumble.enqueue("call")
    jobs.work_off("worker-1")
    assert (done, ready()) == (["call"], 0)
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


def running_at(worker, started):
    """A task that this worker took at that moment and has not finished."""
    result = note.enqueue("lost")
    row = DBTaskResult.objects.get(pk=result.id)
    row.claim(worker)
    DBTaskResult.objects.filter(pk=row.pk).update(started_at=started)
    return row


@pytest.mark.parametrize(
    ("case", "last_beat", "started", "taken"),
    [
        ("its worker died", timedelta(minutes=3), timedelta(minutes=4), 1),
        ("its worker never beat", None, timedelta(minutes=4), 1),
        ("its worker lives and is slow", timedelta(seconds=3), timedelta(minutes=4), 0),
        ("it has only just begun", None, timedelta(seconds=10), 0),
    ],
)
def test_tasks_of_a_dead_worker_are_taken_back(case, last_beat, started, taken):
    now = timezone.now()
    if last_beat is not None:
        WorkerBeat.objects.create(worker="worker-1", seen=now - last_beat)
    running_at("worker-1", now - started)
    assert (jobs.take_back_lost(), ready()) == (taken, taken)
    assert jobs.take_back_lost() == 0
    jobs.work_off("worker-2")
    assert done == ["lost"] * taken


def test_several_workers_take_a_lost_task_back_once(at_once):
    running_at("worker-1", timezone.now() - timedelta(hours=1))
    assert sum(at_once(6, lambda number: jobs.take_back_lost())) == 1


def test_a_worker_works_until_it_is_told_to_stop():
    stop = threading.Event()
    worker = threading.Thread(target=jobs.run_worker, args=(stop, 0.01))
    worker.start()
    try:
        note.enqueue("while it runs")
        assert finished.wait(timeout=30)
    finally:
        stop.set()
        worker.join(timeout=30)
    assert not worker.is_alive()
    assert done == ["while it runs"]
    assert not WorkerBeat.objects.exists()
