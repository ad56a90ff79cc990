"""The addresses of service, below /h/<hotel>/service/."""

from django.urls import path

from roomnight.service.views import (
    answering,
    complaints,
    improvements,
    letters,
    panels,
    requests,
    reviews,
    statistics,
    survey_trend,
    surveys,
)

app_name = "service"
urlpatterns = [
    path("complaints/", complaints.complaint_list, name="complaints"),
    path("complaints/figures/", statistics.complaint_figures, name="figures"),
    path("complaints/figures/excel/", statistics.complaint_excel, name="figures_excel"),
    path("complaints/new/", complaints.complaint_new, name="complaint_new"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/<int:pk>/edit/", complaints.complaint_edit, name="complaint_edit"),
    path("complaints/<int:pk>/hand-over/", complaints.complaint_hand_over, name="complaint_hand_over"),
    path("complaints/<int:pk>/close/", complaints.complaint_answer, name="complaint_answer"),
    path("complaints/<int:pk>/visit/", complaints.recovery_visit, name="recovery_visit"),
    path("complaints/<int:pk>/compensation/", complaints.compensation_new, name="compensation_new"),
    path(
        "complaints/<int:pk>/compensation/<int:compensation>/",
        complaints.compensation_decide,
        name="compensation_decide",
    ),
    path("letters/", letters.letter_list, name="letters"),
    path("letters/new/", letters.letter_new, name="letter_new"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/answer/", letters.letter_answer, name="letter_answer"),
    path("letters/<int:pk>/outcome/", letters.letter_outcome, name="letter_outcome"),
    path("letters/<int:pk>/pin/", letters.letter_pin, name="letter_pin"),
    path("letters/<int:pk>/unpin/", letters.letter_unpin, name="letter_unpin"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/figures/", improvements.request_figures, name="request_figures"),
    path("requests/figures/excel/", improvements.request_excel, name="request_excel"),
    path("requests/new/", requests.request_new, name="request_new"),
    path("requests/<int:pk>/", requests.request_page, name="request"),
    path("requests/<int:pk>/take-up/", requests.request_take_up, name="request_take_up"),
    path("requests/<int:pk>/dispatch/", requests.request_dispatch, name="request_dispatch"),
    path("requests/<int:pk>/progress/", requests.request_progress, name="request_progress"),
    path("requests/<int:pk>/finish/", requests.request_finish, name="request_finish"),
    path("requests/<int:pk>/call-back/", requests.request_call_back, name="request_call_back"),
    path("requests/<int:pk>/withdraw/", requests.request_withdraw, name="request_withdraw"),
    path("improvements/", improvements.improvement_list, name="improvements"),
    path("improvements/new/", improvements.improvement_new, name="improvement_new"),
    path("improvements/<int:pk>/done/", improvements.improvement_done, name="improvement_done"),
    path("board/", letters.board, name="board"),
    path("deals/", reviews.review_list, name="deal_reviews"),
    path("deals/<int:pk>/", reviews.review, name="deal_review"),
    path("deals/<int:pk>/write/", reviews.review_write, name="deal_review_write"),
    path("deals/<int:pk>/comment/", reviews.review_comment, name="deal_review_comment"),
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/trend/", survey_trend.survey_trend, name="survey_trend"),
    path("surveys/trend/excel/", survey_trend.survey_trend_excel, name="survey_trend_excel"),
    path("surveys/new/", surveys.survey_new, name="survey_new"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("surveys/<int:pk>/link/", surveys.survey_send, name="survey_send"),
    path("surveys/<int:pk>/telephone/", surveys.survey_take, name="survey_take"),
    path("surveys/<int:pk>/drop/", surveys.survey_drop, name="survey_drop"),
]
panel_urlpatterns = [
    path("complaints/", panels.complaints_panel, name="complaints"),
    path("surveys/", panels.surveys_panel, name="surveys"),
]
public_urlpatterns = [path("<str:token>/", answering.answer, name="answer")]
