"""Addresses of the registers, below /h/<hotel>/registers/."""

from django.urls import path

from roomnight.procedures.views import registers

app_name = "registers"
urlpatterns = [
    path("", registers.register_list, name="list"),
    path("<slug:code>/", registers.register, name="register"),
    path("<slug:code>/new/", registers.entry_new, name="new"),
    path("<slug:code>/export/", registers.register_export, name="export"),
    path("<slug:code>/<int:number>/", registers.entry_page, name="entry"),
    path("<slug:code>/<int:number>/correct/", registers.entry_correct, name="correct"),
    path("<slug:code>/<int:number>/void/", registers.entry_void, name="void"),
    path("<slug:code>/<int:number>/sign/", registers.entry_sign, name="sign"),
]
