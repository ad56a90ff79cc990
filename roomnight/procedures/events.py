"""What happened to cases, for the floors above."""

from dataclasses import dataclass

from roomnight.kernel.events import Event


@dataclass(frozen=True)
class CaseEnded(Event):
    """A case came to an end or was called off. `subject` is the record it was about, as `app.model:pk`; a drill is one too."""

    case_id: int
    subject: str
    is_cancelled: bool
