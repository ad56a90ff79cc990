"""The measurements hold together: what is generated equals a recount, every page opens, and its floor has as many rows."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.utils import timezone

from bench import floor_work  # noqa: F401
from bench.driver import Browser, sign_in
from bench.floors import Base, application
from bench.generate import generate
from bench.ordering import order_pages, prepare
from bench.pages import office, pages
from roomnight.organization.models import Hotel
from roomnight.pms.queries import recount
from roomnight.pms.queries.production import kept

TINY = 0.002
ROWS = re.compile(rb"<tr")


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_generated_data_equal_a_recount_and_every_page_has_its_floor(settings, request):
    settings.ALLOWED_HOSTS = ["localhost"]
    request_started.disconnect(
        close_old_connections
    )  # it would close the connection, and with it the test's transaction
    request_finished.disconnect(close_old_connections)
    request.addfinalizer(
        lambda: (request_started.connect(close_old_connections), request_finished.connect(close_old_connections))
    )
    today: date = timezone.localdate()
    generate(TINY, today, say=lambda text: None)
    for hotel in Hotel.objects.filter(code__in=("bund", "hill")):
        assert kept(hotel) == recount(hotel) != {}
    there = office()
    product = get_wsgi_application()
    bare = application(Base(connection.connection, connection.vendor), today.isoformat())
    for page in pages(there):
        cookie = sign_in(there.director if page.leads else there.representative)
        real = Browser(product, cookie).get(page.url)
        least = Browser(bare, cookie).get(page.url, bench_floor=page.floor, bench_pk=page.pk)
        if page.url.startswith("/h/bund/clients/?") or page.url.endswith(("tab=all", "/clients/", "/lost/")):
            shown = len(ROWS.findall(real)) - 1 if b"<thead>" in real else len(re.findall(rb'class="rn-do[" ]', real))
            assert shown == len(ROWS.findall(least)), page.name
    for page in order_pages(there, prepare(there, TINY, today), today):
        cookie = sign_in(there.director)
        real = Browser(product, cookie).get(page.url)
        least = Browser(bare, cookie).get(page.url, bench_floor=page.floor, bench_pk=page.pk)
        assert counted(page.floor, real) == len(ROWS.findall(least)), page.name


def counted(name: str, real: bytes) -> int:
    """What a page of orders shows: functions in the picture; items, guests and steps of an order; orders on the board."""
    match name:
        case "diary_month":
            return len(json.loads(real)["bookings"])
        case "readiness_board":
            return len(ROWS.findall(real)) - 1
    return 6 + 60 + 20
