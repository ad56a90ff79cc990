"""Every template compiles, and every page that the product has is whole: nothing missing, nothing unlabelled, one language."""

from functools import cache

import polib
import pytest
from django.conf import settings
from django.template.base import FilterExpression, Variable, VariableDoesNotExist
from django.template.loader import get_template

from roomnight.organization.models import Staff
from tests.html import Html, problems
from tests.pages import desk_addresses, path_of
from tests.test_architecture import PACKAGE, TEMPLATES

LANGUAGES = ("zh-hans", "en")
FORGIVING = {"default", "default_if_none", "yesno"}
READERS = ("lin", "chen", "guan")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_template_compiles(path):
    get_template(path.relative_to(next(one for one in path.parents if one.name == "templates")).as_posix())


@pytest.fixture
def missing(monkeypatch):
    """The variables that a template put out, or handed on, without having got them."""
    found: set[str] = set()
    resolve = FilterExpression.resolve

    def note_and_resolve(self, context, ignore_failures=False):
        forgiving = any(getattr(one[0], "_filter_name", "") in FORGIVING for one in self.filters)
        if isinstance(self.var, Variable) and not ignore_failures and not forgiving:
            try:
                self.var.resolve(context)
            except VariableDoesNotExist:
                found.add(f"{context.template_name}: {self.token}")
        return resolve(self, context, ignore_failures)

    monkeypatch.setattr(FilterExpression, "resolve", note_and_resolve)
    return found


@cache
def sentences() -> dict[str, str]:
    """Every sentence of the product in English and Chinese, but those that are the same in both."""
    found = {}
    for path in PACKAGE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if entry.msgstr and entry.msgstr != entry.msgid:
                found[entry.msgid] = entry.msgstr
    return found


@cache
def sentences_of_the_other_language(language: str) -> set[str]:
    known = sentences()
    return known.keys() - set(known.values()) if language == "zh-hans" else set(known.values()) - known.keys()


def of_the_other_language(page: Html, language: str) -> list[str]:
    others = sentences_of_the_other_language(language)
    return [text for text in page.words_in_its_language() if text in others]


@pytest.mark.walk
@pytest.mark.rule("UI-01")
@pytest.mark.rule("UI-02")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", READERS)
@pytest.mark.usefixtures("at_work", "in_silence")
def test_every_page_is_whole(world, browse, missing, who, language):
    Staff.objects.filter(username=who).update(language=language)
    client, wrong, seen = browse(who), [], 0
    for address in desk_addresses():
        answer = client.get(path_of(address, world))
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        seen += 1
        page = Html(answer.content.decode())
        wrong += [f"{address.name}: {problem}" for problem in problems(page)]
        wrong += [f"{address.name}: not in this language: {text}" for text in of_the_other_language(page, language)]
        if (
            page.is_whole_page()
            and page.all("html")[0].attributes["lang"] != {"zh-hans": "zh-Hans", "en": "en"}[language]
        ):
            wrong.append(f"{address.name}: says that it is in {page.all('html')[0].attributes['lang']}")
    assert seen > 10
    wrong += [f"without a value: {one}" for one in missing]
    assert not wrong, "\n".join(sorted(set(wrong)))


@pytest.mark.rule("UI-01")
@pytest.mark.parametrize(
    ("accepted", "lang"), [("zh-CN,zh;q=0.9", "zh-Hans"), ("en-GB,en;q=0.9", "en"), ("fr", "zh-Hans"), ("", "zh-Hans")]
)
def test_before_sign_in_a_page_speaks_the_browser_s_language_or_chinese(world, client, accepted, lang):
    page = Html(client.get("/login/", headers={"accept-language": accepted}).content.decode())
    assert page.all("html")[0].attributes["lang"] == lang
    assert problems(page) == []


@pytest.mark.rule("UI-01")
def test_a_person_s_own_language_beats_the_browser_s(world, browse):
    Staff.objects.filter(username="chen").update(language="en")
    page = Html(browse("chen").get("/h/lujiazui/", headers={"accept-language": "zh-CN"}).content.decode())
    assert page.all("html")[0].attributes["lang"] == "en"


@pytest.mark.parametrize("path", ["/no/such/page/", "/h/nowhere/"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_says_no_is_whole_too(world, browse, path, language):
    Staff.objects.filter(username="chen").update(language=language)
    answer = browse("chen").get(path)
    assert answer.status_code == 404
    assert problems(Html(answer.content.decode())) == []


def test_the_pages_of_errors_need_no_database_and_no_request():
    for name in ("400", "403", "404", "500"):
        assert "<html" in get_template(f"{name}.html").render({})


def test_only_shipped_languages_are_offered():
    assert [code for code, _name in settings.LANGUAGES] == list(LANGUAGES)
