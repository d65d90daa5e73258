import pytest

from letters.text.numerals import marker


@pytest.mark.parametrize(
    ("number", "style", "expected"),
    [
        (3, "1", "3"),
        (1, "a", "a"),
        (26, "a", "z"),
        (27, "A", "AA"),
        (702, "a", "zz"),
        (703, "a", "aaa"),
        (4, "i", "iv"),
        (1994, "I", "MCMXCIV"),
        (3999, "i", "mmmcmxcix"),
        (4000, "i", "4000"),
        (0, "a", "0"),
        (-1, "I", "-1"),
    ],
)
def test_a_number_is_marked_in_its_style(number, style, expected):
    assert marker(number, style) == expected
