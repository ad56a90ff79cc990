"""What may be brought in of a client and the people there, how each is read, and the headings it is known by (ACC-08)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from roomnight.kernel.text import fold
from roomnight.procedures.rules.form_fields import Field as Asked

CONTACT: Final = "contact."
CUSTOM: Final = "custom."
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

KINDS: Final = {
    "corporate": "corporate company 协议公司 公司 企业 商务公司 协议单位 商务散客 商务",
    "travel_agency": "travelagency agency 旅行社 旅行公司 旅游公司 中介",
    "online_channel": "onlinechannel ota online 网络订房 网络渠道 在线渠道 网络公司 线上渠道 订房中心",
    "government": "government authority 机关 政府 政府机关 党政机关 行政机关 事业单位",
    "conference": "conferenceorganiser conference pco 会议公司 会展公司 会务公司",
    "association": "association 协会 社团 学会 商会",
    "airline_crew": "airlinecrew airline crew 机组 航空公司 航司 航空机组",
    "individual": "individualvip individual person 个人 个人贵宾 贵宾 个人客户",
    "tenant": "propertytenant tenant 租户 业主 物业租户 业主租户",
    "key_account": "keyaccount ka 大客户 重点客户",
    "other": "other 其他 其它",
}
STAGES: Final = {
    "lead": "lead 线索 潜在 潜在客户 新线索",
    "target": "target 目标客户 目标 意向 意向客户",
    "negotiating": "negotiating 洽谈 洽谈中 谈判中",
    "active": "active signed inuse 协议在用 协议 在用 合作中 已签约 有效 正常 活跃",
    "dormant": "dormant sleeping 沉睡 休眠",
    "lost": "lost 流失 已流失",
    "invalid": "invalid 无效",
    "blacklisted": "blacklisted blacklist 黑名单",
}
IMPORTANCES: Final = {"important": "important vip 重要 重点", "ordinary": "ordinary normal 一般 普通"}
GRADES: Final = {"A": "a a级 a类", "B": "b b级 b类", "C": "c c级 c类", "D": "d d级 d类"}
SALUTATIONS: Final = {"mr": "mr male m 先生 男", "ms": "ms mrs miss female f 女士 小姐 女"}
DECISION_ROLES: Final = {
    "decider": "decisionmaker decider 决策人 决策者 拍板人",
    "booker": "booker 预订人 订房人 经办人",
    "payer": "payer 付款人 财务",
    "user": "user 使用人 入住人",
    "gatekeeper": "gatekeeper 把关人",
}
CHANNELS: Final = {
    "phone": "phone telephone 电话 手机",
    "wechat": "wechat 微信",
    "email": "email mail 邮件 电子邮件 邮箱",
    "qq": "qq",
    "visit": "visit 上门 拜访 面谈 上门拜访 走访 当面 面访",
}


def heading_key(text: str) -> str:
    """A heading or a word as it is compared: small, simplified, without blanks, marks and what stands in brackets."""
    bare = re.sub(r"[（(\[【].*?[)）\]】]", "", fold(text)) or fold(text)
    return "".join(char for char in bare if char.isalnum())


def _words(meanings: Mapping[str, str]) -> Mapping[str, str]:
    return {word: value for value, words in meanings.items() for word in words.split()}


@dataclass(frozen=True)
class Field:
    """One particular: its key, its name for people, how a cell is read, how long it may be, and what words mean.

    Of one of the hotel's own `asked` is what its form says of it.
    """

    key: str
    label: Any
    reads: str = "text"
    longest: int = 0
    headings: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    asked: Asked | None = None

    @property
    def is_contact(self) -> bool:
        return self.key.startswith(CONTACT)

    @property
    def column(self) -> str:
        """The column of its table."""
        return self.key.removeprefix(CONTACT)


ACCOUNT_FIELDS: Final = [
    Field("code", _("Client number"), "code", 60, "客户编号 客户号 单位编号 客户代码 编号 number code clientnumber accountcode 协议单位编号 账号"),
    Field("name", _("Client's name"), "text", 160, "客户 客户名称 单位名称 公司名称 单位 公司 名称 企业名称 客户全称 公司全称 单位全称 协议单位 name client company companyname account accountname"),
    Field("name_en", _("English name"), "text", 200, "英文名 英文名称 englishname nameen"),
    Field("short_name", _("short name"), "text", 60, "简称 客户简称 单位简称 shortname"),
    Field("mnemonic", _("Mnemonic"), "text", 24, "助记码 拼音码 mnemonic"),
    Field("kind", _("Type"), "choice", 0, "类型 客户类型 单位类型 客户类别 类别 type kind clienttype", _words(KINDS)),
    Field("stage", _("Stage"), "choice", 0, "阶段 客户阶段 状态 客户状态 stage status", _words(STAGES)),
    Field("importance", _("Importance"), "choice", 0, "重要性 重要程度 importance", _words(IMPORTANCES)),
    Field("grade", _("Grade"), "choice", 0, "等级 级别 客户等级 客户级别 分级 grade", _words(GRADES)),
    Field("owner", _("Owner"), "name", 80, "客户经理 关系经理 销售员 销售经理 业务员 销售 负责人 归属人 跟进人 归属 owner salesperson sales accountmanager"),
    Field("industry", _("Industry"), "text", 60, "行业 所属行业 industry"),
    Field("segment", _("Market segment"), "text", 60, "细分市场 市场码 市场 市场细分 segment marketsegment"),
    Field("source", _("Source"), "text", 60, "来源 客户来源 source"),
    Field("territory", _("Territory"), "name", 80, "片区 销售区域 区域 territory"),
    Field("parent", _("Parent account"), "name", 160, "上级客户 上级单位 母公司 所属集团 集团 parent parentaccount"),
    Field("tags", _("Tags"), "list", 40, "标签 tags tag"),
    Field("province", _("Province"), "text", 40, "省 省份 province"),
    Field("city", _("City"), "text", 40, "城市 市 所在城市 city"),
    Field("district", _("District"), "text", 40, "区 区县 district"),
    Field("address", _("address"), "text", 200, "地址 单位地址 公司地址 详细地址 address"),
    Field("postcode", _("postcode"), "number name", 12, "邮编 邮政编码 postcode zip zipcode"),
    Field("phone", _("Phone"), "phone", 40, "电话 单位电话 公司电话 总机 座机 phone tel telephone"),
    Field("website", _("website"), "text", 200, "网址 网站 官网 website url"),
    Field("credit_code", _("Unified social credit code"), "credit code", 18, "统一社会信用代码 信用代码 社会信用代码 creditcode uscc unifiedsocialcreditcode"),
    Field("legal_representative", _("legal representative"), "text", 60, "法定代表人 法人 法人代表 legalrepresentative"),
    Field("invoice_title", _("invoice title"), "text", 160, "发票抬头 开票名称 开票抬头 invoicetitle"),
    Field("tax_number", _("tax number"), "number name", 30, "税号 纳税人识别号 taxnumber taxno"),
    Field("bank_name", _("bank"), "text", 120, "开户行 开户银行 bank bankname"),
    Field("bank_account", _("bank account"), "number name", 40, "银行账号 银行帐号 开户账号 bankaccount"),
    Field("credit_grade", _("Credit grade"), "text", 4, "信用等级 creditgrade"),
    Field("staff_size", _("staff size"), "whole", 0, "员工人数 人数 规模 员工数 staffsize"),
    Field("potential_room_nights", _("potential room nights a year"), "whole", 0, "年潜在间夜 潜在间夜 预估间夜 预计年用房 potentialnights potentialroomnightsayear potentialroomnights"),
    Field("potential_meetings", _("potential meetings a year"), "whole", 0, "年潜在会议 潜在会议 年潜在会议场次 potentialmeetings potentialmeetingsayear"),
    Field("potential_covers", _("potential covers a year"), "whole", 0, "年潜在用餐人次 潜在用餐 potentialcovers potentialcoversayear"),
    Field("satisfaction", _("satisfaction"), "percent", 0, "满意度 satisfaction"),
    Field("financial_standing", _("financial standing"), "lines", 0, "财务状况 经营状况 financialstanding"),
    Field("financial_source", _("source of the standing"), "text", 120, "财务信息来源 sourceofthestanding"),
    Field("financial_as_of", _("standing as of"), "day", 0, "财务信息日期 standingasof"),
    Field("verified_on", _("Last verified on"), "day", 0, "最近核实 核实日期 最近核实日期 lastverified lastverifiedon verified"),
    Field("remarks", _("Remarks"), "lines", 0, "备注 说明 remarks notes remark"),
    Field("external.company", _("Company's number in the PMS"), "number name", 60, "pms单位号 pms公司号 pmscompany"),
    Field("external.agent", _("Agent's number in the PMS"), "number name", 60, "pms旅行社号 pmsagent"),
]  # fmt: skip
CONTACT_FIELDS: Final = [
    Field("contact.name", _("Contact: name"), "text", 80, "联系人 联系人姓名 姓名 联系人名称 contact contactname contactperson 联系姓名"),
    Field("contact.name_en", _("Contact: English name"), "text", 100, "联系人英文名 contactenglishname"),
    Field("contact.salutation", _("Contact: salutation"), "choice", 0, "称呼 称谓 性别 联系人性别 salutation sex gender", _words(SALUTATIONS)),
    Field("contact.department", _("Contact: department"), "text", 60, "部门 联系人部门 department"),
    Field("contact.job_title", _("Contact: job title"), "text", 60, "职务 职位 联系人职务 职称 jobtitle title position"),
    Field("contact.decision_role", _("Contact: role in the decision"), "choice", 0, "决策角色 角色 decisionrole role", _words(DECISION_ROLES)),
    Field("contact.mobile", _("Contact: mobile"), "phone", 40, "手机 手机号 手机号码 移动电话 联系人手机 联系手机 mobile cell cellphone mobilephone"),
    Field("contact.phone", _("Contact: phone"), "phone", 40, "联系电话 联系人电话 办公电话 contactphone"),
    Field("contact.email", _("Contact: email"), "email", 254, "邮箱 电子邮箱 电子邮件 email mail emailaddress"),
    Field("contact.wechat", _("Contact: WeChat"), "number name", 60, "微信 微信号 wechat"),
    Field("contact.qq", _("Contact: QQ"), "number name", 20, "qq qq号"),
    Field("contact.other_way", _("Contact: another way to reach"), "text", 120, "其他联系方式 otherway"),
    Field("contact.home_address", _("Contact: home address"), "text", 200, "家庭住址 住址 homeaddress"),
    Field("contact.preferred_channel", _("Contact: preferred channel"), "choice", 0, "首选联系方式 preferredchannel", _words(CHANNELS)),
    Field("contact.birthday", _("Contact: birthday"), "birthday", 0, "生日 出生日期 birthday"),
    Field("contact.birthday_is_lunar", _("Contact: lunar birthday"), "yes", 0, "农历生日 农历 lunarbirthday"),
    Field("contact.do_not_contact", _("Contact: do not contact"), "yes", 0, "勿扰 donotcontact"),
    Field("contact.remarks", _("Contact: remarks"), "lines", 0, "联系人备注 contactremarks"),
]  # fmt: skip
FIELDS: Final[Mapping[str, Field]] = {one.key: one for one in [*ACCOUNT_FIELDS, *CONTACT_FIELDS]}
KEYS: Final[Mapping[str, Any]] = {
    "code": _("Client number"),
    "credit_code": _("Unified social credit code"),
    "external.company": _("Company's number in the PMS"),
    "external.agent": _("Agent's number in the PMS"),
    "name": _("Exact name"),
}
"""By what a row is recognised as a client that is known already."""

_HEADINGS: Final = {heading_key(word): one.key for one in reversed([*FIELDS.values()]) for word in one.headings.split()}


def own_field(one: Asked) -> Field:
    """A particular of the hotel's own as one that can be brought in; choices by their words in both languages."""
    headings = " ".join(heading_key(text) for text in (one.words.zh, one.words.en, one.name) if text)
    words = {
        heading_key(text): option.value
        for option in one.options
        for text in (option.value, option.words.en, option.words.zh)
        if text
    }
    return Field(f"{CUSTOM}{one.name}", one.words.zh, "own", 0, headings, words, one)


