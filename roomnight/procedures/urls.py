"""The addresses of procedures, tasks and cases, below /h/<hotel>/."""

from django.urls import path

from roomnight.procedures.views import cases, catalogue, doing, drawing, measures, papers, tasks, versions

app_name = "procedures"
urlpatterns = [
    path("procedures/", catalogue.catalogue, name="catalogue"),
    path("procedures/new/", catalogue.procedure_new, name="procedure_new"),
    path("procedures/<int:pk>/", catalogue.procedure, name="procedure"),
    path("procedures/<int:pk>/edit/", catalogue.procedure_edit, name="procedure_edit"),
    path("procedures/<int:pk>/retire/", catalogue.retire, name="retire"),
    path("procedures/<int:pk>/compare/", catalogue.compare, name="compare"),
    path("procedures/<int:pk>/measures/", measures.procedure_measures, name="measures"),
    path("procedures/<int:pk>/measures/export/", measures.measures_export, name="measures_export"),
    path("procedures/<int:pk>/draw/", drawing.draw, name="draw"),
    path("procedures/<int:pk>/draw/check/", drawing.check, name="draw_check"),
    path("procedures/<int:pk>/upload/", versions.upload, name="upload"),
    path("procedures/versions/<int:pk>/", catalogue.read, name="read"),
    path("procedures/versions/<int:pk>/chart/", versions.chart_file, name="chart_file"),
    path("procedures/versions/<int:pk>/tables/<int:place>/", versions.table_file, name="table_file"),
    path("procedures/versions/<int:pk>/sheet/", papers.sheet, name="sheet"),
    path("procedures/versions/<int:pk>/try/", versions.try_out, name="try_out"),
    path("procedures/versions/<int:pk>/submit/", versions.submit, name="submit"),
    path("procedures/versions/<int:pk>/discard/", versions.discard, name="discard"),
    path("procedures/versions/<int:pk>/approve/", versions.approve, name="approve"),
    path("procedures/versions/<int:pk>/return/", versions.send_back, name="send_back"),
    path("procedures/versions/<int:pk>/withdraw/", versions.withdraw, name="withdraw"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/claim/", tasks.tasks_claim, name="tasks_claim"),
    path("cases/", cases.cases, name="cases"),
    path("cases/excel/", cases.cases_excel, name="cases_excel"),
    path("cases/new/", cases.case_new, name="case_new"),
    path("cases/<str:number>/", cases.case, name="case"),
    path("cases/<str:number>/chart/", cases.case_chart, name="case_chart"),
    path("cases/<str:number>/cancel/", cases.cancel, name="case_cancel"),
    path("cases/<str:number>/go-on/", cases.case_go_on, name="case_go_on"),
    path("cases/<str:number>/news/", cases.case_news, name="case_news"),
    path("cases/<str:number>/say/", cases.say, name="case_say"),
    path("cases/<str:number>/files/", cases.files, name="case_files"),
    path("cases/<str:number>/files/<int:file>/", cases.file, name="case_file"),
    path("cases/<str:number>/tasks/<int:pk>/", doing.task, name="task"),
    path("cases/<str:number>/tasks/<int:pk>/claim/", doing.claim, name="task_claim"),
    path("cases/<str:number>/tasks/<int:pk>/put-back/", doing.put_back, name="task_put_back"),
    path("cases/<str:number>/tasks/<int:pk>/hand-over/", doing.hand_over, name="task_hand_over"),
]
