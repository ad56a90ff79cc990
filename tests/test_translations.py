"""The Chinese of the product is whole: every sentence translated once, with the same variables in it."""

from pathlib import Path

import pytest
from django.conf import settings

from tools import messages


@pytest.mark.rule("UI-01")
def test_every_sentence_is_in_chinese():
    wrong = list(messages.problems(Path(settings.BASE_DIR)))
    assert not wrong, "\n".join(wrong)
