"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
SATISFACTION = ShippedDocument(
    "RN-CS-PP-002",
    "客户满意度调查管理制度",
    "Asking clients how satisfied they are",
    DepartmentKind.CUSTOMER_SERVICE,
    frozenset({"SAT"}),
    HERE,
    executing=(DepartmentKind.SALES, DepartmentKind.FRONT_OFFICE, DepartmentKind.BANQUET),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("sales-representative", "sales-manager", "front-office-manager", "customer-service-agent"),
)
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
DESK = ShippedDocument(
    "RN-CS-PP-003",
    "客户服务台管理制度",
    "The customer-service desk",
    DepartmentKind.CUSTOMER_SERVICE,
    frozenset({"DSK"}),
    HERE,
    executing=(
        DepartmentKind.GENERAL_AFFAIRS,
        DepartmentKind.HOUSEKEEPING,
        DepartmentKind.FRONT_OFFICE,
        DepartmentKind.SECURITY,
        DepartmentKind.FINANCE,
    ),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("customer-service-agent", "property-officer", "cleaning-supervisor", "front-office-manager"),
)
