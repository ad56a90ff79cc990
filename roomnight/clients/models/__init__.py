"""The hotel's clients: accounts, the people there, who looks after them, and everything that happened with them."""

from roomnight.clients.models.accounts import (
    Account,
    AccountKind,
    AccountShare,
    CompetitorUse,
    ExternalId,
    Grade,
    Importance,
    Stage,
    StageChange,
)
from roomnight.clients.models.importing import (
    ClientFileProfile,
    ClientImport,
    ImportedRow,
    ImportLine,
    ImportState,
)
from roomnight.clients.models.merging import DuplicateKey, DuplicateLook, DuplicatePair, Merge, Verdict
from roomnight.clients.models.ownership import Ownership, PoolCause
from roomnight.clients.models.past import SearchEntry, TimelineEntry
from roomnight.clients.models.people import Contact, ContactMove, Gift
from roomnight.clients.models.protection import (
    Basis,
    ContactWithProtected,
    PoolNotice,
    Protection,
    ProtectionExtension,
    ProtectionState,
    ProtectionStatement,
    RequestState,
)
from roomnight.clients.models.sorting import SavedView, Tag, Territory

__all__ = [
    "Account",
    "AccountKind",
    "AccountShare",
    "Basis",
    "ClientFileProfile",
    "ClientImport",
    "CompetitorUse",
    "Contact",
    "ContactMove",
    "ContactWithProtected",
    "DuplicateKey",
    "DuplicateLook",
    "DuplicatePair",
    "ExternalId",
    "Gift",
    "Grade",
    "ImportLine",
    "ImportState",
    "Importance",
    "ImportedRow",
    "Merge",
    "Ownership",
    "PoolCause",
    "PoolNotice",
    "Protection",
    "ProtectionExtension",
    "ProtectionState",
    "ProtectionStatement",
    "RequestState",
    "SavedView",
    "SearchEntry",
    "Stage",
    "StageChange",
    "Tag",
    "Territory",
    "TimelineEntry",
    "Verdict",
]
