"""Taking files from watched folders: each once, only when complete, whatever the number of workers (PMS-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from roomnight.kernel.commands import Actor, Machine, command, record
from roomnight.kernel.errors import Refusal
from roomnight.kernel.notify import notify
from roomnight.kernel.tables import Table
from roomnight.kernel.tables.keeping import take_in
from roomnight.organization.models import Hotel, Membership
from roomnight.pms.commands.files import imports_folder
from roomnight.pms.commands.importing import refuse_wrong_columns
from roomnight.pms.commands.runs import INBOX, map_import, prepare_import
from roomnight.pms.models import ImportRun, InboxFile, InboxState, Kind, RunState
from roomnight.pms.queries import profile_for, profiles_that_fit, sample
from roomnight.pms.rules.profile import Profile

QUIET: Final = timedelta(seconds=10)
BLOCK: Final = 1 << 20
FOLDERS: Final = {
    "reservations": Kind.BOOKINGS, "in-house": Kind.IN_HOUSE, "folios": Kind.FOLIOS, "payments": Kind.PAYMENTS,
}  # fmt: skip
UNFINISHED: Final = (".part", ".tmp", ".filepart", ".crdownload")
Queue = Callable[[Actor, ImportRun], None]


def look_into_inbox(root: Path, queue: Queue) -> int:
    """Look once into every hotel's folders under `root`; `queue` starts an import. Returns how many files were taken.

    A file that has not changed since an earlier look is complete. Its bytes are kept, and the import that reads them is
    queued in the transaction that claims it; the file itself moves to done/ or failed/ when that has ended.
    """
    taken = 0
    for hotel in Hotel.objects.order_by("code"):
        for name in FOLDERS:
            (root / hotel.code / name).mkdir(parents=True, exist_ok=True)
        for folder in sorted(path for path in (root / hotel.code).iterdir() if path.is_dir()):
            taken += sum(_look_at(hotel, path, queue) for path in _files(folder))
            _forget_vanished(hotel, folder)
    return taken


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith((".", "~$")) and path.suffix.lower() not in UNFINISHED:
            yield path


def _look_at(hotel: Hotel, path: Path, queue: Queue) -> bool:
    """What a look at one file leads to; true when it was taken."""
    state = _state_of(path)
    if state is None:
        return False
    now, folder = timezone.now(), path.parent.name
    row = InboxFile.objects.filter(hotel=hotel, folder=folder, name=path.name[-200:], is_moved=False).first()
    if row is None:
        seen = {"size_bytes": state[0], "changed_ns": state[1], "seen_at": now}
        try:
            with transaction.atomic():
                InboxFile.objects.create(hotel=hotel, folder=folder, name=path.name[-200:], **seen)
        except IntegrityError:
            pass
        return False
    is_same = state == (row.size_bytes, row.changed_ns)
    if row.state == InboxState.GROWING:
        if not is_same:
            _rows(row).update(size_bytes=state[0], changed_ns=state[1], seen_at=now)
            return False
        return now - row.seen_at >= QUIET and _take(row, path, queue)
    _settle(row, path if is_same else None)
    return False


def _state_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def _rows(row: InboxFile) -> Any:
    """The row as this look saw it: a conditional update decides between workers."""
    return InboxFile.objects.filter(pk=row.pk, state=row.state, is_moved=False)


def _take(row: InboxFile, path: Path, queue: Queue) -> bool:
    """Claim a complete file and queue its import, both or neither."""
    actor = Machine(INBOX.code, row.hotel.code)
    try:
        with path.open("rb") as file:
            chunks = iter(lambda: file.read(BLOCK), b"")
            table = take_in(imports_folder(), path.name, chunks, max_bytes=settings.MAX_IMPORT_BYTES)
        profile = _profile(row.hotel, row.folder, table)
        with transaction.atomic():
            if not _rows(row).update(state=InboxState.TAKEN, sha256=table.sha256):
                return False
            taken_at = datetime.fromtimestamp(row.changed_ns / 1e9, tz=timezone.get_current_timezone())
            run = prepare_import(
                actor=actor, hotels=[row.hotel], table=table, name=path.name, kind=profile.kind,
                as_of=taken_at if profile.kind == Kind.IN_HOUSE else None,
            )  # fmt: skip
            map_import(actor=actor, run=run, profile=profile, hotel_map=_hotel_map(row.hotel, table, profile))
            queue(actor, run)
            InboxFile.objects.filter(pk=row.pk).update(run=run)
    except (IntegrityError, FileNotFoundError):
        return False  # the same content is being brought in under another name, or somebody took the file away
    except Refusal as refusal:
        fail_inbox_file(actor=actor, file=row, reason=str(refusal.message))
        row.refresh_from_db()
        _settle(row, path)
        return False
    return True


def _profile(hotel: Hotel, folder: str, table: Table) -> Profile:
    """How the files of a folder are read: by the profile it is named after, or by the one of its kind that fits best."""
    if folder in FOLDERS:
        fitting = profiles_that_fit([hotel], table.header, FOLDERS[folder])
        if not fitting:
            raise Refusal(
                "inbox.no_profile",
                _("No profile fits this file. Bring it in once by hand, and say which column is what."),
            )
        return fitting[0].profile
    profile = profile_for([hotel], folder)
    if profile is None:
        raise Refusal("inbox.no_such_folder", _("There is no profile %(folder)s.") % {"folder": folder})
    refuse_wrong_columns(profile, table.header)
    return profile


def _hotel_map(hotel: Hotel, table: Table, profile: Profile) -> dict[str, str]:
    """The folder is this hotel's: a single name means it; of several its own do, and those of our other hotels are left out."""
    names = sample(table, profile).hotel_names
    if len(names) == 1:
        return {names[0]: hotel.code}
    others = {name for pair in Hotel.objects.exclude(pk=hotel.pk).values_list("code", "name") for name in pair}
    mine = {hotel.code, hotel.name, hotel.name_en}
    return {name: hotel.code if name in mine else "" for name in names if name in mine | others}


