"""How far each shipped role may go until a hotel says otherwise: usual figures of the trade, by role and decision."""

from __future__ import annotations

from decimal import Decimal

_TABLE = """
    president                credit 10000000 discount 100  compensation 50000 free_night 7  upgrade 3  late_check_out 6
    general-manager          credit 200000   discount 100  compensation 5000  free_night 3  upgrade 3  late_check_out 6
    deputy-general-manager   credit 50000    discount 60   compensation 1000  upgrade 2     late_check_out 6
    director-of-sales        credit 10000    discount 15   compensation 150   upgrade 1     late_check_out 3
    marketing-manager        credit 10000    discount 15   compensation 150   upgrade 1     late_check_out 3
    sales-manager            discount 10     compensation 50   late_check_out 2
    front-office-manager     discount 15     compensation 150  upgrade 1  late_check_out 3
    receptionist             discount 5      late_check_out 2
    sales-representative     discount 5
    senior-sales-executive   discount 5
    sales-executive          discount 5
    credit-manager           credit 50000
    customer-service-agent   compensation 50
"""


def _read(table: str) -> dict[tuple[str, str], Decimal]:
    found = {}
    for line in filter(None, (part.strip() for part in table.splitlines())):
        role, *words = line.split()
        for kind, value in zip(words[::2], words[1::2], strict=True):
            found[(role, kind)] = Decimal(value)
    return found


SHIPPED_LIMITS = _read(_TABLE)
"""(role code, kind) to the limit; what is not here may not be decided at all."""
