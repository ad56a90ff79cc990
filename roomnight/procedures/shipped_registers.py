"""The registers that ship: whose they are. Their schemas lie in the folder `registers/` (PRC-02)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SCHEMAS: Final = Path(__file__).resolve().parent / "registers"
DEPARTMENTS: Final = {
    "cleaning-rounds": "general_affairs",
    "enquiry-calls": "sales",
    "fit-out-reviews": "general_affairs",
    "green-rounds": "general_affairs",
    "hand-over-book": "front_office",
    "key-register": "front_office",
    "laundry-slips": "housekeeping",
    "meter-readings": "general_affairs",
    "parcels": "front_office",
    "ticket-orders": "customer_service",
    "unit-handovers": "general_affairs",
    "visitor-register": "security",
}


def shipped_registers() -> list[tuple[str, str, str]]:
    """(code, department, schema) of every register that ships."""
    return [
        (code, department, (SCHEMAS / f"{code}.json").read_text(encoding="utf-8"))
        for code, department in DEPARTMENTS.items()
    ]
