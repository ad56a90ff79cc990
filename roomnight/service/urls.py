"""The addresses of service, below /h/<hotel>/service/."""

from django.urls import path

from roomnight.service.views import complaints, letters, panels, statistics

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
    path("board/", letters.board, name="board"),
]
panel_urlpatterns = [path("complaints/", panels.complaints_panel, name="complaints")]
