"""A browser of few lines for attacks over HTTP: keeps cookies, sends the CSRF token, may come from another address."""

import http.client
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Browser:
    def __init__(self, port, *, address="127.0.0.1"):
        self.port, self.address, self.cookies = port, address, {}

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, data, *, forwarded_for=None):
        if "csrftoken" not in self.cookies:
            self.get("/account/login/")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.cookies["csrftoken"]}
        if forwarded_for:
            headers["X-Forwarded-For"] = forwarded_for
        return self.ask("POST", path, urlencode(data), headers)

    def ask(self, method, path, body=None, headers=None):
        """(status, body), with `Location` in place of the body of a redirect."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60, source_address=(self.address, 0))
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {**(headers or {}), "Cookie": cookies})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return answer.status, answer.headers.get("Location") or text
