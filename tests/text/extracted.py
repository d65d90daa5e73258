"""Letters as the text of their PDFs comes out, each with its own troubles."""

PAGED = """Congress of the United States
Washington, DC 20515

                                                          March 3, 2026

The Honorable Jane Q. Example
Administrator
Office of River Crossings
Washington, DC 20500

Dear Administrator Example,

Ferries carry 4 million people a year across the two rivers of our region.1 In 2024 5 percent of all
sailings were cancelled, at a cost of $3 billion to the towns on both banks.2 Section 7 of the Act asks
your office to publish a plan within 90 days, and nobody has seen one.3 We are troubled that the

1 River Crossings Board, Annual Count of Passengers (2025), https://rivers.example.gov/counts/2025/annual-
count-of-passengers.pdf.
2 See Ferry Cancellations and Their Cost, Towns Quarterly, vol. 12 (2025), which sets out in detail how the
cost was reckoned and which towns took part in the survey, and how the survey was
\fThe Honorable Jane Q. Example
March 3, 2026
Page 2

plan has been put off four times, and that each time the towns were told of it by the newspapers and
not by you.

We ask that you:

1. Publish the plan without delay;
2. Meet the mayors of the towns; and
3. Tell us by April 30, 2026, what became of the $12 million that Congress gave.

We also ask for the names of those who wrote it.4

checked against the books of the operators and, where those were lost, against the
harbour logs.
3 Title 9, Section 7. The deadline passed on June 1, 2025, and has been extended four times without
notice in the
\fThe Honorable Jane Q. Example
March 3, 2026
Page 3

Thank you for your attention to this matter.

Respectfully,



Ada Lovelock                                    Ben Ortiz-Núñez
Member of Congress                              United States Senator



Carla M. Dove, Jr.
Member of Congress


Federal Register. See also the letter of May 2, 2025.
4 Id. at 3.
\f"""

TIGHT = """June 9, 2025
The Honorable Sam Reed
Chairman
Committee on Harbours
U.S. House of Representatives
Washington, DC 20515
The Honorable Lee Park
Ranking Member
Committee on Harbours
U.S. House of Representatives
Washington, DC 20515

Re: Funding for small harbours

Dear Chairman Reed and Ranking Member Park:
We write in support of small harbours. They shelter boats and feed
towns.

They also need inter-
agency help, and we therefore ask you to fund them.

Very truly yours,

Jane Doe, Member of Congress
John Q. Public, Jr., Member of Congress
Mary Roe, United States Senator

cc: The Honorable Nobody
    The Clerk
"""

SPACED_PAGES = """April 1, 2026

The Honorable Ann Vale
Director
Bureau of Bridges
Denver, CO 80202

To Whom It May Concern:

Bridges fall down when nobody looks at them.1 Of 600 bridges, 3 are sound 2 and the rest are
old. The bureau said so in its report “Bridges at Risk.”3 Yet the bureau has done

1 Bureau of Bridges, Count, https://bridges.example.gov/count
2 Id.
3 Bureau of Bridges, Bridges at Risk (2025). https://bridges.example.gov/reports/2025/bridges_at_
risk.html
 nothing since. The governors of 11 States wrote to you in May 2025, without an answer.4

• Count them again.
• Mend the worst:
o first those over water;
o then the rest.
• Tell us.

4 Letter of May 3, 2025.
 Sincerely,

Ann Onym
United States Senator

Page 2 of 2
"""

UNDATED = """United States Senate
WASHINGTON, DC 20510

The Honorable Sam Reed
Secretary
Department of Boats
Washington, DC 20001

Dear Secretary Reed:

We ask for boats.

Kay Bee
United States Senator
"""

ENDNOTES = """May 1, 2026

The Honorable Lee Park
Secretary
Department of Lights
Washington, DC 20001

Dear Secretary Park:

Lights [1] and more lights.[2] In 2023,3 we said so; H.R.4 says more. See H.R. 5.5

1. A list item
2. Another item

Sincerely,

A. Dee
Member of Congress

[1] First.
[2] Second,
on two lines.
"""

NO_BLANKS = """The Honorable Lee Park
Secretary
Department of Lights
Washington, DC 20001

Dear Secretary Park:

The lamps along the northern road have been dark for three winters, and no one
has come to mend them.1
Drivers tell us that they now keep to the southern road, which is longer by far,
narrower, and in spring under water; the hauliers reckon their loss in hundreds
of hours.
We ask you to light the road again.

1
Northern Road Committee, Minutes (2025).
"""

# Pages without numbers at their foot: two end in a note to the note before, two in the titles of signers.
SAME_ENDS = """May 4, 2026

The Honorable Jane Q. Example
Administrator
Washington, DC 20500

Dear Administrator Example:

The Board met in spring,1 and it was told of the costs by those who bear them and by nobody else.2 It has
put off what it was asked to do, and the towns on both banks have heard nothing from it since then.

1
    Minutes of the Board, page 7.
2
    Id. at 9.
\fThe Board met again in May,3 and it was told of the costs once more by the same people as before.4 It then
put off what it was asked to do, and the towns on both banks have heard nothing from it since then.

3
    Minutes of May.
4
    Id. at 14.
\fThank you for your answer.

Sincerely,


Ada Lovelock                 Ben Ortiz
Member of Congress           Member of Congress
\fCarla Dove                   Dan Moor
Member of Congress           Member of Congress
\fEve Hill                     Fay Lake
Member of Congress           Member of Congress
"""
