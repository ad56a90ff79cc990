"""A month of exceptions says the same on its page and in its file (EXC-05)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from roomnight.kernel.tables import open_table
from roomnight.orders.commands import enter_costs, withdraw_exception
from roomnight.orders.models import OrderException
from roomnight.orders.tests.test_exceptions import HERE, again, raised, settled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]


def causes_on_the_page(html):
    """Of each cause on the page how many times and what it cost."""
    section = html.split('<section class="card" aria-label="原因">')[1].split("</section>")[0]
    row = re.compile(r'rn-name">([^<]+)</span>.*?data-at="side">(\d+)</td>.*?data-label="费用">\D*([\d,.]+)', re.DOTALL)
    return {
        word: (int(times), Decimal(cost.replace(",", "")))
        for word, times, cost in (row.search(part).groups() for part in section.split("<tr>")[2:])
    }


def causes_in_the_file(content, path):
    """The same of the exported rows."""
    path.write_bytes(content)
    table = open_table(path, path.name)
    found = {}
    for _row, cells in table.rows():
        told = dict(zip(table.header, cells, strict=True))
        times, cost = found.get(told["原因"], (0, Decimal()))
        found[told["原因"]] = times + 1, cost + Decimal(told["费用"] or 0)
    return found


@pytest.mark.rule("EXC-05")
def test_the_months_figures_stand_on_a_page_and_in_a_file(world, browse, tmp_path):
    OrderException.objects.all().delete()
    chen, zhou = world.seat("chen"), browse("zhou")
    for cause, cents in (("unchecked", 123_456), ("unchecked", 10_050), ("hand_over", 7)):
        one = settled(world, raised(world), cause=cause)
        enter_costs(actor=chen, exception=one, revision=again(one).revision, cents={"transport": cents})
    nothing = settled(world, raised(world))
    enter_costs(actor=chen, exception=nothing, revision=again(nothing).revision, cents={"gifts": 99_900})
    withdraw_exception(actor=world.seat("zhou"), exception=again(nothing), staff=world.zhou, reason="客户自己记错")
    earlier = settled(world, raised(world))
    OrderException.objects.filter(pk=earlier.pk).update(discovered_at=timezone.now() - timedelta(days=40))
    months = {"2026-11": {"未核对": (2, Decimal("1335.06")), "交接": (1, Decimal("0.07"))}}
    months["2026-10"] = {"未核对": (1, Decimal(0))}
    for month, causes in months.items():
        html = zhou.get(f"{HERE}/figures/", {"month": month}).content.decode()
        file = zhou.get(f"{HERE}/figures/excel/", {"month": month}).content
        assert causes_on_the_page(html) == causes
        assert causes_in_the_file(file, tmp_path / f"{month}.xlsx") == causes
