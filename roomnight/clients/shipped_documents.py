"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
ARCHIVE = ShippedDocument(
    "RN-SM-PP-001",
    "客户档案管理制度",
    "Client files",
    DepartmentKind.SALES,
    frozenset({"ACC", "CARD"}),
    HERE,
    executing=(
        DepartmentKind.SALES,
        DepartmentKind.FRONT_OFFICE,
    ),
    supervising=(DepartmentKind.SALES,),
    responsible=(
        "sales-representative",
        "sales-manager",
        "sales-clerk",
    ),
)
PROTECTION = ShippedDocument(
    "RN-SM-PP-002",
    "客户归属与保护制度",
    "Client ownership and protection",
    DepartmentKind.SALES,
    frozenset({"OWN"}),
    HERE,
    executing=(DepartmentKind.SALES,),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=(
        "sales-representative",
        "sales-manager",
        "director-of-sales",
    ),
)
QUIET_CLIENTS = ShippedDocument(
    "RN-SM-PP-003",
    "静默与流失客户管理制度",
    "Quiet and lost clients",
    DepartmentKind.SALES,
    frozenset({"LOST", "CHU"}),
    HERE,
    executing=(DepartmentKind.SALES,),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=(
        "sales-representative",
        "sales-manager",
    ),
)
