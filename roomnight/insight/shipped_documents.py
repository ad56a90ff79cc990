"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
SCREENING = ShippedDocument(
    "RN-SM-PP-010",
    "客户年终筛选与构成分析制度",
    "Year-end screening and composition of clients",
    DepartmentKind.SALES,
    frozenset({"SCR", "MIX"}),
    HERE,
    executing=(DepartmentKind.SALES, DepartmentKind.FINANCE),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("sales-representative", "sales-manager", "director-of-sales", "credit-manager"),
)
EVALUATION = ShippedDocument(
    "RN-SM-PP-016",
    "客户关系评估办法",
    "Evaluation of clients' relationships",
    DepartmentKind.SALES,
    frozenset({"EVA"}),
    HERE,
    executing=(
        DepartmentKind.SALES,
        DepartmentKind.CUSTOMER_SERVICE,
        DepartmentKind.FRONT_OFFICE,
        DepartmentKind.FINANCE,
    ),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("sales-representative", "sales-manager", "marketing-manager", "director-of-sales"),
)
