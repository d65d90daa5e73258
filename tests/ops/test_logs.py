"""What the web server writes about a request holds no secret of a private calendar."""

import datetime
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from cosign.logs import WebServer, without_secrets

SECRET = "0123456789abcdef" * 2 + "01234567"
ADDRESS = f"/calendar/{SECRET}.ics"


@pytest.fixture
def log(tmp_path):
    """The server's logger as the Dockerfile sets it up, writing to files; and what they hold."""
    config = Config()
    config.set("accesslog", str(tmp_path / "access"))
    config.set("errorlog", str(tmp_path / "error"))
    server = WebServer(config)
    yield SimpleNamespace(server=server, lines=lambda: [path.read_text() for path in sorted(tmp_path.iterdir())])
    for logger in (server.access_log, server.error_log):
        logger.filters.clear()
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()


def asked(log, path, **environ):
    request = {"REQUEST_METHOD": "GET", "RAW_URI": path, "SERVER_PROTOCOL": "HTTP/1.1", **environ}
    response = SimpleNamespace(status="200 OK", sent=7, headers=[])
    log.server.access(response, SimpleNamespace(headers=[]), request, datetime.timedelta(seconds=1))


def test_the_access_log_names_neither_the_address_nor_where_it_was_referred_from(log):
    asked(log, ADDRESS, HTTP_REFERER=f"https://cosign.house.gov{ADDRESS}")
    access, _ = log.lines()
    assert SECRET not in access
    assert '"GET /calendar/[secret] HTTP/1.1" 200 7 "https://cosign.house.gov/calendar/[secret]"' in access


def test_the_error_log_names_no_address(log):
    log.server.error("Error handling request %s", ADDRESS)
    _, error = log.lines()
    assert "Error handling request /calendar/[secret]" in error


@pytest.mark.parametrize(
    "line",
    [ADDRESS, f"/calendar/{SECRET}", f"//calendar/{SECRET}/", f"/CALENDAR/{SECRET}", f"https://x{ADDRESS}?a=b", f"'{ADDRESS}'"],
)
def test_what_only_looks_like_an_address_is_left_out_too(line):
    assert SECRET not in without_secrets(line)


@pytest.mark.parametrize("line", ["/mail/stop/WzEsIng6:1xV:abc-_/", "/MAIL/STOP/WzEsIng6", "https://x/mail/stop/WzEsIng6?a=b"])
def test_the_address_that_stops_a_person_s_mails_is_left_out(line):
    assert without_secrets(f'"GET {line} HTTP/1.1" 200').count("/mail/stop/[secret]") == 1
    assert "WzEsIng6" not in without_secrets(f'"GET {line} HTTP/1.1" 200')


def test_other_pages_are_logged_as_they_are():
    line = 'GET /account/calendar/revoke/ GET /account/mail/ POST /account/mail/muted/7/end/ "https://cosign.house.gov/l/abc/deadline.ics"'
    assert without_secrets(line) == line
