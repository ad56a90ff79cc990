"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
VISITS = ShippedDocument(
    "RN-SM-PP-005",
    "客户拜访制度",
    "Client visits",
    DepartmentKind.SALES,
    frozenset({"VIS"}),
    HERE,
    executing=(DepartmentKind.SALES,),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=(
        "sales-representative",
        "sales-manager",
        "marketing-manager",
    ),
)
FOLLOW_UPS = ShippedDocument(
    "RN-SM-PP-006",
    "客户跟进制度",
    "Follow-ups",
    DepartmentKind.SALES,
    frozenset({"BRD"}),
    HERE,
    executing=(DepartmentKind.SALES,),
    supervising=(DepartmentKind.SALES,),
    responsible=(
        "sales-representative",
        "sales-manager",
    ),
)
