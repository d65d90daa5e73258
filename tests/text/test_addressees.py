import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letters.text.addressees import MAX_SALUTATION, greetings, people, running_head, salutation

SECRETARY = "The Honorable Ines Halloway\nSecretary\nDepartment of Harbors\nWashington, DC 20500"
ADMINISTRATOR = "The Honorable Tom Whitcomb\nAdministrator\nFerry Administration\nWashington, DC 20590"
ATTORNEY = "The Honorable Ruth J. Okafor\nAttorney General\nDepartment of Justice\nWashington, DC 20530"

# One block each, and how its addressee is greeted.
BLOCKS = [
    (SECRETARY, "Secretary Halloway"),
    (ADMINISTRATOR, "Administrator Whitcomb"),
    (ATTORNEY, "Attorney General Okafor"),
    ("The Honorable Ines Halloway\nSecretary of State\nU.S. Department of State", "Secretary Halloway"),
    ("Hon. Ines Halloway\nU.S. Secretary of Labor", "Secretary Halloway"),
    ("Ines Halloway, Secretary\nDepartment of Harbors", "Secretary Halloway"),
    ("The Honorable Ines Halloway, Secretary, Department of Harbors", "Secretary Halloway"),
    ("Secretary Ines Halloway\nDepartment of Harbors", "Secretary Halloway"),
    ("The Hon. Ines Halloway\nActing Secretary\nDepartment of Harbors", "Acting Secretary Halloway"),
    ("The Honorable Ines Halloway\nDeputy Secretary of Defense", "Deputy Secretary Halloway"),
    ("The Honorable Ines Halloway\nUnder Secretary for Food Safety", "Under Secretary Halloway"),
    ("The Honorable Ines Halloway\nUndersecretary of Commerce", "Under Secretary Halloway"),
    ("The Honorable Ines Halloway\nPrincipal Deputy Assistant Secretary", "Principal Deputy Assistant Secretary Halloway"),
    ("INES HALLOWAY\nSECRETARY OF THE NAVY", "Secretary Halloway"),
    ("Mr. Tom Whitcomb\nActing Administrator\nFerry Administration", "Acting Administrator Whitcomb"),
    ("Ms. Ana Whitcomb\nRegional Administrator, Region 6", "Regional Administrator Whitcomb"),
    ("Ruth J. Okafor\nActing Deputy Attorney General", "Acting Deputy Attorney General Okafor"),
    ("The Honorable Ruth Okafor\nUnited States Attorney General", "Attorney General Okafor"),
    ("The Honorable Ruth Okafor\nU.S. Attorney\nDistrict of Maine", "U.S. Attorney Okafor"),
    ("The Honorable Ruth Okafor\nInspector General", "Inspector General Okafor"),
    ("Ruth Okafor\nSolicitor General of the United States", "Solicitor General Okafor"),
    ("Dr. Mina Achterberg\nDirector\nBureau of Tides", "Director Achterberg"),
    ("Dr. Mina Achterberg\nBureau of Tides", "Dr. Achterberg"),
    ("Mina Achterberg, M.D., Ph.D.\nBureau of Tides", "Dr. Achterberg"),
    ("Mina Achterberg, Esq.\nAchterberg & Daughters LLP", "Mina Achterberg"),
    ("Mina Achterberg PhD\nExecutive Director\nTides Institute", "Executive Director Achterberg"),
    ("Professor Mina Achterberg\nState University", "Professor Achterberg"),
    ("The Honorable Lew Dunmore III\nCommissioner\nTides Commission", "Commissioner Dunmore"),
    ("The Honorable Lew Dunmore, Jr.\nCommissioner of Tides", "Commissioner Dunmore"),
    ("The Honorable Lewis “Lew” P. Dunmore Sr.\nChairman\nTides Commission", "Chairman Dunmore"),
    ("The Honorable Cleo Dunmore\nChair, Committee on Harbors", "Chair Dunmore"),
    ("The Honorable Cleo Dunmore\nChairwoman\nCommittee on Harbors\nU.S. House of Representatives", "Chairwoman Dunmore"),
    ("The Honorable Cleo Dunmore\nVice Chair\nCommittee on Harbors", "Vice Chair Dunmore"),
    ("The Honorable Cleo Dunmore – Ranking Member\nCommittee on Harbors", "Ranking Member Dunmore"),
    ("Ranking Member Cleo Dunmore\nCommittee on Harbors", "Ranking Member Dunmore"),
    ("The Honorable Abe Lindqvist\nSpeaker of the House\nU.S. Capitol", "Speaker Lindqvist"),
    ("The Honorable Abe Lindqvist\nSenate Majority Leader", "Majority Leader Lindqvist"),
    ("The Honorable Abe Lindqvist\nHouse Minority Leader", "Minority Leader Lindqvist"),
    ("The Honorable Abe Lindqvist\nDemocratic Leader", "Leader Lindqvist"),
    ("The Honorable Abe Lindqvist\nPresident Pro Tempore\nUnited States Senate", "Senator Lindqvist"),
    ("The Honorable Abe Lindqvist\nPresident of the United States\nThe White House", "President Lindqvist"),
    ("President Abe Lindqvist\nThe White House", "President Lindqvist"),
    ("The President\nThe White House\nWashington, DC 20500", "President"),
    ("The Vice President\nThe White House", "Vice President"),
    ("The Honorable Abe Lindqvist\nVice President of the United States", "Vice President Lindqvist"),
    ("Abe Lindqvist\nPostmaster General\nU.S. Postal Service", "Postmaster General Lindqvist"),
    ("VADM Abe Lindqvist\nSurgeon General", "Vice Admiral Lindqvist"),
    ("Dr. Abe Lindqvist\nSurgeon General", "Surgeon General Lindqvist"),
    ("The Honorable Abe Lindqvist\nComptroller General of the United States", "Comptroller General Lindqvist"),
    ("Abe Lindqvist\nComptroller of the Currency", "Comptroller Lindqvist"),
    ("Abe Lindqvist\nWhite House Chief of Staff", "Abe Lindqvist"),
    ("Abe Lindqvist\nChief of Staff\nThe White House", "Chief of Staff Lindqvist"),
    ("General Abe Lindqvist\nChief of Staff of the Air Force", "General Lindqvist"),
    ("Gen. Abe Lindqvist, USAF\nChairman of the Joint Chiefs of Staff", "General Lindqvist"),
    ("Lt. Gen. Abe Lindqvist\nDirector, Army Staff", "Lieutenant General Lindqvist"),
    ("ADM Abe Lindqvist\nCommander, Pacific Command", "Admiral Lindqvist"),
    ("Adm. Abe Lindqvist, USN (Ret.)\nDirector\nBureau of Tides", "Director Lindqvist"),
    ("Adm. Abe Lindqvist, USN (Ret.)\n12 Quay Street", "Admiral Lindqvist"),
    ("The Honorable Abe Lindqvist\nU.S. Trade Representative", "Ambassador Lindqvist"),
    ("Ambassador Abe Lindqvist\nEmbassy of Norway", "Ambassador Lindqvist"),
    ("His Excellency Abe Lindqvist\nAmbassador of Norway", "Ambassador Lindqvist"),
    ("The Honorable Abe Lindqvist\nPermanent Representative to the United Nations", "Ambassador Lindqvist"),
    ("His Excellency Abe Lindqvist\nPrime Minister of Norway", "Prime Minister Lindqvist"),
    ("The Honorable María de la Cruz\nGovernor of Puerto Rico", "Governor de la Cruz"),
    ("The Honorable Chris Van Buskirk\nLieutenant Governor", "Lieutenant Governor Van Buskirk"),
    ("The Honorable Ana Luján\nMayor\nCity of Reno", "Mayor Luján"),
    ("The Honorable Pat O'Dowd\nUnited States Senate", "Senator O'Dowd"),
    ("Sen. Pat O’Dowd\n123 Hart Building", "Senator O’Dowd"),
    ("The Honorable Jo Ortiz-Núñez\nU.S. House of Representatives", "Representative Ortiz-Núñez"),
    ("The Honorable Jo Ortiz-Núñez\nMember of Congress", "Representative Ortiz-Núñez"),
    ("Congresswoman Jo Ortiz-Núñez\nWashington, DC 20515", "Representative Ortiz-Núñez"),
    ("The Honorable Dean Holloman\nMember of Congress", "Representative Holloman"),
    ("The Honorable Kim Sturgess\nChief Justice of the United States", "Chief Justice Sturgess"),
    ("The Honorable Kim Sturgess\nAssociate Justice\nSupreme Court of the United States", "Justice Sturgess"),
    ("The Honorable Kim Sturgess\nUnited States District Judge", "Judge Sturgess"),
    ("The Honorable Kim Sturgess\nDepartment of Harbors", "Kim Sturgess"),
    ("Jane Doe\nChief Executive Officer\nHarbor Freightways, Inc.", "Jane Doe"),
    ("Mr. John Doe\nPresident and CEO\nHarbor Freightways, Inc.", "Mr. Doe"),
    ("Ms. Jane Doe\nExecutive Vice President, Government Affairs\nHarbor Freightways", "Ms. Doe"),
    ("Jane Doe\nGeneral Counsel\nHarbor Freightways", "Jane Doe"),
    ("Jane Doe\nPresident, State University", "President Doe"),
    ("Father Ed Moylan, S.J.\nSt. Brendan Parish", "Father Moylan"),
    ("The Reverend Ed Moylan\nSt. Brendan Parish", "Reverend Moylan"),
    ("Rabbi Ed Moylan\nBeth Shalom", "Rabbi Moylan"),
    ("Office of Information and Regulatory Affairs\nWashington, DC 20503", "Office of Information and Regulatory Affairs"),
    ("Federal Tides Commission\nWashington, DC 20554", "Federal Tides Commission"),
    ("The Attorney General\nDepartment of Justice", "Attorney General"),
    ("Director\nBureau of Tides", "Director"),
    ("Via email\nThe Honorable Ines Halloway\nSecretary", "Secretary Halloway"),
    ("Attn: Ines Halloway\nSecretary", "Secretary Halloway"),
    ("Prince\nMinneapolis, MN 55401", "Prince"),
]


