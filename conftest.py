"""What every test of the project stands on: the small fixed world, built once, and a database that returns to it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase

from tests import migrated, snapshot
from tests import world as world_module
from tools import messages

ROOT = Path(__file__).resolve().parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-budgets", action="store_true", help="write tests/query_budgets.json anew")


def pytest_configure(config: pytest.Config) -> None:
    """A fast hasher, static files straight from where they lie, and translations as the sources have them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    compile_stale_messages()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What only PostgreSQL can do is tested in the run on PostgreSQL, and what asks no database anything only in the run on
    SQLite. Journeys in a browser come last."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if connection.vendor == "postgresql":
        elsewhere = [item for item in items if not (asks_database(item) or item.get_closest_marker("postgres"))]
    else:
        elsewhere = [item for item in items if item.get_closest_marker("postgres")]
    if elsewhere:
        left = set(elsewhere)
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=elsewhere)


def asks_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def compile_stale_messages() -> None:
    pairs = [(path, path.with_suffix(".mo")) for path in ROOT.glob("roomnight/*/locale/*/LC_MESSAGES/*.po")]
    if any(not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime for po, mo in pairs):
        messages.compile_all(ROOT)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file of its own for SQLite: each thread then has its own connection, as in a running server."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """Start from the kept database, where there is one of these migrations."""
    return migrated.bring(connection.creation._get_test_db_name())


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Generator[None, None, None]:
    """Build the world once. Tests that commit get the database back as it was then, instead of an empty one."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("attachments")
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        if not migrated.kept_file().exists():
            migrated.keep(str(connection.settings_dict["NAME"]))
        world_module.build_world()
        taken = snapshot.take(tmp_path_factory.mktemp("snapshot"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: taken.restore())
        yield
    taken.drop()


@pytest.fixture
def world(db: None) -> world_module.World:
    return world_module.World()


@pytest.fixture
def at_work() -> Generator[time_machine.Coordinates, None, None]:
    """The clock stands at the Wednesday morning on which the world was built."""
    with time_machine.travel(world_module.WORLD_NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def at_work_ticking() -> Generator[time_machine.Coordinates, None, None]:
    """The same morning with a clock that goes on, for tests in a browser."""
    with time_machine.travel(world_module.WORLD_NOW, tick=True) as clock:
        yield clock


@pytest.fixture
def in_silence(caplog: pytest.LogCaptureFixture) -> None:
    """For walks through every page: refusals are what is asked for, and thousands of lines about them help nobody."""
    caplog.set_level(logging.CRITICAL, "django.request")


@pytest.fixture
def browse(world: world_module.World) -> Callable[[str], Client]:
    """`browse("chen")` is a client of the web pages in which this person has signed in."""

    def sign_in(username: str) -> Client:
        client = Client()
        client.force_login(getattr(world, username))
        return client

    return sign_in
