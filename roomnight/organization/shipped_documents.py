"""The policy documents that ship with Roomnight (POL-05): their texts lie in the app whose rules they are about.

A shipped document governs the policy values of whole families of rules, so that a new value has its document by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roomnight.kernel.policy import POLICIES, Policy
from roomnight.organization.models import DepartmentKind
from roomnight.organization.rules.policies import families_of

SHIPPED_DOCUMENTS: dict[str, ShippedDocument] = {}


@dataclass(frozen=True)
class ShippedDocument:
    """A document as shipped. `code` is also its first serial number; `families` are those of the rules whose values it governs.

    The texts are read from `folder`: `<code>.zh.md` and `<code>.en.md`, the purpose first, then a line `---`, then the body.
    """

    code: str
    subject: str
    subject_en: str
    department: str
    families: frozenset[str]
    folder: Path
    executing: tuple[str, ...] = ()
    supervising: tuple[str, ...] = ()
    responsible: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        taken = {family for one in SHIPPED_DOCUMENTS.values() for family in one.families}
        if self.code in SHIPPED_DOCUMENTS or taken & self.families:
            raise ValueError(self.code)
        SHIPPED_DOCUMENTS[self.code] = self

    def policies(self) -> list[Policy[Any]]:
        """The values it governs, by key."""
        return [one for key, one in sorted(POLICIES.items()) if families_of(one.source) in self.families]

    def texts(self, language: str) -> tuple[str, str]:
        """Purpose and body in `zh` or `en`."""
        whole = (self.folder / f"{self.code}.{language}.md").read_text(encoding="utf-8")
        purpose, _line, body = whole.partition("\n---\n")
        return purpose.strip(), body.strip()


HERE = Path(__file__).resolve().parent / "policies"
WORKING_DAYS = ShippedDocument(
    "RN-GA-PP-001",
    "工作日与作息制度",
    "Working days and office hours",
    DepartmentKind.ADMINISTRATION,
    frozenset({"ORG"}),
    HERE,
    executing=tuple(DepartmentKind.values),
    supervising=(DepartmentKind.ADMINISTRATION,),
    responsible=("administrator", "general-manager"),
)
SAFETY = ShippedDocument(
    "RN-GA-PP-003",
    "账号与数据安全制度",
    "Accounts and data safety",
    DepartmentKind.ADMINISTRATION,
    frozenset({"SEC"}),
    HERE,
    executing=tuple(DepartmentKind.values),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("administrator",),
)
DOCUMENTS = ShippedDocument(
    "RN-GA-PP-002",
    "制度文件管理办法",
    "Control of policy documents",
    DepartmentKind.GM_OFFICE,
    frozenset({"POL"}),
    HERE,
    executing=tuple(DepartmentKind.values),
    supervising=(DepartmentKind.GM_OFFICE,),
    responsible=("general-manager",),
)
TRAINING = ShippedDocument(
    "RN-GA-PP-004",
    "员工培训与上岗资格管理制度",
    "Training, examination and qualifications of staff",
    DepartmentKind.ADMINISTRATION,
    frozenset({"TGT"}),
    HERE,
    executing=tuple(DepartmentKind.values),
    supervising=(DepartmentKind.ADMINISTRATION,),
    responsible=("administrator", "sales-manager", "front-office-manager"),
)
