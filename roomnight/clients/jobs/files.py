"""Files of clients that are checked, brought in or taken back while people do something else (ACC-08, ACC-09)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone, translation
from django_tasks import task

from roomnight.clients.commands.import_runs import (
    abandon_clients,
    begin_check,
    begin_import,
    begin_undo,
    carry_out_clients,
    check_clients,
    client_table,
    refuse_clients,
    take_back_clients,
)
from roomnight.clients.models import ClientImport, ImportState
from roomnight.kernel.commands import SYSTEM, Actor, Machine, coming_from
from roomnight.kernel.errors import Refusal
from roomnight.kernel.jobs import periodic, retried

SILENT_FOR: Final = timedelta(minutes=15)


@retried(times=3, first_delay=timedelta(seconds=10))
@task()
def check_client_file(run_id: int, language: str) -> str:
    """Read a mapped file through. Returns the state it ended in."""
    return _at_work(run_id, language, lambda actor, run: check_clients(actor=actor, run=run, table=client_table(run)))


@retried(times=3, first_delay=timedelta(seconds=10))
@task()
def bring_client_file_in(run_id: int, language: str) -> str:
    """Bring a started file in, or go on with one whose worker died. Returns the state it ended in."""
    return _at_work(
        run_id, language, lambda actor, run: carry_out_clients(actor=actor, run=run, table=client_table(run))
    )


@task()
def take_client_file_back(run_id: int, language: str) -> str:
    """Take back all that a file brought. Returns the state it ended in."""
    return _at_work(run_id, language, lambda actor, run: take_back_clients(actor=actor, run=run))


def _at_work(run_id: int, language: str, work: Callable[[Actor, ClientImport], Any]) -> str:
    run = ClientImport.objects.select_related("hotel").get(pk=run_id)
    actor = Machine(run.actor, run.hotel.code)
    with coming_from("job"), translation.override(language):
        try:
            work(actor, run)
        except Refusal as refusal:
            run.refresh_from_db(fields=["state"])
            if refusal.code != "import.taken_over":
                refuse_clients(actor=actor, run=run, refusal=refusal)
    return str(ClientImport.objects.values_list("state", flat=True).get(pk=run_id))


def queue_check(*, actor: Actor, run: ClientImport, language: str) -> None:
    """Begin to read a file through and hand it to the worker, both or neither."""
    with transaction.atomic():
        begin_check(actor=actor, run=run)
        check_client_file.enqueue(run.pk, language)


def queue_clients(*, actor: Actor, run: ClientImport, language: str) -> None:
    """Start an import and hand it to the worker, both or neither."""
    with transaction.atomic():
        begin_import(actor=actor, run=run)
        bring_client_file_in.enqueue(run.pk, language)


def queue_undo(*, actor: Actor, run: ClientImport, language: str) -> None:
    """Begin to take an import back and hand it to the worker, both or neither."""
    with transaction.atomic():
        begin_undo(actor=actor, run=run)
        take_client_file_back.enqueue(run.pk, language)


@periodic("*/5 * * * *")
@task()
def give_up_silent_client_files() -> int:
    """Files that have said nothing for a quarter of an hour have no worker any more; they can be started again."""
    going = (ImportState.CHECKING, ImportState.RUNNING)
    found = list(ClientImport.objects.filter(state__in=going, alive_at__lt=timezone.now() - SILENT_FOR))
    for run in found:
        abandon_clients(actor=SYSTEM, run=run)
    return len(found)
