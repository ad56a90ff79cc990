"""Records of the small world that stand in for the numbers in addresses: one's own, another team's, another hotel's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.world import World

Pick = Callable[[World], Any]


@dataclass(frozen=True)
class Sample:
    """What stands for the arguments of one address: a record of chen's, one of sun's team, one of another hotel's.

    A pick gives the record's id, or all arguments by name. `owner` says whose `ours` is; None where everybody at the
    hotel who may open the page may open this record. `reach` is the grant that decides how far one sees, where it is not
    the one that the page asks for.
    """

    ours: Pick
    other_team: Pick | None = None
    other_hotel: Pick | None = None
    owner: str | None = "chen"
    reach: tuple[str, str] | None = None


ACCOUNT = Sample(lambda w: w.huaxing.pk, lambda w: w.donghai.pk, lambda w: w.hubin.pk)
PANEL = Sample(ACCOUNT.ours, ACCOUNT.other_team, ACCOUNT.other_hotel, reach=("clients.account", "read"))
POOLED = Sample(lambda w: w.tianyuan.pk, None, lambda w: w.longjing.pk, owner=None)
SHARE = Sample(
    lambda w: {"pk": w.huaxing.pk, "staff": w.xu.pk},
    lambda w: {"pk": w.donghai.pk, "staff": w.xu.pk},
    lambda w: {"pk": w.hubin.pk, "staff": w.ye.pk},
)
CONTACT = Sample(lambda w: w.wangfang.pk, lambda w: w.ouyang.pk, lambda w: w.ren.pk)
VIEW = Sample(lambda w: w.view.pk, lambda w: w.sun_s_view.pk, lambda w: w.ye_s_view.pk)
NAME = Sample(
    lambda w: {"what": "tag", "pk": w.tag.pk}, None, lambda w: {"what": "tag", "pk": w.lakeside_tag.pk}, owner=None
)
PLANNED = Sample(lambda w: w.planned_visit.pk, lambda w: w.sun_s_visit.pk, lambda w: w.ye_s_visit.pk)
CONFIRMED = Sample(lambda w: w.confirmed_visit.pk, lambda w: w.sun_s_visit.pk, lambda w: w.ye_s_visit.pk)
RETURNED = Sample(
    lambda w: w.returned_visit.pk, lambda w: w.sun_s_reported_visit.pk, lambda w: w.ye_s_reported_visit.pk
)
REPORTED = Sample(
    lambda w: w.reported_visit.pk, lambda w: w.sun_s_reported_visit.pk, lambda w: w.ye_s_reported_visit.pk
)
FILE = Sample(
    lambda w: {"pk": w.reported_visit.pk, "file": w.photo.pk},
    lambda w: {"pk": w.sun_s_reported_visit.pk, "file": w.sun_s_photo.pk},
    lambda w: {"pk": w.ye_s_reported_visit.pk, "file": w.lakeside_photo.pk},
)
PAIR = Sample(lambda w: w.pair.pk, lambda w: w.sun_s_pair.pk, lambda w: w.ye_s_pair.pk)
TASK = Sample(lambda w: w.task.pk, lambda w: w.sun_s_task.pk, lambda w: w.ye_s_task.pk)
PROPOSAL = Sample(lambda w: w.proposal.pk, lambda w: w.sun_s_proposal.pk, lambda w: w.ye_s_proposal.pk)
IMPORT = Sample(lambda w: w.done_import.pk, None, lambda w: w.lakeside_import.pk, owner=None)
CLIENT_FILE = Sample(lambda w: w.client_file.pk, None, lambda w: w.lakeside_client_file.pk, owner=None)
CHECKED_FILE = Sample(lambda w: w.checked_client_file.pk, None, lambda w: w.lakeside_client_file.pk, owner=None)
DRAFT_FILE = Sample(lambda w: w.draft_client_file.pk, None, lambda w: w.lakeside_client_file.pk, owner=None)
DRAFT = Sample(lambda w: w.draft_import.pk, None, lambda w: w.lakeside_import.pk, owner=None)
PROTECTION = Sample(lambda w: w.protection.pk, lambda w: w.sun_s_protection.pk, lambda w: w.ye_s_protection.pk)
EXTENSION = Sample(lambda w: w.extension.pk, lambda w: w.sun_s_extension.pk, lambda w: w.ye_s_extension.pk)
STATEMENT = Sample(lambda w: w.statement.pk, lambda w: w.sun_s_statement.pk, lambda w: w.ye_s_statement.pk)
GUEST = Sample(lambda w: w.house_guest.pk, None, lambda w: w.lakeside_guest.pk, owner=None)
POLICY = Sample(lambda w: {"key": "clients.visit_cycle_days"}, owner=None)
PERSON = Sample(lambda w: w.chen.pk, None, lambda w: w.ye.pk, owner=None)
POLICY_DOCUMENT = Sample(
    lambda w: w.policy_in_force.document_id, None, lambda w: w.lakeside_policy.document_id, owner="chen"
)
POLICY_VERSION = Sample(lambda w: w.policy_in_force.pk, None, lambda w: w.lakeside_policy.pk, owner="chen")
POLICY_DRAFT = Sample(lambda w: w.policy_draft.document_id, None, lambda w: w.lakeside_policy.document_id, owner="lin")
POLICY_SUBMITTED = Sample(
    lambda w: w.policy_submitted.document_id, None, lambda w: w.lakeside_policy.document_id, owner="lin"
)
POLICY_PAPER = Sample(
    lambda w: {"pk": w.policy_in_force.document_id, "file": w.policy_paper.pk},
    None,
    lambda w: {"pk": w.lakeside_policy.document_id, "file": w.lakeside_paper.pk},
    owner="chen",
)
DRAFT_PAPER = Sample(
    lambda w: {"pk": w.policy_draft.document_id, "file": w.draft_paper.pk},
    None,
    lambda w: {"pk": w.lakeside_policy.document_id, "file": w.lakeside_paper.pk},
    owner="lin",
)
ROLE = Sample(lambda w: w.chen.memberships.get(hotel=w.lujiazui).role_id, owner=None)
RELIEVED = Sample(lambda w: w.chen.pk, lambda w: w.sun.pk, lambda w: w.ye.pk)
HAND_OVER = Sample(lambda w: w.hand_over.pk, lambda w: w.sun_s_hand_over.pk, lambda w: w.ye_s_hand_over.pk)
FACT = Sample(lambda w: w.focus.pk, None, lambda w: w.lakeside_focus.pk, owner=None)
FACT_FILE = Sample(
    lambda w: {"pk": w.focus.pk, "file": w.brochure.pk}, None,
    lambda w: {"pk": w.lakeside_focus.pk, "file": w.brochure.pk}, owner=None,
)  # fmt: skip
DEPARTMENT = Sample(
    lambda w: w.lujiazui.departments.get(kind="sales").pk, None, lambda w: w.lakeside.departments.get(kind="sales").pk,
    owner=None,
)  # fmt: skip
POSITION = Sample(
    lambda w: w.position.pk, None, lambda w: w.lakeside_position.pk, owner=None, reach=("organization.position", "read")
)
EDITED_POSITION = Sample(lambda w: w.position.pk, None, lambda w: w.lakeside_position.pk, owner=None)
QUALIFIED = Sample(lambda w: w.chen.pk, lambda w: w.sun.pk, lambda w: w.ye.pk)
QUALIFICATION = Sample(
    lambda w: w.qualification.pk, lambda w: w.sun_s_qualification.pk, lambda w: w.ye_s_qualification.pk
)
DEPUTY = Sample(lambda w: w.delegation.pk, lambda w: w.sun_s_delegation.pk, lambda w: w.ye_s_delegation.pk)
PROCEDURE = Sample(
    lambda w: w.procedure_in_force.procedure_id, None, lambda w: w.lakeside_procedure.procedure_id, owner="lin"
)
PROCEDURE_VERSION = Sample(lambda w: w.procedure_in_force.pk, None, lambda w: w.lakeside_procedure.pk, owner="lin")
PROCEDURE_DRAFT = Sample(lambda w: w.procedure_draft.pk, None, lambda w: w.lakeside_draft.pk, owner="lin")
PROCEDURE_SUBMITTED = Sample(lambda w: w.procedure_submitted.pk, None, lambda w: w.lakeside_procedure.pk, owner="lin")
PROCEDURE_TABLE = Sample(
    lambda w: {"pk": w.procedure_in_force.pk, "place": 1}, None, lambda w: {"pk": w.lakeside_procedure.pk, "place": 1},
    owner="lin",
)  # fmt: skip
SCREENING_RUN = Sample(lambda w: w.screening_run.pk, None, lambda w: w.lakeside_screening_run.pk, owner=None)
SCORE = Sample(lambda w: w.score.pk, lambda w: w.sun_s_score.pk, lambda w: w.ye_s_score.pk)
FINDING = Sample(lambda w: w.finding.pk, lambda w: w.sun_s_finding.pk, lambda w: w.ye_s_finding.pk)
JUDGEMENT = Sample(lambda w: w.judgement.pk, lambda w: w.sun_s_judgement.pk, lambda w: w.ye_s_judgement.pk)
EVALUATION = Sample(lambda w: w.evaluation.pk, lambda w: w.sun_s_evaluation.pk, lambda w: w.ye_s_evaluation.pk)
EVALUATION_TO_END = replace(EVALUATION, reach=("insight.evaluation", "read"))
EVALUATION_COPY = Sample(lambda w: w.evaluation_copy.pk, None, lambda w: w.ye_s_evaluation_copy.pk, owner="gao")
EVALUATION_MEASURE = Sample(
    lambda w: w.evaluation_measure.pk, lambda w: w.sun_s_evaluation_measure.pk, lambda w: w.ye_s_evaluation_measure.pk
)
EVALUATION_SAMPLES = {
    **dict.fromkeys(
        [
            f"insight:{name}"
            for name in (
                "evaluation", "evaluation_fill", "evaluation_review", "evaluation_drop", "measure_new", "evaluation_pdf",
            )
        ],
        EVALUATION,
    ),
    "insight:evaluation_end": EVALUATION_TO_END, "insight:evaluation_copy": EVALUATION_COPY,
    "insight:measure_out": EVALUATION_MEASURE, "insight_panels:evaluations": PANEL, "activities:visit_after": REPORTED,
}  # fmt: skip
RECEPTION = Sample(lambda w: w.reception.pk, lambda w: w.sun_s_reception.pk, lambda w: w.ye_s_reception.pk)


def of_a_reception(argument: str, name: str, reach: tuple[str, str] | None = None) -> Sample:
    """Something that belongs to a reception, by its own number beside the reception's."""

    def pick(prefix: str) -> Pick:
        return lambda w: {"pk": getattr(w, f"{prefix}reception").pk, argument: getattr(w, f"{prefix}{name}").pk}

    return Sample(pick(""), pick("sun_s_"), pick("ye_s_"), reach=reach)


