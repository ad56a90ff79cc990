"""Addresses of the hotel's forms, below /h/<hotel>/forms/."""

from django.urls import path

from roomnight.procedures.views import forms

app_name = "forms"
urlpatterns = [
    path("", forms.form_list, name="list"),
    path("new/", forms.form_new, name="new"),
    path("preview/", forms.preview, name="preview"),
    path("<slug:code>/", forms.form_page, name="form"),
    path("<slug:code>/edit/", forms.form_edit, name="edit"),
    path("<slug:code>/compare/", forms.form_compare, name="compare"),
    path("<slug:code>/submit/", forms.form_submit, name="submit"),
    path("<slug:code>/approve/", forms.form_approve, name="approve"),
]
