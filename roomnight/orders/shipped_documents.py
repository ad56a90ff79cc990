"""The policy documents that ship with this floor (POL-05)."""

from pathlib import Path

from roomnight.organization.models import DepartmentKind
from roomnight.organization.shipped_documents import ShippedDocument

HERE = Path(__file__).resolve().parent / "policies"
ORDERS = ShippedDocument(
    "RN-SM-PP-009",
    "订单跟进管理制度",
    "Following orders",
    DepartmentKind.SALES,
    frozenset({"ORD"}),
    HERE,
    executing=(DepartmentKind.SALES, DepartmentKind.BANQUET, DepartmentKind.FRONT_OFFICE),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("sales-representative", "sales-manager", "director-of-sales", "banquet-coordinator"),
)
EXCEPTIONS = ShippedDocument(
    "RN-SM-PP-014",
    "订单异常处理制度",
    "Exceptions of orders",
    DepartmentKind.SALES,
    frozenset({"EXC"}),
    HERE,
    executing=(DepartmentKind.SALES, DepartmentKind.BANQUET, DepartmentKind.FRONT_OFFICE),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("sales-representative", "sales-manager", "director-of-sales", "receptionist", "general-manager"),
)
