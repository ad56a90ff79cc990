import pytest
from hypothesis import given
from hypothesis import strategies as st

from roomnight.kernel.text import clean, clean_lines, fold, mask_phone, phone_digits, uscc_tidy, uscc_valid


@pytest.mark.parametrize(
    ("what", "typed", "kept"),
    [
        ("blanks at both ends", "  携程商务  ", "携程商务"),
        ("full-width letters, digits and blanks", "ＡＢＣ　１２３", "ABC 123"),
        ("full-width signs of an address", "ｓａｌｅｓ＠ｈｏｔｅｌ．ｃｏｍ", "sales@hotel.com"),
        ("Chinese punctuation stays", "携程（上海），有限公司", "携程（上海），有限公司"),
        ("several blanks and a tab are one", "a \t  b", "a b"),
        ("a line break is a blank", "a\r\nb", "a b"),
        ("what cannot be seen goes", "携\u200b程\ufeff", "携程"),
        ("a direction override goes", "invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a control character is a blank", "a\x00b", "a b"),
        ("an accent typed as two signs becomes one", "Café", "Café"),
        ("rare characters stay", "𠮷野家 䶮", "𠮷野家 䶮"),
        ("half of a character goes", "a\ud83db", "ab"),
        ("nothing", "", ""),
    ],
)
def test_clean(what, typed, kept):
    assert clean(typed) == kept


@given(st.text())
def test_what_is_clean_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＣＡＦÉ 國際", "cafe 国际"),
        ("Straße", "strasse"),
        ("삼성 ガ", "삼성 ガ"),
        ("①", "1"),
        ("ABC", "abc"),
        ("（Ａ）", "(a)"),
    ],
)
def test_texts_are_compared_folded(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded


def test_lines_are_cleaned_one_by_one():
    assert clean_lines("\n\n  一  \r\n\n\n\n二\u3000三\n\n") == "一\n\n二 三"


# Real codes of large companies.
CODES = ["91350100M000100Y43", "91330100799655058B", "9144030071526726XG", "91110108551385082Q"]


@pytest.mark.rule("ACC-01")
@pytest.mark.parametrize("code", CODES)
def test_real_credit_codes_are_right(code):
    assert uscc_valid(code)


@pytest.mark.rule("ACC-01")
@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("the check character is another", "91330100799655058C"),
        ("a digit is another", "91330100799655068B"),
        ("two digits have changed places", "91330100796955058B"),
        ("one character is missing", "91330100799655058"),
        ("one character too many", "91330100799655058B1"),
        ("a letter that no code has", "9133010079965505OB"),
        ("small letters", "91330100799655058b"),
        ("full-width digits", "９1330100799655058B"),
        ("nothing", ""),
    ],
)
def test_wrong_credit_codes_are_found(what, code):
    assert not uscc_valid(code)


@pytest.mark.rule("ACC-01")
@given(st.sampled_from(CODES), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_any_single_wrong_character_is_found(code, place, sign):
    typed = code[:place] + sign + code[place + 1 :]
    assert uscc_valid(typed) is (typed == code)


def test_a_code_as_it_is_typed():
    assert uscc_tidy(" 9133 0100 7996 5505 8b ") == "91330100799655058B"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("138 1234 8866", "13812348866"),
        ("+86 138-1234-8866", "13812348866"),
        ("(+86)13812348866", "13812348866"),
        ("008613812348866", "13812348866"),
        ("8613812348866", "13812348866"),
        ("８６１３８１２３４８８６６", "13812348866"),
        ("021-5888 1234", "02158881234"),
        ("+86 21 5888 1234", "02158881234"),
        ("+86 (0)21 5888 1234", "02158881234"),
        ("0086 755 8888 1234", "075588881234"),
        ("+86 10 6505 2266", "01065052266"),
        ("021-5888 1234 转 801", "02158881234801"),
        ("400-820-8820", "4008208820"),
        ("+86 400 820 8820", "4008208820"),
        ("+86 95588", "95588"),
        ("86512345", "86512345"),
        ("+852 2123 4567", "85221234567"),
        ("00852 2123 4567", "85221234567"),
        ("none", ""),
    ],
)
def test_telephone_numbers_as_digits(typed, digits):
    assert phone_digits(typed) == digits


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "+86 ", "0086", "86", "(+86) "]))
def test_a_mobile_number_is_the_same_with_any_prefix(number, prefix):
    assert phone_digits(prefix + number) == number


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("13812348866", "138****8866"),
        ("+86 138 1234 8866", "138****8866"),
        ("021-58881234", "021****1234"),
        ("58881234", "******34"),
        ("95588", "***88"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_masked_numbers(typed, shown):
    assert mask_phone(typed) == shown
