"""Sends a letter through a channel, and says whether it was taken.

Belongs here: which channel sends how, and that one channel's trouble stays its own. Does not belong
here: how (log.py, smtp.py, webhook.py). Messages of libraries may quote addresses or answers: only
their kind is logged.
"""

from __future__ import annotations

import logging

from insight_pipeline.kernel.errors import InsightError
from insight_pipeline.operations.channel_policy import Channel, LogChannel, SmtpChannel
from insight_pipeline.operations.incidents.channels.letter import Letter
from insight_pipeline.operations.incidents.channels.log import write_lines
from insight_pipeline.operations.incidents.channels.smtp import send_mail
from insight_pipeline.operations.incidents.channels.webhook import post
from insight_pipeline.settings import Settings

LOGGER = logging.getLogger(__name__)


def send(channel: Channel, letter: Letter, settings: Settings) -> bool:
    """Whether the channel took the letter. Nothing is raised: it is tried again next time."""
    try:
        if isinstance(channel, LogChannel):
            write_lines(settings, letter)
        elif isinstance(channel, SmtpChannel):
            send_mail(channel, letter, settings)
        else:
            post(channel, letter, settings)
    except Exception as error:
        words = str(error) if isinstance(error, InsightError) else type(error).__name__
        LOGGER.warning("channel %s: %s was not sent: %s", channel.name, letter.kind, words)
        return False
    return True
