"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
COMPLAINTS = ShippedDocument(
    "RN-CS-PP-001",
    "客户投诉与来信管理制度",
    "Complaints and letters of clients",
    DepartmentKind.CUSTOMER_SERVICE,
    frozenset({"SVC"}),
    HERE,
    executing=(
        DepartmentKind.SALES,
        DepartmentKind.FRONT_OFFICE,
        DepartmentKind.HOUSEKEEPING,
        DepartmentKind.FOOD_BEVERAGE,
    ),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("sales-representative", "sales-manager", "front-office-manager", "customer-service-agent"),
)