@command
def fail_inbox_file(*, actor: Actor, file: InboxFile, reason: str) -> InboxFile:
    """A file cannot be brought in; whoever may bring files in hears of it."""
    file.state, file.reason = InboxState.FAILED, reason
    file.save(update_fields=["state", "reason"])
    record(file, file=file.name, folder=file.folder, why=reason)
    _tell(file, reason)
    return file


def _tell(file: InboxFile, reason: str) -> None:
    people = Membership.objects.filter(
        hotel=file.hotel, role__grants__resource="pms.import", role__grants__action="create", staff__is_active=True
    )
    where = f"imports/{file.run_id}/" if file.run_id else "imports/"
    for username in people.values_list("staff__username", flat=True).distinct():
        notify(
            username, gettext_noop("%(file)s from the watched folder did not come in: %(why)s"),
            hotel_code=file.hotel.code, url=f"/h/{file.hotel.code}/{where}", is_urgent=True, file=file.name, why=reason,
        )  # fmt: skip


def _settle(row: InboxFile, path: Path | None) -> None:
    """Once its import has ended, write down how, and put the file aside. `path` is None when it is not there any more.

    Every step may be taken again after a crash, and by two workers at once.
    """
    if row.state == InboxState.TAKEN:
        run = row.run
        if run is not None and run.state in (RunState.DRAFT, RunState.QUEUED, RunState.RUNNING):
            return
        if run is not None and run.state == RunState.DONE:
            if not _rows(row).update(state=InboxState.DONE):
                return
            row.state = InboxState.DONE
        else:
            reason = (run.refusal if run else "") or _("The import was given up.")
            fail_inbox_file(actor=Machine(INBOX.code, row.hotel.code), file=row, reason=reason)
    if path is not None:
        _put_aside(row, path)
    InboxFile.objects.filter(pk=row.pk).update(is_moved=True)


def _put_aside(row: InboxFile, path: Path) -> None:
    """Rename in one step into done/ or failed/, under a name that is free there; beside a failed one lies the reason."""
    folder = path.parent / ("done" if row.state == InboxState.DONE else "failed")
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}-{row.pk}{path.suffix}"
    try:
        path.rename(target)
    except FileNotFoundError:
        return
    if row.state == InboxState.FAILED:
        target.with_name(target.name + ".txt").write_text(f"{row.reason}\n", encoding="utf-8")


def _forget_vanished(hotel: Hotel, folder: Path) -> None:
    """Files that somebody took away again before they were taken in; of those taken in the end is still noted."""
    for row in InboxFile.objects.filter(hotel=hotel, folder=folder.name, is_moved=False):
        if (folder / row.name).exists():
            continue
        if row.state == InboxState.GROWING:
            row.delete()
        else:
            _settle(row, None)
