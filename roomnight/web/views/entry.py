"""Coming in: the first run, the way home, language and theme, and what the browser itself asks for."""

from __future__ import annotations

from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from roomnight.organization.access import Outside, any_demo_hotel, any_hotel_exists, hotels
from roomnight.organization.commands import create_hotel, set_preferences
from roomnight.organization.forms import HotelForm
from roomnight.organization.http import StaffRequest
from roomnight.ui.page import Request, done, form_status, page, refusals
from roomnight.web.commands import remove_demo
from roomnight.web.demo.build import build_demo

YEAR_SECONDS = 365 * 24 * 3600


@login_not_required
def home(request: StaffRequest) -> HttpResponse:
    """To the first run while there is no hotel, to sign in, or to the desk where this person worked last."""
    if not any_hotel_exists():
        return redirect("entry:first_run")
    if not request.user.is_authenticated:
        return redirect("account_login")
    mine = list(hotels(request.user))
    if not mine:
        return page(request, "web/no_desk.html", status=403)
    last = next((hotel for hotel in mine if hotel.pk == request.user.last_hotel_id), mine[0])
    return redirect("web:my_day", hotel=last.code)


@login_not_required
def first_run(request: StaffRequest) -> HttpResponse:
    """What an empty installation shows: try the demo hotel, or create a real one (OPS-01)."""
    if any_hotel_exists():
        return redirect("entry:home")
    return page(request, "web/first_run.html", {"signed_in": is_administrator(request)})


def is_administrator(request: StaffRequest) -> bool:
    return bool(getattr(request.user, "is_administrator", False))


def administrators_only(request: StaffRequest) -> None:
    if not is_administrator(request):
        raise PermissionDenied("administrator")


@require_POST
def first_demo(request: StaffRequest) -> HttpResponse:
    """Build the demo hotel and show its people with their password, once."""
    administrators_only(request)
    demo = build_demo(actor=actor_of(request), today=timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date())
    return page(
        request, "web/demo_ready.html", {"demo": demo, "home": reverse("web:my_day", kwargs={"hotel": demo.hotel.code})}
    )


def first_hotel(request: StaffRequest) -> HttpResponse:
    """Create a real hotel."""
    administrators_only(request)
    form = HotelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            hotel = create_hotel(actor=actor_of(request), **form.cleaned_data)
            return done(
                request,
                reverse("web:settings", kwargs={"hotel": hotel.code}),
                _("%(name)s is open.") % {"name": hotel.label},
            )
    return page(request, "web/first_hotel.html", {"form": form}, form_status(form))


@require_POST
def demo_remove(request: StaffRequest) -> HttpResponse:
    """Remove the demo hotel with everything in it."""
    administrators_only(request)
    demo = any_demo_hotel()
    if demo is not None:
        remove_demo(actor=actor_of(request), hotel=demo)
    return done(request, reverse("entry:home"), _("The demo hotel is removed."))


def actor_of(request: StaffRequest) -> Outside:
    """The person as an actor where no hotel is in the address."""
    return Outside(request.user)


def back_to(request: HttpRequest) -> str:
    """Where the person came from, if that is here."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else reverse("entry:home")


@login_not_required
@require_POST
def language(request: StaffRequest) -> HttpResponse:
    """Switch the language, for the person or, before sign-in, for the browser (UI-01)."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        wanted = settings.LANGUAGE_CODE
    if request.user.is_authenticated:
        set_preferences(actor=actor_of(request), staff=request.user, language=wanted)
    response = redirect(back_to(request))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=YEAR_SECONDS, samesite="Lax")
    return response


@login_not_required
@require_POST
def theme(request: StaffRequest) -> HttpResponse:
    """Switch between light, dark and as the device."""
    wanted = request.POST.get("theme", "")
    wanted = wanted if wanted in {"auto", "light", "dark"} else "auto"
    if request.user.is_authenticated:
        set_preferences(actor=actor_of(request), staff=request.user, theme=wanted)
    response = redirect(back_to(request))
    response.set_cookie("roomnight_theme", wanted, max_age=YEAR_SECONDS, samesite="Lax")
    return response


@login_not_required
@never_cache
def csrf(request: HttpRequest) -> HttpResponse:
    """A fresh token for a report that was written off-line and is sent later."""
    return JsonResponse({"token": get_token(request)})


@login_not_required
def service_worker(request: HttpRequest) -> HttpResponseBase:
    """The service worker must come from the root to look after the whole site."""
    found = finders.find("ui/dist/sw.js")
    if not isinstance(found, str):
        return HttpResponse(status=404)
    response = FileResponse(open(found, "rb"), content_type="text/javascript")  # noqa: SIM115 (the response closes it)
    response.headers["Cache-Control"] = "no-cache"
    return response


@login_not_required
def manifest(request: Request) -> HttpResponse:
    """What makes the product installable on a phone."""
    response = page(request, "ui/manifest.webmanifest")
    response.headers["Content-Type"] = "application/manifest+json"
    return response


@login_not_required
def offline(request: Request) -> HttpResponse:
    """What the service worker shows when a page was never here before."""
    return page(request, "ui/offline.html")


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Whether the process and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(cast(Request, request), "ui/errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return page(cast(Request, request), "ui/errors/403.html", status=403)
