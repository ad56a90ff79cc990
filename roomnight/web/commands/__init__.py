"""The few verbs of the top floor, which compose those of the floors below."""

from roomnight.web.commands.demo import engage_people, remove_demo
from roomnight.web.commands.handing_over import Step, hand_over, take_back

__all__ = ["Step", "engage_people", "hand_over", "remove_demo", "take_back"]