@pytest.mark.parametrize(("block", "greeting"), BLOCKS)
def test_an_addressee_is_greeted_by_title_and_family_name(block, greeting):
    assert greetings(block) == [greeting]
    assert salutation(block) == f"Dear {greeting}:"
    assert running_head(block) == greeting


def test_several_addressees_stand_in_one_salutation():
    three = "\n\n".join([SECRETARY, ADMINISTRATOR, ATTORNEY])
    assert greetings(three) == ["Secretary Halloway", "Administrator Whitcomb", "Attorney General Okafor"]
    assert salutation(three) == "Dear Secretary Halloway, Administrator Whitcomb, and Attorney General Okafor:"
    assert running_head(three) == "Secretary Halloway et al."
    assert salutation(f"{SECRETARY}\n\n{ADMINISTRATOR}") == "Dear Secretary Halloway and Administrator Whitcomb:"


def test_two_people_may_share_a_block():
    block = "The Honorable Cleo Dunmore, Chair\nThe Honorable Lew Park, Ranking Member\nCommittee on Harbors"
    assert salutation(block) == "Dear Chair Dunmore and Ranking Member Park:"


@pytest.mark.parametrize("nobody", ["", "\n \n", " , \n\n."])
def test_nobody_is_not_greeted(nobody):
    assert (greetings(nobody), salutation(nobody), running_head(nobody)) == ([], "", "")


