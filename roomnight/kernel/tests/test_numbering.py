"""Form numbers: in order, without gaps, and never the same one twice."""

from datetime import date

import pytest
from django.db import transaction

from roomnight.kernel.numbering import form_number, next_value


@pytest.mark.django_db
def test_a_series_belongs_to_one_kind_hotel_and_month():
    november, december = date(2026, 11, 30), date(2026, 12, 1)
    assert [form_number("XA", "lujiazui", november) for _ in range(2)] == ["XA-202611-0001", "XA-202611-0002"]
    assert form_number("XA", "lakeside", november) == "XA-202611-0001"
    assert form_number("XB", "lujiazui", november) == "XB-202611-0001"
    assert form_number("XA", "lujiazui", december) == "XA-202612-0001"


@pytest.mark.django_db
def test_several_numbers_at_once():
    assert next_value("a", 5) == 1
    assert next_value("a") == 6


@pytest.mark.django_db
def test_a_command_that_fails_leaves_no_gap():
    with pytest.raises(RuntimeError, match="refused"), transaction.atomic():
        next_value("a")
        raise RuntimeError("refused")
    assert next_value("a") == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_inside_a_transaction_only():
    with pytest.raises(RuntimeError, match="inside a command"):
        next_value("a")


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_the_same_number(at_once):
    def take(_number):
        taken = []
        for _ in range(10):
            with transaction.atomic():
                taken.append(next_value("a"))
        return taken

    found = [number for numbers in at_once(8, take) for number in numbers]
    assert sorted(found) == list(range(1, 81))
