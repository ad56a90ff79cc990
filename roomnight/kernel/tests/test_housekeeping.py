"""What the worker does at night."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from roomnight.kernel.housekeeping import RESULTS_KEPT, seal_audit, tidy_up


def finished(status: str, ago: timedelta) -> Any:
    task = DBTaskResult.objects.get(pk=seal_audit.enqueue().id)
    DBTaskResult.objects.filter(pk=task.pk).update(status=status, finished_at=timezone.now() - ago)
    return task


def test_sessions_that_ended_and_tasks_long_done_are_forgotten_failures_are_not(db):
    now, later = timezone.now(), timedelta(days=1)
    Session.objects.create(session_key="ended", session_data="", expire_date=now - later)
    Session.objects.create(session_key="running", session_data="", expire_date=now + later)
    old = finished(TaskResultStatus.SUCCESSFUL, RESULTS_KEPT + later)
    fresh = finished(TaskResultStatus.SUCCESSFUL, later)
    failed = finished(TaskResultStatus.FAILED, RESULTS_KEPT + later)
    assert tidy_up.call() == 1
    assert set(Session.objects.values_list("session_key", flat=True)) == {"running"}
    left = set(DBTaskResult.objects.values_list("pk", flat=True))
    assert old.pk not in left and {fresh.pk, failed.pk} <= left
