"""Whatever is done and whatever it is done to has words for people, in both languages."""

import pytest
from django.apps import apps
from django.utils import translation

from roomnight.kernel.commands import COMMANDS
from roomnight.kernel.models import AuditEntry
from roomnight.web.deeds import DEEDS, commands_called, deed_words, field_words, record_words, value_words
from roomnight.web.record_names import RECORDS


@pytest.mark.rule("SEC-03")
def test_every_command_has_words_and_every_word_a_command():
    product = {name for name, verb in COMMANDS.items() if ".tests." not in verb.__module__}
    assert product - set(DEEDS) == set()
    assert set(DEEDS) - product == set()


@pytest.mark.rule("SEC-03")
def test_every_sort_of_record_that_was_written_about_has_words(world):
    ours = {model._meta.label_lower for model in apps.get_models() if model.__module__.startswith("roomnight.")}
    assert set(RECORDS) - ours == set()
    written = {subject.partition(":")[0] for subject in AuditEntry.objects.values_list("subject", flat=True)}
    assert written - set(RECORDS) == set()


@pytest.mark.parametrize("words", [DEEDS, RECORDS], ids=["deeds", "records"])
def test_no_two_of_an_app_have_the_same_words(words):
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said = [(key.partition(".")[0], str(text)) for key, text in words.items()]
        assert len(said) == len(set(said))


def test_words_are_found_again_by_what_they_say():
    with translation.override("zh-hans"):
        assert deed_words("clients.register_account") == "登记客户"
        assert record_words("clients.account:17") == "客户 17"
        assert field_words("clients.account:17", "phone") == "电话"
        assert "clients.register_account" in commands_called("登记客户")
    with translation.override("en"):
        assert deed_words("clients.register_account") == "Client registered"
        assert field_words("clients.account:17", "why_another") == "why_another"
    assert deed_words("clients.no_longer_there") == "clients.no_longer_there"
    assert record_words("gone.model:3") == "gone.model 3"


def test_values_are_read_as_people_read_them():
    assert value_words("2026-11-22T07:16:32.415Z") == "2026-11-22 15:16:32"
    assert value_words("2026-11-22") == "2026-11-22"
    assert [value_words(one) for one in (None, "", 0, ["a"])] == ["–", "–", 0, ["a"]]
    with translation.override("zh-hans"):
        assert (value_words(True), value_words(False)) == ("是", "否")
