"""The bell: lines for a person, stored in the command's transaction and read in their own language."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from roomnight.kernel.models import Notification


def notify(
    recipient: str, message: str, /, *, hotel_code: str, url: str = "", is_urgent: bool = False, **values: Any
) -> None:
    """Tell one person. `message` is an English gettext source with %(name)s places for `values`."""
    Notification.objects.create(
        recipient=recipient, hotel_code=hotel_code, message=message, values=values, url=url, is_urgent=is_urgent
    )


def in_words(notification: Notification) -> str:
    """The notification in the language in force."""
    return str(gettext(notification.message) % notification.values)


def unread_lines(recipient: str, hotel_code: str) -> QuerySet[Notification]:
    """The lines that a person has not read yet."""
    return Notification.objects.filter(recipient=recipient, hotel_code__in=["", hotel_code], read_at=None)


def unread(recipient: str, hotel_code: str) -> int:
    """How many unread lines, counted up to 100."""
    return unread_lines(recipient, hotel_code)[:100].count()


def latest(recipient: str, hotel_code: str, limit: int = 20) -> list[Notification]:
    return list(
        Notification.objects.filter(recipient=recipient, hotel_code__in=["", hotel_code]).order_by("-id")[:limit]
    )


def mark_read(recipient: str, hotel_code: str) -> int:
    """A person has seen their bell. Not a change of a business record, so no audit line."""
    return Notification.objects.filter(recipient=recipient, hotel_code__in=["", hotel_code], read_at=None).update(
        read_at=timezone.now()
    )
