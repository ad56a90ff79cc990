"""Days and moments in words, in both languages."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from roomnight.ui.moments import ago_text, day_text

TODAY = date(2026, 11, 19)


@pytest.mark.rule("UI-01")
@pytest.mark.parametrize(
    ("value", "style", "chinese", "english"),
    [
        (date(2026, 11, 21), "near", "11月21日 周六", "Sat 21 Nov"),
        (date(2026, 11, 21), "short", "11月21日", "21 Nov"),
        (date(2026, 11, 19), "words", "今天", "today"),
        (date(2026, 11, 18), "words", "昨天", "yesterday"),
        (date(2026, 11, 20), "words-short", "明天", "tomorrow"),
        (date(2026, 11, 21), "words", "11月21日 周六", "Sat 21 Nov"),
        (TODAY - timedelta(days=180), "near", "5月23日 周六", "Sat 23 May"),
        (TODAY - timedelta(days=181), "near", "2026-05-22", "2026-05-22"),
        (TODAY + timedelta(days=181), "short", "2027-05-19", "2027-05-19"),
        (date(2025, 10, 18), "full", "2025年10月18日 周六", "Sat 18 October 2025"),
    ],
)
def test_a_day_is_written_near_and_far(value, style, chinese, english):
    with translation.override("zh-hans"):
        assert day_text(value, TODAY, style) == chinese
    with translation.override("en"):
        assert day_text(value, TODAY, style) == english


NOW = datetime(2026, 11, 19, 10, 30)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (NOW - timedelta(seconds=59), "刚才", "just now"),
        (NOW - timedelta(minutes=1), "1 分钟前", "1 minute ago"),
        (NOW - timedelta(minutes=59), "59 分钟前", "59 minutes ago"),
        (NOW - timedelta(minutes=60), "1 小时前", "1 hour ago"),
        (datetime(2026, 11, 19, 0, 5), "10 小时前", "10 hours ago"),
        (datetime(2026, 11, 18, 23, 55), "昨天 23:55", "yesterday 23:55"),
        (datetime(2026, 11, 17, 23, 55), "11月17日 23:55", "17 Nov 23:55"),
        (NOW + timedelta(minutes=5), "今天 10:35", "today 10:35"),
    ],
)
def test_how_long_ago(value, chinese, english):
    with translation.override("zh-hans"):
        assert ago_text(value, NOW) == chinese
    with translation.override("en"):
        assert ago_text(value, NOW) == english
