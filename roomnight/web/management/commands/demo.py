"""Build or remove the demo hotel."""

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.organization.access import any_demo_hotel
from roomnight.web.commands import remove_demo
from roomnight.web.demo.build import build_demo


class Command(BaseCommand):
    """Prints the people and their password once; with --json as one JSON object."""

    help = "Build the demo hotel, or remove it with --remove."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--remove", action="store_true")
        parser.add_argument("--today", type=date.fromisoformat, default=None, help="the day the demo is as of")
        parser.add_argument("--clients", type=int, default=200)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        present = any_demo_hotel()
        if options["remove"]:
            if present:
                remove_demo(actor=OPERATOR, hotel=present)
            self.stderr.write("The demo hotel is removed." if present else "There is no demo hotel.")
            return
        if present:
            self.stderr.write("There is a demo hotel already.")
            return
        today = options["today"] or timezone.now().astimezone(ZoneInfo("Asia/Shanghai")).date()
        try:
            demo = build_demo(actor=OPERATOR, today=today, count=options["clients"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        people = [{"username": p.username, "name": p.name, "role": p.role} for p in demo.people]
        if options["json"]:
            self.stdout.write(
                json.dumps({"hotel": demo.hotel.code, "password": demo.password, "people": people}, ensure_ascii=False)
            )
            return
        self.stdout.write(f"\n  {demo.hotel.name}\n  password 密码  {demo.password}\n")
        for person in people:
            self.stdout.write(f"    {person['username']:<8} {person['name']}  {person['role']}")
