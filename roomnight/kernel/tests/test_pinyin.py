import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.kernel.pinyin import RARE_SURNAMES, SURNAMES, full, initials, mnemonic, readings, syllables
from roomnight.kernel.traditional import _PAIRS, simplified


@pytest.mark.parametrize(
    ("what", "text", "sounds", "first_letters"),
    [
        ("a company", "携程商务", "xiechengshangwu", "xcsw"),
        ("a character read by its neighbours", "浦发银行", "pufayinhang", "pfyh"),
        ("a city read by its neighbours", "重庆火锅", "chongqinghuoguo", "cqhg"),
        ("ü as on a keyboard", "绿城", "lvcheng", "lc"),
        ("the surname 单", "单小丽", "shanxiaoli", "sxl"),
        ("a word that begins with 单", "单位", "danwei", "dw"),
        ("the surname 曾", "曾国藩", "zengguofan", "zgf"),
        ("a word that begins with 曾", "曾经", "cengjing", "cj"),
        ("the surname 仇", "仇英", "qiuying", "qy"),
        ("the surname 解", "解晓东", "xiexiaodong", "xxd"),
        ("a word that begins with 解", "解放军", "jiefangjun", "jfj"),
        ("the surname 查", "查良镛", "zhaliangyong", "zly"),
        ("the surname 任", "任正非", "renzhengfei", "rzf"),
        ("the surname 朴", "朴槿惠", "piaojinhui", "pjh"),
        ("the surname 区", "区志强", "ouzhiqiang", "ozq"),
        ("a surname of two characters", "尉迟恭", "yuchigong", "ycg"),
        ("a rare surname of two characters", "万俟卨", "moqixie", "mqx"),
        ("more often no surname", "乐天玛特", "letianmate", "ltmt"),
        ("a surname counts only at the beginning", "小单", "xiaodan", "xd"),
        ("Latin letters and numbers stay whole", "ABC 携程 360", "abcxiecheng360", "abcxc360"),
        ("full-width letters", "ＡＢＣ携程", "abcxiecheng", "abcxc"),
        ("traditional characters", "國泰銀行", "guotaiyinhang", "gtyh"),
        ("brackets are silent", "携程（上海）", "xiechengshanghai", "xcsh"),
        ("accents are dropped", "Café", "cafe", "cafe"),
        ("nothing", "", "", ""),
    ],
)
def test_how_names_are_read(what, text, sounds, first_letters):
    assert full(text) == sounds
    assert initials(text) == first_letters


@pytest.mark.parametrize("surname", [*SURNAMES, *RARE_SURNAMES])
def test_a_surname_is_listed_because_it_is_read_otherwise(surname):
    expected = SURNAMES.get(surname) or RARE_SURNAMES[surname]
    assert syllables(surname) != (expected,)
    assert {way[0] for way in readings(f"{surname}淼淼")} == {expected, *syllables(surname)}


@pytest.mark.rule("ACC-01")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("上海携程商务有限公司", "XCSW"),
        ("携程（上海）商务有限公司", "XCSW"),
        ("上海银行股份有限公司", "SHYH"),
        ("广州市天河区棠下丹妮贸易商行", "TXDNMYSH"),
        ("Hilton Hotels Co., Ltd.", "HILTONHOTELS"),
        ("Intercontinental Hotels Group", "INTERCONTINE"),
        ("3M中国有限公司", "3MZG"),
        ("58同城", "58TC"),
        ("Café 法餐", "CAFEFC"),
        ("（）", ""),
        ("", ""),
    ],
)
def test_the_mnemonic_of_an_account(name, code):
    assert mnemonic(name) == code


@given(st.text())
def test_any_name_has_a_mnemonic_of_capitals_and_digits(name):
    assert len(mnemonic(name)) <= 12
    assert all(sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" for sign in mnemonic(name))


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x33FFF, categories=["Lo"]), max_size=8))
def test_every_character_has_one_syllable(han):
    assert len(syllables(han)) == len(han)


def test_the_dictionaries_wait_for_the_first_name():
    check = "import sys, roomnight.kernel.pinyin; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_traditional_characters_are_simplified_one_for_one():
    assert simplified("國際酒店（臺灣）廣東龍門") == "国际酒店（台湾）广东龙门"
    assert simplified("已是简体 ABC 1") == "已是简体 ABC 1"
    pairs = [line[at : at + 2] for line in _PAIRS.split() for at in range(0, len(line), 2)]
    assert len({pair[0] for pair in pairs}) == len(pairs) > 1000
    assert all(simplified(pair[1]) == pair[1] for pair in pairs)
