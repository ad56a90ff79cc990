"""How the product says no."""

from typing import Any


class Refusal(Exception):
    """A rule said no. `message` is for the person at the screen, `code` for tests and machines, `field` the input it is about."""

    def __init__(self, code: str, message: Any, *, field: str | None = None) -> None:
        super().__init__(code, message)
        self.code, self.message, self.field = code, message, field

    def __str__(self) -> str:
        return str(self.message)


class UnauditedCommand(AssertionError):
    """A command changed something and left no line in the audit trail: it is rolled back."""
