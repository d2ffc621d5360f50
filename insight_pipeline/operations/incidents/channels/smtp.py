"""The mail channel: one plain-text mail a letter, over SMTP with STARTTLS or TLS.

Belongs here: making and sending the mail (RFC 5322, RFC 3207, RFC 8314). Does not belong here: what
it says (letter.py). Errors hold no address, password or answer of the server.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from insight_pipeline.operations.channel_policy import Security, SmtpChannel
from insight_pipeline.operations.incidents.channels.letter import Letter, one_line
from insight_pipeline.operations.incidents.channels.secret import SmtpSecret, load_channel_secret
from insight_pipeline.settings import Settings


def send_mail(channel: SmtpChannel, letter: Letter, settings: Settings) -> None:
    """Send the letter to all recipients; any exception means that it was not taken by all."""
    secret = (
        load_channel_secret(settings.secrets, channel.name, SmtpSecret)
        if channel.has_login
        else None
    )
    with _connected(channel) as server:
        if secret:
            server.login(secret.username, secret.password)
        refused = server.send_message(mail_of(channel, letter))
    if refused:
        raise smtplib.SMTPRecipientsRefused({})


def mail_of(channel: SmtpChannel, letter: Letter) -> EmailMessage:
    """The mail. The same news has the same Message-ID: a repeat is no second mail to a reader."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = channel.sender
    mail["To"] = letter.to or ", ".join(channel.recipients)
    mail["Subject"] = one_line(letter.subject)
    mail["Date"] = format_datetime(letter.at)
    domain = channel.sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{letter.number[:32]}.{channel.name}@{domain}>"
    # Nobody's holiday notice comes back (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="8bit" if letter.text.isascii() else "quoted-printable")
    return mail


def _connected(channel: SmtpChannel) -> smtplib.SMTP:
    """A connection on which it is safe to log in; certificate and host name are checked."""
    timeout = float(channel.timeout_seconds)
    if channel.security is Security.NONE:
        return smtplib.SMTP(channel.host, channel.port, timeout=timeout)
    context = ssl.create_default_context(cafile=channel.ca_file)
    if channel.security is Security.TLS:
        return smtplib.SMTP_SSL(channel.host, channel.port, timeout=timeout, context=context)
    server = smtplib.SMTP(channel.host, channel.port, timeout=timeout)
    try:
        server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server