AGREEMENT = Sample(lambda w: w.agreement.pk, lambda w: w.sun_s_agreement.pk, lambda w: w.ye_s_agreement.pk)
CREDIT = Sample(lambda w: w.credit.pk, lambda w: w.sun_s_credit.pk, lambda w: w.ye_s_credit.pk)
ORDER = Sample(lambda w: w.order.pk, lambda w: w.sun_s_order.pk, lambda w: w.ye_s_order.pk)
EXCEPTION = Sample(lambda w: w.exception.pk, lambda w: w.sun_s_exception.pk, lambda w: w.ye_s_exception.pk)


def of_an_order(argument: str, name: str) -> Sample:
    """Something that belongs to an order, by its own number beside the order's."""

    def pick(prefix: str) -> Pick:
        return lambda w: {"pk": getattr(w, f"{prefix}order").pk, argument: getattr(w, f"{prefix}{name}").pk}

    return Sample(pick(""), pick("sun_s_"), pick("ye_s_"))


ORDER_ITEM = of_an_order("item", "order_item")
TOLD_ORDER = Sample(lambda w: w.told_order.pk, lambda w: w.sun_s_told_order.pk, lambda w: w.ye_s_told_order.pk)
NOTICE = Sample(lambda w: w.notice.pk, None, lambda w: w.ye_s_notice.pk, owner="luo")
PASSED_COMMENT = Sample(lambda w: w.passed_comment.pk, None, lambda w: w.ye_s_passed_comment.pk, owner="luo")
ORDER_SHEET = Sample(
    lambda w: {"pk": w.told_order.pk, "sheet": w.sheet.pk},
    lambda w: {"pk": w.sun_s_told_order.pk, "sheet": w.sun_s_sheet.pk},
    lambda w: {"pk": w.ye_s_told_order.pk, "sheet": w.ye_s_sheet.pk},
)
NOTICE_SHEET = Sample(
    lambda w: {"pk": w.notice.pk, "sheet": w.sheet.pk},
    None,
    lambda w: {"pk": w.ye_s_notice.pk, "sheet": w.ye_s_sheet.pk},
    owner="luo",
)
NOTICE_AGAIN = Sample(
    lambda w: {"pk": w.told_order.pk, "notice": w.notice.pk},
    lambda w: {"pk": w.sun_s_told_order.pk, "notice": w.sun_s_notice.pk},
    lambda w: {"pk": w.ye_s_told_order.pk, "notice": w.ye_s_notice.pk},
)
ORDER_GUEST = of_an_order("guest", "order_guest")
BLOCK = of_an_order("block", "block")
LIST_ROOM = of_an_order("room", "list_room")
ORDER_PAPERS = Sample(
    lambda w: {"pk": w.order.pk, "language": "en"},
    lambda w: {"pk": w.sun_s_order.pk, "language": "en"},
    lambda w: {"pk": w.ye_s_order.pk, "language": "en"},
)
QUOTATION = of_an_order("quotation", "quotation")
ORDER_ITEM_NEW = Sample(
    lambda w: {"pk": w.order.pk, "kind": "function"},
    lambda w: {"pk": w.sun_s_order.pk, "kind": "function"},
    lambda w: {"pk": w.ye_s_order.pk, "kind": "function"},
)
HALL = Sample(lambda w: w.hall.pk, None, lambda w: w.lakeside_hall.pk, owner=None)
HALL_BOOKING = Sample(lambda w: w.hall_booking.pk, lambda w: w.sun_s_hall_booking.pk, lambda w: w.ye_s_hall_booking.pk)
HALL_SEEN = Sample(HALL_BOOKING.ours, HALL_BOOKING.other_team, HALL_BOOKING.other_hotel, reach=("orders.order", "read"))
APPLICATION = Sample(lambda w: w.application.pk, lambda w: w.sun_s_application.pk, lambda w: w.ye_s_application.pk)
APPLICATION_DRAFT = Sample(
    lambda w: w.application_draft.pk, lambda w: w.sun_s_application_draft.pk, lambda w: w.ye_s_application_draft.pk
)
APPLICATION_FILE = Sample(
    lambda w: {"pk": w.application_draft.pk, "file": w.application_file.pk},
    lambda w: {"pk": w.sun_s_application_draft.pk, "file": w.sun_s_application_file.pk},
    lambda w: {"pk": w.ye_s_application_draft.pk, "file": w.ye_s_application_file.pk},
)
LEDGER_LINE = Sample(lambda w: w.ledger_line.pk, lambda w: w.sun_s_ledger_line.pk, lambda w: w.ye_s_ledger_line.pk)
REFUSED_CHARGE = Sample(lambda w: w.refused_charge.pk, None, lambda w: w.ye_s_refused_charge.pk, owner=None)
CREDIT_STATEMENT = Sample(
    lambda w: w.ledger_statement.pk, lambda w: w.sun_s_ledger_statement.pk, lambda w: w.ye_s_ledger_statement.pk
)
LEDGER_DAY = Sample(lambda w: {"day": "2026-11-18"}, owner=None)
COMPARISON = Sample(lambda w: w.comparison.pk, lambda w: w.sun_s_comparison.pk, lambda w: w.ye_s_comparison.pk)
COMPARED_LINE = Sample(
    lambda w: w.compared_line.pk, lambda w: w.sun_s_compared_line.pk, lambda w: w.ye_s_compared_line.pk
)
DUNNING_STEP = Sample(lambda w: w.dunning_step.pk, lambda w: w.sun_s_dunning_step.pk, lambda w: w.ye_s_dunning_step.pk)
DUNNING_LETTER = Sample(lambda w: w.dunning_letter.pk, lambda w: w.sun_s_dunning_letter.pk, lambda w: w.ye_s_dunning_letter.pk)  # fmt: skip
DISPUTE = Sample(lambda w: w.dispute.pk, lambda w: w.sun_s_dispute.pk, lambda w: w.ye_s_dispute.pk)
MATCH = Sample(lambda w: w.ledger_match.pk, None, lambda w: w.ye_s_ledger_match.pk)
AGREEMENT_DRAFT = Sample(
    lambda w: w.agreement_draft.pk, lambda w: w.sun_s_agreement_draft.pk, lambda w: w.ye_s_agreement_draft.pk
)
LEAK = Sample(lambda w: w.leak.pk, lambda w: w.sun_s_leak.pk, lambda w: w.ye_s_leak.pk)
AGREEMENT_COPY = Sample(lambda w: w.agreement_copy.pk, None, lambda w: w.ye_s_agreement_copy.pk, owner="cao")
SIGNATORY = Sample(
    lambda w: {"pk": w.agreement.pk, "signatory": w.signatory.pk},
    lambda w: {"pk": w.sun_s_agreement.pk, "signatory": w.sun_s_signatory.pk},
    lambda w: {"pk": w.ye_s_agreement.pk, "signatory": w.ye_s_signatory.pk},
)
WORD_TEMPLATE = Sample(lambda w: w.agreement_template.pk, None, lambda w: w.lakeside_agreement_template.pk, owner=None)
WORD_TEMPLATE_DRAFT = Sample(
    lambda w: w.agreement_template_draft.pk, None, lambda w: w.lakeside_agreement_template.pk, owner=None
)
SHIPPED = Sample(lambda w: {"kind": "cash", "language": "en"}, owner=None)
SCAN = Sample(
    lambda w: {"pk": w.agreement.pk, "file": w.scan.pk},
    lambda w: {"pk": w.sun_s_agreement.pk, "file": w.sun_s_scan.pk},
    lambda w: {"pk": w.ye_s_agreement.pk, "file": w.ye_s_scan.pk},
)
SPECIMEN = Sample(
    lambda w: {"pk": w.agreement_copy.pk, "file": w.specimen.pk},
    None,
    lambda w: {"pk": w.ye_s_agreement_copy.pk, "file": w.ye_s_specimen.pk},
    owner="cao",
)
TILL_SPECIMEN = Sample(
    lambda w: {"pk": w.huaxing.pk, "file": w.specimen.pk}, None,
    lambda w: {"pk": w.hubin.pk, "file": w.ye_s_specimen.pk}, owner=None,
)  # fmt: skip
ORIGINAL = Sample(
    lambda w: {"pk": w.agreement.pk, "original": w.original.pk},
    lambda w: {"pk": w.sun_s_agreement.pk, "original": w.sun_s_original.pk},
    lambda w: {"pk": w.ye_s_agreement.pk, "original": w.ye_s_original.pk},
)
DOCUMENT = Sample(
    lambda w: {"pk": w.agreement.pk, "file": w.document.pk},
    lambda w: {"pk": w.sun_s_agreement.pk, "file": w.sun_s_document.pk},
    lambda w: {"pk": w.ye_s_agreement.pk, "file": w.ye_s_document.pk},
)
LINE, ITEM = of_a_reception("line", "programme_line"), of_a_reception("item", "cooperation_item")
SHOW_ROUND = Sample(lambda w: w.show_round.pk, None, lambda w: w.ye_s_show_round.pk, owner=None)
REGISTER = Sample(lambda w: {"code": "enquiry-calls"}, None, lambda w: {"code": "boat-book"})
REGISTER_LINE = Sample(
    lambda w: {"code": "enquiry-calls", "number": 1}, None, lambda w: {"code": "boat-book", "number": 1}
)
FORM = Sample(lambda w: {"code": "deposit-note"}, None, lambda w: {"code": "boat-book"}, owner=None)
CASE = Sample(
    lambda w: {"number": w.case.number},
    lambda w: {"number": w.sun_s_case.number},
    lambda w: {"number": w.ye_s_case.number},
)
CASE_TASK = Sample(
    lambda w: {"number": w.case.number, "pk": w.case_task.pk},
    lambda w: {"number": w.sun_s_case.number, "pk": w.sun_s_case_task.pk},
    lambda w: {"number": w.ye_s_case.number, "pk": w.ye_s_case_task.pk},
)
CASE_FILE = Sample(
    lambda w: {"number": w.case.number, "file": w.card_photo.pk},
    lambda w: {"number": w.sun_s_case.number, "file": w.sun_s_card_photo.pk},
    lambda w: {"number": w.ye_s_case.number, "file": w.ye_s_card_photo.pk},
)

