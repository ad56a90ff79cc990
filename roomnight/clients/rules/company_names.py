"""A company's name taken apart: legal form, region, trade, branch, and what is left: the name proper 字号 (ACC-04).

Chinese companies are called region + name proper + trade + legal form: 上海|携程|商务|有限公司. Only the name proper tells
one from another, the trade a little, the region where both have one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from roomnight.kernel.names import CITIES, PROVINCES
from roomnight.kernel.pinyin import is_han
from roomnight.kernel.text import fold

FEWEST = 2  # signs of a name proper

_FORM = re.compile(
    r"(?:集团|控股)*(?:股份)?有限(?:责任)?(?:总)?公司|股份(?:合作)?公司|(?:集团|控股)+(?:总)?(?:公司)?|(?:总)?公司|股份制?$|"
    r"(?:特殊)?(?:普通|有限)合伙(?:企业)?|个人独资企业?|有限责任?$|有限$"
)
_GROUP = re.compile("集团|控股")
_LATIN_FORMS = frozenset(
    [
        "co",
        "company",
        "corp",
        "corporation",
        "group",
        "holding",
        "holdings",
        "inc",
        "incorporated",
        "limited",
        "llc",
        "llp",
        "ltd",
        "plc",
        "pte",
        "pty",
        "gmbh",
        "ag",
        "sa",
        "bv",
        "kk",
        "the",
        "of",
        "and",
        "an",
        "a",
    ]
)
_BRANCH_WORD = (
    r"(?:第?[一二三四五六七八九十\d]+)?(?:分公司|子公司|支公司|分行|支行|分理处|分社|分店|门店|旗舰店|直营店|专卖店|分部|分厂|分院|分校|分局"
    r"|分所|分会|分中心|营业部|营业厅|门市部|办事处|代表处|联络处|代办处|项目部|事业部|工作站)"
)
_BRANCH = re.compile(rf"(?P<place>.{{0,16}}?)(?P<word>{_BRANCH_WORD})$")
_STEM_ENDS = re.compile(
    r"有限(?:责任)?公司|股份公司|集团公司|公司|集团|银行|旅行社|事务所|证券|保险|航空|大学|医院|学校"
)
_BRACKETED = re.compile(r"[(（\[【〔]([^)）\]】〕]*)[)）\]】〕]")
_BRANCH_IN_BRACKETS = re.compile(rf"\S{{1,12}}店|\S{{0,12}}{_BRANCH_WORD}")
_SPACE_OR_SIGN = re.compile(r"[\W_]+")

_PROVINCES_WITH_CITIES = [
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
]
PROVINCE_OF = {
    city: province
    for province, cities in zip(_PROVINCES_WITH_CITIES, CITIES.strip().splitlines(), strict=True)
    for city in cities.split()
}
WIDE = frozenset(
    [
        "中国",
        "全国",
        "中华",
        "大中华",
        "亚洲",
        "亚太",
        "全球",
        "华东",
        "华南",
        "华北",
        "华中",
        "西南",
        "西北",
        "东北",
        "长三角",
        "珠三角",
        "江南",
    ]
)
VAGUE = WIDE - {"中国", "全国", "中华", "大中华"}
_DISTRICTS = frozenset(
    [
        "浦东新",
        "浦东",
        "黄浦",
        "徐汇",
        "长宁",
        "静安",
        "普陀",
        "虹口",
        "杨浦",
        "闵行",
        "宝山",
        "嘉定",
        "金山",
        "松江",
        "青浦",
        "奉贤",
        "崇明",
        "张江",
        "临港",
        "陆家嘴",
        "虹桥",
        "东城",
        "西城",
        "海淀",
        "丰台",
        "石景山",
        "通州",
        "顺义",
        "昌平",
        "大兴",
        "亦庄",
        "滨海新",
        "和平",
        "河西",
        "南开",
        "渝中",
        "江北",
        "南岸",
        "渝北",
        "天河",
        "越秀",
        "海珠",
        "荔湾",
        "番禺",
        "白云",
        "黄埔",
        "南沙",
        "福田",
        "罗湖",
        "南山",
        "宝安",
        "龙岗",
        "龙华",
        "前海",
        "西湖",
        "拱墅",
        "上城",
        "萧山",
        "余杭",
        "滨江",
        "玄武",
        "鼓楼",
        "建邺",
        "江宁",
        "雨花",
        "姑苏",
        "吴中",
        "吴江",
        "相城",
        "鄞州",
        "海曙",
        "武侯",
        "锦江",
        "金牛",
        "高新",
        "青羊",
        "江汉",
        "武昌",
        "汉口",
        "洪山",
        "雁塔",
        "碑林",
        "历下",
        "市南",
        "市北",
        "崂山",
        "思明",
        "湖里",
    ]
)
_ETHNIC = {"广西壮族": "广西", "宁夏回族": "宁夏", "新疆维吾尔": "新疆"}
PLACES = frozenset([*PROVINCE_OF, *PROVINCES.split(), *WIDE])
_LEVELS = (
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "新区",
    "地区",
    "省",
    "市",
    "区",
    "县",
    "州",
    "盟",
    "旗",
    "镇",
    "乡",
)
_LONGEST_PLACE = max(map(len, [*PLACES, *_DISTRICTS]))
_SMALL_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}?(?:市|县|(?<![小园社景校片地专战])区)")
_LATIN_PLACES = frozenset(
    [
        "china",
        "prc",
        "shanghai",
        "beijing",
        "tianjin",
        "chongqing",
        "guangzhou",
        "shenzhen",
        "hangzhou",
        "suzhou",
        "nanjing",
        "wuhan",
        "chengdu",
        "xian",
        "xiamen",
        "qingdao",
        "dalian",
        "ningbo",
        "wuxi",
        "changsha",
        "zhengzhou",
        "jinan",
        "fuzhou",
        "hefei",
        "kunming",
        "shenyang",
        "dongguan",
        "foshan",
        "zhuhai",
        "pudong",
        "hongkong",
        "hong",
        "kong",
        "macau",
        "taiwan",
        "jiangsu",
        "zhejiang",
        "guangdong",
        "sichuan",
        "shandong",
        "fujian",
        "hubei",
        "hunan",
        "henan",
        "hebei",
        "anhui",
        "asia",
        "pacific",
    ]
)

# Words of trade, each line under the word that stands for all of it. Those of the first line say next to nothing.
_TRADES = """
~ 实业 发展 国际 管理 服务 企业 产业 开发 事业 经营 中心 工贸 股份 集团 总 业 行 商行 商社 商店 店 厂 总厂 部 经营部 销售 销售部 经销 供应 制造 生产 工业 加工 控股 投资 合作 交流 促进 推广 技术合作 地面 有限 个体 工作室 连锁 综合 专业 现代 高新 产品 制品 用品 设备 器材 材料 系统 集成 运营 资产 联合 协作
贸易 商务 商贸 贸易 经贸 外贸 进出口 进出口贸易 国贸 商业 批发 零售 电商 电子商务 跨境 跨境电商 供应链
科技 科技 技术 高科 科创 创新 研究 研发 科研 研究所 研究院 技术开发 科学
信息 信息 网络 软件 计算机 电脑 数码 互联网 数据 大数据 云计算 信息技术 信息科技 网络科技 智能 人工智能 物联网 数字 通信 通讯 电信 移动 联通
电子 电子 半导体 集成电路 微电子 光电 电器 电气 电力设备 自动化 仪器 仪表 芯片 照明 灯饰
机械 机械 机电 装备 机床 重工 模具 精密 五金 工具 机器人 阀门 轴承 电机 电梯 智能装备
汽车 汽车 汽配 汽车配件 汽车零部件 汽车销售 汽车服务 客车 摩托车 新能源汽车 汽贸
建筑 建筑 建设 工程 建工 土木 安装 装饰 装修 装潢 园林 市政 路桥 监理 勘察 设计院 建筑设计 勘察设计 规划 钢结构 建筑工程 建设工程 混凝土 幕墙 轨道交通
建材 建材 石材 陶瓷 水泥 玻璃 门窗 涂料 管材 家居 家具 木业 卫浴
地产 地产 房地产 置业 物业 房产 不动产 房屋 租赁 产业园 商业管理 物业管理
金融 金融 银行 证券 保险 信托 基金 资本 财富 期货 担保 典当 小额贷款 融资租赁 支付 投资管理 资产管理 人寿 人寿保险 财产保险 股权投资
咨询 咨询 顾问 策划 企业管理 管理咨询 人力资源 人才 劳务 会计师事务所 会计 律师事务所 律师 法律 税务师 税务 事务所 事务 知识产权 认证 检测 检验 评估 财税
医药 医药 药业 制药 医疗 医疗器械 生物 生物科技 医药科技 健康 保健 大药房 药房 生物医药 医院 诊所 门诊 口腔 口腔医院 卫生 养老 基因 化妆品 美容 中医
教育 教育 培训 学校 大学 学院 中学 小学 幼儿园 教育科技 文教 图书 书店 出国 留学
文化 文化 传媒 传播 文化传播 文化传媒 影视 广告 出版 艺术 娱乐 动漫 演艺 体育 会展 展览 会议 礼仪 公关 摄影 印刷 音乐 游戏 文化艺术 文创 婚庆
旅游 旅游 旅行 旅行社 国际旅行社 旅行服务 度假 景区 票务 航空服务 商旅 商务旅行 假期 出行
酒店 酒店 宾馆 饭店 餐饮 餐饮管理 酒店管理 酒楼 大酒店 度假村 餐厅 咖啡 美食 茶楼 会所
物流 物流 运输 货运 快递 仓储 货代 航运 海运 空运 船务 港务 港口 国际货运 货物运输 配送 铁路 客运 航空 地铁 公交 交通 速递
化工 化工 石化 石油 石油化工 塑料 塑胶 橡胶 化学 新材料 涂料化工 化纤 气体 燃气 煤气
能源 能源 新能源 电力 煤炭 矿业 光伏 风电 太阳能 热力 供电 电网 环保 环境 环境科技 水务 供水 节能 再生资源 净化 新能源材料
钢铁 钢铁 金属 冶金 有色 有色金属 铝业 铜业 钢材 不锈钢 铸造
食品 食品 粮油 粮食 乳业 饮料 酒业 茶业 茶叶 糖酒 水产 肉类 调味品 啤酒 农产品 果品 副食品 烘焙 便利店 超市 百货 购物中心 商场
农业 农业 农牧 畜牧 饲料 种业 种子 农林 林业 生态农业 园艺 渔业 养殖 花卉 合作社 农民专业合作社 农资
纺织 纺织 服装 服饰 制衣 针织 丝绸 鞋业 皮革 时装 家纺 棉纺 纤维 布艺 女装 童装 羽绒
包装 包装 纸业 造纸 文具 办公用品 文化用品 办公设备 礼品 工艺品 玩具 珠宝 首饰 钟表 眼镜
安防 安防 保安 保洁 家政 清洁 消防 安保
政府 政府 委员会 管理局 管理委员会 协会 商会 学会 基金会 联合会 总工会 局 公安局 税务局
"""
TRADE: dict[str, str] = {}
for _line in _TRADES.strip().splitlines():
    _stands_for, *_words = _line.split()
    for _word in _words:
        TRADE.setdefault(_word, "" if _stands_for == "~" else _stands_for)
_LONGEST_TRADE = max(map(len, TRADE))

# What some very large houses are called by everybody: the bare name that stands in the register, without 中国.
ABBREVIATIONS = {
    "中石化": "石油化工", "中石油": "石油天然气", "中海油": "海洋石油", "国航": "国际航空", "东航": "东方航空", "南航": "南方航空",
    "海航": "海南航空", "川航": "四川航空", "厦航": "厦门航空", "工行": "工商银行", "农行": "农业银行", "建行": "建设银行",
    "交行": "交通银行", "招行": "招商银行", "浦发": "浦东发展银行", "浦发银行": "浦东发展银行", "上汽": "上海汽车", "一汽": "第一汽车",
    "国网": "国家电网", "中移动": "移动通信", "中青旅": "青年旅行社", "人保": "人民保险", "太保": "太平洋保险", "国寿": "人寿保险",
    "宝钢": "宝山钢铁", "鞍钢": "鞍山钢铁", "中车": "中国中车",
}  # fmt: skip
SPELLED_OUT = {full: short for short, full in ABBREVIATIONS.items() if short != "浦发银行"}


@dataclass(frozen=True, slots=True)
class CompanyName:
    """The parts of a name. All folded: half-width, small letters, simplified, without blanks and punctuation.

    `proper` is the name proper, `trades` what line of business the rest says (one word for each), `places` the region words
    without 省 and 市. `branch` is the word that says this is a branch, and `branch_place` where. `bare` is the name without
    legal form and region, `whole` all of it.
    """

    whole: str
    bare: str
    proper: str
    trade: str
    trades: frozenset[str]
    places: frozenset[str]
    is_group: bool
    branch: str
    branch_place: str
    is_latin: bool


@lru_cache(maxsize=50_000)
def taken_apart(name: str) -> CompanyName:
    """The parts of this name; every part is empty for an empty one."""
    folded = fold(name)
    whole = _signs_only(folded)
    if not any(map(is_han, whole)):
        return _latin(folded, whole)
    stem, branch, place = _without_branch(folded)
    places: list[str] = []
    stem = _brackets_opened(stem, places)
    plain = _signs_only(stem)
    is_group = bool(_GROUP.search(plain))
    short = _without_form(plain)
    short = _leading_places(short, places)
    short = _trailing_place(short, places)
    proper, trade = _proper_and_trade(short)
    if not proper and places:
        proper = places.pop()
        short = proper + short
    elif not proper:
        proper, trade = trade, ""
    return CompanyName(
        whole, short, proper, trade, _trades_of(trade), frozenset(places), is_group, branch, place, is_latin=False
    )


def _signs_only(text: str) -> str:
    return _SPACE_OR_SIGN.sub("", text)


def _latin(folded: str, whole: str) -> CompanyName:
    words = re.findall(r"[^\W_]+", folded.replace("'", "").replace("’", ""))
    telling = [word for word in words if word not in _LATIN_FORMS]
    places = [word for word in telling if word in _LATIN_PLACES]
    rest = [word for word in telling if word not in _LATIN_PLACES] or telling or words
    bare = "".join(rest)
    is_group = bool({"group", "holding", "holdings"} & set(words))
    return CompanyName(
        whole, bare, rest[0] if rest else "", "".join(rest[1:]), frozenset(), frozenset(places), is_group, "", "",
        is_latin=True,
    )  # fmt: skip


def _without_branch(folded: str) -> tuple[str, str, str]:
    """The name without what makes it a branch, the branch word, and where it is: 陆家嘴 of 招商银行陆家嘴支行."""
    for inside in _BRACKETED.findall(folded):
        if _BRANCH_IN_BRACKETS.fullmatch(inside):
            return re.sub(rf"\W{re.escape(inside)}\W", "", folded), inside, inside
    compact = re.sub(r"\s+", "", folded)
    ends = [found.end() for found in _STEM_ENDS.finditer(compact)]
    for end in ends:
        if found := _BRANCH.fullmatch(re.sub(r"[()（）]", "", compact[end:])):
            stem = compact[:end]
            more = _STEM_ENDS.match(found["place"])
            place = found["place"][more.end() :] if more else found["place"]
            return stem, found["word"], _FORM.sub("", place)
    if found := re.search(rf"{_BRANCH_WORD}$", compact):
        stem, places = compact[: found.start()], list[str]()
        rest = _trailing_place(stem, places)
        if _count(rest) >= FEWEST:
            return rest, found.group(), "".join(places)
    return folded, "", ""


def _brackets_opened(text: str, places: list[str]) -> str:
    """The name with its brackets opened: a region inside is a region, anything else stays where it stood."""

    def opened(found: re.Match[str]) -> str:
        inside = _signs_only(found[1])
        known: list[str] = []
        if _leading_places(inside, known, least=0) in ("", *_LEVELS):
            places.extend(known)
            return ""
        return inside

    return _BRACKETED.sub(opened, text)


def _without_form(text: str) -> str:
    short = _FORM.sub("", text)
    return short if _count(short) >= FEWEST else text


def _leading_places(text: str, places: list[str], least: int = FEWEST) -> str:
    """The text without the region words it begins with; they are added to `places`."""
    while True:
        found = _place_at_start(text, after_one=bool(places))
        if found is None or len(text) - found[1] < least:
            return text
        place, length = found
        places.append(place)
        text = text[length:]


def _place_at_start(text: str, *, after_one: bool) -> tuple[str, int] | None:
    """The region word at the start and how many signs it takes with its 省, 市 or 区."""
    for length in range(min(_LONGEST_PLACE, len(text)), 1, -1):
        word = text[:length]
        if word in _ETHNIC:
            word = _ETHNIC[word]
        elif not (word in PLACES or (after_one and word in _DISTRICTS)):
            continue
        return word, length + _level_at(text, length)
    small = _SMALL_PLACE.match(text)
    if small and _count(text) - small.end() >= FEWEST:
        return small.group()[:-1], small.end()
    return None


def _level_at(text: str, at: int) -> int:
    """How many signs of 省, 市, 自治区 and so on stand here; 州 and 区 only where that leaves a name."""
    return next((len(level) for level in _LEVELS if text.startswith(level, at) and len(text) - at > len(level)), 0)


def _trailing_place(text: str, places: list[str]) -> str:
    """The text without a province or city at its end, as in 华星科技上海."""
    for length in range(min(_LONGEST_PLACE, len(text) - FEWEST), 1, -1):
        word = text[-length:]
        if word in PLACES and word not in WIDE:
            places.append(word)
            return text[:-length]
    return text


def _proper_and_trade(text: str) -> tuple[str, str]:
    """The shortest beginning of at least two signs after which only words of trade follow, and those."""
    size = len(text)
    follows = [False] * size + [True]
    for at in range(size - 1, -1, -1):
        follows[at] = any(
            follows[at + length] and text[at : at + length] in TRADE
            for length in range(1, min(_LONGEST_TRADE, size - at) + 1)
        )
    if follows[0] and size:
        return "", text
    start = next((at for at in range(FEWEST, size) if follows[at]), size)
    return text[:start], text[start:]


def _trades_of(text: str) -> frozenset[str]:
    """The lines of business that these words of trade stand for; those that say nothing are left out."""
    found, at = set(), 0
    while at < len(text):
        length = next((n for n in range(min(_LONGEST_TRADE, len(text) - at), 0, -1) if text[at : at + n] in TRADE), 1)
        found.add(TRADE.get(text[at : at + length], ""))
        at += length
    return frozenset(found - {""})


def _count(text: str) -> int:
    return sum(char.isalnum() for char in text)


def places_agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two companies may be in the same place: one of them does not say, or one place lies in the other."""
    here, there = _with_provinces(one), _with_provinces(other)
    if not here or not there:
        return True
    fine_here, fine_there = here - set(PROVINCES.split()), there - set(PROVINCES.split())
    if fine_here and fine_there:
        return bool(fine_here & fine_there)
    return bool(here & there)


def _with_provinces(places: frozenset[str]) -> frozenset[str]:
    telling = {place for place in places if place not in WIDE}
    return frozenset(telling | {PROVINCE_OF[place] for place in telling if place in PROVINCE_OF})


def place_of(text: str) -> str:
    """A province or city as typed in its own field, as names have it: 上海市 is 上海."""
    found = _place_at_start(_signs_only(fold(text)), after_one=True) if text else None
    return found[0] if found else ""
