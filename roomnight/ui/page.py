"""From a view to a page: render, answer htmx with the piece it asked for, and show a refusal on the form it came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from roomnight.kernel.errors import Refusal


class Request(HttpRequest):
    """A request after the htmx middleware."""

    htmx: HtmxDetails


def page(request: Request, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Render the page, or only the partial that htmx asked for by naming its element id.

    One rule for the whole product: the id of an element that htmx refreshes, the name of the partial inside the page's
    template, and the HX-Target header are the same word.
    """
    target = request.htmx.target if request.htmx and not request.htmx.boosted else None
    if target:
        try:
            get_template(f"{template}#{target}")
        except TemplateDoesNotExist:
            pass
        else:
            template = f"{template}#{target}"
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, HX-Target, Cookie, Accept-Language"
    return response


def form_status(form: BaseForm) -> int:
    """422 for a form that was sent and not accepted, else 200."""
    return 422 if form.is_bound and form.errors else 200


@contextmanager
def refusals(form: BaseForm) -> Iterator[None]:
    """Show a command's refusal on the form it came from; the view then falls through to its 422."""
    try:
        yield
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def done(request: Request, url: str, message: Any = "") -> HttpResponse:
    """The answer to a form that did its work: a quiet word and on to the next page, with or without htmx."""
    if message:
        messages.success(request, str(message))
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def refused(request: Request, url: str, refusal: Refusal) -> HttpResponse:
    """The answer to a one-button action that a rule refused: back to the page, with the reason."""
    messages.error(request, str(refusal.message))
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)
