"""The one worker: queued and periodic work."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from roomnight.kernel.jobs import run_worker


class Command(BaseCommand):
    """Works until told to stop; any number of workers may run side by side."""

    help = "Run queued and periodic work until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        run_worker(stop)
