"""Check the seal on the audit trail."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from roomnight.kernel import audit


class Command(BaseCommand):
    """Prints a JSON object: how many lines are sealed and hold, and the first entry that does not; then the exit code is 1."""

    help = "Recompute the hash chain of the audit trail."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = audit.verify()
        self.stdout.write(json.dumps({"sealed": verdict.sealed, "broken_entry": verdict.broken_entry}))
        if verdict.broken_entry is not None:
            sys.exit(1)
