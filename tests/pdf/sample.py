"""A letter of our own to print: three addressees, seven notes, a list and as many signers as asked for."""

from itertools import cycle, islice, product

from letters.pdf.render import LetterData, Signer

ADDRESSEES = (
    ("The Honorable Ruth Aldersgate", "Secretary", "Department of the Interior", "Washington, D.C. 20240"),
    ("The Honorable Samuel Okonjo", "Administrator", "National Weather Office", "Silver Spring, MD 20910"),
    ("The Honorable Clara Whitcomb", "Director", "Office of River Forecasts", "Reston, VA 20192"),
)
NOTES = (
    "Office of River Forecasts (2024). Gauges closed or threatened, by state and year of closure. Table 4. "
    '<a href="https://rivers.example.gov/gauges/closed">https://rivers.example.gov/gauges/closed</a>',
    "Whitcomb, C. (2023). What a missing hour costs: flood warnings on small rivers. <em>Journal of Warnings</em>, 12(3). "
    '<a href="https://journal.example.org/12/3/what-a-missing-hour-costs-flood-warnings-on-small-rivers">'
    "https://journal.example.org/12/3/what-a-missing-hour-costs-flood-warnings-on-small-rivers</a>",
    "43 U.S.C. § 31 (2022).",
    "Letter of the county engineers of the upper basin to the Secretary, March 3, 2025, pages 2 and 3.",
    "Łukasiewicz, P., Kovács, Ő. (2021). Sensors in ice: a winter on the Muñoz Fork. "
    '<a href="https://ice.example.edu/reports/2021/sensors-in-ice-a-winter-on-the-munoz-fork-with-tables.html">'
    "https://ice.example.edu/reports/2021/sensors-in-ice-a-winter-on-the-munoz-fork-with-tables.html</a>",
    "National Weather Office (2025). Service notice 25–11.",
    "Hearing before the Subcommittee on Water, 118th Cong. 41 (2024), statement of Ms. Şahin, on gauges that report by "
    "satellite and on those that a volunteer still reads by hand every morning at seven.",
)
BODY = """<p>We write about the river gauges that your offices read every fifteen minutes, and that nobody notices until one
falls silent. Since the spring of 2022 one hundred and eighty of them have been shut down for want of money.[1] Behind each
stands a town that used to know six hours ahead when the water would come over the road, and today learns it from the
neighbors upstream.[2] That is not how a country with satellites should warn its people.</p>
<p>Congress asked the Secretary long ago to measure the streams of the nation and to publish what is found.[3] The duty did
not end when the costs went up. In our districts and states the county engineers have kept some stations alive with spare
parts and with their own Saturdays, and they tell us that this cannot last another winter.[4] A gauge that is switched on
again after a flood has missed the one reading that mattered.</p>
<p>New instruments are cheaper than the old ones and last longer in ice,[5] and the money for buying them has been set aside
twice. What is missing is a plan that says which stations come first, who keeps them, and by when. We therefore ask you to
publish such a plan within ninety days, and to let it cover at least the following:</p>
<ul><li>a list of all stations that were closed or are at risk, with the people who live downstream of each;</li>
<li>an order of repair that puts places without any other warning first, whatever the size of the town;</li>
<li>a single office that answers when a county reports a broken gauge, by telephone and at night;</li>
<li>a yearly account to the committees, in plain words and with the data in a form that anyone can use.</li></ul>
<p>The notice of this March[6] speaks of pausing two hundred further stations while a study is made. We ask that no station
be paused before the study is done, because a record that is broken off cannot be mended afterwards. Witnesses of both
parties have said so before the subcommittee,[7] and nobody has contradicted them.</p>
<p>We stand ready to help with the law and with the money. Thank you for your attention to the people who live beside these
rivers, and we look forward to your answer.</p>"""
FIRST = "Ada Björn Carmen Dmitri Eleanor Francisco Grace Henrik Inés Jörg Katarzyna Louis Mercedes Núria Olga Patrick".split()
LAST = (
    "Abernathy Brückner Castañeda Delacroix Espinosa Fitzgerald Goldstein Hollingsworth Ibáñez Johansson Kowalczyk "
    "Lundqvist MacAllister Nakamura O’Sullivan Petrović Quintanilla Rasmussen Santángelo Thorvaldsen Underhill "
    "Villanueva Wolfe-Hartmann Xu Yamamoto Zieliński Ångström Böhm Ćosić Durand Erdoğan Főldi Grzegorz Hashimoto"
).split()
TITLES = "Member of Congress", "United States Senator", "Member of Congress"


def signers(number: int) -> tuple[Signer, ...]:
    names = (f"{first} {last}" for last, first in product(LAST, FIRST))
    return tuple(Signer(name, title) for name, title in islice(zip(names, cycle(TITLES), strict=False), number))


def body(filler_words: int = 0) -> str:
    """The text with its notes where they are called, after a first paragraph that moves every later page boundary."""
    text = f"<p>{' '.join(islice(cycle('water gauge river warning hour'.split()), filler_words))}</p>" * bool(filler_words)
    text += BODY
    for number, note in enumerate(NOTES, 1):
        text = text.replace(f"[{number}]", f'<span class="fn">{note}</span>')
    return text


def letter(number_of_signers: int = 14, *, filler_words: int = 0, **changes) -> LetterData:
    parts = {
        "letterhead": ("Congress of the United States", "House of Representatives", "Washington, D.C. 20515"),
        "date_line": "May 2, 2025",
        "addressees": ADDRESSEES,
        "salutation": "Dear Secretary Aldersgate, Administrator Okonjo, and Director Whitcomb:",
        "body": body(filler_words),
        "closing": "Sincerely,",
        "signers": signers(number_of_signers),
        "pdf_title": "Letter on river gauges",
    }
    return LetterData(**parts | changes)
