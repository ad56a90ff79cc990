"""The addresses of agreements, below /h/<hotel>/agreements/."""

from django.urls import path

from roomnight.agreements.views import agreements, keeping, leaks, panels, papers, rates, scans, templates

app_name = "agreements"
panel_urlpatterns = [path("agreements/", panels.agreements_panel, name="agreements")]
"""Below a client's own page."""
urlpatterns = [
    path("", agreements.agreement_list, name="list"),
    path("new/", agreements.agreement_new, name="new"),
    path("rates/", rates.rates, name="rates"),
    path("copies/", keeping.copies, name="copies"),
    path("copies/<int:pk>/", keeping.copy, name="copy"),
    path("copies/<int:pk>/acknowledge/", keeping.acknowledge, name="acknowledge"),
    path("leaks/", leaks.leaks, name="leaks"),
    path("leaks/decide/", leaks.decide_many, name="leaks_decide"),
    path("leaks/search/", leaks.search, name="leaks_search"),
    path("leaks/<int:pk>/", leaks.leak, name="leak"),
    path("templates/", templates.templates, name="templates"),
    path("templates/new/", templates.template_new, name="template_new"),
    path("templates/fields/", templates.fields, name="template_fields"),
    path("templates/shipped/<slug:kind>/<slug:language>/", templates.shipped, name="shipped"),
    path("templates/shipped/<slug:kind>/<slug:language>/take/", templates.shipped_take, name="shipped_take"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("templates/<int:pk>/approve/", templates.template_approve, name="template_approve"),
    path("templates/<int:pk>/retire/", templates.template_retire, name="template_retire"),
    path("templates/<int:pk>/file/", templates.template_file, name="template_file"),
    path("templates/<int:pk>/trial/", templates.template_trial, name="template_trial"),
    path("originals/", scans.originals, name="originals"),
    path("copies/<int:pk>/specimens/<int:file>/", scans.specimen_file, name="specimen_file"),
    path("<int:pk>/scans/", scans.scans, name="scans"),
    path("<int:pk>/scans/<int:file>/", scans.scan_file, name="scan_file"),
    path("<int:pk>/originals/<int:original>/scan/", scans.scan_new, name="scan_new"),
    path("<int:pk>/signatories/<int:signatory>/specimen/", scans.specimen_new, name="specimen_new"),
    path("<int:pk>/papers/", papers.papers, name="papers"),
    path("<int:pk>/papers/new/", papers.paper_new, name="paper_new"),
    path("<int:pk>/papers/<int:file>/", papers.paper_file, name="paper_file"),
    path("<int:pk>/again/", keeping.again, name="again"),
    path("<int:pk>/renew/", keeping.renew, name="renew"),
    path("<int:pk>/", agreements.agreement, name="agreement"),
    path("<int:pk>/trail/", agreements.trail, name="trail"),
    path("<int:pk>/edit/", agreements.agreement_edit, name="edit"),
    path("<int:pk>/submit/", agreements.submit, name="submit"),
    path("<int:pk>/decide/", agreements.decide, name="decide"),
    path("<int:pk>/withdraw/", agreements.withdraw, name="withdraw"),
    path("<int:pk>/originals/new/", agreements.original, name="original"),
    path("<int:pk>/end/", agreements.end, name="end"),
    path("<int:pk>/signatories/new/", agreements.signatory_new, name="signatory_new"),
    path("<int:pk>/signatories/<int:signatory>/", agreements.signatory_edit, name="signatory_edit"),
]
