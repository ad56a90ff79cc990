"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
DATA_IN = ShippedDocument(
    "RN-SM-PP-004",
    "产量数据导入与核对制度",
    "Bringing in and checking production data",
    DepartmentKind.SALES,
    frozenset({"PMS"}),
    HERE,
    executing=(
        DepartmentKind.SALES,
        DepartmentKind.FRONT_OFFICE,
    ),
    supervising=(DepartmentKind.FINANCE,),
    responsible=(
        "sales-clerk",
        "director-of-sales",
    ),
)
PRIVACY = ShippedDocument(
    "RN-FO-PP-001",
    "宾客隐私与查询制度",
    "Guest privacy and enquiries",
    DepartmentKind.FRONT_OFFICE,
    frozenset({"PRV"}),
    HERE,
    executing=(
        DepartmentKind.FRONT_OFFICE,
        DepartmentKind.SECURITY,
        DepartmentKind.HOUSEKEEPING,
        DepartmentKind.FOOD_BEVERAGE,
        DepartmentKind.CUSTOMER_SERVICE,
    ),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("front-office-manager", "receptionist"),
)
