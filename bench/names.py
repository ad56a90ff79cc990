"""Names of clients and people in numbers that the demo hotel does not need, from words of our own. Pure and reproducible."""

from __future__ import annotations

import random

from roomnight.web.demo.invention import ENDINGS, GIVEN, REGIONS, SURNAMES, TRADES

FIRST = "恒远浦中启华瑞博天云明致承广安凌和嘉立鼎盛新翰正宏同卓锦弘泰景金永兴德信诚亿海东南北长江山林春秋"
SECOND = "睿见江晟宸垣驰衍祺汀德远泽源澜峰畅禾诚元景岳林弘图辉越程毅和明达通利丰隆顺康宁安泰盛昌业成功铭"
KNOWN = ("世纪", "携行", "申江", "浦江", "长风")
KNOWN_SHARE = 0.01
LETTERS = [given[0] for given in GIVEN] + [given[1] for given in GIVEN]
NOTES = [
    "价格可以，等总部批复合同。",
    "下季度有培训班，约 40 间夜。",
    "对早餐时间不满意，已当面解释。",
    "换了新的行政主管，需重新建立联系。",
    "年会在看场地，预算八万。",
    "",
]
TASKS = ["寄送新年协议价", "确认九月会议用房", "回复长住报价", "约行政主管参观新楼层", "催收上月挂账", "送中秋礼品清单"]


def company(rng: random.Random) -> tuple[str, str, str]:
    """A company's name, its short name and its industry. Two companies may be called alike, as in life."""
    is_known = rng.random() < KNOWN_SHARE
    word = rng.choice(KNOWN) if is_known else rng.choice(FIRST) + rng.choice(SECOND)
    trade, industry = rng.choice(TRADES)
    ending = rng.choice(ENDINGS)
    region = "" if "上海" in ending or "长三角" in ending else rng.choice(REGIONS)
    return f"{region}{word}{trade}{ending}", word + trade[:2], industry


def agency(rng: random.Random) -> tuple[str, str, str]:
    """The same for a travel agency."""
    word = rng.choice(FIRST) + rng.choice(SECOND)
    kind = rng.choice(["国际旅行社", "旅行社", "假期旅行社", "商务旅行"])
    return f"{rng.choice(REGIONS)}{word}{kind}有限公司", word + kind[-3:], "旅游"


def person(rng: random.Random) -> str:
    """A person's name of two or three characters."""
    surname = rng.choice(SURNAMES)
    return surname + (rng.choice(LETTERS) if rng.random() < 0.2 else rng.choice(LETTERS) + rng.choice(LETTERS))


def mobile(rng: random.Random) -> str:
    """A mobile number."""
    return f"1{rng.choice('35789')}{rng.randrange(10**9):09d}"
