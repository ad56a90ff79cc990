import random
from pathlib import Path

import pytest
from django.apps.registry import Apps
from django.db import connection, models, transaction

from roomnight.kernel.pinyin import is_han
from roomnight.kernel.search import Described, compact, index_tokens, rank
from roomnight.kernel.search_index import BuildSearchIndex, TokensField, expression, find, join

SHORT_NAMES = Path(__file__).parents[4] / "shared" / "data" / "companies" / "short_names_20k.txt"


class Entry(models.Model):
    """A search table as an app would have it, with the hotel as its scope column."""

    id = models.IntegerField(primary_key=True)
    hotel = models.IntegerField()
    name = models.TextField()
    tokens = TokensField()

    class Meta:
        apps = Apps()
        app_label = "kernel"
        db_table = "kernel_entry"


INDEX = BuildSearchIndex("kernel_entry")


@pytest.fixture
def entries(db):
    """The table with its index, gone with the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kernel_entry (id integer PRIMARY KEY, hotel integer, name text, tokens text)")
        for statement in INDEX.statements(connection.vendor):
            cursor.execute(statement)


def entry(key, *names, hotel=1, **more):
    return Entry(id=key, hotel=hotel, name="|".join(names), tokens=join(index_tokens(names=names, **more)))


def described(one):
    return Described(names=one.name.split("|"), tokens=one.tokens)


def matched(query):
    return set(Entry.objects.filter(tokens__matches=query).values_list("pk", flat=True))


def found(query, rows=None, limit=200):
    """As a page does it: candidates from the database, then the order."""
    candidates = find(Entry.objects.all() if rows is None else rows, query, limit)
    return [one.pk for one in rank(query, candidates, described)]


@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize(
    ("what", "query", "expected"),
    [
        ("two characters", "携程", [1]),
        ("one character", "携", [1]),
        ("characters from the middle", "程商", [1]),
        ("traditional characters", "攜程", [1]),
        ("full pinyin", "xiechengshangwu", [1]),
        ("pinyin from the middle", "shangwu", [1]),
        ("pinyin with a blank", "xie cheng", [1]),
        ("initials", "xcsw", [1]),
        ("the mnemonic", "CTRIP1", [1]),
        ("the code", "H1-00042", [1]),
        ("the number of the code", "42", [1]),
        ("the tax number", "91310115", [1]),
        ("the last digits of the telephone, the shorter name first", "8866", [2, 1]),
        ("digits from the middle of it", "123488", [1]),
        ("a part of the English name", "rip.com", [1]),
        ("a surname read as one", "shanxiao", [2]),
        ("a surname read as usual", "danxiaoli", [2]),
        ("exact before beginning before part", "世纪", [3, 4, 5]),
        ("a rare character", "𠮷野", [6]),
        ("two words", "上海 世纪", [3, 5]),
        ("nothing there", "没有这个", []),
        ("nothing asked", "", []),
        ("only signs", "'\"*:&| --", []),
    ],
)
@pytest.mark.usefixtures("entries")
def test_found_by_whatever_is_remembered_best_first(what, query, expected):
    Entry.objects.bulk_create(
        [
            entry(
                1, "携程商务", "Trip.com", codes=["CTRIP1", "H1-00042", "913101157655058XYZ"], phones=["138 1234 8866"]
            ),
            entry(2, "单小丽", phones=["+86 139 0000 8866"]),
            entry(3, "上海世纪有限公司", hotel=2),
            entry(4, "世纪金源"),
            entry(5, "上海新世纪出版"),
            entry(6, "𠮷野家"),
        ]
    )
    assert found(query) == expected


@pytest.mark.usefixtures("entries")
def test_only_rows_in_sight_are_found():
    Entry.objects.bulk_create([entry(1, "世纪金源"), entry(2, "世纪金源", hotel=2)])
    assert found("世纪") == [1, 2]
    assert found("世纪", Entry.objects.filter(hotel=2)) == [2]
    assert found("世纪", Entry.objects.filter(hotel=3)) == []


@pytest.mark.usefixtures("entries")
def test_the_index_follows_every_way_of_writing():
    Entry.objects.bulk_create([entry(1, "携程"), entry(2, "万科")])
    entry(3, "绿城").save(force_insert=True)
    assert (found("携程"), found("万科"), found("绿城")) == ([1], [2], [3])
    Entry.objects.filter(pk=1).update(name="龙湖", tokens=join(index_tokens(names=["龙湖"])))
    entry(2, "碧桂园").save()
    Entry.objects.bulk_update([entry(3, "招商")], ["name", "tokens"])
    assert matched("携程") == matched("万科") == matched("绿城") == set()
    assert (found("龙湖"), found("碧桂园"), found("招商")) == ([1], [2], [3])
    Entry.objects.filter(pk=1).update(hotel=9)
    assert found("龙湖", Entry.objects.filter(hotel=9)) == [1]
    Entry.objects.bulk_create(
        [entry(1, "新城")], update_conflicts=True, unique_fields=["id"], update_fields=["name", "tokens"]
    )
    assert (matched("龙湖"), matched("新城")) == (set(), {1})
    Entry.objects.filter(pk__in=[1, 2]).delete()
    assert (matched("新城"), matched("碧桂园"), matched("招商")) == (set(), set(), {3})
    entry(1, "远洋").save(force_insert=True)
    assert (matched("新城"), matched("远洋")) == (set(), {1})


@pytest.mark.usefixtures("entries")
def test_what_is_rolled_back_is_not_found():
    with pytest.raises(KeyError), transaction.atomic():
        entry(1, "携程").save(force_insert=True)
        raise KeyError
    assert found("携程") == []


@pytest.mark.usefixtures("entries")
def test_a_search_is_a_filter_like_any_other():
    Entry.objects.bulk_create(
        [entry(1, "携程商务"), entry(2, "携程旅行"), entry(3, "万科商务"), entry(4, "携程商务", hotel=2)]
    )
    inside = Entry.objects.filter(tokens__matches="携程").values("pk")
    assert set(Entry.objects.filter(pk__in=inside, hotel=1).values_list("pk", flat=True)) == {1, 2}
    assert set(Entry.objects.exclude(tokens__matches="携程").values_list("pk", flat=True)) == {3}
    both = models.Q(tokens__matches="旅行") | models.Q(tokens__matches="万科")
    assert set(Entry.objects.filter(both).values_list("pk", flat=True)) == {2, 3}
    assert Entry.objects.filter(tokens__matches="携程", hotel=1).count() == 2
    assert not Entry.objects.filter(tokens__matches=" ").exists()


@pytest.mark.usefixtures("entries")
def test_the_best_are_among_the_candidates_of_a_common_word():
    Entry.objects.bulk_create(
        [entry(key, f"新世纪第{key}商务") for key in range(1, 60)] + [entry(60, "世纪金源"), entry(61, "世纪")]
    )
    assert found("世纪", limit=20)[:2] == [61, 60]
    assert len(find(Entry.objects.all(), "世纪", 20)) == 20
    assert found("sj", limit=20)[:2] == [61, 60]


@pytest.mark.usefixtures("entries")
def test_with_a_legal_form_the_company_is_found_by_what_it_is_called():
    Entry.objects.bulk_create([entry(1, "携程商务有限公司"), entry(2, "携程有限公司"), entry(3, "万科有限公司")])
    assert found("携程有限公司") == [2, 1]


def recall(names, queries):
    """The queries that miss a name which holds them letter by letter; the Chinese ones that show a name which does not."""
    Entry.objects.bulk_create([entry(key, name) for key, name in enumerate(names)], batch_size=2000)
    compacted = [compact(name) for name in names]
    missed, wrong, hits = [], [], 0
    for query in queries:
        holding = {key for key, name in enumerate(compacted) if query in name}
        candidates = list(Entry.objects.filter(tokens__matches=query))
        shown = {one.pk for one in rank(query, candidates, described)}
        hits += len(holding)
        missed += [(query, names[key]) for key in holding - shown]
        if all(map(is_han, query)):
            wrong += [(query, names[key]) for key in shown - holding]
    return missed, wrong, hits


def parts(names, count, seed):
    """Random parts of random names, of one to five signs; a Latin one has two at least."""
    chance = random.Random(seed)
    drawn = []
    while len(drawn) < count:
        name = compact(chance.choice(names))
        start = chance.randrange(len(name))
        part = name[start : start + chance.randint(1, 5)]
        if len(part) > 1 or not part.isascii():
            drawn.append(part)
    return drawn


FIRST = ["上海", "北京", "新", "大", "中国", "世纪", "金", "华", "Hilton", "国际", "360", "东方"]
SECOND = ["世纪", "携程", "商务", "龙湖", "绿城", "会展", "国际", "新华", "苹果", "Trip", "58", "银行"]
THIRD = ["有限公司", "集团", "酒店", "旅行社", "（中国）", "Ltd", "科技", "中心"]
MADE_UP = [first + second + third for first in FIRST for second in SECOND for third in THIRD]


@pytest.mark.rule("ACC-05")
@pytest.mark.usefixtures("entries")
def test_no_name_is_missed_that_holds_the_query():
    missed, wrong, hits = recall(MADE_UP, parts(MADE_UP, 150, seed=1))
    assert hits > 5000
    assert missed == []
    assert wrong == []


if SHORT_NAMES.exists():

    @pytest.mark.usefixtures("entries")
    def test_no_name_of_twenty_thousand_real_ones_is_missed():
        names = SHORT_NAMES.read_text().split()
        missed, wrong, hits = recall(names, parts(names, 300, seed=2))
        assert hits > 5000
        assert missed == []
        assert wrong == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_builds_the_index_and_can_be_undone():
    with connection.schema_editor() as editor:
        editor.create_model(Entry)
    try:
        entry(1, "早已在此").save(force_insert=True)
        assert len(INDEX.missing(connection)) > 0
        for _ in range(2):  # building it anew is no error
            with connection.schema_editor() as editor:
                INDEX.database_forwards("kernel", editor, None, None)
        assert INDEX.missing(connection) == []
        assert found("早已") == [1]
        with connection.schema_editor() as editor:
            INDEX.database_backwards("kernel", editor, None, None)
        assert len(INDEX.missing(connection)) > 0
        assert Entry.objects.get().tokens.startswith("早 已 ")
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Entry)


@pytest.mark.django_db(transaction=True)
def test_an_index_lost_by_altering_the_table_is_noticed():
    with connection.schema_editor() as editor:
        editor.create_model(Entry)
        INDEX.database_forwards("kernel", editor, None, None)
    try:
        whole = models.TextField(null=True)
        whole.set_attributes_from_name("name")
        whole.model = Entry
        with connection.schema_editor() as editor:
            editor.alter_field(Entry, Entry._meta.get_field("name"), whole)
        assert bool(INDEX.missing(connection)) is (connection.vendor == "sqlite")
        with connection.schema_editor() as editor:
            INDEX.database_forwards("kernel", editor, None, None)
        entry(1, "携程").save(force_insert=True)
        assert found("携程") == [1]
    finally:
        with connection.schema_editor() as editor:
            INDEX.database_backwards("kernel", editor, None, None)
            editor.delete_model(Entry)


def test_the_operation_can_be_written_into_a_migration():
    name, args, kwargs = INDEX.deconstruct()
    assert (name, args, kwargs) == ("BuildSearchIndex", ["kernel_entry", "id", "tokens"], {})
    assert "kernel_entry" in INDEX.describe()
    assert TokensField().deconstruct()[1] == "roomnight.kernel.search_index.TokensField"


@pytest.mark.parametrize(("vendor", "text"), [("sqlite", '"携程" AND "xc"*'), ("postgresql", "'携程' & 'xc':*")])
def test_how_the_databases_are_asked(vendor, text):
    assert expression(vendor, [("携程", False), ("xc", True)]) == text
