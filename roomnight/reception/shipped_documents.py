"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
RECEPTIONS = ShippedDocument(
    "RN-SM-PP-007",
    "来访客户接待制度",
    "Receiving visiting clients",
    DepartmentKind.SALES,
    frozenset({"RCP"}),
    HERE,
    executing=(DepartmentKind.SALES,),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=(
        "sales-representative",
        "sales-manager",
        "marketing-manager",
    ),
)
DESK = ShippedDocument(
    "RN-FO-PP-002",
    "换房与宾客意愿传递制度",
    "Changes of room and guests' wishes",
    DepartmentKind.FRONT_OFFICE,
    frozenset({"FO"}),
    HERE,
    executing=(
        DepartmentKind.FRONT_OFFICE,
        DepartmentKind.HOUSEKEEPING,
        DepartmentKind.FOOD_BEVERAGE,
        DepartmentKind.SECURITY,
    ),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("front-office-manager", "receptionist"),
)
