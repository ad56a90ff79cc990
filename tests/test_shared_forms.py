"""Every form over what is kept already carries what was seen, so that nobody overwrites a colleague unknowingly (ACC-10)."""

import pytest

from tests.html import Element, Html
from tests.pages import desk_addresses, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work", "in_silence")]
PEOPLE = ("chen", "lin", "guan", "ma")
TYPED = {"text", "email", "tel", "url", "number", "date", "time", "datetime-local", ""}
BEFOREHAND = {
    "reception:left", "reception:call", "reception:report", "reception:line_new", "reception:item_new", "reception:item_send", "reception:show_round_new",
    "reception:reception_new", "reception:preparation_new", "reception:decide", "reception:host_new", "reception:hand_in",
    "agreements:new", "agreements:renew", "agreements:again", "agreements:rates", "agreements:original", "agreements:signatory_new", "agreements:end", "agreements:decide",
    "activities:log_visit", "activities:plan", "activities:report", "activities:followup_new", "activities:visit",
    "clients:contact", "clients:contact_gift", "clients:save_view", "web:me", "pms:import_columns", "pms:import_check", "clients:new", "clients:import_columns",
    "organization:policy_new", "organization:qualification_new", "procedures:procedure_new",
    "organization:person_deactivate", "organization:limits", "organization:deputy_new", "organization:fact_new", "forms:new",
    "credit:application_new", "credit:decide", "orders:new", "orders:item_new", "orders:hold", "orders:block_new", "orders:block_pick_up", "orders:quotation_new", "orders:booking_new", "orders:space_new", "orders:booking_take", "orders:exception_new",
    "insight:screening_new", "insight:churn_new", "insight:evaluation_new", "insight:measure_new", "service:survey_new", "service:complaint_answer", "service:letter_new", "reception:confidential_new", "reception:enquiry", "reception:lookups", "reception:wish_new",
}  # fmt: skip
"""Pages whose forms make something new, or are one's own: what stands in them was suggested, not kept."""
MEMORY = {"seen", "revision"}


def descendants(one: Element) -> list[Element]:
    return [one, *(part for child in one.children for part in descendants(child))]


def forgets(form: Element) -> bool:
    """A form that shows kept values and does not say which."""
    parts = descendants(form)
    if form.attributes.get("method", "get").lower() != "post" or any(p.attributes.get("name") in MEMORY for p in parts):
        return False
    filled = [
        one
        for one in parts
        if (one.tag == "input" and one.attributes.get("type", "") in TYPED and one.attributes.get("value"))
        or (one.tag == "textarea" and one.texts)
    ]
    chosen = [
        one for one in parts if one.tag == "option" and "selected" in one.attributes and one.attributes.get("value")
    ]
    return bool(filled or chosen)


@pytest.mark.walk
@pytest.mark.rule("ACC-10")
def test_every_form_over_something_kept_remembers_what_was_seen(world, browse):
    forgetful = set()
    for who in PEOPLE:
        client = browse(who)
        for address in desk_addresses():
            path = path_of(address, world)
            if path is None or address.name in BEFOREHAND:
                continue
            answer = client.get(path)
            if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
                continue
            if any(forgets(form) for form in Html(answer.content.decode()).all("form")):
                forgetful.add(address.name)
    assert forgetful == set()


@pytest.mark.rule("ACC-10")
def test_two_people_at_one_form_of_the_settings(world, browse):
    path = "/h/lujiazui/settings/hotel/"
    first, second = browse("guan"), browse("guan")
    sent = {"name": "陆家嘴", "room_count": "320", "city": "上海", "timezone": "Asia/Shanghai", "currency": "CNY"}
    seen = second.get(path).context["form"]["seen"].value()
    assert first.post(path, {**sent, "name": "别的名字", "seen": seen}).status_code == 302
    late = second.post(path, {**sent, "name": "我的名字", "seen": seen})
    assert late.status_code == 422
    world.lujiazui.refresh_from_db()
    assert world.lujiazui.name == "别的名字"
    again = {**sent, "name": "我的名字", "seen": late.context["form"].data["seen"]}
    assert second.post(path, {**again, "decide-name": "mine"}).status_code == 302
    world.lujiazui.refresh_from_db()
    assert world.lujiazui.name == "我的名字"
