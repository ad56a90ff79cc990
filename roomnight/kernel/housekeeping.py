"""The lowest floor's own periodic work."""

from datetime import timedelta

from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from roomnight.kernel import audit
from roomnight.kernel.jobs import periodic

RESULTS_KEPT = timedelta(days=14)


@periodic("* * * * *")
@task()
def seal_audit() -> int:
    """Seal what was committed since the last minute; several batches if need be."""
    total = 0
    while count := audit.seal():
        total += count
    return total


@periodic("30 3 * * *")
@task()
def tidy_up() -> int:
    """Forget sessions that have ended and tasks long done; let SQLite look at its tables anew. Returns the tasks forgotten."""
    call_command("clearsessions")
    old = timezone.now() - RESULTS_KEPT
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=old)
    forgotten, _by_table = done.delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
    return forgotten
