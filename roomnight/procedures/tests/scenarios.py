"""What may happen in each shipped procedure: by procedure, the moves of a case and the end that it comes to."""

from __future__ import annotations

from roomnight.procedures.rules.chart import answer_of, choice_of

Scenario = tuple[list[str], str]
SCENARIOS: dict[str, dict[str, Scenario]] = {}

DESK = ["identify: guest_kind=client", "purpose: purpose=meeting"]
SCENARIOS["P-DESK"] = {
    "a visitor for somebody in the house": (
        ["identify: guest_kind=visitor", "purpose: purpose=visit_guest", "enquiry: enquiry_result=nobody",
         "finish: result=left", "feedback: satisfaction=neutral"],
        "over",
    ),
    "a complaint that is answered the next day": (
        ["identify: guest_kind=in_house", "purpose: purpose=complaint", "complaint: complaint=空调不冷",
         "finish: result=done", "feedback: satisfaction=dissatisfied", "answer: cause=x"],
        "over",
    ),
    "a long wait, and a second try": (
        [*DESK, "@11m", "look-after", "arrange: place=会客室", "guide", "brief", "finish: result=unfinished", "arrange", "guide",
         "brief", "finish: result=done", "feedback: satisfaction=satisfied"],
        "over",
    ),
}  # fmt: skip

ASK = 'ask: old_room="1203", old_rate=688.00, departs_at=2026-11-20T12:00, cannot_be_repaired=no, '
FOUND = 'search: available=other, new_room="1508", new_rate='
MOVED = [
    "cards: old_cards=2", "luggage: pieces=3", "old-room: old_room_state=dirty", "new-room",
    'system: departments_to_tell=["housekeeping", "bell"]', "told", "told",
]  # fmt: skip
SCENARIOS["P-ROOM-CHANGE"] = {
    "the same price": ([f"{ASK}arrival_day=yes, hotel_fault=no", f"{FOUND}688", *MOVED], "changed"),
    "a cheaper room on the day of arrival": (
        [f"{ASK}arrival_day=yes, hotel_fault=no", f"{FOUND}588.00", "explain: offered=tomorrow"], "refused",
    ),
    "a cheaper room on the day of arrival, the air conditioning being beyond repair": (
        [f"{ASK}arrival_day=yes, hotel_fault=yes", "inspect: repairable=no, cannot_be_repaired=yes", f"{FOUND}588.00", *MOVED],
        "changed",
    ),
    "repaired within the hour": (
        [f"{ASK}arrival_day=no, hotel_fault=yes", "inspect: repairable=yes, cannot_be_repaired=no", "sorry"], "stays",
    ),
    "a dearer room, approved": (
        [f"{ASK}arrival_day=yes, hotel_fault=no", f"{FOUND}888.00", "approve: rate_approved=yes", "check: difference=200", *MOVED],
        "changed",
    ),
    "a cheaper room later in the stay, not approved": (
        [f"{ASK}arrival_day=no, hotel_fault=no", f"{FOUND}588.00", "approve: rate_approved=no", "explain: offered=none"], "refused",
    ),
    "a room comes free": (
        [f"{ASK}arrival_day=no, hotel_fault=no", "search: available=none", "!room_free", f"{FOUND}688.00", *MOVED], "changed",
    ),
    "no room comes free until the guest leaves": (
        [f"{ASK}arrival_day=no, hotel_fault=no", "search: available=none", "@1d", "@2d"], "not-changed",
    ),
}  # fmt: skip

NOTICE = (
    "list: group_name=华东五日, arrives_at=2026-11-20T15:00, hold_until=2026-11-20T18:00, listed_people=30, "
    'departments_to_tell=["housekeeping", "food_beverage"]'
)
TOLD = ["bags: bags_in=30", "told", "told", "papers-done"]
SCENARIOS["P-GROUP-IN"] = {
    "as listed": (
        [NOTICE, "prepare", "leader: arrived_people=30", "register: without_paper=0", "hand-out", "confirm",
         'times: wishes=["none"]', "nothing-more", *TOLD],
        "in",
    ),
    "late, more people, one without papers who finds them, both wishes": (
        [NOTICE, "prepare", "@2d", "@9h", "call-leader", "leader: arrived_people=32", "more", "register: without_paper=1",
         "help: paper_found=yes", "hand-out", "confirm", 'times: wishes=["upgrade", "late_meal"]', "upgrade", "late-meal", *TOLD],
        "in",
    ),
    "fewer people, one without papers who cannot stay": (
        [NOTICE, "prepare", "leader: arrived_people=28", "fewer", "register: without_paper=1", "help: paper_found=no", "not-stay",
         "hand-out", "confirm", 'times: wishes=["none"]', "nothing-more", *TOLD],
        "in",
    ),
}  # fmt: skip

