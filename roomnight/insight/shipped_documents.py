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