def knows(heading: str) -> bool:
    """Whether a word is a heading of client files."""
    return heading_key(heading) in _HEADINGS


def guessed(headings: Mapping[int, str], own: Iterable[Field] = ()) -> dict[int, str]:
    """Which column is what, by its heading; nothing twice. A group's name above (联系人 over 姓名) is understood."""
    words = {**_HEADINGS, **{word: one.key for one in own for word in one.headings.split()}}
    found: dict[int, str] = {}
    for place, heading in headings.items():
        key = words.get(heading_key(heading)) or _within_group(heading, words)
        if key and key not in found.values():
            found[place] = key
    if "contact.name" not in found.values():
        swapped = {"contact.phone": "phone", "contact.mobile": "phone"}
        for place, key in list(found.items()):
            if key in swapped and swapped[key] not in found.values():
                found[place] = swapped[key]
    return found


def _within_group(heading: str, words: Mapping[str, str]) -> str:
    group, blank, last = heading.strip().rpartition(" ")
    if not blank:
        return ""
    key = words.get(heading_key(last), "")
    is_person = "contact" in (group_key := heading_key(group)) or "联系" in group_key
    if is_person and not key.startswith(CONTACT):
        return {"name": "contact.name", "phone": "contact.phone", "remarks": "contact.remarks"}.get(key, "")
    return key
