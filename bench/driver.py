"""Asking a WSGI application in this process, as a browser that has signed in: the product and its floors alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string

from roomnight.organization.models import Staff

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def sign_in(staff: Staff) -> str:
    """The cookie of a session in which this person has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


class Browser:
    """One person's browser at one application."""

    def __init__(self, application: Application, cookie: str) -> None:
        self.application, self.secret = application, _get_new_csrf_string()
        self.cookie = f"{cookie}; {settings.CSRF_COOKIE_NAME}={self.secret}"

    def get(self, url: str, **more: str) -> bytes:
        """The body of a page. `more` goes into the environment."""
        return self._ask("GET", url, b"", {"bench.pk": "", **more})

    def post(self, url: str, form: dict[str, Any], **more: str) -> bytes:
        """The body of the answer to a form that was accepted."""
        body = urlencode({"csrfmiddlewaretoken": self.secret, **form}, doseq=True).encode()
        sent = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body))}
        return self._ask("POST", url, body, {"bench.pk": "", **sent, **more})

    def _ask(self, method: str, url: str, body: bytes, more: dict[str, str]) -> bytes:
        path, _mark, query = url.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "SCRIPT_NAME": "",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": None,
            **{name.replace("bench_", "bench."): value for name, value in more.items()},
        }
        said: list[str] = []
        answer = self.application(environ, lambda status, headers, *rest: said.append(status))
        got = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        if said[0][:3] != ("200" if method == "GET" else "302"):
            raise RuntimeError(f"{method} {url}: {said[0]}\n{got[:3000].decode()}")
        return got
