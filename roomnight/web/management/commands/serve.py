"""Serve the product: a web server and, unless told otherwise, one worker beside it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

GRACE_SECONDS = 10


class Command(BaseCommand):
    """Starts granian and a worker as children, and ends with the first of them that ends."""

    help = "Serve on http://127.0.0.1:$PORT (8000), with a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
        parser.add_argument("--processes", type=int, default=int(os.environ.get("ROOMNIGHT_PROCESSES", "1")))
        parser.add_argument("--threads", type=int, default=4)
        parser.add_argument("--no-worker", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        here = Path(sys.executable).parent
        server = [
            str(here / "granian"), "--interface", "wsgi", "--host", options["host"], "--port", options["port"],
            "--workers", str(options["processes"]), "--blocking-threads", str(options["threads"]), "--no-ws",
            "--log-level", "error", "roomnight.web.wsgi:application",
        ]  # fmt: skip
        children = [subprocess.Popen(server)]  # noqa: S603
        if not options["no_worker"]:
            children.append(subprocess.Popen([sys.executable, "-m", "roomnight", "worker"]))  # noqa: S603
        self.stdout.write(f"  Roomnight 间夜  http://{options['host']}:{options['port']}  (Ctrl-C ends 结束)\n")
        self.stdout.flush()
        self._watch(children)

    def _watch(self, children: list[subprocess.Popen[bytes]]) -> None:
        def stop(*_: Any) -> None:
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, stop)
        try:
            while all(child.poll() is None for child in children):
                time.sleep(0.2)
        except KeyboardInterrupt:
            pass
        failed = any(child.poll() not in (None, 0) for child in children)
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
        if failed:
            sys.exit(1)
