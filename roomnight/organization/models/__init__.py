"""Who works where: groups, hotels, departments, staff, roles and what a role may do."""

from roomnight.organization.models.authority import (
    UNITS,
    ApprovalKind,
    AuthorityLimit,
    Delegation,
    DelegationDay,
)
from roomnight.organization.models.facts import (
    Fact,
    FactKind,
)
from roomnight.organization.models.hotels import (
    Department,
    DepartmentKind,
    Group,
    Hotel,
)
from roomnight.organization.models.people import (
    Action,
    Grant,
    Membership,
    OfferedGrant,
    Role,
    Scope,
    Staff,
    StaffManager,
    Theme,
)
from roomnight.organization.models.policies import (
    Acknowledgement,
    ControlState,
    GovernedValue,
    Part,
    PolicyDocument,
    PolicyParty,
    PolicySubsidiary,
    PolicyVersion,
    VersionState,
)
from roomnight.organization.models.positions import (
    Duty,
    PositionCard,
)
from roomnight.organization.models.qualifications import (
    ExamResult,
    StaffQualification,
)

__all__ = [
    "Acknowledgement",
    "Action",
    "ApprovalKind",
    "AuthorityLimit",
    "ControlState",
    "Delegation",
    "DelegationDay",
    "Department",
    "DepartmentKind",
    "Duty",
    "ExamResult",
    "Fact",
    "FactKind",
    "GovernedValue",
    "Grant",
    "Group",
    "Hotel",
    "Membership",
    "OfferedGrant",
    "Part",
    "PolicyDocument",
    "PolicyParty",
    "PolicySubsidiary",
    "PolicyVersion",
    "PositionCard",
    "Role",
    "Scope",
    "Staff",
    "StaffManager",
    "StaffQualification",
    "Theme",
    "UNITS",
    "VersionState",
]
