"""What happened to clients, for the floors above."""

from dataclasses import dataclass

from roomnight.kernel.events import Event


@dataclass(frozen=True)
class AccountsMerged(Event):
    """One client was taken into another (ACC-04); everything that pointed at the loser points at the winner now."""

    hotel_id: int
    winner_id: int
    loser_id: int


@dataclass(frozen=True)
class AccountsParted(Event):
    """A merge was taken back, or a part of a client became one of its own (ACC-09): both have rows of their own again."""

    hotel_id: int
    one_id: int
    other_id: int


@dataclass(frozen=True)
class AccountSplit(Event):
    """Part of a client becomes one of its own (ACC-09). `external_ids` are rows of ExternalId that already went along:
    what came under these numbers goes too."""

    hotel_id: int
    account_id: int
    new_id: int
    external_ids: tuple[int, ...]


@dataclass(frozen=True)
class ContactsMerged(Event):
    """Two records of one person became one (ACC-04)."""

    account_id: int
    winner_id: int
    loser_id: int