def test_a_salutation_to_very_many_stays_one_line_of_its_length():
    many = "\n\n".join([SECRETARY] * 60)
    assert salutation(many) == "Dear Secretary Halloway and others:"
    assert len(salutation("A" * 5000 + "\n\n" + "B" * 5000)) <= MAX_SALUTATION


NAMES = st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True).filter(lambda name: name not in ("Dean", "Major", "Provost"))
TITLES = st.sampled_from(
    ["Secretary", "Administrator", "Director", "Attorney General", "Acting Commissioner", "Governor", "Chair"]
)


@given(
    NAMES,
    NAMES,
    TITLES,
    st.sampled_from(["The Honorable ", "Hon. ", "Dr. ", ""]),
    st.sampled_from(["", ", Jr.", " III", ", M.D."]),
)
def test_the_way_a_name_is_written_makes_no_difference(first, last, title, before, after):
    expected = [f"{title} {last}"]
    assert greetings(f"{before}{first} Q. {last}{after}\n{title}\nBureau of Tides") == expected
    assert greetings(f"{before}{first} {last}{after}, {title}\nBureau of Tides") == expected


@given(st.lists(st.sampled_from([block for block, _ in BLOCKS]), min_size=1, max_size=6))
def test_blocks_do_not_change_each_other(blocks):
    assert greetings("\n\n".join(blocks)) == [greeting for block in blocks for greeting in greetings(block)]


WORDS = "The Honorable Hon. Mr. Dr. Jane van de la Doe Jr. , Secretary of General Acting ( ) “Jo” - – Chief President and".split()
WORDS = st.sampled_from([*WORDS, "U.S.", "\n", "\n\n"])


@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join)))
@settings(max_examples=300)
def test_any_text_gives_one_line(text):
    line = salutation(text)
    assert len(line) <= MAX_SALUTATION
    assert not re.search(r"[\n\r]", line)
    assert bool(line) == bool(greetings(text)) == bool(people(text))
    assert all(name.strip() for name in greetings(text))
    assert all(person.family in person.name for person in people(text) if not person.name.isupper())


@pytest.mark.parametrize(
    "text", ["The Honorable " * 15_000, "the " * 50_000, "vice " * 40_000, "A, " * 60_000, "“x” " * 40_000, "A\n\n" * 60_000]
)
def test_hostile_addressees_end_soon(text):
    assert len(salutation(text)) <= MAX_SALUTATION
