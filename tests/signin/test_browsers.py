import pytest

from letters.templatetags.browsers import browser_words

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
CASES = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/131.0.0.0": "Edge on Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36": "Chrome on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0": "Firefox on Windows",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) {SAFARI} Version/18.1 Safari/605.1.15": "Safari on Mac",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) {SAFARI} Version/18.1 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) {SAFARI} CriOS/131.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
    f"Mozilla/5.0 (Linux; Android 10; K) {CHROME} Mobile Safari/537.36": "Chrome on Android",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {CHROME} Safari/537.36": "Chrome on ChromeOS",
    "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0": "Firefox on Linux",
    "curl/8.5.0": "Another browser",
    "": "Another browser",
}


@pytest.mark.parametrize("user_agent", CASES)
def test_a_browser_is_named_in_words(user_agent):
    assert browser_words(user_agent) == CASES[user_agent]
