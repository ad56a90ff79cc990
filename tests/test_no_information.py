"""A guest who is here for nobody and a name that nobody knows are answered alike, byte for byte (PRV-03).

Every role without the right to know of such guests asks everywhere one can ask: pages, search, completion, timeline,
export, the visitor's enquiry, and addresses that do not exist. What differs from one request to the next (tokens) is
taken out, and so is what the asker typed. The database is asked the same questions, too.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from roomnight.clients.commands import add_contact
from roomnight.kernel.commands import OPERATOR
from roomnight.pms.access import listed_guests
from roomnight.pms.commands import keep_confidential
from roomnight.pms.models import InHouseGuest
from roomnight.reception.commands import (
    ask_room_change,
    note_wish,
    permit_authority,
    show_to_authority,
    take_authority_request,
    verify_authority,
)
from roomnight.reception.models import AuthorityRequest, RoomChange
from tests.world import LUJIAZUI, STAFF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work", "in_silence")]
GUEST, NOBODY = "王小明", "钱多宝"
ROLES = {one.username: one.role for one in STAFF[LUJIAZUI]}
FRONT_DESK = {"luo", "gao"}
KNOW_NOTHING = {who: role for who, role in ROLES.items() if who not in FRONT_DESK}
TOKENS = re.compile(
    r'(name="csrfmiddlewaretoken" value="|nonce="|"X-CSRFToken": ?"|name="rn-csrf" content="|name="seen" value=")[^"]*'
)
WAYS: dict[str, Callable[[Any], str]] = {
    "in house": lambda w: "imports/in-house/",
    "arriving": lambda w: "imports/in-house/?show=arriving",
    "presence of the client": lambda w: f"clients/{w.huaxing.pk}/panels/presence/",
    "timeline of the client": lambda w: f"clients/{w.huaxing.pk}/panels/timeline/",
    "the client's page": lambda w: f"clients/{w.huaxing.pk}/",
    "search": lambda w: "find/?q={name}",
    "palette": lambda w: "palette/?q={name}",
    "completion": lambda w: "clients/lookup/?q={name}",
    "list of clients": lambda w: "clients/?q={name}",
    "contacts": lambda w: "clients/contacts/?q={name}",
    "export": lambda w: "clients/export/?q={name}&format=csv",
    "charges": lambda w: f"imports/clients/{w.huaxing.pk}/folios/",
    "names to recognise": lambda w: "imports/names/",
    "who looked": lambda w: "reception/lookups/",
    "enquiries": lambda w: "reception/enquiries/?show=all",
    "visitors": lambda w: "reception/visitors/",
    "audit": lambda w: "settings/audit/?what={name}",
}
DESK_WAYS: dict[str, Callable[[Any], str]] = {
    "arriving today": lambda w: "reception/desk/",
    "in the house": lambda w: "reception/desk/?show=in_house",
    "leaving today": lambda w: "reception/desk/?show=leaving",
    "wishes": lambda w: "reception/wishes/",
    "wishes fulfilled": lambda w: "reception/wishes/?show=done",
    "room changes": lambda w: "reception/room-changes/",
    "all room changes": lambda w: "reception/room-changes/?show=all",
    "room changes by cause": lambda w: "reception/room-changes/figures/",
    "requests by authorities": lambda w: "reception/authorities/",
    "confidential guests": lambda w: "reception/confidential/",
}
WAYS |= DESK_WAYS
SENT = {"channel": "in_person", "why": "visit", "visitor_name": "某人"}


def without_tokens(text: str) -> str:
    return TOKENS.sub(r"\1", text)


def shape(sql: str) -> str:
    """A question without its values."""
    sql = re.sub(r"'(?:[^']|'')*'", "?", sql)
    sql = re.sub(r'"s?[0-9a-z_]*x\d+"', "?", sql)
    return re.sub(r"\b\d+\b", "?", sql)


def asked(act: Callable[[], Any]) -> tuple[Any, list[str]]:
    with CaptureQueriesContext(connection) as queries:
        answer = act()
    return answer, [shape(one["sql"]) for one in queries]


def quoted(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())


def taken(client: Any, path: str, name: str) -> tuple[int, str, list[str]]:
    """How a page answers, without tokens and without the name that was typed, and what it asked the database."""
    answer, questions = asked(lambda: client.get(f"/h/lujiazui/{path.format(name=quoted(name))}"))
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = without_tokens(body.decode()).replace(name, "NAME").replace(quoted(name), "NAME")
    text = text.replace(quoted(name).replace("%", "%25"), "NAME")
    return answer.status_code, text, questions


def hide(world: Any) -> None:
    keep_confidential(
        actor=world.seat("luo"), hotel=world.lujiazui, guest_name=GUEST, booking_number="B1",
        arrival=date(2026, 11, 16), departure=date(2026, 11, 20), level=3, starts_on=date(2026, 11, 18),
    )  # fmt: skip


def pictures(world: Any, browse: Any, who: str, name: str) -> dict[str, tuple[int, str]]:
    client, found = browse(who), {}
    client.get("/h/lujiazui/")
    for way, path in WAYS.items():
        status, text, _questions = taken(client, path(world), name)
        found[way] = status, text
    return found


@pytest.mark.rule("PRV-03")
def test_it_is_only_the_front_desk_that_knows(world):
    assert {who for who in ROLES if world.seat(who).may("pms.confidential")} == FRONT_DESK


@pytest.mark.rule("PRV-03")
@pytest.mark.parametrize("who", KNOW_NOTHING, ids=KNOW_NOTHING.get)
def test_every_page_is_as_if_the_guest_were_not_here(world, browse, who):
    """A house in which he is hidden, and one in which there is no such guest."""
    with transaction.atomic():
        hide(world)
        hidden = pictures(world, browse, who, GUEST)
        transaction.set_rollback(True)
    with transaction.atomic():
        hide(world)
        InHouseGuest.objects.filter(hotel=world.lujiazui, guest_name=GUEST).delete()
        absent = pictures(world, browse, who, GUEST)
        transaction.set_rollback(True)
    assert {way for way in WAYS if hidden[way] != absent[way]} == set()


@pytest.mark.rule("PRV-03")
@pytest.mark.parametrize("who", KNOW_NOTHING, ids=KNOW_NOTHING.get)
def test_who_types_his_name_gets_what_any_other_name_gets(world, browse, who):
    hide(world)
    client = browse(who)
    client.get("/h/lujiazui/")
    different = set()
    for way, path in WAYS.items():
        one, other = (taken(client, path(world), name) for name in (GUEST, NOBODY))
        if one != other:
            different.add(way)
    assert different == set()


@pytest.mark.rule("PRV-03")
@pytest.mark.parametrize("who", ["luo", "gao", "feng", "jiang"])
def test_a_visitor_s_question_is_answered_alike_by_everybody_who_takes_it(world, browse, who):
    """Also by those who know: what the visitor may read over the counter is the same."""
    hide(world)
    InHouseGuest.objects.filter(hotel=world.lujiazui, booking_number="B3").update(departure=date(2026, 11, 17))
    client = browse(who)
    answers = {}
    for name in (GUEST, NOBODY, "散步的人", "隐身客人", "明天到"):
        with transaction.atomic():
            client.get("/h/lujiazui/reception/enquiries/new/")
            answer, questions = asked(
                lambda: client.post("/h/lujiazui/reception/enquiries/new/", {"asked_name": name, **SENT})  # noqa: B023
            )
            headers = {key: value for key, value in answer.headers.items() if key != "Content-Security-Policy"}
            answers[name] = answer.status_code, without_tokens(answer.content.decode()), headers, questions
            transaction.set_rollback(True)
    assert answers[GUEST][0] == 200
    for name, answer in answers.items():
        assert answer[:3] == answers[NOBODY][:3], name
        assert answer[3] == answers[NOBODY][3], f"{name}: other questions to the database"


@pytest.mark.rule("PRV-03")
@pytest.mark.parametrize("who", ["zheng", "lin", "chen", "feng", "jiang", "ma"])
def test_his_address_does_not_exist(world, browse, who):
    hide(world)
    client, nowhere = browse(who), 987_654
    for pattern in ("imports/in-house/{pk}/", "reception/confidential/{pk}/"):
        pages = []
        for pk in (world.house_guest.pk, nowhere):
            answer = client.get(f"/h/lujiazui/{pattern.format(pk=pk)}")
            pages.append((answer.status_code, without_tokens(answer.content.decode()).replace(f"/{pk}/", "/PK/")))
        assert pages[0] == pages[1]
        assert pages[0][0] in {403, 404}


@pytest.mark.rule("PRV-03")
def test_a_client_s_contact_of_the_same_name_stays_a_contact_and_says_nothing(world, browse):
    """Who is known as somebody's contact is found as such, whether he sleeps here or not."""
    add_contact(actor=OPERATOR, account=world.huaxing, name=GUEST, mobile="13800001234")
    before = taken(browse("chen"), "palette/?q={name}", GUEST)[1]
    hide(world)
    assert taken(browse("chen"), "palette/?q={name}", GUEST)[1] == before


