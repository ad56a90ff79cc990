"""See and set the dated values of the hotel's procedures."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.kernel.commands import OPERATOR
from roomnight.kernel.errors import Refusal
from roomnight.kernel.policy import POLICIES, plain, set_policy
from roomnight.organization.models import Hotel


class Command(BaseCommand):
    """`policy list` prints a JSON object of all values in force; `policy set` overrides one from a day on, audited."""

    help = "List the policy values in force, or override one from a day on."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list")
        listing.add_argument("--hotel", default="")
        listing.add_argument("--as-of", type=date.fromisoformat, default=None)
        setting = verbs.add_parser("set")
        setting.add_argument("key")
        setting.add_argument("value")
        setting.add_argument("--hotel", required=True)
        setting.add_argument("--from", dest="start", type=date.fromisoformat, required=True)
        setting.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        hotel = options["hotel"]
        if hotel and not Hotel.objects.filter(code=hotel).exists():
            raise CommandError(f"There is no hotel {hotel}.")
        try:
            if options["verb"] == "set":
                row = set_policy(
                    actor=OPERATOR, key=options["key"], value=options["value"], hotel_code=hotel,
                    effective_from=options["start"], reason=options["reason"],
                )  # fmt: skip
                self.stderr.write(f"{row.key} = {row.value} for {hotel} from {row.effective_from}")
                return
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        on = options["as_of"] or date.today()  # noqa: DTZ011 (the operator's own day)
        values = {key: plain(policy.at(hotel, on)) for key, policy in sorted(POLICIES.items())}
        self.stdout.write(json.dumps(values, ensure_ascii=False, indent=2))
