"""Which clients are one and which are not, as a table, and what each is looked up by."""

from __future__ import annotations

import pytest
from django.utils import translation

from roomnight.clients.rules.company_names import places_agree, taken_apart
from roomnight.clients.rules.duplicates import (
    BRANCH,
    DIFFERENT,
    PERHAPS,
    SAME,
    SENTENCES,
    Particulars,
    Reason,
    differing_signs,
    e164,
    keys,
    likeness,
)

CODE, OTHER_CODE = "91310000MA1K35W050", "91110108551385082Q"

NAMES = [
    # width, case, spaces, punctuation, traditional
    ("华星科技有限公司", "华星科技有限公司", SAME, "name"),
    ("ＡＢＣ科技有限公司", "abc科技有限公司", SAME, "name"),
    ("华星 科技有限公司", "华星科技有限公司", SAME, "name"),
    ("华星科技（上海）有限公司", "华星科技(上海)有限公司", SAME, "name"),
    ("華星科技有限公司", "华星科技有限公司", SAME, "name"),
    ("遠洋國際旅行社", "远洋国际旅行社", SAME, "name"),
    ("“明德”文化传播·上海有限公司", "明德文化传播上海有限公司", SAME, "name"),
    # legal form
    ("华星科技有限公司", "华星科技有限责任公司", SAME, "form"),
    ("华星科技有限公司", "华星科技股份有限公司", SAME, "form"),
    ("华星科技", "华星科技有限公司", SAME, "form"),
    ("闽江药业股份公司", "闽江药业", SAME, "form"),
    ("海尔集团", "海尔有限公司", PERHAPS, "group"),
    ("浦江建设集团有限公司", "浦江建设有限公司", PERHAPS, "group"),
    ("明诚律师事务所（普通合伙）", "明诚律师事务所", SAME, "form"),
    # region
    ("上海华星科技有限公司", "华星科技（上海）有限公司", SAME, "form"),
    ("上海市华星科技有限公司", "上海华星科技有限公司", SAME, "form"),
    ("启岳货运（广州市）有限公司", "广州启岳货运有限公司", SAME, "form"),
    ("启岳货运（广东省）有限公司", "广州启岳货运有限公司", SAME, "region"),
    ("华星科技有限公司", "上海华星科技有限公司", SAME, "region"),
    ("江苏省苏州市恒力化纤有限公司", "苏州恒力化纤有限公司", SAME, "region"),
    ("江苏恒力化纤有限公司", "苏州恒力化纤有限公司", SAME, "region"),
    ("上海市浦东新区华星科技有限公司", "上海华星科技有限公司", SAME, "region"),
    ("上海浦东华星科技有限公司", "上海华星科技有限公司", SAME, "region"),
    ("微软（中国）有限公司", "微软有限公司", SAME, "region"),
    ("广西壮族自治区南宁市天山贸易有限公司", "南宁天山贸易有限公司", SAME, "region"),
    ("华星科技上海有限公司", "上海华星科技有限公司", SAME, "form"),
    ("长三角博衍科技有限公司", "宁波博衍科技有限公司", PERHAPS, "region"),
    ("上海华星科技有限公司", "北京华星科技有限公司", DIFFERENT, "other_region"),
    ("苏州恒力化纤有限公司", "无锡恒力化纤有限公司", DIFFERENT, "other_region"),
    ("上海华美贸易有限公司", "广东华美贸易有限公司", DIFFERENT, "other_region"),
    ("上海银行", "北京银行", DIFFERENT, ""),
    ("北京大学", "南京大学", DIFFERENT, ""),
    ("上海银行", "上海银行股份有限公司", SAME, "form"),
    # trade
    ("携程", "携程商务有限公司", PERHAPS, "no_trade"),
    ("携程商务有限公司", "携程贸易有限公司", PERHAPS, "trade_part"),
    ("携程信息技术有限公司", "携程计算机技术有限公司", PERHAPS, "trade_part"),
    ("锦江国际酒店管理有限公司", "锦江酒店", PERHAPS, "trade_part"),
    ("华美贸易有限公司", "华美建筑有限公司", DIFFERENT, "other_trade"),
    ("远大医药有限公司", "远大空调设备有限公司", DIFFERENT, ""),
    ("长城汽车股份有限公司", "长城证券股份有限公司", DIFFERENT, "other_trade"),
    ("东海航空有限公司", "东海证券股份有限公司", DIFFERENT, "other_trade"),
    # branches
    ("招商银行", "招商银行上海分行", BRANCH, "branch"),
    ("招商银行股份有限公司", "招商银行股份有限公司上海陆家嘴支行", BRANCH, "branch"),
    ("招商银行上海分行", "招商银行北京分行", BRANCH, "branches"),
    ("招商银行上海分行", "招商银行股份有限公司上海分行", SAME, "form"),
    ("微软（中国）有限公司", "微软（中国）有限公司上海分公司", BRANCH, "branch"),
    ("如家酒店", "如家酒店（南京东路店）", BRANCH, "branch"),
    ("如家酒店（南京东路店）", "如家酒店（人民广场店）", BRANCH, "branches"),
    ("春秋国际旅行社有限公司", "春秋国际旅行社有限公司中山路门市部", BRANCH, "branch"),
    ("中信证券股份有限公司", "中信证券股份有限公司上海世纪大道营业部", BRANCH, "branch"),
    ("远东贸易有限公司", "远东贸易有限公司驻上海办事处", BRANCH, "branch"),
    ("招商银行上海分行", "浦发银行上海分行", DIFFERENT, ""),
    # numbers and sides
    ("第一建筑工程有限公司", "第二建筑工程有限公司", DIFFERENT, ""),
    ("上海第一人民医院", "上海第九人民医院", DIFFERENT, ""),
    ("新东方教育科技有限公司", "东方教育科技有限公司", DIFFERENT, ""),
    ("东华大门窗有限公司", "西华大门窗有限公司", DIFFERENT, ""),
    ("中铁一局集团有限公司", "中铁二局集团有限公司", DIFFERENT, ""),
    ("三十七度健康管理有限公司", "三十六度健康管理有限公司", DIFFERENT, ""),
    # one sign wrong
    ("世纪金源会展有限公司", "世纪金原会展有限公司", PERHAPS, "sound"),
    ("世纪金源会展有限公司", "世纪金泉会展有限公司", PERHAPS, "near"),
    ("立业思医疗有限公司", "立业恩医疗有限公司", DIFFERENT, ""),
    ("华星科技有限公司", "华星科枝有限公司", PERHAPS, "near"),
    ("世纪金源会展有限公司", "世金纪源会展有限公司", PERHAPS, "near"),
    ("萃生堂商贸有限公司", "萃堂生商贸有限公司", PERHAPS, "near"),
    ("宏图达商贸有限公司", "光图达商贸有限公司", DIFFERENT, ""),
    ("萃生堂商贸有限公司", "翠生堂商贸有限公司", PERHAPS, "sound"),
    ("萃生堂商贸有限公司", "萃生商贸有限公司", DIFFERENT, ""),
    ("华星科技有限公司", "华信科技有限公司", DIFFERENT, ""),
    ("金源会展有限公司", "金泉会展有限公司", DIFFERENT, ""),
    ("立业思医疗有限公司", "立业恩建筑有限公司", DIFFERENT, ""),
    # sound alone is weak
    ("华星科技有限公司", "华兴科技有限公司", PERHAPS, "sound"),
    ("上海华星科技有限公司", "北京华兴科技有限公司", DIFFERENT, "other_region"),
    ("华星科技有限公司", "华兴建筑有限公司", DIFFERENT, ""),
    # English and abbreviations
    ("Huaxing Technology Co., Ltd.", "HUAXING TECHNOLOGY CO LTD", SAME, "name"),
    ("Huaxing Technology (Shanghai) Co., Ltd.", "Huaxing Technology", SAME, "form"),
    ("Siemens (Shanghai) Ltd.", "Siemens (Beijing) Ltd.", DIFFERENT, "other_region"),
    ("Huaxing Technology Co., Ltd.", "华星科技有限公司", PERHAPS, "roman"),
    ("Siemens AG", "Bosch GmbH", DIFFERENT, ""),
    ("Continental Automotive", "Continental Automotiv", PERHAPS, "near"),
    ("中石化", "中国石油化工股份有限公司", PERHAPS, "abbreviation"),
    ("东航", "中国东方航空股份有限公司", PERHAPS, "abbreviation"),
    ("东航", "南方航空", DIFFERENT, ""),
    ("浦发银行", "上海浦东发展银行股份有限公司", PERHAPS, "abbreviation"),
    # nothing in common
    ("天元管理咨询", "通达商务旅行社", DIFFERENT, ""),
    ("国际贸易公司", "国际旅行社", DIFFERENT, ""),
]


