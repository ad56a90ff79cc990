"""What of a file of the PMS somebody may not read, before and after it is brought in (SEC-04)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from roomnight.pms.rules.guests import Sight, masked_name
from roomnight.pms.rules.mapping import choice
from roomnight.pms.rules.profile import Profile

_NAMES: Final = re.compile(
    r"姓名|^(?:客人|宾客|住客|旅客|入住人|预订人)(?:名|名称|名单|全名)?$|^[姓名]$|surname|^name$|^guests?$"
    r"|guest[ _]?(?:full[ _]?)?names?$|(?:first|last|family|given|full)[ _]?name",
    re.IGNORECASE,
)
_PARTICULARS: Final = re.compile(
    r"证件|身份证|护照|车牌|出生|生日|手机|移动电话|(?:客人|宾客|住客)(?:联系)?电话|passport|\bid[ _]?(?:no|number|card)|mobile|birth"
    r"|guest[ _]?(?:phone|tel|e-?mail)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Veil:
    """What of a PMS file's rows somebody may not read: names are masked, rooms and other particulars left out (SEC-04).

    The front desk reads all rows but those of confidential guests.
    """

    how: Sight
    names: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    flag: str = ""
    flags: Callable[[str], object] = field(default=lambda _text: False)
    """Which column says that a guest is confidential, and what its words mean."""

    @property
    def hides(self) -> bool:
        """Whether something of every row is hidden."""
        return self.how is not Sight.DESK and bool(self.names or self.emptied)

    def is_confidential(self, row: Mapping[str, str]) -> bool:
        """Whether a row says so of its guest; a word nobody knows is taken for yes."""
        return self.flags(row.get(self.flag, "")) is not False

    def cell(self, column: str, value: str, *, is_confidential: bool) -> str:
        """A cell as it may be read. A column may be several, as problems name them: “year + month”."""
        if self.how is Sight.DESK and not is_confidential:
            return value
        columns = set(column.split(" + "))
        if columns & self.emptied:
            return ""
        return masked_name(value) if columns & self.names else value


def veil(how: Sight, header: Sequence[str], profile: Profile | None) -> Veil:
    """What is hidden of a file from somebody who sees so much of guests: by what its profile reads, and by its headings."""
    sources = profile.sources if profile else {}
    read = {name: set(sources[name].columns) for name in ("guest_name", "room") if name in sources}
    names = {one for one in header if _NAMES.search(one)} | read.get("guest_name", set())
    rooms = read.get("room", set()) if profile and profile.kind == "in_house" else set()
    emptied = {one for one in header if _PARTICULARS.search(one)} | rooms
    flag = sources.get("is_confidential")
    if profile is None or flag is None:
        return Veil(how, frozenset(names), frozenset(emptied))
    missing, means = profile.missing, choice(flag, is_flag=True)
    return Veil(
        how,
        frozenset(names),
        frozenset(emptied),
        flag.columns[0],
        lambda text: text not in missing and means(text),
    )
