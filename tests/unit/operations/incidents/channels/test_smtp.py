"""Mail through a real SMTP server on this machine."""

from __future__ import annotations

import json
import shutil
import ssl
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations.channel_policy import Security, SmtpChannel
from insight_pipeline.operations.incidents.channels.letter import letter_of
from insight_pipeline.operations.incidents.channels.send import send
from insight_pipeline.operations.incidents.channels.smtp import mail_of, send_mail
from insight_pipeline.operations.incidents.state import Event, Message
from insight_pipeline.settings import Settings
from tests.unit.operations.incidents.channels.servers import Mailbox, certificate, mail_server
from tests.unit.operations.making import NOW, incident

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
LETTER = letter_of([Message("mail", Event.OPENED, incident("wellpath__referrals"), NOW)], NOW)


def channel(port: int, **more: Any) -> SmtpChannel:
    values = {
        "name": "mail",
        "type": "smtp",
        "owner": "team",
        "host": "127.0.0.1",
        "port": port,
        "security": Security.NONE,
        "sender": "insight@council.example",
        "recipients": ("duty@council.example", "lead@council.example"),
        "timeout_seconds": 5,
        **more,
    }
    return SmtpChannel.model_validate(values)


def home(folder: Path) -> Settings:
    return Settings(home=folder, project=folder)


def write_secret(folder: Path, values: dict[str, str], mode: int = 0o600) -> None:
    path = folder / "secrets" / "channels" / "mail.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(values))
    path.chmod(mode)


def test_a_letter_arrives_as_plain_text_with_subject_and_both_recipients(tmp_path: Path) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        send_mail(channel(port), LETTER, home(tmp_path))
    mail = message_from_bytes(box.mails[0], policy=default)
    assert mail["Subject"] == "[insight] New: feed late, wellpath__referrals"
    assert mail["To"] == "duty@council.example, lead@council.example"
    assert mail["Date"] == "Wed, 15 Jul 2026 09:00:00 +0000"
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert all(word in text for word in ("what was found", "what to do", "team:data-engineering"))
    assert max(len(line) for line in text.splitlines()) <= 80
    assert [line.partition("<")[2].partition(">")[0] for line in box.envelopes] == [
        "insight@council.example",
        "duty@council.example",
        "lead@council.example",
    ]


def test_a_letter_to_an_owner_goes_to_the_owner_alone(tmp_path: Path) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        send_mail(channel(port), replace(LETTER, to="data@wellpath.example"), home(tmp_path))
    assert len(box.envelopes) == 2
    assert "data@wellpath.example" in box.envelopes[1]


@needs_openssl
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_the_password_goes_over_tls_only(security: Security, tmp_path: Path) -> None:
    cert, context = certificate(tmp_path)
    write_secret(tmp_path, {"username": "insight", "password": "not-told-to-anybody"})
    box = Mailbox(context=context, is_tls=security is Security.TLS)
    with mail_server(box) as port:
        chosen = channel(port, security=security, ca_file=str(cert), has_login=True)
        send_mail(chosen, LETTER, home(tmp_path))
    assert len(box.mails) == 1
    before = "EHLO AUTH" if security is Security.TLS else "EHLO STARTTLS EHLO AUTH"
    assert " ".join(box.commands).lower().startswith(before.lower())


@needs_openssl
def test_a_certificate_nobody_vouches_for_is_not_talked_to(tmp_path: Path) -> None:
    _, context = certificate(tmp_path)
    box = Mailbox(context=context)
    with mail_server(box) as port, pytest.raises(ssl.SSLCertVerificationError):
        send_mail(channel(port, security=Security.STARTTLS), LETTER, home(tmp_path))
    assert box.mails == []


def test_a_server_without_starttls_gets_nothing_where_it_is_asked_for(tmp_path: Path) -> None:
    box = Mailbox()
    with mail_server(box) as port:
        assert not send(channel(port, security=Security.STARTTLS), LETTER, home(tmp_path))
    assert box.mails == []


def test_a_server_that_refuses_has_taken_nothing_and_its_words_are_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    box = Mailbox(answer=b"554 no mail from insight@council.example")
    with mail_server(box) as port:
        assert not send(channel(port), LETTER, home(tmp_path))
    assert "channel mail: incidents was not sent: SMTPDataError" in caplog.text
    assert "council.example" not in caplog.text


def test_nobody_at_the_port_is_a_failure_and_no_error(tmp_path: Path) -> None:
    with mail_server(Mailbox()) as port:
        pass
    assert not send(channel(port), LETTER, home(tmp_path))


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_secret_that_others_may_read_is_refused(mode: int, tmp_path: Path) -> None:
    write_secret(tmp_path, {"username": "insight", "password": "not-told-to-anybody"}, mode)
    with pytest.raises(InsightError, match="others may read") as caught:
        send_mail(channel(9, has_login=True), LETTER, home(tmp_path))
    assert "not-told" not in str(caught.value)


def test_a_misplaced_key_of_a_secret_is_not_told(tmp_path: Path) -> None:
    write_secret(tmp_path, {"username": "insight", "hunter2 as a key": "x"})
    with pytest.raises(InsightError) as caught:
        send_mail(channel(9, has_login=True), LETTER, home(tmp_path))
    assert "hunter2" not in str(caught.value)


def test_no_word_of_an_incident_becomes_a_header_or_a_command() -> None:
    crooked = incident("x\r\nBcc: someone@else.example\r\n.\r\nQUIT")
    mail = mail_of(channel(9), letter_of([Message("mail", Event.OPENED, crooked, NOW)], NOW))
    assert mail["Bcc"] is None
    parsed = message_from_bytes(mail.as_bytes(), policy=default)
    assert parsed["Bcc"] is None
    assert len(parsed.keys()) == len(mail.keys())


def test_the_same_news_has_the_same_message_id_and_other_news_another() -> None:
    other = letter_of([Message("mail", Event.RECOVERED, incident("x"), NOW)], NOW)
    again = replace(LETTER, at=NOW.replace(hour=10))
    first, second, third = (mail_of(channel(9), each) for each in (LETTER, again, other))
    assert first["Message-ID"] == second["Message-ID"] != third["Message-ID"]
