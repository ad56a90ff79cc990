"""Create the administrator of a new installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from roomnight.kernel.commands import OPERATOR, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.organization.commands import ensure_administrator, renew_administrator_password

CARD = """
  Sign in 登录:
    user 用户名    {username}
    password 密码  {password}
  It is shown only now. 只显示这一次。
"""


class Command(BaseCommand):
    """Creates `admin` with a generated password, printed once; nothing when there is one, unless a new password is asked for."""

    help = "Create the administrator, unless there is one; --reset gives the present one a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        created = ensure_administrator(actor=OPERATOR)
        if created is not UNCHANGED:
            self.stdout.write(CARD.format(username="admin", password=created))
        elif options["reset"]:
            try:
                username, password = renew_administrator_password(actor=OPERATOR)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write(CARD.format(username=username, password=password))
        else:
            self.stderr.write("There is an administrator already.")
