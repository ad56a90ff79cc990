"""What a representative takes along, and when the kit is complete (VIS-04)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.policy import Policy


def _sane(items: Any) -> bool:
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        return False
    keys = [one.get("key") for one in items]
    return len(set(keys)) == len(keys) and all(one.get(part) for one in items for part in ("key", "zh", "en"))


KIT_ITEMS: Policy[list[dict[str, str]]] = Policy(
    "activities.kit_items",
    [
        {"key": "business_cards", "zh": "名片", "en": "Business cards"},
        {"key": "brochures", "zh": "酒店宣传册", "en": "Hotel brochures"},
        {"key": "price_list", "zh": "客房价目表", "en": "Room price list"},
        {"key": "client_file", "zh": "客户档案", "en": "Client file"},
        {"key": "cash_agreement", "zh": "现金协议书", "en": "Cash agreement form"},
        {"key": "credit_agreement", "zh": "签单挂账协议书", "en": "Credit-signing agreement form"},
        {"key": "conference_reception", "zh": "会议接待单", "en": "Conference reception form"},
        {"key": "conference_agreement", "zh": "会议协议书", "en": "Conference agreement form"},
    ],
    label=_("What is taken along on a visit"),
    source="VIS-04",
    kind="table",
    check=_sane,
)


def kit_problem(known: Iterable[str], ticked: Sequence[str], waived: Mapping[str, str]) -> str | None:
    """What is wrong with an answer: an item nobody asked for, one both ticked and waived, or a waiver without a reason."""
    if not {*ticked, *waived} <= set(known):
        return "kit.unknown"
    if set(ticked) & set(waived):
        return "kit.both"
    if not all(reason.strip() for reason in waived.values()):
        return "kit.waiver_reason"
    return None


def unanswered(known: Iterable[str], answered: Iterable[str]) -> list[str]:
    """The items that are neither ticked nor waived, in the order of the list."""
    done = set(answered)
    return [key for key in known if key not in done]


def labels(items: Iterable[Mapping[str, str]], keys: Iterable[str], language: str = "zh-hans") -> list[str]:
    """The names of these items in a language, in the order of the list."""
    wanted = set(keys)
    return [one["en" if language == "en" else "zh"] for one in items if one["key"] in wanted]
