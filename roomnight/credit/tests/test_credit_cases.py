"""An application runs as P-CREDIT: the record moves its case, and what is done in a task is done to the record (CRD-02, CRD-03)."""

from datetime import date

import pytest

from roomnight.agreements.commands import approve_agreement, begin_agreements, submit_agreement
from roomnight.credit.commands import return_application, submit_application, tell_of_agreements, withdraw_application
from roomnight.credit.models import CreditAccount, CreditApplication
from roomnight.credit.tests.test_applications import approved_by, checked, decide, drafted, submitted
from roomnight.kernel.commands import SYSTEM, UNCHANGED
from roomnight.kernel.errors import Refusal
from roomnight.procedures.commands import complete_task, start_case
from roomnight.procedures.models import Case, CaseTask, Procedure, ProcedureVersion
from tests.world_agreements import signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_work")]
TOMORROW = date(2026, 11, 19)


def case_of(one):
    return Case.objects.get(subject=f"credit.creditapplication:{one.pk}")


def waits(one):
    return set(CaseTask.objects.filter(case=case_of(one), state__in=("open", "claimed")).values_list("step", flat=True))


def do(world, one, step, who, **data):
    task = CaseTask.objects.get(case=case_of(one), step=step, state__in=("open", "claimed"))
    complete_task(actor=world.seat(who), task=task, staff=world.seat(who).staff, data=data)
    return CreditApplication.objects.get(pk=one.pk)


@pytest.mark.rule("CRD-02")
@pytest.mark.rule("CRD-03")
def test_from_the_application_to_the_account_in_the_tasks(world):
    one = submitted(world)
    assert waits(one) == {"check"}
    one = do(world, one, "check", "deng", check_ways=["register", "phone"], findings="无不良", is_clear="yes")
    assert (one.checked_by, waits(one)) == (world.deng, {"manager"})
    one = do(world, one, "manager", "zhou", decision="return", opinion="补签单人")
    assert (one.state, waits(one)) == ("draft", {"correct"})
    one = do(world, one, "correct", "chen")
    assert (one.state, waits(one)) == ("review", {"manager"})
    one = do(world, one, "manager", "zhou", decision="approve", granted="6000", opinion="同意")
    one = do(world, one, "director", "lin", decision="approve", opinion="同意")
    assert (one.state, CreditAccount.objects.get(account=world.jinyuan).limit) == ("approved", 6000)
    assert waits(one) == {"sign"}
    do(world, one, "sign", "chen")
    assert waits(one) == {"sign"}  # nothing is signed yet
    agreement = one.agreement
    submit_agreement(actor=world.seat("chen"), agreement=agreement, staff=world.chen)
    approve_agreement(actor=world.seat("zhou"), agreement=agreement, staff=world.zhou)
    signed(world.seat("chen"), agreement)
    assert tell_of_agreements(actor=SYSTEM, hotel=world.lujiazui, on=date(2026, 11, 18)) is UNCHANGED
    begin_agreements(actor=SYSTEM, hotel=world.lujiazui, on=TOMORROW)
    assert tell_of_agreements(actor=SYSTEM, hotel=world.lujiazui, on=TOMORROW) == 1
    assert waits(one) == {"load"}
    do(world, one, "load", "cao", ledger_number="AR-0017", outlets_told="yes")
    assert CreditAccount.objects.get(account=world.jinyuan).ledger_number == "AR-0017"
    do(world, one, "archive", "ma")
    assert case_of(one).state == "done"


@pytest.mark.rule("CRD-02")
def test_what_is_done_on_its_page_moves_the_case(world):
    one = checked(world, submitted(world))
    assert waits(one) == {"manager"}
    approved_by(world, one, "zhou")
    assert waits(one) == {"director"}
    decide(return_application, world, "lin", one, note="补材料")
    assert waits(one) == {"correct"}
    submit_application(actor=world.seat("chen"), application=one, staff=world.chen)
    assert waits(one) == {"director"}
    withdraw_application(actor=world.seat("chen"), application=one, staff=world.chen, note="客户改为现付")
    assert case_of(one).state == "done"


@pytest.mark.rule("CRD-02")
def test_a_task_takes_no_decision_that_the_record_refuses(world):
    one = checked(world, submitted(world))
    with pytest.raises(Refusal) as caught:
        do(world, one, "manager", "lin", decision="approve", opinion="")
    assert caught.value.code == "application.turn"
    assert waits(one) == {"manager"}


def test_a_hotel_without_the_procedure_decides_all_the_same(world):
    Procedure.objects.filter(hotel=world.lujiazui, code="P-CREDIT").update(is_retired=True)
    one = approved_by(world, checked(world, submitted(world)), "zhou", "lin")
    assert one.state == "approved"
    assert not Case.objects.filter(subject=f"credit.creditapplication:{one.pk}").exists()


def test_without_an_application_there_is_nothing_to_run(world):
    version = ProcedureVersion.objects.get(procedure__hotel=world.lujiazui, procedure__code="P-CREDIT")
    with pytest.raises(Refusal) as caught:
        start_case(actor=world.seat("chen"), version=version, starter=world.chen)
    assert caught.value.code == "application.none"


def test_a_case_that_was_begun_with_a_draft_hands_it_in(world):
    one = drafted(world)
    version = ProcedureVersion.objects.get(procedure__hotel=world.lujiazui, procedure__code="P-CREDIT")
    start_case(
        actor=world.seat("chen"), version=version, starter=world.chen, subject=f"credit.creditapplication:{one.pk}", label=str(one)
    )  # fmt: skip
    assert waits(one) == {"apply"}
    one = do(world, one, "apply", "chen")
    assert (one.state, waits(one)) == ("review", {"check"})
