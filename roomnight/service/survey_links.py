"""The link of a survey: a secret that is signed, so that no guess is worth looking up, and kept as a digest only (SAT-01)."""

from __future__ import annotations

import hashlib
import secrets

from django.core.signing import BadSignature, Signer

SALT = "roomnight.service.survey"
BYTES = 24


def new_secret() -> str:
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def signed(secret: str) -> str:
    """What stands in the address."""
    return Signer(salt=SALT).sign(secret)


def read(token: str) -> tuple[str, bool]:
    """The digest to look up, and whether the signature is right. A wrong one has a digest too: the work is the same."""
    try:
        return digest(Signer(salt=SALT).unsign(token)), True
    except BadSignature:
        return digest(token), False
