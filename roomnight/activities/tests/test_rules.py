"""What the hotel has decided about visits: times, kits, reports and what follows from them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from roomnight.activities.rules import days, follow_ups, kits, plans, reports
from roomnight.kernel.calendar import HotelCalendar, WorkingHours

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingHours(time(9), time(18), SHANGHAI)
CHINA = HotelCalendar()


def at(clock: str, day: str = "2026-11-18") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SHANGHAI)


# --- times of a plan ----------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-03")
@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        pytest.param("10:00", "10:30", None, id="half an hour"),
        pytest.param("10:05", "10:10", None, id="one slot"),
        pytest.param("10:02", "10:30", "visit.grid", id="begins between the steps"),
        pytest.param("10:00", "10:31", "visit.grid", id="ends between the steps"),
        pytest.param("10:00:30", "10:30", "visit.grid", id="half a minute"),
        pytest.param("10:00", "10:00", "visit.order", id="no time at all"),
        pytest.param("10:30", "10:00", "visit.order", id="backwards"),
    ],
)
def test_a_plan_lies_forward_on_the_five_minute_grid(start, end, problem):
    assert plans.time_problem(at(start), at(end), SHANGHAI) == problem


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        pytest.param(at("00:00", "2026-11-19"), None, id="until midnight"),
        pytest.param(at("00:05", "2026-11-19"), "visit.one_day", id="into the next day"),
    ],
)
def test_a_visit_stays_within_one_day_of_the_hotel(end, problem):
    assert plans.time_problem(at("23:30"), end, SHANGHAI) == problem


def test_the_grid_is_that_of_the_clock_whatever_the_time_zone():
    kathmandu = ZoneInfo("Asia/Kathmandu")  # a quarter of an hour off the full hour
    assert plans.on_grid(datetime(2026, 11, 18, 10, 5, tzinfo=kathmandu))
    assert not plans.on_grid(datetime(2026, 11, 18, 10, 4, tzinfo=kathmandu))


def test_the_slots_of_a_time_are_its_five_minutes():
    found = plans.slots(at("10:00"), at("10:15"))
    assert found == [at("10:00"), at("10:05"), at("10:10")]


def test_times_that_touch_share_no_slot():
    first, second = plans.slots(at("10:00"), at("10:30")), plans.slots(at("10:30"), at("11:00"))
    assert not set(first) & set(second)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        pytest.param("10:00", "10:30", "10:00", "10:30", id="on the grid already"),
        pytest.param("10:02", "10:33", "10:00", "10:35", id="to the nearest"),
        pytest.param("10:02:29", "10:27:30", "10:00", "10:30", id="half-way goes up"),
        pytest.param("10:01", "10:02", "10:00", "10:05", id="never less than one slot"),
    ],
)
def test_an_actual_time_is_rounded_to_the_grid(start, end, first, last):
    assert plans.rounded(at(start), at(end)) == (at(first), at(last))


def test_two_talks_that_touch_still_do_when_rounded():
    _start, end = plans.rounded(at("10:00"), at("10:33"))
    start, _end = plans.rounded(at("10:33"), at("11:00"))
    assert end == start


@pytest.mark.rule("VIS-06")
@pytest.mark.parametrize(("planned", "needed"), [(5, False), (30, False), (35, True), (45, True)])
def test_a_visit_longer_than_usual_says_why(planned, needed):
    assert plans.needs_long_reason(planned, plans.VISIT_MAX_MINUTES.default) is needed


@pytest.mark.rule("VIS-03")
@pytest.mark.parametrize(
    ("how", "whom", "cold", "reason", "problem"),
    [
        pytest.param("", "", False, "", None, id="not agreed yet"),
        pytest.param("phone", "王芳", False, "", None, id="agreed by telephone"),
        pytest.param("phone", "", False, "", "visit.half_appointment", id="agreed with nobody"),
        pytest.param("", "王芳", False, "", "visit.half_appointment", id="agreed somehow"),
        pytest.param("phone", "  ", False, "", "visit.half_appointment", id="a blank is nobody"),
        pytest.param("", "", True, "路过同一栋楼", None, id="a cold call with a reason"),
        pytest.param("", "", True, "", "visit.cold_reason", id="a cold call without a reason"),
        pytest.param("", "", True, "   ", "visit.cold_reason", id="blanks are no reason"),
        pytest.param("phone", "王芳", True, "路过", "visit.cold_with_appointment", id="both at once"),
    ],
)
def test_an_appointment_is_whole_or_the_visit_is_a_cold_call_with_a_reason(how, whom, cold, reason, problem):
    assert plans.appointment_problem(how=how, whom=whom, is_cold_call=cold, cold_reason=reason) == problem


@pytest.mark.rule("VIS-07")
@pytest.mark.parametrize(
    ("ended", "due"),
    [
        pytest.param(at("10:30"), at("18:00"), id="in the morning: by the end of work"),
        pytest.param(at("18:00"), at("18:00"), id="as work ends: at once"),
        pytest.param(at("18:01"), at("00:00", "2026-11-19"), id="after work: by midnight"),
        pytest.param(at("20:30"), at("00:00", "2026-11-19"), id="over dinner: by midnight"),
    ],
)
def test_a_report_is_due_on_the_day_of_the_talk(ended, due):
    assert plans.report_due(ended, OFFICE) == due


@pytest.mark.rule("VIS-05")
@pytest.mark.parametrize(
    ("expected", "minutes"),
    [
        pytest.param(at("12:00"), 0, id="not yet"),
        pytest.param(at("11:00"), 0, id="just now"),
        pytest.param(at("10:18:30"), 41, id="whole minutes"),
        pytest.param(None, 0, id="nothing said"),
    ],
)
def test_who_is_expected_back_is_overdue_by_minutes(expected, minutes):
    assert plans.overdue_minutes(expected, at("11:00")) == minutes


# --- the kit ------------------------------------------------------------------------------------------------------

LIST = ["cards", "brochures", "prices"]


@pytest.mark.rule("VIS-04")
def test_the_shipped_kit_has_the_eight_items_in_both_languages():
    items = kits.KIT_ITEMS.default
    assert [one["en"] for one in items] == [
        "Business cards", "Hotel brochures", "Room price list", "Client file", "Cash agreement form",
        "Credit-signing agreement form", "Conference reception form", "Conference agreement form",
    ]  # fmt: skip
    assert all(one["zh"] for one in items)


@pytest.mark.rule("VIS-04")
@pytest.mark.parametrize(
    ("ticked", "waived", "problem"),
    [
        pytest.param(LIST, {}, None, id="everything with me"),
        pytest.param(["cards"], {"prices": "客户已有"}, None, id="some of it answered so far"),
        pytest.param(["cards"], {"prices": ""}, "kit.waiver_reason", id="left behind without a reason"),
        pytest.param(["cards"], {"prices": "  "}, "kit.waiver_reason", id="blanks are no reason"),
        pytest.param(["umbrella"], {}, "kit.unknown", id="nobody asked for that"),
        pytest.param(["cards"], {"cards": "忘了"}, "kit.both", id="with me and not"),
    ],
)
def test_a_kit_item_is_with_me_or_not_needed_for_a_reason(ticked, waived, problem):
    assert kits.kit_problem(LIST, ticked, waived) == problem


@pytest.mark.rule("VIS-04")
def test_what_is_neither_ticked_nor_waived_is_unanswered():
    assert kits.unanswered(LIST, ["prices"]) == ["cards", "brochures"]
    assert kits.unanswered(LIST, LIST) == []


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("cards", id="no list"),
        pytest.param([{"key": "cards", "zh": "名片"}], id="no English"),
        pytest.param([{"key": "cards", "zh": "名片", "en": "Cards"}] * 2, id="the same key twice"),
        pytest.param(["cards"], id="bare words"),
    ],
)
def test_a_kit_list_that_makes_no_sense_is_not_a_policy_value(table):
    assert not kits.KIT_ITEMS.check(table)


def test_kit_labels_come_in_the_language_and_order_of_the_list():
    items = kits.KIT_ITEMS.default
    assert kits.labels(items, ["price_list", "business_cards"], "en") == ["Business cards", "Room price list"]
    assert kits.labels(items, ["price_list"], "zh-hans") == ["客房价目表"]


# --- the report ---------------------------------------------------------------------------------------------------

NOW = at("17:00")


@pytest.mark.rule("VIS-07")
@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        pytest.param(at("10:00"), at("10:30"), None, id="this morning"),
        pytest.param(at("16:30"), NOW, None, id="until now"),
        pytest.param(at("16:30"), at("17:01"), "report.future", id="ends in a minute"),
        pytest.param(at("10:00", "2026-11-19"), at("10:30", "2026-11-19"), "report.future", id="tomorrow"),
        pytest.param(at("10:30"), at("10:00"), "report.order", id="backwards"),
        pytest.param(at("10:30"), at("10:30"), "report.order", id="no time at all"),
        pytest.param(at("17:00", "2026-11-17"), at("10:00"), "report.too_long", id="all night"),
        pytest.param(at("10:00", "2026-11-02"), at("10:30", "2026-11-02"), None, id="two weeks ago"),
    ],
)
def test_a_report_is_about_a_talk_that_has_happened(start, end, problem):
    assert reports.talk_problem(start, end, NOW) == problem


def content(**changes):
    usual = {
        "result": "interested", "refusal_reason": "", "feedback": "satisfied", "complaint": "", "needs": ["rooms"],
        "next_on": None, "next_purpose": "", "visited_on": date(2026, 11, 18), "met_anybody": True,
    }  # fmt: skip
    return reports.content_problem(**{**usual, **changes})


@pytest.mark.rule("VIS-07")
@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({}, None, id="went normally"),
        pytest.param({"result": "refused"}, "report.refusal_reason", id="refused without a reason"),
        pytest.param({"result": "refused", "refusal_reason": " "}, "report.refusal_reason", id="blanks are no reason"),
        pytest.param({"result": "refused", "refusal_reason": "价格高"}, None, id="refused for a reason"),
        pytest.param({"feedback": "complaint"}, "report.complaint_text", id="a complaint without words"),
        pytest.param({"feedback": "complaint", "complaint": "早餐排队"}, None, id="a complaint"),
        pytest.param({"needs": ["rooms", "yacht"]}, "report.needs", id="a need we do not know"),
        pytest.param({"needs": ["none", "rooms"]}, "report.needs_none", id="nothing and something"),
        pytest.param({"needs": ["none"]}, None, id="nothing now"),
        pytest.param({"next_on": date(2026, 11, 18)}, "report.next_past", id="the next talk on the same day"),
        pytest.param({"next_on": date(2026, 11, 19)}, None, id="the next talk tomorrow"),
        pytest.param({"next_purpose": "签约"}, "report.next_date", id="the next talk some day"),
        pytest.param({"met_anybody": False}, "report.nobody", id="met nobody"),
    ],
)
def test_a_report_says_what_its_answers_ask_for(changes, problem):
    assert content(**changes) == problem


def test_competitors_are_kept_with_name_and_price_as_decimal_text():
    rows = [{"hotel": " 滨江饭店 ", "price": "520.50", "why": "近地铁"}, {"hotel": "浦东大厦", "price": None}]
    assert reports.competitor_rows(rows) == [
        {"hotel": "滨江饭店", "price": "520.50", "why": "近地铁"},
        {"hotel": "浦东大厦", "price": "", "why": ""},
    ]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"hotel": "", "price": "520"}, id="no name"),
        pytest.param({"hotel": "滨江饭店", "price": "about 500"}, id="a price in words"),
        pytest.param({"hotel": "滨江饭店", "price": "-1"}, id="a price below nothing"),
        pytest.param({"hotel": "滨江饭店", "price": "NaN"}, id="not a number"),
        pytest.param({"hotel": "滨江饭店", "price": "Infinity"}, id="endless"),
    ],
)
def test_a_competitor_without_name_or_with_a_wrong_price_is_no_row(row):
    with pytest.raises(ValueError, match=r".*"):
        reports.competitor_rows([row])


SENT = at("10:40")


def timed(met=("10:00", "10:28"), sent=SENT, planned="10:00", allowed=30):
    return reports.timing(
        planned_start=at(planned),
        allowed_minutes=allowed,
        met_from=at(met[0]),
        met_to=at(met[1]),
        due=at("18:00"),
        sent=sent,
    )


@pytest.mark.rule("VIS-07")
@pytest.mark.parametrize(
    ("sent", "late"),
    [
        pytest.param(at("17:59:59"), 0, id="in time"),
        pytest.param(at("18:00"), 0, id="on the stroke"),
        pytest.param(at("18:00:01"), 1, id="a second is a minute"),
        pytest.param(at("18:24"), 24, id="after work"),
        pytest.param(at("09:00", "2026-11-19"), 900, id="the next morning"),
    ],
)
def test_a_late_report_is_marked_with_its_minutes(sent, late):
    found = timed(sent=sent)
    assert (found.late_minutes, found.is_late) == (late, late > 0)


@pytest.mark.rule("VIS-06")
@pytest.mark.parametrize(
    ("end", "allowed", "actual", "over"),
    [
        pytest.param("10:28", 30, 28, 0, id="shorter than usual"),
        pytest.param("10:30", 30, 30, 0, id="exactly"),
        pytest.param("10:41", 30, 41, 11, id="over"),
        pytest.param("10:41", 45, 41, 0, id="longer was planned, with a reason"),
    ],
)
def test_actual_minutes_and_overrun_are_shown(end, allowed, actual, over):
    found = timed(met=("10:00", end), sent=at("12:00"), allowed=allowed)
    assert (found.actual_minutes, found.overrun_minutes) == (actual, over)


@pytest.mark.rule("VIS-07")
def test_arrival_against_the_appointment_and_the_delay_of_the_report_are_minutes():
    assert timed(met=("09:55", "10:20")).arrival_minutes == -5
    assert timed(met=("10:07", "10:20")).arrival_minutes == 7
    assert timed(met=("10:00", "10:28"), sent=at("10:40")).delay_minutes == 12


# --- what follows ---------------------------------------------------------------------------------------------------


def follows(**changes):
    usual = {
        "result": "interested", "feedback": "satisfied", "has_potential": False, "next_on": None,
        "visited_on": date(2026, 11, 18), "today": date(2026, 11, 18), "calendar": CHINA, "thanks_days": 1,
        "potential_days": 7,
    }  # fmt: skip
    return {one.kind: one for one in reports.what_follows(**{**usual, **changes})}


@pytest.mark.rule("VIS-09")
@pytest.mark.rule("ORG-05")
@pytest.mark.parametrize(
    ("visited", "thanked"),
    [
        pytest.param(date(2026, 11, 18), date(2026, 11, 19), id="Wednesday: on Thursday"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 23), id="Friday: on Monday"),
        pytest.param(date(2026, 2, 13), date(2026, 2, 14), id="Friday before a make-up Saturday: on Saturday"),
        pytest.param(date(2026, 2, 14), date(2026, 2, 24), id="before the Spring Festival: after it"),
        pytest.param(date(2026, 9, 30), date(2026, 10, 8), id="before the National Day week: after it"),
    ],
)
def test_every_client_is_thanked_on_the_next_working_day(visited, thanked):
    assert follows(visited_on=visited, today=visited)["thanks_call"].due_on == thanked


@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize(
    ("today", "thanked"),
    [
        pytest.param(date(2026, 11, 19), date(2026, 11, 19), id="reported a day later: still today"),
        pytest.param(date(2026, 11, 23), date(2026, 11, 23), id="reported on Monday: today"),
        pytest.param(date(2026, 11, 21), date(2026, 11, 23), id="reported on a Saturday: on Monday"),
    ],
)
def test_after_a_late_report_the_client_is_thanked_as_soon_as_the_office_works(today, thanked):
    assert follows(today=today)["thanks_call"].due_on == thanked


@pytest.mark.rule("VIS-09")
def test_the_hotel_decides_how_many_working_days_later_it_thanks():
    assert follows(thanks_days=3)["thanks_call"].due_on == date(2026, 11, 23)


@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        pytest.param({}, {"thanks_call"}, id="nothing but thanks"),
        pytest.param({"result": "refused"}, {"thanks_call"}, id="a refusal is thanked for too"),
        pytest.param({"result": "agreement"}, {"thanks_call"}, id="an agreement"),
        pytest.param({"result": "order"}, {"thanks_call", "order_enquiry"}, id="an order"),
        pytest.param({"result": "trial"}, {"thanks_call", "order_enquiry"}, id="a trial order"),
        pytest.param({"feedback": "complaint"}, {"thanks_call", "complaint"}, id="a complaint"),
        pytest.param({"has_potential": True}, {"thanks_call", "potential"}, id="potential"),
        pytest.param({"next_on": date(2026, 11, 27)}, {"thanks_call", "appointment"}, id="a next talk"),
    ],
)
def test_what_a_report_says_is_carried_out(changes, kinds):
    assert set(follows(**changes)) == kinds


@pytest.mark.rule("VIS-09")
def test_a_complaint_is_the_leaders_at_once_and_urgent_even_on_a_day_of_rest():
    sunday = date(2026, 11, 22)
    complaint = follows(feedback="complaint", visited_on=sunday, today=sunday)["complaint"]
    assert (complaint.due_on, complaint.priority, complaint.is_leaders) == (sunday, "urgent", True)


@pytest.mark.rule("VIS-09")
def test_potential_is_followed_up_after_a_week_on_a_working_day():
    saturday = date(2026, 11, 21)
    assert follows(has_potential=True)["potential"].due_on == date(2026, 11, 25)
    assert follows(has_potential=True, visited_on=saturday, today=saturday)["potential"].due_on == date(2026, 11, 30)


@pytest.mark.rule("VIS-09")
def test_potential_waits_for_the_next_talk_where_one_is_agreed():
    found = follows(has_potential=True, next_on=date(2026, 12, 4))
    assert found["potential"].due_on == found["appointment"].due_on == date(2026, 12, 4)


def test_a_next_talk_that_has_gone_by_when_the_report_comes_is_due_today():
    found = follows(next_on=date(2026, 11, 19), today=date(2026, 11, 25))
    assert found["appointment"].due_on == date(2026, 11, 25)


# --- follow-ups ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("BRD-01")
@pytest.mark.parametrize(
    ("today", "risen"),
    [
        pytest.param(date(2026, 11, 18), False, id="due today"),
        pytest.param(date(2026, 11, 19), False, id="a day late"),
        pytest.param(date(2026, 11, 20), True, id="two days late"),
        pytest.param(date(2026, 12, 20), True, id="a month late"),
    ],
)
def test_an_overdue_follow_up_rises_after_two_days(today, risen):
    rises = follow_ups.escalate_on(date(2026, 11, 18), follow_ups.ESCALATE_DAYS.default)
    assert follow_ups.has_risen(rises, today) is risen


@pytest.mark.rule("BRD-01")
@pytest.mark.parametrize(
    ("due", "recurrence", "today", "month_day", "again"),
    [
        pytest.param(date(2026, 11, 18), "none", date(2026, 11, 18), 18, None, id="once"),
        pytest.param(date(2026, 11, 18), "weekly", date(2026, 11, 18), 18, date(2026, 11, 25), id="a week later"),
        pytest.param(date(2026, 11, 18), "weekly", date(2026, 11, 16), 18, date(2026, 11, 25), id="done early"),
        pytest.param(date(2026, 11, 4), "weekly", date(2026, 11, 20), 4, date(2026, 11, 25), id="done weeks late"),
        pytest.param(date(2026, 12, 18), "monthly", date(2026, 12, 18), 18, date(2027, 1, 18), id="over the new year"),
        pytest.param(date(2026, 1, 31), "monthly", date(2026, 1, 31), 31, date(2026, 2, 28), id="a shorter month"),
        pytest.param(
            date(2026, 2, 28), "monthly", date(2026, 2, 28), 31, date(2026, 3, 31), id="and its own day again"
        ),
    ],
)
def test_a_repeated_follow_up_comes_back_after_its_due_day_and_today(due, recurrence, today, month_day, again):
    assert follow_ups.next_due(due, recurrence, today, month_day) == again


@pytest.mark.rule("BRD-01")
@pytest.mark.parametrize(
    ("kind", "outcome", "result", "problem"),
    [
        pytest.param("task", "", "已寄出", None, id="a task with its result"),
        pytest.param("task", "", " ", "followup.result", id="a task without"),
        pytest.param("complaint", "", "", "followup.result", id="a complaint without an outcome"),
        pytest.param("thanks_call", "reached", "", None, id="a call that reached"),
        pytest.param("thanks_call", "", "聊得很好", "followup.outcome", id="a call that does not say"),
        pytest.param("call", "not_reached", "", None, id="a call that did not"),
    ],
)
def test_what_is_done_says_what_came_of_it(kind, outcome, result, problem):
    assert follow_ups.completion_problem(kind, outcome, result) == problem


# --- the end of the day ---------------------------------------------------------------------------------------------


@pytest.mark.rule("VIS-08")
@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("planned", "passed"), ("confirmed", "passed"), ("out", "out"), ("returned", "report"),
        ("reported", None), ("closed", None), ("cancelled", None), ("missed", None),
    ],
)  # fmt: skip
def test_a_visit_keeps_the_day_open_until_it_is_reported_or_called_off(state, why):
    assert days.why_open(state, at("10:30"), NOW) == why


@pytest.mark.rule("VIS-08")
def test_a_visit_still_ahead_keeps_the_day_open_too():
    assert days.why_open("confirmed", at("17:30"), NOW) == "ahead"


@pytest.mark.rule("VIS-08")
def test_a_day_is_closed_when_nothing_is_left():
    assert days.may_close([None, None])
    assert days.may_close([])
    assert not days.may_close([None, "report"])


def test_minutes_are_whole_ones():
    assert plans.minutes(at("10:00"), at("10:00") + timedelta(seconds=119)) == 1
