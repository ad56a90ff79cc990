import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.kernel.search import (
    LONGEST,
    START,
    Described,
    compact,
    index_tokens,
    looser,
    query_tokens,
    rank,
    start_tokens,
)

CTRIP = {"names": ["上海携程（国际）商务有限公司"], "latin": ["Trip.com Travel"], "codes": ["H1-00123", "XCSW"]}


def has(tokens, wanted):
    """What the databases do: every token is there, those that are beginnings as the beginning of one."""
    return bool(wanted) and all(
        any(token.startswith(text) for token in tokens) if beginning else text in tokens for text, beginning in wanted
    )


@pytest.mark.parametrize(
    "query",
    [
        "携程", "上海", "商务", "程国际商", "携", "上海携程（国际）商务有限公司", "上海携程国际商务", "司", "公司", "务有",
        "攜程", "國際", "xiecheng", "xc", "shxc", "shanghaixiecheng", "guojishangwu", "XieCheng", "xie cheng", "携cheng",
        "携程 xc", "xc 商务", "trip", "rip", "trip.com", "tripcom", "travel com", "ＴＲＩＰ", "H1-00123", "h100123", "00123",
        "123", "0123", "xcsw", "XCS", "shxcgjswyxgs", "shanghaixiechengguojishangwuyouxiangongsi",
    ],
)  # fmt: skip
def test_a_company_is_found_by_what_is_remembered(query):
    assert has(index_tokens(**CTRIP), query_tokens(query))


@pytest.mark.parametrize(
    "query",
    ["携商", "程携", "北京", "xiechengx", "cx", "ripcom5", "携程 北京", "xc 北京", "124", "", " ", "…", "‹", '"', "*"],
)
def test_and_not_by_anything_else(query):
    assert not has(index_tokens(**CTRIP), query_tokens(query))


@pytest.mark.parametrize(
    ("what", "phone", "query", "found"),
    [
        ("the whole number", "138 1234 8866", "13812348866", True),
        ("as it was written", "138 1234 8866", "138-1234-8866", True),
        ("with the country", "13812348866", "+86 138 1234 8866", True),
        ("the last four digits", "13812348866", "8866", True),
        ("digits from the middle", "13812348866", "12348", True),
        ("the beginning", "13812348866", "1381", True),
        ("beginning and end", "13812348866", "138 8866", True),
        ("the end first", "13812348866", "8866 138", True),
        ("an area code", "021-5888 1234", "021-5888", True),
        ("a number of Hong Kong", "+852 2123 4567", "21234567", True),
        ("another end", "13812348866", "8867", False),
        ("digits that are not together", "13812348866", "1388866", False),
    ],
)
def test_a_number_is_found_by_its_digits(what, phone, query, found):
    assert has(index_tokens(names=["王伟"], phones=[phone]), query_tokens(query)) is found


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("单小丽", "shan"), ("单小丽", "sxl"), ("单小丽", "danxiao"), ("单小丽", "dxl"), ("单小丽", "小丽"), ("单小丽", "xl"),
        ("乐嘉", "yue"), ("乐嘉", "lejia"), ("曾国藩", "zgf"), ("曾国藩", "cgf"), ("区志强", "ouzhi"),
        ("欧阳锋", "ouyang"), ("尉迟恭", "yuchi"), ("绿城", "lvc"), ("58同城", "58tc"), ("58同城", "tongcheng"), ("58同城", "58同"),
        ("Intercontinental Hotels Group", "ihg"), ("Café de Paris", "cafe"), ("L'Oréal", "loreal"), ("L'Oréal", "l'oréal"),
        ("李 小明", "李小明"), ("O’Neill", "oneill"), ("希尔顿Hilton酒店", "顿hilton酒"), ("𠮷野家", "𠮷野"), ("ローソン", "ソン"),
        ("삼성전자", "삼성"),
    ],
)  # fmt: skip
def test_people_and_odd_names_are_found(name, query):
    assert has(index_tokens(names=[name]), query_tokens(query))


@pytest.mark.parametrize(
    ("query", "tokens"),
    [
        ("携程商务 xc", [("携程", False), ("程商", False), ("商务", False), ("xc", True)]),
        ("携", [("携", False)]),
        ("携程 携程", [("携程", False)]),
        ("顿Hilton酒", [("顿", False), ("hilton", True), ("酒", False)]),
        ("a&b", [(f"{START}ab", True)]),
        ("l'oréal", [("oreal", True)]),
        ("x", [(f"{START}x", True)]),
        ("a" * 30, [("a" * LONGEST, True)]),
        ("", []),
    ],
)
def test_what_a_query_asks_for(query, tokens):
    assert query_tokens(query) == tokens


@given(st.text())
def test_no_query_has_syntax(query):
    for token, _ in (*query_tokens(query), *start_tokens(query)):
        assert token.removeprefix(START).isalnum() or not token.isascii()
        assert not set(token) & set(" \t\n\0\"'\\*:&|!()<>^-+,;%")


