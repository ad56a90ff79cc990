"""The pictures of the README: `python -m tools.pictures` builds a demo hotel in a folder of its own and photographs it.

The demo is as of a fixed working day and the clock stands on its afternoon, so that the pictures change only when the product does.
"""

import os
import sys
import tempfile
import threading
from datetime import date, datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, NamedTuple
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "pictures"
DAY = date(2026, 11, 20)
AFTERNOON = datetime(2026, 11, 20, 14, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


class Picture(NamedTuple):
    """One picture: file name, who looks, at which page ({account} and {visit} are filled in), on a phone or a desktop."""

    name: str
    who: str
    path: str
    phone: bool = False


PICTURES = [
    Picture("my-day", "lin", "/h/demo/"),
    Picture("clients", "lin", "/h/demo/clients/"),
    Picture("client", "lin", "/h/demo/clients/{account}/"),
    Picture("proposals", "lin", "/h/demo/activities/proposals/"),
    Picture("report-phone", "lin", "/h/demo/activities/visits/{visit}/report/", phone=True),
]


class Server(ThreadingMixIn, WSGIServer):
    """A small server for one photographer."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_message(self, *_args: object) -> None:
        """Nothing."""


def main() -> None:
    """Build, serve, photograph."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "ROOMNIGHT_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "roomnight.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        }
        import time_machine

        with time_machine.travel(AFTERNOON, tick=True):
            sessions, places = build()
            server = make_server("127.0.0.1", 0, application(), Server, Silent)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            photograph(f"http://127.0.0.1:{server.server_port}", sessions, places)
            server.shutdown()


def application() -> Any:
    """The product as a web server loads it."""
    from roomnight.web.wsgi import application as product

    return product


def build() -> tuple[dict[str, str], dict[str, int]]:
    """A demo hotel; returns a session key for each person, and the ids that stand in addresses."""
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from roomnight.activities.models import Visit
    from roomnight.clients.models import Account
    from roomnight.kernel.commands import OPERATOR
    from roomnight.organization.models import Staff
    from roomnight.web.demo.build import build_demo

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    build_demo(actor=OPERATOR, today=DAY)
    sessions = {}
    for who in {picture.who for picture in PICTURES}:
        staff = Staff.objects.get(username=who)
        store = SessionStore()
        store[SESSION_KEY] = str(staff.pk)
        store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        store[HASH_SESSION_KEY] = staff.get_session_auth_hash()
        store.set_expiry(10**8)
        store.save()
        sessions[who] = store.session_key or ""
    lin = Staff.objects.get(username="lin")
    best = Account.objects.filter(owner=lin).order_by("-room_nights_12m").first()
    owed = Visit.objects.filter(staff=lin, state__in=["returned", "out"]).order_by("planned_start").first()
    assert best and owed
    return sessions, {"account": best.pk, "visit": owed.pk}


def photograph(site: str, sessions: dict[str, str], places: dict[str, int]) -> None:
    """Every picture in both languages."""
    from django.db import connection
    from playwright.sync_api import sync_playwright

    from roomnight.organization.models import Staff

    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for language in ("zh-hans", "en"):
            Staff.objects.update(language=language, theme="light")
            connection.close()
            for picture in PICTURES:
                size = {"width": 390, "height": 844} if picture.phone else {"width": 1440, "height": 900}
                context = browser.new_context(viewport=size, device_scale_factor=1, timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
                context.add_cookies([{"name": "sessionid", "value": sessions[picture.who], "url": site}])
                page = context.new_page()
                page.clock.install(time=AFTERNOON)
                page.goto(site + picture.path.format(**places))
                page.wait_for_load_state("networkidle")
                page.screenshot(path=TARGET / f"{picture.name}-{language[:2]}.png")
                context.close()
                sys.stderr.write(f"{picture.name}-{language[:2]}.png\n")
        browser.close()


if __name__ == "__main__":
    main()
