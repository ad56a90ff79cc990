"""Pages of imports, production, charges and payments; some pieces stand on a client's page."""

from django.urls import path

from roomnight.pms.views import guests, imports, lines, owners, parties, production

app_name = "pms"
urlpatterns = [
    path("", imports.import_list, name="imports"),
    path("new/", imports.import_new, name="import_new"),
    path("samples/<slug:key>/", imports.import_sample, name="import_sample"),
    path("names/", parties.party_list, name="parties"),
    path("names/<int:pk>/", parties.party_assign, name="party_assign"),
    path("in-house/", guests.in_house, name="in_house"),
    path("in-house/<int:pk>/", guests.guest_reveal, name="guest_reveal"),
    path("lost/", production.lost, name="lost"),
    path("owners/", owners.by_owner, name="owners"),
    path("owners/export/", owners.by_owner_export, name="owners_export"),
    path("owners/clients/", owners.of_owner, name="owner"),
    path("<int:pk>/", imports.import_page, name="import"),
    path("<int:pk>/check/", imports.import_check, name="import_check"),
    path("<int:pk>/columns/", imports.import_columns, name="import_columns"),
    path("<int:pk>/resume/", imports.import_resume, name="import_resume"),
    path("<int:pk>/abandon/", imports.import_abandon, name="import_abandon"),
    path("<int:pk>/rejected.csv", imports.import_rejected, name="import_rejected"),
    path("clients/<int:pk>/folios/", lines.folio_list, name="folios"),
    path("clients/<int:pk>/payments/", lines.payment_list, name="payments"),
]
panel_urlpatterns = [
    path("production/", production.panel, name="production"),
    path("presence/", guests.presence_panel, name="presence"),
    path("spending/", lines.spending_panel, name="spending"),
    path("payments/", lines.payments_panel, name="payments"),
    path("owners/", owners.panel, name="owners"),
]
