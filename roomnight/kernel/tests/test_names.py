import pytest

from roomnight.kernel.names import core_name, without_form


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("上海携程商务有限公司", "上海携程商务"),
        ("中信会展集团有限公司", "中信会展"),
        ("华住集团股份有限公司", "华住"),
        ("天津化工（集团）有限责任公司", "天津化工"),
        ("普华永道会计师事务所（特殊普通合伙）", "普华永道会计师事务所"),
        ("携程商务有限公司上海分公司", "携程商务上海"),
        ("南昌通信服务公司", "南昌通信服务"),
        ("携程", "携程"),
        ("有限公司", "有限公司"),
        ("集团公司", "集团公司"),
        ("Hilton Hotels Co., Ltd.", "Hilton Hotels"),
        ("SIEMENS AG", "SIEMENS"),
        ("Group", "Group"),
        ("Costa", "Costa"),
    ],
)
def test_a_name_without_its_legal_form(name, expected):
    assert without_form(name) == expected


@pytest.mark.parametrize(
    ("what", "name", "expected"),
    [
        ("city and legal form", "上海携程商务有限公司", "携程商务"),
        ("city in brackets", "携程（上海）商务有限公司", "携程商务"),
        ("city in half-width brackets", "陆地港(福建)融资租赁有限公司", "陆地港融资租赁"),
        ("city with 市", "深圳市腾讯计算机系统有限公司", "腾讯计算机系统"),
        ("city and district", "广州市天河区棠下丹妮贸易商行", "棠下丹妮贸易商行"),
        ("province", "浙江浩天中创贸易有限公司", "浩天中创贸易"),
        ("province and city", "广东省深圳市华讯科技有限公司", "华讯科技"),
        ("autonomous region", "内蒙古自治区伊利实业集团股份有限公司", "伊利实业"),
        ("county", "翁源县觉照禅书店", "觉照禅书店"),
        ("a county that is called like a city", "朝阳县大山苗圃", "大山苗圃"),
        ("a supermarket is no city", "河南省超市管理有限公司", "超市管理"),
        ("a bank is nothing without its city", "上海银行股份有限公司", "上海银行"),
        ("a university neither", "北京大学", "北京大学"),
        ("an airline neither", "海南航空控股股份有限公司", "海南航空"),
        ("one character is no name", "上海滩", "上海滩"),
        ("a region is left when there is nothing else", "北京公司", "北京"),
        ("a name that begins like a place", "阿里巴巴（中国）有限公司", "阿里巴巴"),
        ("full-width letters", "ＡＢＣ有限公司", "ABC"),
        ("no form, no region", "小米科技", "小米科技"),
        ("English", "Hilton Hotels Co., Ltd.", "Hilton Hotels"),
        ("nothing", "", ""),
    ],
)
def test_what_people_call_a_company(what, name, expected):
    assert core_name(name) == expected
