"""Whether the text of a mail was begun: a connection that broke before it cannot have delivered the mail."""

import smtplib


class Begun:
    """True once the mail server was asked to take the text. Of other ways to send nothing is known, so it is true at once."""

    def __init__(self, connection):
        server = getattr(connection, "connection", None)
        self.begun = not isinstance(server, smtplib.SMTP)
        if not self.begun:
            self.hand_over, server.data = server.data, self.data

    def data(self, text):
        self.begun = True
        return self.hand_over(text)

    def __bool__(self):
        return self.begun
