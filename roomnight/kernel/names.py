"""What is left of a company's name when its legal form and its region are taken off: what people call it."""

import re
import unicodedata

_FORM_ANYWHERE = re.compile(
    r"[(（]?(?:特殊普通合伙|普通合伙|有限合伙|集团|股份|控股)[)）]|"
    r"(?:集团|控股)?(?:股份|投资)?有限(?:责任)?(?:总|分)?公司|股份公司|集团公司|有限合伙企业?|(?:特殊)?普通合伙"
)
_FORM_AT_END = re.compile(r"(?:总公司|分公司|子公司|支公司|公司|集团|控股|股份|有限(?:责任)?)$")
_FORM_IN_ENGLISH = re.compile(
    r"(?:[\s,.]+(?:co|company|corp|corporation|group|holdings?|inc|incorporated|limited|llc|llp|ltd|plc|pte|pty|gmbh"
    r"|ag|sa|bv|kk))+[\s.]*$",
    re.IGNORECASE,
)

# Prefecture-level cities, a line for each province from 河北 to 新疆, without 市. Left out are those that begin well-known names or are words of their
# own, such as 东方, 阿里, 大理 and 来宾.
CITIES = """
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 雄安
太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁
呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 兴安 锡林郭勒 阿拉善
沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛
长春 吉林 四平 辽源 通化 白山 松原 白城 延边
哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭
南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 江阴 张家港 常熟 太仓
杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 海宁
合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城
福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 晋江
南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶
济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽
郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源
武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州 恩施
长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西
广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮
南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 崇左
海口 三亚 儋州
成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山
贵阳 六盘水 遵义 安顺 毕节 铜仁 黔西南 黔东南 黔南
昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 德宏 怒江 迪庆
拉萨 日喀则 昌都 林芝 山南 那曲
西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛
兰州 嘉峪关 金昌 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南 临夏 甘南
西宁 海南 果洛 玉树
银川 石嘴山 吴忠 固原 中卫
乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏 喀什 和田 伊犁 塔城 阿勒泰 石河子
"""
PROVINCES = """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南
陕西 甘肃 青海 台湾 内蒙古 广西壮族 广西 西藏 宁夏回族 宁夏 新疆维吾尔 新疆 香港 澳门
"""


def _either(words: str) -> str:
    """A pattern for one of the words, the longest first."""
    return "|".join(sorted(set(words.split()), key=lambda word: (-len(word), word)))


_PROVINCE = rf"(?:{_either(PROVINCES)})(?:省|市|自治区|特别行政区)?"
_CITY = rf"(?:{_either(CITIES)})(?:市|地区|自治州|州|盟)?"
_BELOW = r"[\u4e00-\u9fff]{1,3}?(?:(?<![超城都夜门股上菜集灯花])市|(?<![小园社景校片地专战])区|县|自治县|自治州|旗)"
_REGION_FIRST = re.compile(rf"(?:{_PROVINCE}(?:{_CITY})?|[\u4e00-\u9fff]{{2,3}}?[市县]|{_CITY})(?:{_BELOW})?")
_REGION_IN_BRACKETS = re.compile(rf"[(（](?:中国|{_PROVINCE}|{_CITY})[)）]")
_SAYS_NOTHING_ALONE = """
银行 大学 学院 医院 机场 航空 铁路 海关 电力 电信 移动 联通 石化 石油 烟草 税务 法院 交通 建设 公安 教育 日报 晚报 广播
电视台 港务 地铁 公交 证券 保险 信托 旅游 旅行社 酒店 宾馆 饭店 大厦 政府 市政府 人民政府 科技 贸易 商贸 物流 投资 国际
机电 电器 建筑 食品 医药 文化 传媒 广告 物业 餐饮 能源 环保 电子 软件 网络 服装 化工 钢铁 汽车 地产 房地产 金融 咨询
"""
_NOTHING_ALONE = frozenset(_SAYS_NOTHING_ALONE.split())


def without_form(name: str) -> str:
    """The name without 有限公司, 集团, Co., Ltd. and their like; the whole name where nothing would be left."""
    short = _FORM_IN_ENGLISH.sub("", _FORM_ANYWHERE.sub("", name)).strip()
    while (shorter := _FORM_AT_END.sub("", short)) != short:
        short = shorter
    return short if _signs(short) >= 2 else name


def core_name(name: str) -> str:
    """The name as colleagues say it: without legal form, leading region and brackets around a region.

    上海携程商务有限公司 is 携程商务. A region stays where the rest would say nothing: 上海银行, 北京大学.
    """
    half = unicodedata.normalize("NFKC", name).strip()
    short = _REGION_IN_BRACKETS.sub("", without_form(half))
    region = _REGION_FIRST.match(short)
    rest = short[region.end() :].strip() if region else short
    return rest if _signs(rest) >= 2 and rest not in _NOTHING_ALONE else short


def _signs(text: str) -> int:
    """How many letters, digits and characters; punctuation does not count."""
    return sum(char.isalnum() for char in text)