@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize(("one", "other", "verdict", "why"), NAMES, ids=[f"{row[0]}~{row[1]}" for row in NAMES])
def test_names_pair_or_stay_apart(one, other, verdict, why):
    for first, second in ((one, other), (other, one)):
        found = likeness(Particulars(first), Particulars(second))
        assert (found.verdict, [reason.code for reason in found.reasons][:1]) == (verdict, [why] if why else []) or (
            verdict == DIFFERENT == found.verdict and not why
        ), (found, taken_apart(first), taken_apart(second))


PARTICULARS = [
    ("the same credit code whatever the name", Particulars("甲乙贸易", credit_code=CODE), Particulars("丙丁建筑", credit_code=CODE), SAME),
    ("the same code, typed apart and small", Particulars("甲乙", credit_code=CODE), Particulars("丙丁", credit_code=CODE.lower().replace("MA", " ma ")), SAME),
    ("other codes part a like name", Particulars("华星科技", credit_code=CODE), Particulars("华星科技有限公司", credit_code=OTHER_CODE), PERHAPS),
    ("other codes part what is only near", Particulars("世纪金源会展", credit_code=CODE), Particulars("世纪金泉会展", credit_code=OTHER_CODE), DIFFERENT),
    ("a wrong code says nothing", Particulars("华星科技", credit_code="123"), Particulars("华星科技有限公司", credit_code=OTHER_CODE), SAME),
    ("a branch with a code of its own", Particulars("招商银行", credit_code=CODE), Particulars("招商银行上海分行", credit_code=OTHER_CODE), BRANCH),
    ("a branch under the house's code", Particulars("招商银行", credit_code=CODE), Particulars("招商银行上海分行", credit_code=CODE), BRANCH),
    ("the same telephone alone", Particulars("甲乙贸易", phones=("021-5888 1234",)), Particulars("丙丁建筑", phones=("+86 21 58881234",)), PERHAPS),
    ("telephone and name proper", Particulars("携程", phones=("13812348866",)), Particulars("携程商务有限公司", phones=("+86 138-1234-8866",)), PERHAPS),
    ("telephone and group", Particulars("海尔集团", phones=("0532-88931234",)), Particulars("海尔", phones=("0532 88931234 转 801",)), SAME),
    ("elsewhere by the city they are in", Particulars("华美贸易", city="上海市"), Particulars("华美贸易有限公司", city="广州市"), PERHAPS),
    ("the place that only one tells", Particulars("华美贸易", city="上海市"), Particulars("华美贸易有限公司"), SAME),
    ("called so for short", Particulars("浙江吉利控股集团", short_name="吉利汽车"), Particulars("吉利汽车"), PERHAPS),
    ("the same English name", Particulars("华星科技", name_en="Starlight Tech Co., Ltd."), Particulars("星光技术", name_en="Starlight Tech"), PERHAPS),
    ("an English name known in Chinese", Particulars("华星科技", name_en="Starlight Tech Co., Ltd."), Particulars("Starlight Tech Ltd"), SAME),
    ("no name at all", Particulars(""), Particulars(""), DIFFERENT),
]  # fmt: skip