# The pages of the front desk, for somebody of the desk whom the hotel has not let know of such guests


@pytest.fixture
def unknowing(world):
    """Luo as the hotel could have her: at the desk, reading the log, without the right to know of such guests."""
    role = world.luo.memberships.get(hotel=world.lujiazui).role
    role.grants.filter(resource="pms.confidential").delete()
    role.grants.create(resource="kernel.audit", action="read", scope="hotel")
    return "luo"


def lived(world: Any) -> None:
    """What the house has done about the guest since he came: wishes, a change of room, an authority's question."""
    seat = world.seat("gao")
    guest = listed_guests(seat.hotel, seat.today).select_related("hotel").get(booking_number="B1")
    note_wish(
        actor=seat, hotel=seat.hotel, by=seat.staff, noted_in="front_office", for_department="front_office", guest=guest,
        text="生日蛋糕", is_lasting=True,
    )  # fmt: skip
    ask_room_change(
        actor=seat,
        hotel=seat.hotel,
        by=seat.staff,
        guest=guest,
        from_type="大床",
        from_rate=Decimal("680"),
        cause="noise",
    )


@pytest.mark.rule("PRV-03")
@pytest.mark.rule("FO-01")
@pytest.mark.rule("FO-04")
def test_at_the_desk_it_is_as_if_he_were_not_here(world, browse, unknowing):
    """Hidden with everything that was done for him, and gone from the list with nothing of it."""
    with transaction.atomic():
        hide(world)
        lived(world)
        hidden = pictures(world, browse, unknowing, GUEST)
        transaction.set_rollback(True)
    with transaction.atomic():
        hide(world)
        InHouseGuest.objects.filter(hotel=world.lujiazui, guest_name=GUEST).delete()
        absent = pictures(world, browse, unknowing, GUEST)
        transaction.set_rollback(True)
    assert hidden["in the house"][0] == hidden["wishes"][0] == hidden["who looked"][0] == 200
    assert {way for way in WAYS if way != "audit" and hidden[way] != absent[way]} == set()


