"""What the page of components shows: invented people and firms, every state once."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone

from roomnight.ui.widgets import ClockInput, DayInput, PickMany, PickOne

LONG = "上海临港新片区恒睿智能装备研究院股份有限公司长三角技术服务中心"
FOREIGN = "Northbridge Pharmaceutical Research & Development (Shanghai) Co., Ltd."
RESULTS = [("refused", "拒绝"), ("interested", "有意向"), ("trial", "试住"), ("agreement", "协议"), ("order", "订单")]
NEEDS = [("rooms", "客房"), ("long", "长住"), ("meeting", "会议"), ("dining", "餐饮"), ("none", "没提")]


class ReportForm(forms.Form):
    """A visit report, as short as it gets."""

    submission_key = forms.CharField(required=False, widget=forms.HiddenInput)
    who = forms.MultipleChoiceField(
        label="见了谁",
        required=False,
        choices=[("1", "王思远"), ("2", "Amelia"), ("3", "赵敏"), ("other", "+ 其他")],
        widget=PickMany,
    )
    other = forms.CharField(label="其他人的姓名", required=False)
    result = forms.ChoiceField(label="结果", choices=RESULTS, widget=PickOne(even=True))
    reason = forms.CharField(label="为什么拒绝", required=False)
    need = forms.MultipleChoiceField(label="他们要什么", required=False, choices=NEEDS, widget=PickMany(even=True))
    note = forms.CharField(label="要紧的一句", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    photo = forms.FileField(label="照片", required=False)


class ClientForm(forms.Form):
    """One control of every sort."""

    name = forms.CharField(label="客户名称", max_length=80, help_text="营业执照上的全称")
    name_en = forms.CharField(label="英文名", required=False)
    kind = forms.ChoiceField(label="类型", choices=[("", "请选择"), ("corporate", "企业"), ("agency", "旅行社")])
    rooms = forms.IntegerField(label="每月间夜", min_value=0)
    met_on = forms.DateField(label="哪一天", widget=DayInput)
    met_at = forms.TimeField(label="几点", widget=ClockInput, required=False)
    channel = forms.ChoiceField(
        label="怎么认识的", choices=[("walk", "上门"), ("call", "电话"), ("friend", "介绍")], widget=forms.RadioSelect
    )
    result = forms.ChoiceField(label="结果", choices=RESULTS, widget=PickOne(even=True))
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    password = forms.CharField(label="密码", required=False, widget=forms.PasswordInput)
    file = forms.FileField(label="附件", required=False)
    agreed = forms.BooleanField(label="已征得同意", required=False, help_text="位置只在本次外出使用")


def place(label: str, icon: str, url: str = "#", **more: object) -> SimpleNamespace:
    return SimpleNamespace(
        **{"label": label, "icon": icon, "url": url, "key": "", "current": False, "count": 0, "children": [], **more}
    )


def shell(**more: object) -> SimpleNamespace:
    clients = place(
        "客户", "building", "/kit/", key="c", current=True,
        children=[place("客户库", "building", "/kit/", current=True), place("联系人", "address-book"), place("公海", "pool"), place("久未产量", "zzz")],
    )  # fmt: skip
    visits = place(
        "拜访跟进",
        "map-pin",
        "/report/",
        key="v",
        children=[place("日历", "calendar", "/calendar/", key="k"), place("谁在外面", "walk")],
    )
    plus = [
        place("记录拜访", "map-pin", "/report/", key="v"),
        place("排一次拜访", "calendar-plus", key="p"),
        place("跟进", "checkbox", key="t"),
    ]
    return SimpleNamespace(
        **{
            "hotel": {"code": "H1", "name": "云汀大酒店 · 上海陆家嘴", "short": "云汀"},
            "hotels": [
                {"name": "云汀大酒店 · 上海陆家嘴", "url": "/kit/", "current": True},
                {"name": "云汀酒店 · 杭州西溪", "url": "#", "current": False},
            ],
            "person": {"name": "林晓雯", "initial": "林", "role": "销售代表"},
            "nav": [place("我的一天", "sun", "/kit/day/", key="d"), clients, visits, place("设置", "settings", key="s")],
            "bottom": [
                place("我的一天", "sun", "/kit/day/"),
                place("客户", "building", "/kit/", current=True),
                place("任务", "checkbox"),
                place("我", "user"),
            ],
            "plus": plus,
            "unread": 4,
            "demo": False,
            "urls": {"palette": "/palette/", "notifications": "/bell/", "logout": "/logout/", "language": "/language/", "theme": "/theme/",
                     "help": "#", "me": "#", "demo_remove": "/demo/"},
            **more,
        }
    )  # fmt: skip


ROWS = [
    (LONG, "KH-00217 · SHLG", "A", "在用", "good", 486, Decimal("0.10"), 214860, 7, "11-19 回访", ""),
    (FOREIGN, "KH-00384 · NBPRD", "A", "在用", "good", 441, Decimal("0.03"), 238140, 1, "感谢电话", ""),
    ("华东江南轨道交通勘察设计研究院集团有限公司城市更新事业部", "KH-00152 · HDJN", "A", "洽谈", "go", 0, None, 0, 9, "报价 逾期", "late"),
    ("杭州湾新区远见未来汽车电子科技发展有限公司宁波分公司", "KH-00539 · HZWX", "B", "目标客户", "", 0, None, 0, None, "首访", ""),
    ("Meridian & Halvorsen International Freight Forwarding (China) Limited", "KH-00098 · MHIFF", "B", "30 天到期", "soon", 412,
     Decimal("-0.08"), 189520, 14, "续签", ""),
    ("中晟（上海）新能源材料有限公司", "KH-00446 · ZSXNY", "B", "沉睡 94 天", "late", 38, Decimal("-0.71"), 16720, 94, "未安排", ""),
]  # fmt: skip
PRODUCTION: dict[str, Any] = {
    "labels": ["12月", "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月"],
    "this": [38, 31, 14, 42, 45, 40, 36, 48, 44, 39, 61, 48],
    "last": [34, 36, 18, 35, 38, 37, 40, 38, 41, 36, 44, 43],
    "partial": 11,
    "names": {"this": "今年", "last": "上年同月"},
    "unit": "间夜",
}


def clients() -> list[SimpleNamespace]:
    today = timezone.localdate()
    names = ("name", "code", "grade", "stage", "tone", "nights", "growth", "revenue", "days", "next", "next_tone")
    found = []
    for number, row in enumerate(ROWS):
        one = SimpleNamespace(pk=number + 1, **dict(zip(names, row, strict=True)))
        one.last = today - timedelta(days=one.days) if one.days is not None else None
        found.append(one)
    return found


def kit_context(**more: object) -> dict[str, object]:
    wrong = ClientForm({"name": "", "rooms": "三百二", "kind": "", "channel": "call", "result": ""})
    now = timezone.now()
    views = [
        {"label": "我的客户", "url": "?", "current": True, "count": 128},
        {"label": "该拜访了", "url": "?due", "current": False, "count": 14},
        {"label": "90 天没产量", "url": "?quiet", "current": False, "count": 9},
        {"label": "全部可见", "url": "?all", "current": False, "count": ""},
    ]
    return {
        "shell": shell(),
        "theme": "light",
        "views": views,
        "chips": [{"label": "负责人", "value": "我", "url": "?"}, {"label": "等级", "value": "A、B", "url": "?"}],
        "clients": clients(),
        "wrong": wrong,
        "form": ClientForm(),
        "report": ReportForm(),
        "crumbs": [("客户库", "/kit/"), ("KH-00217", "")],
        "production": PRODUCTION,
        "production_rows": list(zip(PRODUCTION["labels"], PRODUCTION["this"], PRODUCTION["last"], strict=True)),
        "line": {
            "labels": ["一", "二", "三", "四"],
            "series": [{"name": "拜访", "values": [3, 5, 2, 6]}, {"name": "电话", "values": [9, 7, 8, 12]}],
        },
        "quick_days": [("下周", "2026-11-26"), ("两周后", "2026-12-03")],
        "facts": [
            {"label": "近 12 月间夜", "value": "486", "detail": "+10%"},
            {"label": "收入", "value": "¥214,860"},
            {"label": "挂账已用 / 额度", "value": "¥168,400", "detail": "/ 200,000"},
            {"label": "评分", "value": "82", "detail": "为什么"},
            {"label": "上次拜访", "value": "11月12日", "detail": "今天该访", "tone": "soon"},
            {"label": "负责人", "value": "林晓雯"},
        ],
        "just_now": now,
        "an_hour_ago": now - timedelta(hours=1),
        "last_week": now - timedelta(days=7),
        "tomorrow": timezone.localdate() + timedelta(days=1),
        "far_day": timezone.localdate() - timedelta(days=400),
        "long_name": LONG,
        **more,
    }
