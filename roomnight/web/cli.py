"""The operator's command line: `roomnight import-bookings FILE …`. Hyphens in a command's name are underscores in its module's."""

import os
import sys

import django
from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "roomnight.settings")
django.setup()  # before the next line, which brings models with it

from roomnight.kernel.commands import coming_from  # noqa: E402


def main(arguments: list[str] | None = None) -> None:
    """Run one command as the operator; the audit says it came from the command line."""
    name, *rest = arguments if arguments is not None else sys.argv[1:] or ["help"]
    with coming_from("command line"):
        execute_from_command_line(["roomnight", name.replace("-", "_"), *rest])