@pytest.mark.rule("PRV-03")
def test_at_the_desk_his_address_does_not_exist(world, browse, unknowing):
    hide(world)
    lived(world)
    change = RoomChange.objects.latest("pk")
    client, nowhere = browse(unknowing), 987_654
    for pattern, kept in (
        ("reception/desk/guests/{pk}/", world.house_guest.pk), ("reception/desk/guests/{pk}/room-change/", world.house_guest.pk),
        ("reception/room-changes/{pk}/", change.pk), ("reception/confidential/{pk}/", 1),
    ):  # fmt: skip
        pages = []
        for pk in (kept, nowhere):
            answer = client.get(f"/h/lujiazui/{pattern.format(pk=pk)}")
            pages.append((answer.status_code, without_tokens(answer.content.decode()).replace(f"/{pk}/", "/PK/")))
        assert pages[0] == pages[1], pattern
        assert pages[0][0] in {403, 404}


@pytest.mark.rule("PRV-03")
def test_a_wish_for_his_room_is_taken_like_one_for_an_empty_room(world, browse):
    """Whoever notes it knows a room: the answer, the list and the questions to the database are the same."""
    hide(world)
    client, seen = browse("song"), {}
    for room in ("1208", "2999"):
        with transaction.atomic():
            client.get("/h/lujiazui/reception/wishes/new/")
            sent = {"room": room, "text": "加床", "for_department": "front_office"}
            _answer, questions = asked(lambda: client.post("/h/lujiazui/reception/wishes/new/", sent))  # noqa: B023
            page = without_tokens(client.get("/h/lujiazui/reception/wishes/").content.decode())
            seen[room] = re.sub(r"/wishes/\d+/", "/PK/", page).replace(room, "ROOM"), len(questions)
            transaction.set_rollback(True)
    assert seen["1208"] == seen["2999"]


@pytest.mark.rule("PRV-03")
@pytest.mark.rule("PRV-04")
def test_what_an_authority_was_shown_looks_to_others_like_an_answer_about_nobody(world, browse, unknowing):
    hide(world)
    seen = {}
    for name in (GUEST, NOBODY):
        with transaction.atomic():
            one = answered(world, name)
            client = browse("jiang"), browse(unknowing)
            paths = [f"reception/authorities/{one.pk}/", "reception/authorities/", "reception/lookups/"]
            seen[name] = [taken(some, path, name)[:2] for some in client for path in paths]
            seen[name] = [(status, re.sub(r"/authorities/\d+/", "/PK/", text)) for status, text in seen[name]]
            transaction.set_rollback(True)
    assert [status for status, _text in seen[GUEST]] == [200, 200, 403, 200, 200, 200]
    assert seen[GUEST] == seen[NOBODY]


def answered(world: Any, name: str) -> AuthorityRequest:
    """A request that went its whole way."""
    desk, guard = world.seat("gao"), world.seat("jiang")
    one = take_authority_request(
        actor=desk, hotel=desk.hotel, by=desk.staff, unit="浦东分局", officer="何警官", document_type="police",
        document_number="031245", reason="协查", asked_name=name, scope="是否入住",
    )  # fmt: skip
    verify_authority(actor=desk, request=one, by=desk.staff, confirmed=True, note="021-2209")
    permit_authority(actor=guard, request=one, by=guard.staff, permit=True)
    step = show_to_authority(actor=desk, request=one, by=desk.staff, knows_confidential=True)
    assert len(step.shown) == (1 if name == GUEST else 0)
    return one
