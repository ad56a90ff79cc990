"""The words that a Word template of an agreement may use: every field, every list with its columns, what each means (AGR-03).

A field has an English and a Chinese name; templates may use either. Examples fill the trial of a template, in the language
of the template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.word import Vocabulary


@dataclass(frozen=True)
class Word:
    """A field of a template: its key, which is its English name, its Chinese name, what it says, and an example of each."""

    key: str
    chinese: str
    meaning: Any
    example: str
    example_en: str = ""

    def sample(self, language: str) -> str:
        return self.example_en if self.example_en and language == "en" else self.example


@dataclass(frozen=True)
class WordList:
    """A list of a template, whose rows have these columns."""

    key: str
    chinese: str
    meaning: Any
    row: tuple[str, str]
    """What a row may be called in the template, in English and Chinese."""
    columns: tuple[Word, ...]


HOTEL_WORDS = (
    Word("hotel_name", "酒店名称", _("The hotel's full name on paper"), "上海浦江大酒店有限公司", "Pujiang Grand Hotel, Shanghai"),
    Word("hotel_address", "酒店地址", _("The hotel's address"), "上海市浦东新区滨江大道 1 号", "1 Binjiang Avenue, Pudong, Shanghai"),
    Word("hotel_phone", "酒店电话", _("The hotel's phone"), "021-5000 0000"),
    Word("hotel_tax_number", "酒店税号", _("The hotel's tax number"), "91310115MA1H700000"),
    Word("hotel_bank", "酒店开户行", _("The hotel's bank"), "中国银行上海分行", "Bank of China, Shanghai branch"),
    Word("hotel_bank_account", "酒店账号", _("The hotel's bank account"), "4550 0000 0000 000"),
    Word("hotel_email", "酒店邮箱", _("Where the hotel takes bookings by e-mail"), "sales@hotel.example"),
    Word("hotel_court", "管辖法院", _("The court that decides disputes"), "上海市浦东新区人民法院", "the People's Court of Pudong New Area, Shanghai"),
)  # fmt: skip
CLIENT_WORDS = (
    Word("client_name", "客户名称", _("The client's full name on paper"), "华星科技(上海)有限公司", "Huaxing Technology (Shanghai) Co., Ltd."),
    Word("client_address", "客户地址", _("The client's address"), "上海市浦东新区世纪大道 100 号", "100 Century Avenue, Pudong, Shanghai"),
    Word("client_contact", "客户联系人", _("Whom to turn to at the client"), "王芳", "Wang Fang"),
    Word("client_phone", "客户电话", _("The client's phone"), "021-6888 0000"),
    Word("client_tax_number", "客户税号", _("The client's tax number"), "91310115MA1K300000"),
    Word("client_bank", "客户开户行", _("The client's bank"), "工商银行浦东支行", "ICBC, Pudong branch"),
    Word("client_bank_account", "客户账号", _("The client's bank account"), "1001 0000 0000 000"),
)  # fmt: skip
AGREEMENT_WORDS = (
    Word("number", "协议编号", _("The agreement's number"), "XY-2026-0001"),
    Word("kind", "协议类型", _("What kind of agreement it is"), "现金消费", "Cash spending"),
    Word("starts_on", "起始日", _("The first day on which it holds"), "2026年12月1日", "1 December 2026"),
    Word("ends_on", "终止日", _("The last day on which it holds"), "2027年11月30日", "30 November 2027"),
    Word("made_on", "制作日期", _("The day on which the document is made"), "2026年11月22日", "22 November 2026"),
    Word("renews", "原协议编号", _("The number of the agreement that it renews; empty for a new one"), "XY-2025-0017"),
    Word("responsible", "客户经理", _("Who answers for the agreement at the hotel"), "陈晓", "Chen Xiao"),
    Word("responsible_phone", "客户经理电话", _("That person's phone"), "138 0000 0000"),
    Word("commitment_nights", "承诺间夜", _("Room nights promised; empty where none are"), "400"),
    Word("commitment_revenue", "承诺房费", _("Room revenue promised; empty where none is"), "¥300,000.00"),
    Word("dining_discount", "餐饮折扣", _("Discount for dining in percent; empty without one"), "12"),
    Word("meeting_discount", "会议室折扣", _("Discount for meeting rooms in percent; empty without one"), "15"),
    Word("commission", "佣金比例", _("Commission in percent; empty without one"), "10"),
    Word("hold_until", "保留时间", _("Until when unguaranteed rooms are kept"), "18:00"),
    Word("cancellation_terms", "取消条款", _("What holds when a booking is cancelled"), "到店前一天 18:00 之前取消不收费", "Free of charge until 18:00 on the day before arrival"),
    Word("no_show_terms", "未到条款", _("What holds when nobody arrives"), "未到收取首晚房费", "The first night is charged"),
    Word("settlement", "结算方式", _("When the client pays"), "每月", "Monthly"),
    Word("payment_days", "付款天数", _("Days to pay after the statement; empty where it is paid on departure"), "30"),
    Word("blackouts", "不适用日期", _("The days without a rate, in one line; empty where there are none"), "2027年2月5日至2027年2月12日", "5 February 2027 to 12 February 2027"),
    Word("signatory_names", "签单人名单", _("Everybody who may sign for the client, in one line"), "单立人、顾建平", "Shan Liren, Gu Jianping"),
    Word("special_terms", "特别约定", _("What was agreed besides; may be several lines"), "协议价保密，不与其他优惠同享。", "The rates are confidential."),
)  # fmt: skip
TERM_WORDS = (
    Word("check_in", "入住时间", _("From when rooms are ready"), "14:00"),
    Word("check_out", "退房时间", _("Until when guests leave"), "12:00"),
    Word("half_day_until", "半日房截止", _("Until when a late departure costs half a day"), "18:00"),
    Word("objection_days", "对账天数", _("Days to object to a statement"), "5"),
    Word("late_charge", "滞纳金比例", _("Charge for late payment, percent a day"), "0.05"),
    Word("notice_days", "通知天数", _("Days of notice to end the agreement"), "30"),
    Word("group_rooms", "团队间数", _("From how many rooms a night a booking is a group"), "8"),
    Word("rooming_list_days", "名单天数", _("Days before arrival by which the rooming list is sent"), "7"),
    Word("group_cancel_days", "团队取消天数", _("Days before arrival until which a group is cancelled free of charge"), "3"),
    Word("event_deposit", "会议预付比例", _("Share of an event to be paid before, in percent"), "50"),
    Word("event_deposit_days", "会议预付天数", _("Days before an event by which that share is paid"), "5"),
    Word("final_hours", "最终确认小时数", _("Hours before an event by which numbers are final"), "72"),
)  # fmt: skip
WORDS = (*HOTEL_WORDS, *CLIENT_WORDS, *AGREEMENT_WORDS, *TERM_WORDS)
LISTS = (
    WordList(
        "rates", "价格表", _("The price list"), ("line", "行"),
        (
            Word("room", "房型", _("Room type"), "高级房", "Superior room"),
            Word("season", "季节", _("Season"), "所有季节", "every season"),
            Word("nights", "适用日", _("Nights of the week"), "每晚", "every night"),
            Word("rack", "门市价", _("Public rate"), "¥1,080.00"),
            Word("rate", "协议价", _("Agreed rate"), "¥580.00"),
            Word("breakfasts", "早餐份数", _("Breakfasts a night"), "1"),
            Word("linked", "承诺量价", _("A mark where the rate is given for the promised volume; else empty"), "*"),
        ),
    ),
    WordList(
        "seasons", "季节表", _("The term by seasons"), ("span", "段"),
        (
            Word("first", "起", _("First day"), "2026年12月1日", "1 December 2026"),
            Word("last", "止", _("Last day"), "2026年12月23日", "23 December 2026"),
            Word("season", "季节", _("Season"), "淡季", "Low season"),
        ),
    ),
    WordList(
        "signatories", "签单人", _("Who may sign for the client"), ("who", "人"),
        (
            Word("name", "姓名", _("Name"), "单立人", "Shan Liren"),
            Word("job_title", "职务", _("Job title"), "总裁", "President"),
            Word("phone", "电话", _("Phone"), "138 0000 0001"),
            Word("document_end", "证件尾号", _("Last four signs of the document"), "3317"),
            Word("limit_each", "单次限额", _("The most one signature may cover; empty without a limit"), "¥5,000.00"),
            Word("first", "起", _("First day"), "2026年12月1日", "1 December 2026"),
            Word("last", "止", _("Last day"), "2027年11月30日", "30 November 2027"),
        ),
    ),
    WordList(
        "blackout_days", "不适用日期表", _("The days without a rate"), ("span", "段"),
        (
            Word("first", "起", _("First day"), "2027年2月5日", "5 February 2027"),
            Word("last", "止", _("Last day"), "2027年2月12日", "12 February 2027"),
        ),
    ),
)  # fmt: skip


def _names(words: tuple[Word, ...]) -> dict[str, str]:
    return {name: one.key for one in words for name in (one.key, one.chinese)}


VOCABULARY = Vocabulary(
    _names(WORDS),
    {name: one.key for one in LISTS for name in (one.key, one.chinese)},
    {one.key: {**_names(one.columns), "序号": "no"} for one in LISTS},
)
SAMPLE_ROWS = 3


def sample(language: str) -> tuple[dict[str, str], dict[str, list[dict[str, str]]]]:
    """Invented values for a trial in this language: fields, and rows of lists."""
    rows = {one.key: [{word.key: word.sample(language) for word in one.columns}] * SAMPLE_ROWS for one in LISTS}
    return {one.key: one.sample(language) for one in WORDS}, rows


def readable_particulars(table: Any) -> bool:
    """A table of the hotel's particulars: texts by field, of fields that there are."""
    known = {one.key for one in HOTEL_WORDS}
    return isinstance(table, dict) and set(table) <= known and all(isinstance(one, str) for one in table.values())


def readable_terms(table: Any) -> bool:
    """A table of the usual terms: every field, with a text that is not empty."""
    known = {one.key for one in TERM_WORDS}
    return (
        isinstance(table, dict) and set(table) == known and all(isinstance(one, str) and one for one in table.values())
    )
