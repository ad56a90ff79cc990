"""The people of the demo hotel: a named person for every role that ships, and who leads whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Sign-in name, Chinese and English name, role, department, leader's sign-in name, title."""

    username: str
    name: str
    name_en: str
    role: str
    department: str
    leader: str = ""
    title: str = ""


PEOPLE = [
    Person("gao", "高明远", "Gao Mingyuan", "general-manager", "gm_office"),
    Person("fu", "傅雅琴", "Fu Yaqin", "deputy-general-manager", "executive_office", "gao"),
    Person("qin", "秦立群", "Qin Liqun", "president", "executive_office"),
    Person("luo", "罗思齐", "Luo Siqi", "group-viewer", "executive_office"),
    Person("shen", "沈若兰", "Shen Ruolan", "director-of-sales", "sales", "gao"),
    Person("jiang", "蒋海涛", "Jiang Haitao", "marketing-manager", "sales", "shen"),
    Person("zhou", "周启明", "Zhou Qiming", "sales-manager", "sales", "shen", "商务销售经理"),
    Person("xu", "许佩文", "Xu Peiwen", "sales-manager", "sales", "shen", "旅行社与会议销售经理"),
    Person("lin", "林晓雯", "Lin Xiaowen", "sales-representative", "sales", "zhou", "客户经理"),
    Person("he", "何佳怡", "He Jiayi", "sales-executive", "sales", "zhou"),
    Person("ma", "马骏", "Ma Jun", "senior-sales-executive", "sales", "zhou"),
    Person("tang", "唐子昂", "Tang Ziang", "sales-representative", "sales", "xu"),
    Person("song", "宋雨桐", "Song Yutong", "sales-executive", "sales", "xu"),
    Person("ye", "叶静", "Ye Jing", "sales-clerk", "sales", "shen"),
    Person("liang", "梁嘉豪", "Liang Jiahao", "banquet-coordinator", "banquet", "fu"),
    Person("cao", "曹玉洁", "Cao Yujie", "front-office-manager", "front_office", "fu"),
    Person("du", "杜小雨", "Du Xiaoyu", "receptionist", "front_office", "cao"),
    Person("kong", "孔令强", "Kong Lingqiang", "bell-attendant", "front_office", "cao"),
    Person("pan", "潘建国", "Pan Jianguo", "department-coordinator", "housekeeping", "fu", "客房部协调员"),
    Person("lian", "连翠萍", "Lian Cuiping", "room-attendant", "housekeeping", "pan"),
    Person("dong", "董慧", "Dong Hui", "department-coordinator", "food_beverage", "fu", "餐饮部协调员"),
    Person("xie", "谢志强", "Xie Zhiqiang", "credit-manager", "finance", "gao"),
    Person("deng", "邓丽娟", "Deng Lijuan", "finance-clerk", "finance", "xie"),
    Person("yu", "于晨曦", "Yu Chenxi", "customer-service-agent", "customer_service", "fu"),
    Person("tao", "陶静怡", "Tao Jingyi", "club-attendant", "customer_service", "yu"),
    Person("qiao", "乔美玲", "Qiao Meiling", "therapist", "customer_service", "yu"),
    Person("wei", "魏国栋", "Wei Guodong", "property-officer", "general_affairs", "fu"),
    Person("jin", "金秀芳", "Jin Xiufang", "cleaning-supervisor", "general_affairs", "wei"),
    Person("shi", "石磊", "Shi Lei", "security-officer", "security", "fu"),
    Person("ruan", "阮文博", "Ruan Wenbo", "administrator", "administration", "gao"),
]
REPRESENTATIVES = ["lin", "he", "ma", "tang", "song"]
MANAGER_OF = {"lin": "zhou", "he": "zhou", "ma": "zhou", "tang": "xu", "song": "xu"}