TAKE = "take: arrives_at=2026-11-20T15:00, rooms=1, rate_kind=agreement"
CONFIRM = 'confirm: guarantee=none, hold_until=2026-11-20T18:00, extras=["none"]'
SCENARIOS["P-RESERVE"] = {
    "a room within the rates": ([TAKE, "search: found=free", CONFIRM, "!guest_arrived"], "arrived"),
    "five rooms go to sales": (["take: arrives_at=x, rooms=5, rate_kind=rack", "group"], "to-sales"),
    "a special rate, with set-up and pick-up": (
        ["take: arrives_at=2026-11-20T15:00, rooms=1, rate_kind=special", "special", "search: found=free",
         'confirm: hold_until=2026-11-20T18:00, extras=["set_up", "pick_up"]', "set-up", "pick-up", "!guest_arrived"],
        "arrived",
    ),
    "full, another date accepted": (
        [TAKE, "search: found=full", "turn-away: accepted=yes", "search: found=other_type", CONFIRM, "!guest_arrived"], "arrived",
    ),
    "full, turned away": ([TAKE, "search: found=full", "turn-away: accepted=no"], "turned-away"),
    "changed, then cancelled": (
        [TAKE, "search: found=free", CONFIRM, "!reservation_changed", "amend", "!reservation_cancelled", "cancel"], "cancelled",
    ),
    "not there in time, comes later": (
        [TAKE, "search: found=free", CONFIRM, "@2d", "@12h", "reconfirm: coming=yes, hold_until=2026-11-20T23:00", "!guest_arrived"],
        "arrived",
    ),
    "a no-show": ([TAKE, "search: found=free", CONFIRM, "@3d", "reconfirm: coming=unreachable", "release"], "no-show"),
}  # fmt: skip

HERE = "welcome: has_booking=yes, people=2, "
GOOD = "identify: paper_state=good"
KEY = ["pay", "key", "escort", "enter"]
SCENARIOS["P-WALK-IN"] = {
    "two people with a booking": ([f"{HERE}minors=no, listed=no", GOOD, GOOD, "room: room_state=ready", *KEY], "in"),
    "a family without a booking waits for the room": (
        ["welcome: has_booking=no, people=1, minors=yes, listed=no", GOOD, "five", "room: room_state=not_ready", "@16m",
         "room: room_state=ready", *KEY],
        "in",
    ),
    "a paper that is made good": (
        [f"{HERE}minors=no, listed=no", "identify: paper_state=expired", "no-paper: everybody_stays=yes", GOOD,
         "room: room_state=ready", *KEY],
        "in",
    ),
    "somebody without a paper": (
        [f"{HERE}minors=no, listed=no", "identify: paper_state=none", "no-paper: everybody_stays=no", GOOD], "refused",
    ),
    "a listed guest who is taken, and no room left": (
        [f"{HERE}minors=no, listed=yes", "listed: taken=yes", GOOD, GOOD, "room: room_state=overbooked", "walk"], "walked",
    ),
    "a listed guest who is not taken": ([f"{HERE}minors=no, listed=yes", "listed: taken=no"], "refused"),
}  # fmt: skip

VISIT = "learn: arrives_at=2026-11-19T10:00, water_rounds=3, wanted="
LAID = ["seats", "brochures", "tea", "look"]
TALK = ["welcome", "water", "talk: follow_up=", "water", "water", "see-off", "tidy", "clean"]
SCENARIOS["P-VISIT-REC"] = {
    "nothing but tea": ([f'{VISIT}["none"]', *LAID, *[one.replace("follow_up=", "follow_up=no") for one in TALK]], "done"),
    "everything, with a follow-up": (
        [f'{VISIT}["name_cards", "fruit", "gifts", "meals"]', "cards", "fruit", "gift", "meal", *LAID,
         *[one.replace("follow_up=", "follow_up=yes") for one in TALK], "plan"],
        "done",
    ),
    "called off while the room is laid out": ([f'{VISIT}["none"]', "seats", "!visit_called_off", "undo"], "called-off"),
}  # fmt: skip


def choose(gateway: str, way: str, *, many: bool = False) -> str:
    """The move of choosing a way where no condition decides."""
    return f'{choice_of(gateway)}: {answer_of(gateway)}={f"""["{way}"]""" if many else way}'


