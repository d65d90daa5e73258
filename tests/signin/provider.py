"""An OpenID Connect provider as a process of its own: oidc-provider-mock, and two things that it lacks.

It checks PKCE (RFC 7636), and a refusal carries the state of the request (RFC 6749, 4.1.2.1).
"""

import base64
import hashlib
import io
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import requests

ROOT = Path(__file__).resolve().parents[2]
REFUSAL = b'{"error": "invalid_grant", "error_description": "The code was not asked for by whoever brings it."}'


class Provider:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def knows(self, sub, **claims):
        """Whoever signs in there as `sub` is described by these claims."""
        requests.put(f"{self.url}/users/{quote(sub)}", json=claims, timeout=10).raise_for_status()

    def lets_in(self, url, sub):
        """What its sign-in page at `url` answers to `sub`: the address that leads back to us."""
        return requests.post(url, data={"sub": sub}, allow_redirects=False, timeout=10).headers["Location"]

    def denies(self, url):
        return requests.post(url, data={"action": "deny"}, allow_redirects=False, timeout=10).headers["Location"]


@contextmanager
def running():
    """It ends with the test, and with the process that tests, however that one ends."""
    command = [sys.executable, "-m", "tests.signin.provider"]
    environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            yield Provider(int(process.stdout.readline()))
        finally:
            process.kill()


class Strict:
    """Between the network and the provider: a token only for the verifier whose challenge came with the request for the code."""

    def __init__(self, provider):
        self.provider, self.challenges = provider, {}

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == "/oauth2/authorize":
            return self.provider(environ, self.noting(parse_qs(environ["QUERY_STRING"]), start_response))
        if environ["PATH_INFO"] == "/oauth2/token" and not self.proves(form_of(environ)):
            start_response("400 Bad Request", [("Content-Type", "application/json")])
            return [REFUSAL]
        return self.provider(environ, start_response)

    def noting(self, asked, start_response):
        def start(status, headers, *more):
            headers = dict(headers)
            back = parse_qs(urlsplit(headers.get("Location", "")).query)
            if "code" in back and asked.get("code_challenge_method") == ["S256"]:
                self.challenges[back["code"][0]] = asked["code_challenge"][0]
            if "error" in back and "state" not in back:
                headers["Location"] += f"&state={quote(asked['state'][0])}"
            return start_response(status, list(headers.items()), *more)

        return start

    def proves(self, form):
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return self.challenges.pop(form.get("code", [""])[0], None) == challenge


def form_of(environ):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode())


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


def serve():
    import oidc_provider_mock
    from werkzeug.serving import make_server

    threading.Thread(target=end_with_parent, daemon=True).start()
    server = make_server("127.0.0.1", 0, Strict(oidc_provider_mock.app()), threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve()
