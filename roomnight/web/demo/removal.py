"""Taking a hotel out of every table. Only ever used on the demo."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, Model

from roomnight.kernel.models import Attachment, Counter, Day, Deed, Notification, PolicyValue
from roomnight.organization.models import Group, Hotel, Membership, Staff

BATCH = 500


def paths_to_hotel() -> list[tuple[type[Model], str]]:
    """Every table that belongs to a hotel, with each look-up that leads there: `hotel`, `account__hotel`, …; nearest first."""
    found: list[tuple[type[Model], str]] = []
    frontier: dict[type[Model], str] = {Hotel: ""}
    models = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("roomnight.")]
    reached: set[type[Model]] = {Hotel, Staff, Membership}
    while frontier:
        following: dict[type[Model], str] = {}
        for model in models:
            for name, target in ways_up(model):
                if target in frontier and (model not in reached or target is not Hotel):
                    path = f"{name}__{frontier[target]}" if frontier[target] else name
                    if model in (Staff, Membership) or (model, path) in found:
                        continue
                    found.append((model, path))
                    if model not in reached:
                        following[model] = path
        reached |= set(following)
        frontier = following
    return found


def ways_up(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """The fields that say where a row belongs: keys that must be set, and any that name a hotel directly."""
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and (not field.null or field.related_model is Hotel):
            yield field.name, field.related_model
        elif isinstance(field, ManyToManyField) and field.related_model is Hotel:
            yield field.name, Hotel


def remove_everything_of(hotel: Hotel) -> None:
    """Delete the hotel's rows, farthest tables first. Keys are checked when the transaction ends, so order among equals is free."""
    people = list(
        Staff.objects.filter(memberships__hotel=hotel, is_administrator=False)
        .exclude(memberships__in=Membership.objects.exclude(hotel=hotel))
        .values_list("pk", flat=True)
    )
    doomed = [
        (model, list(model._default_manager.filter(**{path: hotel}).values_list("pk", flat=True)))
        for model, path in reversed(paths_to_hotel())
    ]
    for model, keys in doomed:
        for start in range(0, len(keys), BATCH):
            rows = model._default_manager.filter(pk__in=keys[start : start + BATCH])
            rows._raw_delete(rows.db)
    for kernel_model in (PolicyValue, Notification, Day, Attachment, Deed):
        kernel_model._default_manager.filter(hotel_code=hotel.code).delete()
    Counter.objects.filter(series__contains=f":{hotel.code}").delete()
    Counter.objects.filter(series=f"pms-traces:{hotel.pk}").delete()
    Membership.objects.filter(hotel=hotel).delete()
    Staff.objects.filter(last_hotel=hotel).update(last_hotel=None)
    Staff.objects.filter(pk__in=people).delete()
    group = hotel.group_id
    hotel.delete()
    Group.objects.filter(pk=group, hotels=None).delete()
