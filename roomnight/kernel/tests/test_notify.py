"""The bell: whose line it is, and in which language it is read."""

import pytest
from django.utils import translation

from roomnight.kernel.models import Notification
from roomnight.kernel.notify import in_words, latest, mark_read, notify, unread

pytestmark = pytest.mark.django_db
MESSAGE = "%(name)s is your client now"


@pytest.mark.rule("UI-01")
def test_a_line_is_read_in_the_reader_s_language():
    notify("reader", MESSAGE, hotel_code="lujiazui", name="华星科技")
    line = latest("reader", "lujiazui")[0]
    with translation.override("en"):
        assert in_words(line) == "华星科技 is your client now"
    with translation.override("zh-hans"):
        assert in_words(line) != "华星科技 is your client now"
        assert "华星科技" in in_words(line)


def test_everybody_hears_their_own_lines_of_this_hotel_and_of_all():
    notify("reader", MESSAGE, hotel_code="lujiazui", name="一")
    notify("reader", MESSAGE, hotel_code="", name="二")
    notify("reader", MESSAGE, hotel_code="lakeside", name="三")
    notify("colleague", MESSAGE, hotel_code="lujiazui", name="四")
    assert [line.values["name"] for line in latest("reader", "lujiazui")] == ["二", "一"]
    assert unread("reader", "lujiazui") == 2
    assert mark_read("reader", "lujiazui") == 2
    assert (unread("reader", "lujiazui"), unread("reader", "lakeside"), unread("colleague", "lujiazui")) == (0, 1, 1)
    assert Notification.objects.filter(read_at=None, recipient__in=("reader", "colleague")).count() == 2