@given(st.text())
def test_no_token_breaks_a_row(name):
    tokens = index_tokens(names=[name], phones=[name], codes=[name])
    assert all(token and not any(char.isspace() or char in "\0\"'\\" for char in token) for token in tokens)
    assert len(set(tokens)) == len(tokens)


NAMES = [
    "上海世纪出版集团", "世纪金源大饭店", "携程商务", "携程国际旅行社", "中信会展", "招商银行", "浦发银行", "长城物业", "绿城服务",
    "万科企业股份有限公司", "阿里巴巴（中国）有限公司", "58同城", "7天连锁酒店", "Hilton Trading Ltd", "Apple 苹果贸易", "單氏茶行",
    "北京大学第三医院", "人民日报社", "王伟", "曾小贤", "單小麗", "Intel (China) Ltd.", "L'Oréal 欧莱雅", "新华社", "龍騰世紀",
]  # fmt: skip


@given(st.sampled_from(NAMES), st.data())
def test_any_part_of_a_name_finds_it(name, data):
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    wanted = query_tokens(part)
    if len(compact(part)) > 1 or not compact(part).isascii():
        assert has(index_tokens(names=[name]), wanted)
        assert rank(part, [name], lambda one: Described(names=[one])) == [name]


@pytest.mark.parametrize(
    ("query", "short"),
    [
        ("携程有限公司", "携程"),
        ("携程集团", "携程"),
        ("携程", ""),
        ("有限公司", ""),
        ("Hilton Group", "hilton"),
        ("", ""),
    ],
)
def test_a_legal_form_may_be_typed_but_is_not_insisted_on(query, short):
    assert looser(query) == short


# What comes first


def ranked(query, *names):
    order = list(names)
    random.Random(5).shuffle(order)
    return rank(query, order, lambda name: Described(names=[name]))


@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize(
    ("what", "query", "best_first"),
    [
        ("exact, then beginning, then part", "世纪", ["世纪", "世纪金源", "上海世纪出版"]),
        ("the name without form and region is exact", "携程", ["上海携程有限公司", "携程旅行社", "去携程网"]),
        ("the name without form is exact, longer or not", "携程", ["携程有限公司", "携程网"]),
        ("the shorter beginning first", "携程", ["携程网", "携程商务", "携程国际旅行社"]),
        ("written before spoken", "xc", ["XC Trading", "携程", "鲜橙汁", "上海携程"]),
        (
            "pinyin: whole, then beginning, then part",
            "xiecheng",
            ["携程", "携程商务", "上海携程"],
        ),
        ("both words are asked for", "上海 商务", ["上海商务", "上海携程商务"]),
        ("with the legal form, then without", "携程有限公司", ["携程有限公司", "携程商务有限公司"]),
        ("traditional is the same", "攜程", ["携程", "攜程商務"]),
        ("a mixture", "携cheng", ["携程", "携程商务"]),
    ],
)
def test_best_first(what, query, best_first):
    assert ranked(query, *best_first) == best_first


@pytest.mark.parametrize(
    ("what", "query", "name"),
    [
        ("pairs of characters that are not one after the other", "携程携", "程携携程"),
        ("only one of two words", "上海 商务", "上海携程"),
        ("another company with the same form", "携程有限公司", "万科有限公司"),
        ("a long pinyin that goes on differently", "shanghaixiechengwuliu", "上海携程商务"),
        ("the right pieces in pinyin and characters, but one missing", "携cheng商", "携程物流"),
        ("nothing asked", "", "携程"),
    ],
)
def test_what_only_shares_tokens_is_dropped(what, query, name):
    assert ranked(query, name) == []


def test_codes_and_numbers_count_as_written():
    people = {
        "whole": Described(names=["甲"], phones=["8866 1234"]),
        "begins": Described(names=["乙"], phones=["8866 1234 5"]),
        "ends": Described(names=["丙"], phones=["138 8866 1234"]),
        "code": Described(names=["丁"], codes=["88661234"]),
        "other": Described(names=["戊"], phones=["8866 1243"]),
    }
    assert rank("88661234", people, people.__getitem__) == ["whole", "code", "begins", "ends"]
    assert rank("+86 138 8866 1234", people, people.__getitem__) == ["ends"]


def test_equals_keep_their_order_and_no_name_is_no_error():
    assert rank("王", ["b", "a"], lambda _: Described(names=["王伟"])) == ["b", "a"]
    assert rank("8866", [1], lambda _: Described(names=["", " "], phones=["", "138 0000 8866"])) == [1]


def test_kept_tokens_are_used_as_they_are():
    kept = Described(names=["携程"], tokens="xiecheng xc ‹xc")
    assert rank("xc", [1], lambda _: kept) == [1]
    assert rank("cheng", [1], lambda _: kept) == []
