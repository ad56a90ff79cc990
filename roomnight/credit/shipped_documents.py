"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
CREDIT = ShippedDocument(
    "RN-FI-PP-001",
    "客户挂账管理制度",
    "Credit accounts of clients",
    DepartmentKind.FINANCE,
    frozenset({"CRD"}),
    HERE,
    executing=(DepartmentKind.SALES, DepartmentKind.FINANCE, DepartmentKind.FRONT_OFFICE),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("credit-manager", "finance-clerk", "sales-representative"),
)