ENTER = ["check: in_order=yes", "greet", "tag: care=no", "change"]
BATHED = ['second: wants=["none"]', "bath", "rest"]
LEAVE = [choose("next", "next-to-belongings"), "belongings"]
BACK = ["shoes", "bye"]
TIES = 'goods: goods=[{"article": "水", "out": 20, "sold": 12, "left": 8}]'
SCENARIOS["P-CLUB"] = {
    "bath, massage, dinner, cards": (
        [*ENTER, *BATHED, choose("next", "next-to-massage"), "clock-on", "@41m", "remind", "treat", "clock-off", "rest",
         choose("next", "next-to-dine"), "dine", "rest", choose("next", "next-to-cards"), "cards", "rest", *LEAVE,
         "bill: settled=yes", *BACK, TIES],
        "over",
    ),
    "something to mend first, shoe care, laundry and an offer, a bill that is disputed": (
        ["check: in_order=no", "mend", "check: in_order=yes", "greet", "tag: care=yes", "care", "change",
         'second: wants=["laundry", "offer"]', "laundry", "offer", "bath", "rest", *LEAVE, "bill: settled=no", "unpaid",
         "bill: settled=yes", *BACK, 'goods: goods=[{"article": "水", "out": 20, "sold": 12, "left": 7}]', "explain"],
        "over",
    ),
    "a guest room, left as it was": (
        [*ENTER, *BATHED, choose("next", "next-to-guest-room"), "slip", "stay", "leave-room: damage_found=no", "sellable", "rest",
         *LEAVE, "bill: settled=yes", *BACK, TIES],
        "over",
    ),
    "a guest room with damage": (
        [*ENTER, *BATHED, choose("next", "next-to-guest-room"), "slip", "stay", "leave-room: damage_found=yes", "damage", "sellable",
         "rest", *LEAVE, "bill: settled=yes", *BACK, TIES],
        "over",
    ),
    "a guest who feels unwell": (
        [*ENTER, 'second: wants=["none"]', "!guest_unwell", "aid", "belongings", "bill: settled=yes", *BACK, TIES], "over",
    ),
}  # fmt: skip

FIT = ["fit: fit_to_receive=yes", "kit"]
PHONED = [*FIT, choose("contact", "contact-to-call")]
IN_PERSON = [*FIT, choose("contact", "contact-to-register"), "register"]
SCENARIOS["P-PROPERTY"] = {
    "trained first, then a call that leads to a deal": (
        ["fit: fit_to_receive=no", "train", *PHONED, "call: long_question=no", "sheet: will_come=yes", "!client_came",
         "register", "introduce: outcome=deal", "deal", "hand-over"],
        "over",
    ),
    "a long question, no visit, followed up and lost": (
        [*PHONED, "call: long_question=yes", "call-back", "sheet: will_come=no", "@4d", "follow: outcome=lost", "lost", "hand-over"],
        "over",
    ),
    "comes again, then stays away for a week": (
        [*IN_PERSON, "introduce: outcome=again", "@8d", "@4d", "follow: outcome=lost", "lost", "hand-over"], "over",
    ),
    "followed up twice": (
        [*IN_PERSON, "introduce: outcome=follow", "@4d", "follow: outcome=follow", "@4d", "follow: outcome=deal", "deal", "hand-over"],
        "over",
    ),
}  # fmt: skip

APPLY = (
    "apply: company=华兴, business=, people=[], guests=2, purpose=, sincerity=, topics=, importance=, flight=, lodging_wish=, "
    "letter_number=, is_official=no, arrives_at=2026-12-01T10:00, departs_at=2026-12-02T16:00, pick_up="
)
APPROVED = ["!reception_approved", "contact"]
READY = ["plan: late_reason=", "lodging", "things"]
SHOWN = ["tour", "meet", "meals: lunch_cost=300, dinner_cost=300"]
BYE = ["pay", "see-off", "@3h", "call: hotel_opinion=好, company_opinion=", "report: outcome=好, next_steps="]
SCENARIOS["P-RECEPTION"] = {
    "an ordinary reception": (
        [f"{APPLY}yes", *APPROVED, choose("who", "who-to-head", many=True), "head", *READY, "pick-up", *SHOWN, "items: proposals=[]",
         "talk", *BYE],
        "over",
    ),
    "applied for on its page, everybody joins, above the standard, with cooperation items": (
        ["?reception.how_far=applied", "?reception.hand_in_plan=no", "?reception.over_standard=yes", *APPROVED,
         f'{choice_of("who")}: {answer_of("who")}=["who-to-deputy", "who-to-executive"]', "deputy", "executive", *READY, "directions",
         *SHOWN, "extra", 'items: proposals=[{"raised_by": "guests", "item": "年度协议"}]', "settle: open_reason=", "talk", *BYE],
        "over",
    ),
    "approved already, and everything is noted on its page": (
        ["?reception.how_far=approved", "contact", choose("who", "who-to-head", many=True), "head",
         "!reception_plan_handed_in: pick_up=no", "lodging", "things", "directions", *SHOWN, "items: proposals=[]", "talk", "pay",
         "!reception_guests_left", "@3h", "!reception_called", "!reception_reported"],
        "over",
    ),
    "the house does not receive them": ([f"{APPLY}no", "!reception_declined"], "not-received"),
    "the guests call it off": ([f"{APPLY}no", "!reception_approved", "!reception_cancelled", "call-off"], "cancelled"),
}  # fmt: skip

