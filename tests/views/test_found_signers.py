"""Names below an imported letter and the offices they may be."""

import pytest

from letters.views.found_signers import matched
from tests.factories import make_office

pytestmark = pytest.mark.django_db
HOUSE, SENATE = "Member of Congress", "United States Senator"


@pytest.fixture
def offices():
    return {
        "charles": make_office("Charles", "Shoemaker", chamber="senate", state="NY"),
        "jose": make_office("José", "Luján", state="NM", district=3),
        "ann": make_office("Ann", "Smith", state="OH", district=1),
        "adam": make_office("Adam", "Smith", state="WA", district=9),
        "masto": make_office("Caty", "Cortez Masto", chamber="senate", state="NV"),
        "gone": make_office("Ida", "Gone", left_on="2026-01-03"),
    }


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("Charles Shoemaker", SENATE, ["charles"]),
        ("Charles E. Shoemaker, Jr.", SENATE, ["charles"]),
        ("Chuck Shoemaker", "U.S. Senator", ["charles"]),
        ("Charles Shoemaker", HOUSE, []),
        ("Bob Shoemaker", SENATE, []),
        ("Jose LUJAN", HOUSE, ["jose"]),
        ("José “Joe” Luján", "", ["jose"]),
        ("Ann Smith", HOUSE, ["ann"]),
        ("A. Smith", HOUSE, []),
        ("Al Smith", HOUSE, ["adam", "ann"]),
        ("Al Smith", "Member of Congress (WA-09)", ["adam"]),
        ("Catherine Cortez Masto", SENATE, ["masto"]),
        ("Ida Gone", HOUSE, []),
        ("Smith", HOUSE, []),
        ("", HOUSE, []),
    ],
)
def test_a_name_is_an_office_only_where_name_and_title_fit_it(offices, name, title, expected):
    (found,) = matched([(name, title)])
    assert found.offices == [offices[key] for key in expected]
    assert found.office == (found.offices[0] if len(expected) == 1 else None)


def test_many_signers_cost_one_query(offices, django_assert_num_queries):
    with django_assert_num_queries(1):
        matched([("Ann Smith", HOUSE)] * 500)
