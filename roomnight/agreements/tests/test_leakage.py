"""Whose stay it is that was booked elsewhere: names that are the same, names that only look so, mail and telephone (AGR-07)."""

import pytest

from roomnight.agreements.rules.leakage import (
    COMPANY,
    ENOUGH,
    INVOICE,
    Alike,
    Book,
    Said,
    by_name,
    evidence,
    is_mobile,
    names_company,
    strength,
)
from roomnight.clients.rules.company_names import place_of, taken_apart
from roomnight.clients.rules.duplicates import Particulars, likeness
from roomnight.pms.rules.traces import dialled, mail_domain, unreadable

pytestmark = pytest.mark.rule("AGR-07")
HUAXING, BRANCH, OTHER = 1, 2, 3
CLIENTS = {
    HUAXING: Particulars(
        "上海华星科技有限公司", name_en="Huaxing Technology Co., Ltd.", short_name="华星科技", city="上海"
    ),
    BRANCH: Particulars("中国东方航空股份有限公司", short_name="东航", city="上海"),
    OTHER: Particulars("瑞安德医疗器械贸易有限公司"),
}


def meant(text, clients=CLIENTS):
    """Which client a text means, and how much that says."""
    alike = [
        Alike(pk, likeness(Particulars(text), one), bool(place_of(one.city) or taken_apart(one.name).places))
        for pk, one in clients.items()
    ]
    return by_name(COMPANY, text, alike)


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("上海华星科技有限公司", HUAXING),
        ("上海华星科技有限责任公司", HUAXING),
        ("华星科技（上海）有限公司", HUAXING),
        ("华星科技有限公司", HUAXING),
        ("华星科技", HUAXING),
        ("ＨＵＡＸＩＮＧ Technology", HUAXING),
        ("上海华星科技有限公司浦东分公司", HUAXING),
        ("东航", BRANCH),
        ("瑞安德医疗器械贸易有限公司", OTHER),
        ("成都华星科技有限公司", None),
        ("华星科技（成都）有限公司", None),
        ("深圳市华星光电技术有限公司", None),
        ("上海华兴科技有限公司", None),
        ("上海华星餐饮有限公司", None),
        ("上海华星一科技有限公司", None),
        ("华星", None),
        ("东方国际贸易有限公司", None),
        ("成都瑞安德医疗器械贸易有限公司", None),
        ("个人", None),
    ],
)
def test_a_name_alone(text, whose):
    found = meant(text)
    enough = found[0] if found and found[1].points >= ENOUGH else None
    assert enough == whose


def test_a_name_that_two_clients_have_is_nobody_s():
    twins = {1: Particulars("华星科技有限公司", city="上海"), 2: Particulars("华星科技有限公司", city="上海")}
    assert meant("华星科技有限公司", twins) is None


@pytest.mark.parametrize(
    "text",
    ["", "-", "个人", "个 人", "散客", "无", "王先生", "欧阳女士", "Mr. Wang", "Mrs Li Na", "N/A", "普票", "增值税专用发票", "王", "self", "同上"],
)  # fmt: skip
def test_no_company(text):
    assert not names_company(text.replace(" 人", "人"))


@pytest.mark.parametrize("text", ["华星", "东航", "IBM", "上海华星科技有限公司", "王氏集团", "无锡华星"])
def test_a_company(text):
    assert names_company(text)


DOMAINS = {"huaxing.com": {HUAXING}, "group.cn": {HUAXING, OTHER}, "huaxing.com.cn": {HUAXING}}
PHONES = {"m": ({HUAXING}, True), "s": ({HUAXING}, False), "both": ({HUAXING, OTHER}, True)}


@pytest.mark.parametrize(
    ("said", "whose"),
    [
        (Said(domain="huaxing.com"), HUAXING),
        (Said(domain="sh.huaxing.com.cn"), HUAXING),
        (Said(domain="nothuaxing.com"), None),
        (Said(domain="com.cn"), None),
        (Said(domain="group.cn"), None),
        (Said(phone="m"), HUAXING),
        (Said(phone="s"), None),
        (Said(phone="both"), None),
        (Said(phone="s", domain="group.cn"), HUAXING),
        (Said(company="上海华兴科技有限公司", phone="s"), HUAXING),
        (Said(invoice="上海华星科技有限公司"), HUAXING),
        (Said(company="个人", domain="huaxing.com"), HUAXING),
        (Said(company="杭州某某贸易有限公司", domain="huaxing.com"), None),
        (Said(invoice="杭州某某贸易有限公司", phone="m"), None),
        (Said(company="瑞安德医疗器械贸易有限公司", domain="huaxing.com"), OTHER),
        (Said(company="上海华星科技有限公司", is_numbered=True), HUAXING),
        (Said(domain="huaxing.com", phone="m", is_numbered=True), None),
        (Said(company="上海华星科技有限公司浦东分公司", is_numbered=True), None),
    ],
)
def test_all_of_it_together(said, whose):
    named = {text: meant(text) for _kind, text in said.names()}
    found = evidence(said, named, Book(DOMAINS, PHONES))
    enough = {account for account, some in found.items() if strength(some) >= ENOUGH}
    assert enough == ({whose} if whose else set())


def test_what_agrees_adds_up_and_the_same_thing_twice_does_not():
    book, name = Book(DOMAINS, PHONES), "上海华星科技有限公司"
    once = strength(evidence(Said(company=name), {name: meant(name)}, book)[HUAXING])
    twice = evidence(Said(company=name, invoice=name), {name: meant(name)}, book)[HUAXING]
    more = strength(evidence(Said(company=name, phone="m"), {name: meant(name)}, book)[HUAXING])
    assert [one.kind for one in twice] == [COMPANY, INVOICE]
    assert strength(twice) == once < more <= 100


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("wang@Huaxing.com", "huaxing.com"),
        ("王芳 <wang@mail.huaxing.com.cn>", "mail.huaxing.com.cn"),
        ("wang@qq.com", ""),
        ("wang@163.COM", ""),
        ("someone@gmail.com", ""),
        ("no address", ""),
        ("@huaxing.com", ""),
        ("wang@localhost", ""),
    ],
)
def test_of_an_address_only_the_domain_is_kept_and_only_a_company_s(text, domain):
    assert mail_domain(text) == domain


def test_a_telephone_number_is_kept_so_that_it_cannot_be_read():
    number = dialled("138 1234 8866")
    assert number == "+8613812348866"
    assert is_mobile(number)
    assert not is_mobile(dialled("021-58881234"))
    kept = unreadable(number, "secret")
    assert "1234" not in kept
    assert len(kept) == 24
    assert kept == unreadable(number, "secret") != unreadable(number, "another")
