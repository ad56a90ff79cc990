"""The addresses of insight, below /h/<hotel>/insight/."""

from django.urls import path

from roomnight.insight.views import (
    composition,
    evaluation,
    evaluation_copies,
    findings,
    judging,
    pareto,
    screening,
    silence,
    trial,
)

app_name = "insight"
panel_urlpatterns = [path("evaluations/", evaluation.evaluations_panel, name="evaluations")]
"""Below a client's own page."""
urlpatterns = [
    path("screenings/", screening.screenings, name="screenings"),
    path("screenings/new/", screening.screening_new, name="screening_new"),
    path("screenings/<int:pk>/", screening.screening, name="screening"),
    path("screenings/<int:pk>/sign/", screening.sign, name="sign"),
    path("screenings/<int:pk>/trial/", trial.trial, name="trial"),
    path("screenings/<int:pk>/repeat/", trial.repeat, name="repeat"),
    path("scores/<int:pk>/", screening.score, name="score"),
    path("scores/<int:pk>/decide/", screening.decide, name="decide"),
    path("churn/", silence.churn, name="churn"),
    path("churn/new/", silence.churn_new, name="churn_new"),
    path("churn/excel/", silence.churn_excel, name="churn_excel"),
    path("judgements/", judging.judgements, name="judgements"),
    path("judgements/<int:pk>/", judging.judge, name="judge"),
    path("judgements/<int:pk>/review/", judging.review, name="judgement_review"),
    path("evaluations/", evaluation.evaluations, name="evaluations"),
    path("evaluations/new/", evaluation.evaluation_new, name="evaluation_new"),
    path("evaluations/copies/", evaluation_copies.evaluation_copies, name="evaluation_copies"),
    path("evaluations/copies/<int:pk>/", evaluation_copies.evaluation_copy, name="evaluation_copy"),
    path("evaluations/measures/<int:pk>/out/", evaluation.measure_out, name="measure_out"),
    path("evaluations/<int:pk>/", evaluation.evaluation, name="evaluation"),
    path("evaluations/<int:pk>/fill/", evaluation.fill, name="evaluation_fill"),
    path("evaluations/<int:pk>/review/", evaluation.evaluation_review, name="evaluation_review"),
    path("evaluations/<int:pk>/decide/", evaluation.evaluation_end, name="evaluation_end"),
    path("evaluations/<int:pk>/drop/", evaluation.evaluation_drop, name="evaluation_drop"),
    path("evaluations/<int:pk>/measures/new/", evaluation.measure_new, name="measure_new"),
    path("evaluations/<int:pk>/pdf/", evaluation_copies.evaluation_pdf, name="evaluation_pdf"),
    path("composition/", composition.composition, name="composition"),
    path("composition/excel/", composition.composition_excel, name="composition_excel"),
    path("composition/concentration/", pareto.concentration, name="concentration"),
    path("findings/", findings.findings, name="findings"),
    path("findings/new/", findings.finding_new, name="finding_new"),
    path("findings/<int:pk>/", findings.finding_edit, name="finding_edit"),
    path("findings/<int:pk>/close/", findings.finding_close, name="finding_close"),
]
