"""Who gets what from each address of the site: one line for each, written by hand and never computed.

The columns are people, first for GET and then for POST:

    x  nobody signed in              l  signer of the lead's office
    n  a person without any office   c  signer of the co-lead's office
    o  signer of an office that      a  site admin (superuser)
       is not invited                r  auditor (may read every letter, has no office)
    v  viewer, s signer, m manager of an invited office

What they get:

    +  the page; for POST: the act is done        S  sent to sign in
    =  POST is answered, and nothing is changed   >  sent elsewhere
    3  403 Forbidden                              4  404 Not Found      .  405 Method Not Allowed
    where the letter's audience matters:          ?  + when it is any office with the link, 4 when it is invited offices
                                                  ~  = or 4   !  3 or 4

An address is about the person's own office and a letter of the lead's that invites `v`, `s` and `m`. In the admin site,
capitals stand for a kind of rows: see KINDS.
"""

import re

from django.urls import get_resolver

ROLES = "xnovsmlcar"
BY_AUDIENCE = {"?": "+4", "~": "=4", "!": "34"}

TABLE = """
/                                           S+++++++++  S.........
letters/new/                                S3+3++++33  S3+3++++33
letters/new/paste/                          S3+3++++33  S3+3++++33
letters/new/write/                          S3+3++++33  S3+3++++33
l/<code>/                                   S>?+++++++  S.........
l/<code>/state/                             S4?+++++++  S.........
l/<code>/draft.pdf                          S4!+++++++  S.........
l/<code>/final.pdf                          S4!+++++++  S.........
l/<code>/letter.docx                        S4!+++++++  S.........
l/<code>/deadline.ics                       S4?+++++44  S.........
l/<code>/changes/<old>/<new>/               S4?+++++++  S.........
l/<code>/texts/<number>/                    S4?+++++++  S.........
l/<code>/sign/                              S.........  S4?4+++=44
l/<code>/withdraw/                          S4?4++++44  S4~4===+44
l/<code>/decline/                           S4?4++++44  S4?4+++=44
l/<code>/condition/                         S4?4++++44  S4?4+++=44
l/<code>/condition/take-back/               S.........  S4~4++==44
l/<code>/opened/                            S.........  S4~=======
l/<code>/more-time/                         S4?4++++44  S4?4==+=44
l/<code>/more-time/<pk>/take-back/          S.........  S444++4444
l/<code>/mute/                              S.........  S4?+++++++
l/<code>/propose/                           S4?4++++44  S4?4+++=44
l/<code>/propose/<pk>/take-back/            S.........  S444++4444
l/<code>/join/                              S+++++++++  S+++++++++
l/<code>/enter-office/                      S+++++++++  S+++++++++
l/<code>/desk/                              S4!333++++  S.........
l/<code>/desk/offices.csv                   S4!333++33  S.........
l/<code>/desk/conditions/<pk>/              S4!333++33  S4!333++33
l/<code>/desk/lock/announce/                S4!333+++3  S4!333+++3
l/<code>/desk/preview/                      S4!333++++  S.........
l/<code>/desk/text/                         S4!333++33  S4!333++33
l/<code>/desk/text/save/                    S.........  S4!333++33
l/<code>/desk/text/preview/                 S.........  S4!333==33
l/<code>/desk/texts/                        S4!333++++  S.........
l/<code>/desk/publish/                      S4!333++33  S4!333++33
l/<code>/desk/discard/                      S.........  S4!333++33
l/<code>/desk/edits/                        S4!333++++  S.........
l/<code>/desk/edits/<pk>/                   S4!333++33  S4!333++33
l/<code>/desk/ask-again/                    S.........  S4!333++33
l/<code>/desk/import/                       S4!333++33  S4!333++33
l/<code>/desk/paste/                        S4!333++33  S4!333++33
l/<code>/desk/imports/<pk>/                 S4!333++++  S.........
l/<code>/desk/imports/<pk>/check/           S.........  S4!333++33
l/<code>/desk/circulate/                    S44444++33  S44444++33
l/<code>/desk/unschedule/                   S.........  S44444++33
l/<code>/desk/link/                         S4!333++++  S.........
l/<code>/desk/link/replace/                 S.........  S4!333++33
l/<code>/desk/link/revoke/                  S.........  S4!333++33
l/<code>/desk/dear-colleague/               S4!333++33  S4!333++33
l/<code>/desk/invite/                       S4!333++33  S4!333++33
l/<code>/desk/unlist/                       S.........  S44444++33
l/<code>/desk/arrange/                      S4!333++33  S4!333++33
l/<code>/desk/co-lead/                      S4!333++33  S4!333++33
l/<code>/desk/requests/                     S4!333++++  S.........
l/<code>/desk/requests/<pk>/                S4!333++33  S4!333++33
l/<code>/desk/requests/<pk>/grant/          S.........  S4!333++33
l/<code>/desk/reminders/                    S4!333++33  S4!333++33
l/<code>/desk/deadline/                     S4!333++33  S4!333++33
l/<code>/desk/enter-yes/                    S4!333++33  S4!333++33
l/<code>/desk/signatures/<pk>/confirm/      S4!333++33  S4!333++33
l/<code>/desk/signatures/<pk>/refuse/       S4!333++33  S4!333++33
l/<code>/desk/history/                      S4!333++++  S.........
l/<code>/desk/notices/                      S4!333++++  S.........
l/<code>/desk/notices/<pk>/                 S4!333++++  S.........
l/<code>/desk/notices/<pk>/html/            S4!333++++  S.........
l/<code>/desk/notices/<pk>/again/           S.........  S4!333++33
l/<code>/desk/contacts/<pk>/                S4!333++33  S4!333++33
l/<code>/desk/mails/                        S4!333++++  S.........
l/<code>/desk/mails/<mail>/html/            S4!333++++  S.........
l/<code>/desk/render/                       S.........  S4!333++33
l/<code>/desk/lock/                         S4!333++++  S4!33333+3
offices/                                    S+++++++++  S.........
offices/join/                               S+++++++++  S+++++++++
offices/enter/                              S+++++++++  S+++++++++
offices/<pk>/                               S44+++44+4  S.........
offices/<pk>/people/invite/                 S4433+44+4  S4433+44+4
offices/<pk>/people/<place>/confirm/        S4433+44+4  S4433+44+4
offices/<pk>/people/<place>/role/           S4433+44+4  S4433+44+4
offices/<pk>/people/<place>/mail/           S4433+44+4  S4433+44+4
offices/<pk>/people/<place>/end/            S4433+44+4  S4433+44+4
offices/<pk>/lists/                         S443++4434  S.........
offices/<pk>/lists/new/                     S443++4434  S443++4434
offices/<pk>/lists/<kept>/                  S443++4434  S443++4434
offices/<pk>/lists/<kept>/remove/           S443++4434  S443++4434
offices/<pk>/signers/                       S4433+44+4  S4433+44+4
offices/<pk>/signing-name/                  S4433+44+4  S4433+44+4
offices/<pk>/image/<kind>/                  S4433+44+4  S4433+44+4
offices/<pk>/image/<kind>/remove/           S.........  S4433+44+4
offices/<pk>/image/<kind>.png               S44+++44+4  S.........
invitations/<pk>/                           S+++++++++  S+++++++++
invitations/<pk>/end/                       S.........  S+++++++++
calendar/<secret>.ics                       ++++++++++  ..........
mail/stop/<token>/                          ++++++++++  ++++++++++
mailbox/                                    ++++++++++  ..........
healthz                                     ++++++++++  ..........
readyz                                      ++++++++++  ..........

account/login/code/confirm/                 >>>>>>>>>>  ==========
account/confirm-email/                      >>>>>>>>>>  ==========
account/login/                              +>>>>>>>>>  ==========
account/logout/                             >+++++++++  ==========
account/inactive/                           ++++++++++  ..........
account/signup/                             +>>>>>>>>>  ==========
account/reauthenticate/                     S+++++++++  S=========
account/email/                              S+++++++++  S=========
account/password/change/                    S+++++++++  S=========
account/password/set/                       S>>>>>>>>>  S=========
account/password/reset/                     ++++++++++  ==========
account/password/reset/key/done/            ++++++++++  ..........
account/password/reset/key/<uidb36>-<key>/  ++++++++++  ==========
account/password/reset/done/                ++++++++++  ..........
account/signup/passkey/                     +>>>>>>>>>  ==========
account/login/code/                         +>>>>>>>>>  ==========
account/2fa/                                S+++++++++  S.........
account/2fa/authenticate/                   >>>>>>>>>>  ==========
account/2fa/reauthenticate/                 S>>>>>>>>>  S=========
account/2fa/totp/activate/                  S+++++++++  S=========
account/2fa/totp/deactivate/                S444444444  S444444444
account/2fa/recovery-codes/                 S444444444  S.........
account/2fa/recovery-codes/generate/        S+++++++++  S=========
account/2fa/recovery-codes/download/        S444444444  S444444444
account/2fa/webauthn/                       S+++++++++  S.........
account/2fa/webauthn/add/                   S+++++++++  S=========
account/2fa/webauthn/reauthenticate/        S>>>>>>>>>  S=========
account/2fa/webauthn/keys/<pk>/remove/      S444444444  S444444444
account/2fa/webauthn/keys/<pk>/edit/        S444444444  S444444444
account/2fa/webauthn/login/                 >>>>>>>>>>  ==========
account/2fa/webauthn/signup/                >>>>>>>>>>  ==========
account/3rdparty/login/cancelled/           ++++++++++  ..........
account/3rdparty/login/error/               S+++++++++  S.........
account/3rdparty/signup/                    >>>>>>>>>>  ==========
account/3rdparty/                           S+++++++++  S=========
account/social/login/cancelled/             S>>>>>>>>>  S=========
account/social/login/error/                 S>>>>>>>>>  S=========
account/social/signup/                      S>>>>>>>>>  S=========
account/social/connections/                 S>>>>>>>>>  S=========
account/oidc/<provider_id>/login/           4444444444  4444444444
account/oidc/<provider_id>/login/callback/  4444444444  4444444444
account/sessions/                           S+++++++++  S=========
account/mail/                               S+++++++++  S+++++++++
account/mail/use-again/                     S.........  S==+======
account/mail/muted/<pk>/end/                S.........  S444+44444
account/calendar/                           S+++++++++  S+++++++++
account/calendar/revoke/                    S.........  S===+=====
account/reauthenticate/code/                S+++++++++  S=========

admin/                                      SSSSSSSS+S  SSSSSSSS=S
admin/login/                                S3333333>3  S3333333=3
admin/logout/                               S>>>>>>>.>  S=========
admin/password_change/                      SSSSSSSS+S  SSSSSSSS=S
admin/password_change/done/                 SSSSSSSS+S  SSSSSSSS.S
admin/autocomplete/                         SSSSSSSS3S  SSSSSSSS.S
admin/jsi18n/                               SSSSSSSS+S  SSSSSSSS.S
admin/r/<content_type_id>/<object_id>/      SSSSSSSS4S  SSSSSSSS4S
admin/<app_label>/                          SSSSSSSS+S  SSSSSSSS=S
admin/<url>                                 SSSSSSSS4S  SSSSSSSS4S

admin/KEPT/                                 SSSSSSSS+S  SSSSSSSS=S
admin/KEPT/add/                             SSSSSSSS3S  SSSSSSSS3S
admin/KEPT/<object_id>/change/              SSSSSSSS+S  SSSSSSSS3S
admin/KEPT/<object_id>/delete/              SSSSSSSS3S  SSSSSSSS3S
admin/KEPT/<object_id>/history/             SSSSSSSS+S  SSSSSSSS=S
admin/KEPT/<object_id>/                     SSSSSSSS>S  SSSSSSSS=S

admin/GIVEN/                                SSSSSSSS+S  SSSSSSSS=S
admin/GIVEN/add/                            SSSSSSSS+S  SSSSSSSS=S
admin/GIVEN/<object_id>/change/             SSSSSSSS+S  SSSSSSSS3S
admin/GIVEN/<object_id>/delete/             SSSSSSSS3S  SSSSSSSS3S
admin/GIVEN/<object_id>/history/            SSSSSSSS+S  SSSSSSSS=S
admin/GIVEN/<object_id>/                    SSSSSSSS>S  SSSSSSSS=S

admin/EDITED/                               SSSSSSSS+S  SSSSSSSS=S
admin/EDITED/add/                           SSSSSSSS+S  SSSSSSSS=S
admin/letters/office/<object_id>/change/    SSSSSSSS+S  SSSSSSSS+S
admin/letters/user/<object_id>/change/      SSSSSSSS+S  SSSSSSSS=S
admin/EDITED/<object_id>/delete/            SSSSSSSS3S  SSSSSSSS3S
admin/EDITED/<object_id>/history/           SSSSSSSS+S  SSSSSSSS=S
admin/EDITED/<object_id>/                   SSSSSSSS>S  SSSSSSSS=S
admin/letters/user/<id>/password/           SSSSSSSS3S  SSSSSSSS3S

admin/letters/recess/                       SSSSSSSS+S  SSSSSSSS=S
admin/letters/recess/add/                   SSSSSSSS+S  SSSSSSSS=S
admin/letters/recess/<object_id>/change/    SSSSSSSS+S  SSSSSSSS=S
admin/letters/recess/<object_id>/delete/    SSSSSSSS+S  SSSSSSSS=S
admin/letters/recess/<object_id>/history/   SSSSSSSS+S  SSSSSSSS=S
admin/letters/recess/<object_id>/           SSSSSSSS>S  SSSSSSSS=S

admin/auth/group/                           SSSSSSSS+S  SSSSSSSS=S
admin/auth/group/add/                       SSSSSSSS+S  SSSSSSSS=S
admin/auth/group/<object_id>/change/        SSSSSSSS+S  SSSSSSSS=S
admin/auth/group/<object_id>/delete/        SSSSSSSS+S  SSSSSSSS=S
admin/auth/group/<object_id>/history/       SSSSSSSS+S  SSSSSSSS=S
admin/auth/group/<object_id>/               SSSSSSSS>S  SSSSSSSS=S

admin/mfa/authenticator/                    SSSSSSSS+S  SSSSSSSS=S
admin/mfa/authenticator/add/                SSSSSSSS3S  SSSSSSSS3S
admin/mfa/authenticator/<object_id>/change/ SSSSSSSS+S  SSSSSSSS3S
admin/mfa/authenticator/<object_id>/delete/ SSSSSSSS+S  SSSSSSSS=S
admin/mfa/authenticator/<object_id>/history/ SSSSSSSS+S  SSSSSSSS=S
admin/mfa/authenticator/<object_id>/        SSSSSSSS>S  SSSSSSSS=S
"""
# The only manager of an office with people does not leave it.
# A place or an office that is not there is 404 for those who could decide on it; who could not, is told so first.
OTHERS = """
l/<code>/desk/notices/<pk>/             mail about another letter       S4!3334444  S.........
l/<code>/desk/notices/<pk>/html/        mail about another letter       S4!3334444  S.........
l/<code>/desk/notices/<pk>/again/       mail about another letter       S.........  S4!3334433
l/<code>/desk/contacts/<pk>/            office on another letter        S4!3334433  S4!3334433
l/<code>/desk/mails/<mail>/html/        kind that there is not          S4!3334444  S.........
l/<code>/more-time/<pk>/take-back/      request on another letter       S.........  S444444444
l/<code>/desk/requests/<pk>/            request on another letter       S4!3334433  S4!3334433
l/<code>/desk/requests/<pk>/grant/      request on another letter       S.........  S4!3334433
l/<code>/desk/signatures/<pk>/confirm/  signature on another letter     S4!3334433  S4!3334433
l/<code>/desk/signatures/<pk>/refuse/   signature on another letter     S4!3334433  S4!3334433
l/<code>/desk/conditions/<pk>/          condition on another letter     S4!3334433  S4!3334433
l/<code>/condition/take-back/           office of others                S.........  S444444444
l/<code>/sign/                          office of others                S.........  S444444444
l/<code>/withdraw/                      office of others                S444444444  S444444444
l/<code>/decline/                       office of others                S444444444  S444444444
l/<code>/condition/                     office of others                S444444444  S444444444
l/<code>/more-time/                     office of others                S444444444  S444444444
l/<code>/propose/                       office of others                S444444444  S444444444
l/<code>/propose/<pk>/take-back/        proposal on another letter      S.........  S444444444
l/<code>/propose/<pk>/take-back/        proposal of another office      S.........  S444444444
l/<code>/desk/edits/<pk>/               proposal on another letter      S4!3334433  S4!3334433
l/<code>/changes/<old>/<new>/           text from before circulation    S44444++++  S.........
l/<code>/changes/<old>/<new>/           text from before it as the new  S44444++++  S.........
l/<code>/changes/<old>/<new>/           text that there is not          S444444444  S.........
l/<code>/texts/<number>/                text from before circulation    S44444++++  S.........
l/<code>/texts/<number>/                text that there is not          S444444444  S.........
l/<code>/deadline.ics                   office of others                S444444444  S.........
calendar/<secret>.ics                   secret of nobody                4444444444  ..........
calendar/<secret>.ics                   secret that was revoked         4444444444  ..........
mail/stop/<token>/                      token of nobody                 4444444444  4444444444
offices/<pk>/image/<kind>/              kind that there is not          S444444444  S444444444
letters/new/                            office of others                S3+3++++33  S3=3====33
letters/new/paste/                      office of others                S3+3++++33  S3=3====33
letters/new/write/                      office of others                S3+3++++33  S3=3====33
l/<code>/desk/imports/<pk>/             import into another letter      S4!3334444  S.........
l/<code>/desk/imports/<pk>/check/       import into another letter      S.........  S4!3334433
offices/<pk>/lists/<kept>/              list of another office          S443444434  S443444434
offices/<pk>/lists/<kept>/remove/       list of another office          S443444434  S443444434
offices/<pk>/lists/<kept>/              list under another office       S444444434  S444444434
offices/<pk>/lists/<kept>/remove/       list under another office       S444444434  S444444434
offices/<pk>/people/<place>/confirm/    place in another office         S443344444  S443344444
offices/<pk>/people/<place>/role/       place in another office         S443344444  S443344444
offices/<pk>/people/<place>/mail/       place in another office         S443344444  S443344444
offices/<pk>/people/<place>/end/        place in another office         S444444444  S444444444
offices/<pk>/people/<place>/confirm/    place under another office      S434444444  S434444444
offices/<pk>/people/<place>/role/       place under another office      S434444444  S434444444
offices/<pk>/people/<place>/mail/       place under another office      S434444444  S434444444
offices/<pk>/people/<place>/end/        place under another office      S444444444  S444444444
offices/<pk>/people/<place>/end/        place of one's own              S44+++4444  S44++=4444
invitations/<pk>/                       invitation to another address   S444444444  S444444444
invitations/<pk>/                       invitation by one's own office  S444444444  S444444444
invitations/<pk>/end/                   invitation to another address   S.........  S4444444+4
invitations/<pk>/end/                   invitation by one's own office  S.........  S4444+44+4
"""
KINDS = {
    "KEPT": [
        *"letters/letter letters/revision letters/invitee letters/signature letters/deadlinerequest letters/rendition".split(),
        *"letters/workingcopy letters/importreport letters/proposededit letters/suppression".split(),
        *"letters/notice letters/event letters/placeinvitation letters/officeevent letters/officeimage".split(),
        *"account/emailaddress socialaccount/socialaccount".split(),
    ],
    "GIVEN": ["letters/membership"],
    "EDITED": ["letters/office", "letters/user"],
}


def rows(table):
    """Each line's address (or addresses, for a kind of rows), what is another's, and the symbols for GET and POST."""
    for line in filter(None, table.splitlines()):
        *words, get, post = line.split()
        assert len(get) == len(post) == len(ROLES), line
        yield words[0].removeprefix("/"), " ".join(words[1:]), {"get": get, "post": post}


def expanded(path):
    kind = next((kind for kind in KINDS if f"/{kind}/" in path), "")
    return [path.replace(kind, model) for model in KINDS[kind]] if kind else [path]


def expected(symbol, audience):
    return BY_AUDIENCE[symbol][audience == "invited"] if symbol in BY_AUDIENCE else symbol


def addresses(resolver=None, start=""):
    """Every address of the whole URL configuration, its parameters as <name>; one that is given twice, twice."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = start + plain(str(pattern.pattern))
        yield from addresses(pattern, path) if hasattr(pattern, "url_patterns") else [path]


def plain(pattern):
    """`l/<code>/` of either way to write a pattern."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", pattern)
    return re.sub(r"<\w+:(\w+)>", r"<\1>", named).removeprefix("^").removesuffix("$")
