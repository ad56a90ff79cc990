"""Addresses for looking at the components in a browser, and for testing what the scripts do, without the product around."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone, translation

from roomnight.ui.tests.kit import ClientForm, ReportForm, kit_context, shell

RECEIVED: list[dict[str, Any]] = []
FAIL_WITH: dict[str, int] = {}


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    with translation.override(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "zh-hans")):
        context.setdefault("theme", request.COOKIES.get("roomnight_theme", "light"))
        # The scripts work for somebody: the pages of the kit belong to person 7.
        request.user = type("Person", (), {"is_authenticated": True, "pk": 7})()
        return render(request, template, context, status=status)


def kit(request: HttpRequest) -> HttpResponse:
    if "toast" in request.GET:
        messages.success(request, "已记下")
    context = kit_context(theme=request.COOKIES.get("roomnight_theme", "light"))
    context["shell"] = shell(demo="demo" in request.GET)
    return show(request, "ui/kit.html", context)


def form_page(request: HttpRequest) -> HttpResponse:
    form = ClientForm(request.POST or None)
    if form.is_bound and form.is_valid():
        RECEIVED.append(form.cleaned_data)
        return redirect("/kit/?toast")
    return show(request, "ui/kit_form.html", {"form": form, "shell": shell()}, 422 if form.is_bound else 200)


def report(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if status := FAIL_WITH.get("report"):
            return HttpResponse(status=status)
        if form.is_valid():
            if not any(one["submission_key"] == form.cleaned_data["submission_key"] for one in RECEIVED):
                RECEIVED.append(form.cleaned_data)
            return JsonResponse({"redirect": "/kit/?toast"})
    return show(request, "ui/kit_report.html", {"form": form, "shell": shell()}, 422 if form.is_bound else 200)


def csrf(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"token": get_token(request)})


def palette(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "")
    rows = [
        {"label": "恒睿智能装备", "detail": "KH-00217", "url": "/kit/?found=1", "icon": "building"},
        {"label": "记录拜访", "detail": "", "url": "/report/", "icon": "map-pin"},
    ]
    found = [row for row in rows if q in row["label"]]
    groups = [{"label": "客户与操作", "items": found}] if found else []
    return show(request, "ui/palette_results.html", {"q": q, "groups": groups})


def bell(request: HttpRequest) -> HttpResponse:
    line = {"text": "何佳怡外出超时 18 分钟", "url": "#", "at": timezone.now(), "unread": True, "icon": "alert-circle"}
    lines = render_to_string(
        "ui/notifications.html", {"items": [line], "read_url": "/bell/read/", "all_url": "/bell/"}, request
    )
    return HttpResponse(f'<div id="notifications">{lines}</div>')


def answer(request: HttpRequest) -> HttpResponse:
    RECEIVED.append(request.POST.dict())
    return JsonResponse({})


def move(request: HttpRequest) -> HttpResponse:
    if "refuse" in request.POST.get("id", ""):
        return JsonResponse({"message": "这一天已经排满"}, status=409)
    RECEIVED.append(request.POST.dict())
    return JsonResponse({"message": "已移到另一天"})


def events(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "id": "1",
            "title": "回访 恒睿智能装备",
            "start": "2026-11-19T10:30",
            "end": "2026-11-19T11:00",
            "url": "/report/",
            "state": "confirmed",
        },
        {
            "id": "2",
            "title": "首访 远见未来",
            "start": "2026-11-19T15:00",
            "end": "2026-11-19T15:30",
            "url": "/kit/",
            "state": "planned",
        },
        {
            "id": "refuse-3",
            "title": "报价 华东江南",
            "start": "2026-11-18T17:00",
            "end": "2026-11-18T17:30",
            "url": "/kit/",
            "state": "late",
        },
        {
            "id": "4",
            "title": "电话时段",
            "start": "2026-11-17T09:00",
            "end": "2026-11-17T10:00",
            "url": "/kit/",
            "state": "done",
        },
        {"id": "5", "title": "年会接待", "start": "2026-11-20", "allDay": True, "url": "/kit/", "state": "planned"},
    ]
    return JsonResponse(rows, safe=False)


def calendar(request: HttpRequest) -> HttpResponse:
    return show(request, "ui/kit_calendar.html", {"shell": shell()})


def panel(request: HttpRequest) -> HttpResponse:
    if "broken" in request.GET:
        return HttpResponse(status=500)
    response = HttpResponse("<section class='card'><div class='card-body'>loaded</div></section>")
    response["HX-Trigger"] = json.dumps({"toast": {"text": "已取到", "tone": "good"}})
    return response


def door(request: HttpRequest, name: str) -> HttpResponse:
    return show(request, f"ui/{name}.html", {})


def worker(request: HttpRequest) -> HttpResponse:
    source = Path(str(finders.find("ui/dist/sw.js"))).read_bytes()
    return HttpResponse(source, content_type="text/javascript")


def manifest(request: HttpRequest) -> HttpResponse:
    response = show(request, "ui/manifest.webmanifest", {})
    response["Content-Type"] = "application/manifest+json"
    return response


ALL = [
    path("kit/", kit),
    path("form/", form_page),
    path("report/", report),
    path("csrf/", csrf),
    path("palette/", palette),
    path("bell/", bell),
    path("bell/read/", answer),
    path("theme/", answer),
    path("logout/", answer),
    path("move/", move),
    path("events/", events),
    path("calendar/", calendar),
    path("panel/", panel),
    path("sw.js", worker),
    path("manifest.webmanifest", manifest),
    path("offline/", door, {"name": "offline"}),
    path("errors/<str:name>/", lambda request, name: door(request, f"errors/{name}")),
]
urlpatterns = ALL
for pattern in ALL:
    pattern.callback = login_not_required(pattern.callback)