@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize(("one", "other", "verdict"), [row[1:] for row in PARTICULARS], ids=[r[0] for r in PARTICULARS])
def test_other_particulars_speak_for_and_against(one, other, verdict):
    assert likeness(one, other).verdict == verdict
    assert likeness(other, one).verdict == verdict


@pytest.mark.rule("ACC-04")
@pytest.mark.parametrize(("one", "other", "verdict", "why"), [row for row in NAMES if row[2] != DIFFERENT])
def test_what_pairs_is_found_by_a_key(one, other, verdict, why):
    """Only those that share a key are ever compared."""
    assert set(keys(Particulars(one))) & set(keys(Particulars(other)))


def test_phones_and_codes_are_keys():
    one = Particulars("甲乙", credit_code=f" {CODE.lower()}", phones=("021-58881234", "13812348866"))
    assert keys(one)[:3] == [("credit", CODE), ("phone", "+8613812348866"), ("phone", "+862158881234")]
    assert not keys(Particulars(" "))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("021-5888 1234 转 801 / 13812348866", ["+862158881234", "+8613812348866"]),
        ("（0571）8765 1234", ["+8657187651234"]),
        ("+86 138-1234 8866", ["+8613812348866"]),
        ("0086 21 58881234", ["+862158881234"]),
        ("+852 2123 4567", ["+85221234567"]),
        ("58881234、58881235", ["58881234", "58881235"]),
        ("400-820-1234", ["4008201234"]),
        ("10086", []),
        ("", []),
    ],
)
def test_telephone_numbers_are_compared_as_dialled(text, numbers):
    assert e164(text) == numbers


