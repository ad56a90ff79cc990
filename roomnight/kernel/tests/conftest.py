"""Stand-ins for the tests of the lowest floor: registers that a test may write into, and a few threads at once."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from roomnight.kernel import commands, events, policy


@pytest.fixture
def registers(monkeypatch):
    """Empty registers of commands, handlers and policies for what a test declares itself."""
    monkeypatch.setattr(commands, "COMMANDS", {})
    monkeypatch.setattr(events, "HANDLERS", events.defaultdict(list))
    monkeypatch.setattr(policy, "POLICIES", {})


@pytest.fixture
def at_once():
    """`at_once(8, work)` runs work(n) in 8 threads that start together, and returns their results in order.

    An exception in a thread is its result.
    """

    def run(count: int, work: Callable[[int], object]) -> list[object]:
        results: list[object] = [None] * count
        gate = threading.Barrier(count)

        def one(number: int) -> None:
            gate.wait(timeout=30)
            try:
                results[number] = work(number)
            except Exception as problem:  # noqa: BLE001
                results[number] = problem
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        return results

    return run
