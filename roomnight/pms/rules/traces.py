"""What a reservation says of where its guest comes from, as little of it as is needed to find a client's stays (AGR-07, PRV)."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Final

from roomnight.clients.rules.duplicates import e164

LONGEST: Final = 160
FREE_MAIL: Final = frozenset(
    [
        "qq.com",
        "vip.qq.com",
        "foxmail.com",
        "163.com",
        "vip.163.com",
        "126.com",
        "vip.126.com",
        "yeah.net",
        "188.com",
        "sina.com",
        "vip.sina.com",
        "sina.cn",
        "sina.com.cn",
        "sohu.com",
        "vip.sohu.com",
        "tom.com",
        "21cn.com",
        "139.com",
        "189.cn",
        "wo.cn",
        "263.net",
        "aliyun.com",
        "88.com",
        "chinaren.com",
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "live.cn",
        "msn.com",
        "yahoo.com",
        "yahoo.cn",
        "yahoo.com.cn",
        "yahoo.co.jp",
        "yahoo.com.hk",
        "icloud.com",
        "me.com",
        "mac.com",
        "proton.me",
        "protonmail.com",
        "mail.com",
        "gmx.com",
        "gmx.de",
        "web.de",
        "yandex.com",
        "mail.ru",
        "naver.com",
        "hanmail.net",
        "aol.com",
    ]
)
"""Where anybody has an address: says nothing of a company."""
_DOMAIN: Final = re.compile(r"[^@\s]+@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})", re.IGNORECASE)


def mail_domain(text: str) -> str:
    """The domain of an e-mail address; empty for one that anybody can have, and where it is none. The address is not kept."""
    found = _DOMAIN.search(text.strip())
    domain = found[1].casefold() if found else ""
    return "" if domain in FREE_MAIL or len(domain) > LONGEST else domain


def dialled(text: str) -> str:
    """The first telephone number in a field as the world dials it; empty where there is none."""
    return next(iter(e164(text)), "")


def unreadable(number: str, secret: str) -> str:
    """A telephone number so that it can be compared and not be read: the guest's own number is not kept."""
    key = blake2b(secret.encode(), digest_size=32).digest()
    return blake2b(number.encode(), key=key, digest_size=12, person=b"pms.phone").hexdigest()


def told(text: str) -> str:
    """A company's name as somebody typed it; too long a text is cut, for no row is turned away for it."""
    return text[:LONGEST]