ROUTE = ("manager", "director", "finance", "executive", "president")
STAGES = ("sales-manager", "director-of-sales", "credit-manager", "general-manager", "president")
CHECKED = 'check: check_ways=["register"], findings=好, is_clear=yes'
AGREED = "decision=approve, granted=, opinion="
NUMBERED = ["load: ledger_number=AR-1, outlets_told=yes", "archive"]


def on_the_page(stage: str) -> str:
    """Something was done on the application's page; it stands there now."""
    return f"!credit_moved: credit_stage={stage}"


SCENARIOS["P-CREDIT"] = {
    "everybody agrees, up to the president": (
        ["apply", CHECKED, *[f"{step}: {AGREED}" for step in ROUTE], "sign", *NUMBERED], "effective",
    ),
    "returned to correct, then refused": (
        ["apply", CHECKED, "manager: decision=return, granted=, opinion=补材料", "correct", CHECKED,
         "manager: decision=refuse, granted=, opinion=成立不满一年", "letter"],
        "refused",
    ),
    "all of it is done on its page": (
        [on_the_page(stage) for stage in ("returned", "check", *STAGES, "agreement", "effective")] + NUMBERED, "effective",
    ),
    "another role decides, and the client does not want it any more": (
        [on_the_page("deputy-general-manager"), on_the_page("withdrawn")], "withdrawn",
    ),
}  # fmt: skip


def stands_at(stage: str) -> str:
    """Something was done on the exception's page; it stands there now."""
    return f"!exception_moved: exception_stage={stage}, handler=chen"


EXCEPTION_STAGES = (
    "explain", "feed", "decide", "instruct", "offer", "answer", "stay", "comments", "cause", "file", "visit", "close",
)  # fmt: skip
SCENARIOS["P-EXC"] = {
    "everything there is, in its tasks": (
        [
            "contact: contact_way=phone, said=请尽快",
            "explain: explanation=台风, understanding=understood",
            "feed: departments_note=改为 12 月 11 日",
            "offer: offer_words=送下午茶, offered=500",
            "decide: decision=approve, decision_note=",
            "answer: client_answer=declined, answer_note=",
            "instruct: instruction=总经理登门致歉",
            "stay: stay_note=陪同",
            "comments: client_comments=满意, impact=none",
            "cause",
            "file: filed_where=B-12",
            "visit",
            "close",
        ],
        "over",
    ),
    "everything is done on its page": (
        [stands_at(stage) for stage in (*EXCEPTION_STAGES, "contact", "closed")],
        "over",
    ),
    "withdrawn at once": ([stands_at("withdrawn")], "over"),
}


def the_order(stage: str) -> str:
    """Something was done on the order's page; this step has its turn now."""
    return f"!order_moved: order_stage={stage}"


FOLLOWED = [
    "read: noticed=", "agree", "ready: urged=餐饮部已到场", "needs: guest_needs=素食, asked=尹曼", "stay: stay_note=顺利",
    "comments: rating=praise, said=好, said_by=尹曼", "file", "ask: reached=yes, opinion=满意",
]  # fmt: skip
SCENARIOS["P-ORDER"] = {
    "step by step": (FOLLOWED, "followed"),
    "all of it is done on the order's page": (
        [the_order(stage) for stage in ("agree", "ready", "needs", "stay", "comments", "file", "ask", "over")], "followed",
    ),
    "cancelled before the guests come": (["read: noticed=", the_order("off")], "called-off"),
}  # fmt: skip
