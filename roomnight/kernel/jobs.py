"""Work that does not happen in a request: queued tasks, periodic ones, retries, and tasks of a worker that died.

A task is idempotent and is enqueued inside the transaction that wants it, so it disappears when that rolls back.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from croniter import croniter
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from roomnight.kernel.models import Attempt, Fire, WorkerBeat

logger = logging.getLogger("roomnight.jobs")
PERIODIC: dict[str, tuple[str, Any]] = {}
RETRIES: dict[str, tuple[int, timedelta]] = {}
BEAT = timedelta(seconds=5)
STALE = timedelta(seconds=60)
NO_CATCHING_UP = timedelta(minutes=5)
FIRES_KEPT = timedelta(days=7)


def periodic(cron: str) -> Callable[[Any], Any]:
    """Run this task at these moments (hotel-independent, server time), once each whatever the number of workers."""

    def register(task: Any) -> Any:
        PERIODIC[task.module_path] = (cron, task)
        return task

    return register


def retried(times: int = 3, first_delay: timedelta = timedelta(seconds=30)) -> Callable[[Any], Any]:
    """Try a failed task again, doubling the delay."""

    def register(task: Any) -> Any:
        RETRIES[task.module_path] = (times, first_delay)
        return task

    return register


def tick(now: datetime | None = None) -> list[str]:
    """Enqueue the periodic tasks that are due. A unique row per moment decides between schedulers."""
    now = now or timezone.now()
    fired = []
    for name, (cron, task) in PERIODIC.items():
        due = croniter(cron, timezone.localtime(now) + timedelta(microseconds=1)).get_prev(datetime)
        if now - due > NO_CATCHING_UP or Fire.objects.filter(key=f"{name}@{due.isoformat()}").exists():
            continue
        try:
            with transaction.atomic():
                Fire.objects.create(key=f"{name}@{due.isoformat()}")
                task.enqueue()
                fired.append(name)
        except IntegrityError:
            continue
    return fired


def beat(worker: str) -> None:
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"seen": timezone.now()})


def take_back_lost(stale: timedelta = STALE) -> int:
    """Make ready again what a worker was running when it died. A conditional update decides, so it happens once."""
    limit = timezone.now() - stale
    alive = set(WorkerBeat.objects.filter(seen__gte=limit).values_list("worker", flat=True))
    taken = 0
    for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=limit):
        if row.worker_ids and row.worker_ids[-1] in alive:
            continue
        taken += DBTaskResult.objects.filter(
            pk=row.pk, status=TaskResultStatus.RUNNING, worker_ids=row.worker_ids
        ).update(status=TaskResultStatus.READY)
    return taken


@receiver(task_finished)
def try_again(sender: Any, task_result: Any, **_signal: Any) -> None:
    """After a failure, enqueue the next try until the tries are used up."""
    plan = RETRIES.get(task_result.task.module_path)
    if task_result.status != TaskResultStatus.FAILED:
        return
    logger.error(
        "job %s failed: %s",
        task_result.task.module_path,
        task_result.errors[-1].traceback if task_result.errors else "",
    )
    if plan is None:
        return
    times, first_delay = plan
    attempt = Attempt.objects.filter(task=task_result.id).first()
    number = attempt.number if attempt else 1
    if number >= times:
        return
    later = timezone.now() + first_delay * 2 ** (number - 1)
    following = task_result.task.using(run_after=later).enqueue(*task_result.args, **task_result.kwargs)
    Attempt.objects.create(task=uuid.UUID(str(following.id)), number=number + 1)


def work_off(worker: str) -> None:
    """Run every task that is ready now, then return."""
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker,
        excluded_queue_names=[],
    ).run()


def run_worker(stop: threading.Event, pause_seconds: float = 1.0) -> None:
    """The worker's life: beat, fire what is due, take back what was lost, work off; until told to stop."""
    name = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    heart = threading.Thread(target=_keep_beating, args=(name, stop), daemon=True)
    heart.start()
    while not stop.is_set():
        close_old_connections()
        try:
            tick()
            take_back_lost()
            Fire.objects.filter(at__lt=timezone.now() - FIRES_KEPT).delete()
            work_off(name)
        except Exception:
            logger.exception("worker %s stumbled; it goes on", name)
        stop.wait(pause_seconds)
    heart.join(timeout=10)
    WorkerBeat.objects.filter(worker=name).delete()
    connection.close()


def _keep_beating(worker: str, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            beat(worker)
        except Exception:
            logger.exception("worker %s could not beat", worker)
        stop.wait(BEAT.total_seconds())
    connection.close()
