"""What has to have happened before an authority is shown anything (PRV-04)."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy

VERIFY_AUTHORITIES = Policy(
    "reception.verify_authorities", 1, label=_("Ring the unit before anything is shown to an authority: 1 always, 0 only in doubt"),
    source="PRV-04", check=lambda value: value in (0, 1),
)  # fmt: skip


def must_be_verified(policy: int, *, is_doubtful: bool) -> bool:
    """Whether the unit has to confirm by telephone, under a number that we have looked up ourselves."""
    return is_doubtful or policy == 1


def next_step(done: Collection[str], *, must_verify: bool) -> str:
    """What comes next: verify, permit, show; or nothing where it is over."""
    if {"denied", "refused", "shown"} & set(done):
        return ""
    if must_verify and "verified" not in done:
        return "verify"
    return "show" if "permitted" in done else "permit"
