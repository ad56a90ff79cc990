"""A small OpenID Connect provider for tests: it answers over HTTP as the real ones do, and lies where it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT, SECRET = "roomnight", "between-us"


class IdentityProvider:
    """The provider. `person` are the claims about whoever signs in; `forge` changes the token just before it is signed."""

    def __init__(self) -> None:
        self.key, self.stranger = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        self.person = {"sub": "u-17", "email": "chen@example.com", "email_verified": True, "name": "陈子涵"}
        self.forge = lambda claims: None
        self.told: dict[str, Any] = {}
        self.signs_with, self.algorithm = self.key, "ES256"
        self.describes: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, {})

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                provider.answer(self, {name: values[0] for name, values in parse_qs(sent).items()})

            def log_message(self, *args) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, to: BaseHTTPRequestHandler, sent: dict[str, str]) -> None:
        path = urlsplit(to.path).path
        status, body = {
            "/.well-known/openid-configuration": self.description,
            "/keys": self.keys,
            "/token": self.token,
            "/userinfo": self.userinfo,
        }[path](to, sent)
        to.send_response(status)
        to.send_header("content-type", "application/json")
        to.end_headers()
        to.wfile.write(json.dumps(body).encode())

    def description(self, to, sent):
        return 200, {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.describes,
        }

    def keys(self, to, sent):
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return 200, {"keys": [{**public, "kid": "k1", "alg": "ES256", "use": "sig"}]}

    def authorize(self, url: str) -> dict[str, str]:
        """The person signs in at the provider, which sends the browser back with these words."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, to, sent):
        asked = self.codes.pop(sent.get("code"), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).decode()
        mine = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        if asked is None or not mine or proof.rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            **self.person,
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        self.forge(claims)
        key = SECRET if self.algorithm == "HS256" else self.signs_with if self.algorithm != "none" else None
        id_token = jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "k1"})
        return 200, {"access_token": "for-userinfo", "token_type": "Bearer", "id_token": id_token}

    def userinfo(self, to, sent):
        assert to.headers["authorization"] == "Bearer for-userinfo"
        return 200, {**self.person, **self.told}
