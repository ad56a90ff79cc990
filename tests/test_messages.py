"""The translation tool: what it finds is what Django looks up, and what it calls whole is whole."""

from pathlib import Path

import polib
import pytest
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import trans_real

from tools import messages
from tools.extract import Message, NotExtractable, in_python, in_template

IMPORT = "from django.utils.translation import gettext as _\n"


def found_in_python(source):
    return [found.message for found in in_python(source, "x.py")]


def found_in_template(source):
    return [found.message for found in in_template(source, "x.html")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("Save")', [Message("Save")]),
        ('translation.gettext("Save")', [Message("Save")]),
        ('gettext_lazy("two " "parts")', [Message("two parts")]),
        ('gettext_noop("Later")', [Message("Later")]),
        ('ngettext("%(n)s visit", "%(n)s visits", n)', [Message("%(n)s visit", "", "%(n)s visits")]),
        ('ngettext_lazy("a", "b")', [Message("a", "", "b")]),
        ('pgettext("verb", "Book")', [Message("Book", "verb")]),
        ('pgettext_lazy("verb", "Book")', [Message("Book", "verb")]),
        ('npgettext("noun", "call", "calls", 2)', [Message("call", "noun", "calls")]),
        ('npgettext_lazy("noun", "call", "calls", 2)', [Message("call", "noun", "calls")]),
        ('from django.utils.translation import pgettext_lazy as _p\n_p("verb", "Book")', [Message("Book", "verb")]),
        ('_("100% of %(name)s")', [Message("100% of %(name)s")]),
        ("_(label)", []),
        ('gettext_("Save")', []),
    ],
)
def test_python_sources(source, expected):
    if not source.startswith("from"):
        source = IMPORT + source
    assert found_in_python(source) == expected


@pytest.mark.parametrize("source", ['_(f"Dear {name}")', '_("Dear " + name)', '_("Dear %s" % name)'])
def test_a_sentence_put_together_in_the_call_is_refused(source):
    with pytest.raises(NotExtractable, match="x.py:2"):
        found_in_python(f"{IMPORT}{source}")


TEMPLATES = [
    ("{% translate 'Save' %}", "Save"),
    ('{% trans "Save" as word %}{{ word }}', "Save"),
    ('{% translate "save"|upper %}', "save"),
    ('{% translate "say \\"yes\\"" %}', 'say "yes"'),
    ('{% translate "100% sure" %}', "100%% sure"),
    ('{% translate "Book" context "verb" %}', "Book"),
    ('{{ _("Save") }}', "Save"),
    ('{{ nothing|default:_("None yet") }}', "None yet"),
    ('{% if 1 %}{% firstof _("First") %}{% endif %}', "First"),
    ("{% blocktranslate %}Plain{% endblocktranslate %}", "Plain"),
    ("{% blocktrans %}Plain{% endblocktrans %}", "Plain"),
    ("{% blocktranslate with who=name %}Dear {{ who }}, 5%{% endblocktranslate %}", "Dear %(who)s, 5%%"),
    ("{% blocktranslate trimmed with who=name %}\n  Dear\n  {{ who }}\n{% endblocktranslate %}", "Dear %(who)s"),
    ("{% blocktranslate %}\n  Dear\n{% endblocktranslate %}", "\n  Dear\n"),
    ("{% blocktranslate count n=two %}{{ n }} call{% plural %}{{ n }} calls{% endblocktranslate %}", "%(n)s call"),
    ("{% blocktranslate count n=two context 'x' %}{{ n }} x{% plural %}{{ n }} y{% endblocktranslate %}", "%(n)s x"),
    ("{% blocktranslate asvar said %}Kept{% endblocktranslate %}{{ said }}", "Kept"),
    ("{% blocktranslate context 'verb' %}Book{% endblocktranslate %}", "Book"),
]


@pytest.mark.parametrize(("source", "text"), TEMPLATES)
def test_a_template_shows_the_translation_of_what_was_found_in_it(source, text, tmp_path, settings):
    """The proof that a text is the one Django looks up: its translation comes out of the rendered template."""
    [message] = found_in_template(source)
    assert message.text == text
    entry = messages.merged(message, None)
    if message.plural:
        entry.msgstr_plural = {0: "好"}
    else:
        entry.msgstr = "好"
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    messages.write(path, [entry])
    polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.clear()
    try:
        with translation.override("zh-hans"):
            template = Engine(builtins=["django.templatetags.i18n"]).from_string(source)
            assert template.render(Context({"name": "王", "two": 2})).strip() == "好"
    finally:
        trans_real._translations.clear()


def test_what_is_not_shown_is_not_found():
    source = (
        '{# {% translate "a" %} #}{% comment %}{% translate "b" %}{% endcomment %}{% translate name %}{{ x_("c") }}'
    )
    assert found_in_template(source) == []
    assert found_in_template('{% verbatim %}{% translate "a" %}{% endverbatim %}') == []


@pytest.mark.parametrize(
    "source",
    [
        "{% blocktranslate %}Dear {{ a.name }}{% endblocktranslate %}",
        "{% blocktranslate %}{% if a %}b{% endif %}{% endblocktranslate %}",
        "{% blocktranslate %}no end",
        '{% translate "Book" context sense %}',
    ],
)
def test_what_django_cannot_look_up_is_refused(source):
    with pytest.raises(NotExtractable, match="x.html:1"):
        found_in_template(source)


