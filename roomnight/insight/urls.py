"""The addresses of insight, below /h/<hotel>/insight/."""

from django.urls import path

from roomnight.insight.views import judging, screening

app_name = "insight"
urlpatterns = [
    path("screenings/", screening.screenings, name="screenings"),
    path("screenings/new/", screening.screening_new, name="screening_new"),
    path("screenings/<int:pk>/", screening.screening, name="screening"),
    path("screenings/<int:pk>/sign/", screening.sign, name="sign"),
    path("scores/<int:pk>/", screening.score, name="score"),
    path("scores/<int:pk>/decide/", screening.decide, name="decide"),
    path("judgements/", judging.judgements, name="judgements"),
    path("judgements/<int:pk>/", judging.judge, name="judge"),
    path("judgements/<int:pk>/review/", judging.review, name="judgement_review"),
]