@pytest.mark.parametrize(
    ("name", "proper", "trades", "places", "branch_place"),
    [
        ("上海携程商务有限公司", "携程", {"贸易"}, {"上海"}, ""),
        ("江苏省苏州市吴江区恒力集团有限公司", "恒力", set(), {"江苏", "苏州", "吴江"}, ""),
        ("上海市春秋国际旅行社有限公司中山路门市部", "春秋", {"旅游"}, {"上海"}, "中山路"),
        ("上海银行", "上海", {"金融"}, set(), ""),
        ("国际贸易公司", "国际贸易", set(), set(), ""),
        ("公司", "公司", set(), set(), ""),
        ("", "", set(), set(), ""),
    ],
)
def test_names_are_taken_apart(name, proper, trades, places, branch_place):
    parts = taken_apart(name)
    assert (parts.proper, parts.trades, parts.places, parts.branch_place) == (proper, trades, places, branch_place)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("苏州", "江苏", True),
        ("苏州", "无锡", False),
        ("", "无锡", True),
        ("中国", "上海", True),
        ("上海", "北京", False),
    ],
)
def test_a_city_lies_in_its_province(one, other, agree):
    assert places_agree(frozenset(filter(None, [one])), frozenset(filter(None, [other]))) is agree


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("金源会展", "金泉会展", (1, ("源", "泉"))),
        ("金源会展", "金源会", (3, ("展",))),
        ("源金会展", "金源会展", (0, ())),
        ("金源会展", "金源会展", None),
        ("金源会展", "银泉会展", None),
        ("金源", "金源会展", None),
    ],
)
def test_one_slip_is_found(one, other, slip):
    found = differing_signs(one, other)
    assert (found and (found.at, found.signs)) == slip


def test_reasons_are_sentences_in_both_languages():
    reason = Reason("trade_part", {"proper": "携程"})
    with translation.override("en"):
        assert "“携程”" in str(reason)
    with translation.override("zh-hans"):
        assert "字号" in str(reason)
    assert str(Reason("near", {"one": "甲", "other": "乙"}).discreet) == str(Reason("near_discreet"))
    filled = {"proper": "携程", "one": "甲", "other": "乙"}
    assert all(str(Reason(code, filled)).endswith((".", "。")) for code in SENTENCES)