@pytest.fixture
def house(tmp_path: Path):
    """Two floors; the upper one says one sentence of its own and repeats one of the lower."""
    package = tmp_path / "roomnight"
    (package / "low").mkdir(parents=True)
    (package / "high" / "templates" / "high").mkdir(parents=True)
    (package / "high" / "tests").mkdir()
    (package / "settings.py").write_text(IMPORT + 'FLOORS = ["low", "high", "later"]\nX = _("English")\n')
    (package / "low" / "models.py").write_text(IMPORT + 'A = _("Save")\nB = _("Dear %(name)s")\n')
    (package / "high" / "tests" / "test_x.py").write_text(IMPORT + '_("Only a test")\n')
    (package / "high" / "templates" / "high" / "page.html").write_text('{% translate "Save" %}{% translate "Own" %}')
    return tmp_path


def translate(root: Path, app: str, **words: str) -> None:
    path = messages.po_path(root, app)
    file = polib.pofile(str(path), wrapwidth=0)
    for entry in file:
        entry.msgstr = words.get(entry.msgid.split()[0], entry.msgstr)
    file.save(str(path))


def complete(root: Path) -> None:
    messages.update(root)
    translate(root, "low", Save="保存", Dear="%(name)s 您好", English="英文")
    translate(root, "high", Own="自有")


def test_update_writes_each_sentence_once_on_the_lowest_floor(house):
    messages.update(house)
    assert sorted(text for _, text in messages.read(messages.po_path(house, "low"))) == [
        "Dear %(name)s",
        "English",
        "Save",
    ]
    assert [text for _, text in messages.read(messages.po_path(house, "high"))] == ["Own"]
    assert not messages.po_path(house, "later").exists()
    assert len(list(messages.problems(house))) == 4


def test_update_again_changes_no_byte_and_whole_is_whole(house):
    complete(house)
    messages.update(house)
    before = messages.po_path(house, "low").read_bytes()
    messages.update(house)
    assert messages.po_path(house, "low").read_bytes() == before
    assert list(messages.problems(house)) == []
    assert "#:" not in before.decode() and "Date" not in before.decode()


def test_a_translation_moves_with_its_sentence_and_an_unused_one_goes(house):
    complete(house)
    (house / "roomnight" / "low" / "models.py").write_text(IMPORT + 'A = _("Own")\n')
    messages.update(house)
    assert messages.read(messages.po_path(house, "low"))["", "Own"].msgstr == "自有"
    assert [(text, entry.msgstr) for (_, text), entry in messages.read(messages.po_path(house, "high")).items()] == [
        ("Save", "保存")
    ]


def test_a_counted_use_above_gives_the_one_entry_its_plural(house):
    complete(house)
    (house / "roomnight" / "high" / "views.py").write_text('ngettext("Save", "Saves", 2)\n')
    messages.update(house)
    entry = messages.read(messages.po_path(house, "low"))["", "Save"]
    assert (entry.msgid_plural, entry.msgstr_plural) == ("Saves", {0: "保存"})
    assert list(messages.problems(house)) == []


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (('msgstr "保存"', 'msgstr ""'), "no translation"),
        (('msgid "Save"', '#, fuzzy\nmsgid "Save"'), "fuzzy"),
        (('msgid "Save"', 'msgid "Safe"'), "not in roomnight/low"),
        (("%(name)s 您好", "%(nam)s 您好"), "other variables"),
        (("%(name)s 您好", "%(name) 您好"), "other variables"),
        (('msgid "Save"', 'msgid "Gone"\nmsgstr "无"\n\nmsgid "Save"'), "used by no source"),
        (('msgid "Save"\nmsgstr "保存"', '#~ msgid "Save"\n#~ msgstr "保存"'), "not in roomnight/low"),
    ],
)
def test_check_names_each_gap(house, damage, complaint):
    complete(house)
    path = messages.po_path(house, "low")
    damaged = path.read_text().replace(*damage)
    assert damaged != path.read_text()
    path.write_text(damaged)
    assert any(complaint in line for line in messages.problems(house))


def test_a_sentence_of_a_lower_floor_need_not_be_translated_again(house):
    complete(house)
    path = messages.po_path(house, "high")
    path.write_text(path.read_text() + '\nmsgid "Save"\nmsgstr "存"\n')
    assert any("lower floor" in line for line in messages.problems(house))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("%(a)s and %(b)s", "%(b)s、%(a)s", True),
        ("%(a)s", "%(a)s %(b)s", False),
        ("%s of %d", "%s/%d", True),
        ("%s of %d", "%d/%s", False),
        ("5%% of %(a)s", "%(a)s 的 5%", False),
        ("{a}", "{b}", False),
        ("no variable", "没有变量", True),
    ],
)
def test_variables(one, other, same):
    assert (messages.variables(one) == messages.variables(other)) is same


def test_compile_writes_what_gettext_reads(house):
    complete(house)
    messages.compile_all(house)
    compiled = polib.mofile(str(messages.po_path(house, "low").with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled}["Save"] == "保存"
    assert not list(house.rglob("*.new"))