ENQUIRY = Sample(lambda w: w.enquiry.pk, None, lambda w: w.lakeside_enquiry.pk, owner=None)
VISITOR = Sample(lambda w: w.visitor.pk, None, lambda w: w.lakeside_visitor.pk, owner=None)
ROOM_CHANGE = Sample(lambda w: w.room_change.pk, None, lambda w: w.lakeside_room_change.pk, owner=None)
WISH = Sample(lambda w: w.wish.pk, None, lambda w: w.lakeside_wish.pk, owner="luo")
AUTHORITY = Sample(lambda w: w.authority_request.pk, None, lambda w: w.lakeside_authority_request.pk, owner=None)
CONFIDENTIAL = Sample(lambda w: w.confidentiality.pk, None, lambda w: w.lakeside_confidentiality.pk, owner=None)
COMPLAINT = Sample(lambda w: w.complaint.pk, lambda w: w.sun_s_complaint.pk, lambda w: w.ye_s_complaint.pk)
COMPENSATION = Sample(
    lambda w: {"pk": w.complaint.pk, "compensation": w.compensation.pk},
    lambda w: {"pk": w.sun_s_complaint.pk, "compensation": w.sun_s_compensation.pk},
    lambda w: {"pk": w.ye_s_complaint.pk, "compensation": w.ye_s_compensation.pk},
)
SERVICE_REQUEST = Sample(lambda w: w.request.pk, lambda w: w.sun_s_request.pk, lambda w: w.ye_s_request.pk)
IMPROVEMENT = Sample(lambda w: w.improvement.pk, lambda w: w.sun_s_improvement.pk, lambda w: w.ye_s_improvement.pk)
LETTER = Sample(lambda w: w.letter.pk, lambda w: w.sun_s_letter.pk, lambda w: w.ye_s_letter.pk)
DEAL_REVIEW = Sample(lambda w: w.deal_review.pk, lambda w: w.sun_s_deal_review.pk, lambda w: w.ye_s_deal_review.pk)
SURVEY = Sample(lambda w: w.survey.pk, lambda w: w.sun_s_survey.pk, lambda w: w.ye_s_survey.pk)
LETTER_ON_BOARD = replace(LETTER, reach=("service.letter", "read"))
