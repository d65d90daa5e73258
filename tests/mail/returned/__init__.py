"""Reports as mail servers of several makes write them, made for one notice."""

import base64

from letters.mail import envelope

AUTHOR = "MAILER-DAEMON@mx.cosign.example (Mail Delivery System)"


def standard(notice, *, status="5.1.1", action="failed", diagnostic=None, final=None, original=None, to=None, server="Postfix"):
    """A report of RFC 3464, as Postfix writes it; `final` and `original` without an address are left out where they are ''."""
    final = notice.address if final is None else final
    diagnostic = diagnostic or f"smtp; 550 {status} <{final}>: Recipient address rejected: User unknown in virtual mailbox table"
    names = [f"Final-Recipient: rfc822; {final}"] * bool(final) + [f"Original-Recipient: rfc822;{original}"] * bool(original)
    recipient = "\n".join([*names, f"Action: {action}", f"Status: {status}", f"Diagnostic-Code: {diagnostic}"])
    return f"""Return-Path: <>
Delivered-To: {to or envelope.sender(notice)}
Received: by mx.cosign.example ({server}) id 4XyZ; Tue, 24 Nov 2026 09:12:44 -0500 (EST)
Date: Tue, 24 Nov 2026 09:12:44 -0500 (EST)
From: {AUTHOR}
Subject: Undelivered Mail Returned to Sender
To: {to or envelope.sender(notice)}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
Message-Id: <20261124141244.4XyZ@mx.cosign.example>

This is a MIME-encapsulated message.

--b1
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.cosign.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{final or "somebody"}>: host mx.example said: {diagnostic}

--b1
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.cosign.example
X-Postfix-Queue-ID: 4XyZ
Arrival-Date: Tue, 24 Nov 2026 09:12:40 -0500 (EST)

{recipient}

--b1
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: cosign <cosign@cosign.example>
To: {notice.address}
Subject: A letter to sign

A mail.

--b1--
""".encode()


def exchange(notice):
    """As a hosted Exchange writes it: HTML first, the address in capitals, a status in the status line and in the words."""
    to = envelope.sender(notice)
    return f"""From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mail.example>
To: <{to.upper()}>
Date: Tue, 24 Nov 2026 14:12:44 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary="9B09"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-US
Message-ID: <ndr@mail.example>
In-Reply-To: <x@cosign.example>
Subject: Undeliverable: A letter to sign
Auto-Submitted: auto-replied

--9B09
Content-Type: multipart/alternative; differences=Content-Type; boundary="alt"

--alt
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

{notice.address} wasn't found at mail.example.=20

--alt--
--9B09
Content-Type: message/delivery-status

Reporting-MTA: dns;DM6PR09MB1234.namprd09.prod.example
Received-From-MTA: dns;mx.cosign.example
Arrival-Date: Tue, 24 Nov 2026 14:12:41 +0000

Final-Recipient: rfc822;{notice.address.upper()}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--9B09--
""".encode()


def exim(notice):
    """As Exim wrote for decades: a plain letter that calls itself a reply."""
    return f"""Return-path: <>
Envelope-to: {envelope.sender(notice)}
Received: from Debian-exim by mail.example with local id 1tEtXQ for {envelope.sender(notice)}; Tue, 24 Nov 2026 14:12:44 +0000
X-Failed-Recipients: {notice.address}
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mail.example>
To: {envelope.sender(notice)}
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1tEtXQ@mail.example>
Date: Tue, 24 Nov 2026 14:12:44 +0000

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {notice.address}
    host mx.example [192.0.2.25]
    SMTP error from remote mail server after RCPT TO:<{notice.address}>:
    550 5.1.1 The email account that you tried to reach does not exist

------ This is a copy of the message, including all the headers. ------
""".encode()


def qmail(notice):
    return f"""Return-Path: <>
Delivered-To: {envelope.sender(notice)}
Date: 24 Nov 2026 14:12:44 -0000
From: MAILER-DAEMON@mail.example
To: {envelope.sender(notice)}
Subject: failure notice

Hi. This is the qmail-send program at mail.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{notice.address}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.
""".encode()


def in_base64(report):
    """The standard report with its part for programs encoded, as some servers send whatever holds more than ASCII."""
    before, kind, rest = report.partition(b"Content-Type: message/delivery-status\n\n")
    fields, boundary, after = rest.partition(b"\n--b1\n")
    coded = kind[:-1] + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(fields)
    return before + coded + boundary + after


def internationalized(report):
    """The standard report as RFC 6533 has it, for addresses beyond ASCII."""
    report = report.replace(b"message/delivery-status", b"message/global-delivery-status")
    return report.replace(b"Content-Type: message/rfc822", b"Content-Type: message/global").replace(b"rfc822;", b"utf-8;")


def letter(notice, body, *, author="postmaster@mail.example", headers=""):
    """A letter of a server in words of its own."""
    return f"""Return-Path: <>
Delivered-To: {envelope.sender(notice)}
From: {author}
To: {envelope.sender(notice)}
Subject: Undeliverable: A letter to sign
{headers}
{body}""".encode()


def exchange_in_html(notice):
    """As a hosted Exchange writes to some: nothing but HTML, encoded."""
    page = f"""<html><body><p><b>Your message to <a href="mailto:{notice.address}">{notice.address}</a> couldn&#39;t be
delivered.</b></p><p>The address was not found.</p><p>Remote Server returned &#39;550 5.1.10
RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup&#39;</p></body></html>"""
    headers = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"
    return letter(notice, base64.encodebytes(page.encode()).decode(), headers=headers)


def exchange_2003(notice, address=None):
    return letter(
        notice,
        f"""Your message did not reach some or all of the intended recipients.

      Subject: A letter to sign
      Sent: 11/24/2026 9:12 AM

The following recipient(s) could not be reached:

      {address or notice.address} on 11/24/2026 9:12 AM
            The e-mail account does not exist at the organization this message was sent to.
            <mail.example #5.1.1>
""",
        author="System Administrator <postmaster@mail.example>",
    ).replace(b"\n", b"\r\n")


def groupwise(notice):
    body = f"""The attached file had the following undeliverable recipient(s):
\t{notice.address}

Transcript of session follows:
\t550 No such user
"""
    return letter(notice, body, author="Mailer-Daemon@mail.example")


def unheard_of(notice):
    """A failure told in words that nobody knows."""
    return letter(notice, f"Leider konnte Ihre Nachricht an {notice.address} nicht zugestellt werden.\n")


def sendmail_warning(notice):
    body = f"""    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************

   ----- Transcript of session follows -----
<{notice.address}>... Deferred: 550 5.1.1 is not meant by it
Will keep trying until message is 5 days old
"""
    return letter(notice, body, author="Mail Delivery Subsystem <MAILER-DAEMON@mail.example>")


def out_of_office(notice):
    return f"""Return-Path: <>
Delivered-To: {envelope.sender(notice)}
From: Ada Aide <{notice.address}>
To: {envelope.sender(notice)}
Subject: Automatic reply: A letter to sign
Auto-Submitted: auto-replied
X-Auto-Response-Suppress: All
Content-Type: text/plain; charset=utf-8

I am out of the office until Monday. 550 5.1.1 is not meant by it.
""".encode()
