"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
AGREEMENTS = ShippedDocument(
    "RN-SM-PP-008",
    "客户协议管理制度",
    "Agreements with clients",
    DepartmentKind.SALES,
    frozenset({"AGR"}),
    HERE,
    executing=(DepartmentKind.SALES,),
    supervising=(DepartmentKind.FINANCE, DepartmentKind.GM_OFFICE),
    responsible=(
        "sales-representative",
        "sales-manager",
        "director-of-sales",
    ),
)
