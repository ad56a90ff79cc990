"""What the rules say and how right they were, in words: also where the model does not win (CHU-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from roomnight.insight.rules.churn_values import DAYS, GAP, MODEL, MONTH, RULES, SEASON
from roomnight.insight.rules.proof import OTHER_CLOCK, SCORES


@dataclass(frozen=True)
class AreaLine:
    """One score: of how many in a hundred pairs it put the client that stayed away first, with its interval."""

    name: str
    area: str
    low: str
    high: str
    is_model: bool


@dataclass(frozen=True)
class HitLine:
    """One rule: its alerts, how many of a hundred were right, and of as many of the model's; who wins in words."""

    name: str
    alerts: int
    right: int | None
    model_right: int | None
    words: str
    tone: str


def rule_words(limits: Mapping[str, Any]) -> dict[str, str]:
    """What each score goes by."""
    plain, season = _("The model, every day alike"), _("The model, by the season")
    is_season = limits.get("clock") == SEASON
    return {
        MODEL: season if is_season else plain,
        OTHER_CLOCK: plain if is_season else season,
        DAYS: _("Days since the last arrival"),
        GAP: _("Silence in usual gaps"),
    }


def area_lines(proof: Mapping[str, Any], limits: Mapping[str, Any]) -> list[AreaLine]:
    """The scores that could be measured, in their order."""
    words, found = rule_words(limits), proof.get("areas", {})
    return [
        AreaLine(words[name], f"{found[name][0]:.3f}", f"{found[name][1]:.3f}", f"{found[name][2]:.3f}", name == MODEL)
        for name in SCORES
        if found.get(name)
    ]


def hit_lines(proof: Mapping[str, Any]) -> list[HitLine]:
    """Each rule beside as many of the model's likeliest, all without those on the books."""
    names = {
        MODEL: _("Own rhythm, from the chance in force"),
        DAYS: _("So many days without an arrival"),
        MONTH: _("Fewer arrivals in a month than is its habit"),
        GAP: _("Silent for a multiple of its usual gap"),
    }
    rules = proof.get("rules", {})
    return [_hit(name, names[name], rules[name]) for name in RULES if name in rules]


def _hit(rule: str, name: str, one: Mapping[str, int]) -> HitLine:
    alerts = one["alerts"]
    if not alerts:
        return HitLine(name, 0, None, None, _("No alert in these months"), "")
    right, model = round(100 * one["right"] / alerts), round(100 * one["model_right"] / alerts)
    if rule == MODEL:
        return HitLine(name, alerts, right, None, "", "")
    if one["model_right"] > one["right"]:
        return HitLine(name, alerts, right, model, _("The model wins"), "good")
    if one["model_right"] == one["right"]:
        return HitLine(name, alerts, right, model, _("Neither wins"), "")
    return HitLine(name, alerts, right, model, _("The model does not win"), "soon")


def verdict_words(says: bool | None) -> str:
    """A verdict in a word."""
    return _("Too little to say") if says is None else _("Alert") if says else "–"
