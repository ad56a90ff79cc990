"""What is decided about the house itself."""

from roomnight.organization.rules.policies import ACKNOWLEDGE_DAYS

__all__ = ["ACKNOWLEDGE_DAYS"]
