"""The kinds of incident there are.

Belongs here: their names, which routes in operations.yaml may use. Does not belong here: when one
is open (incidents/).
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an incident is about; its key is the kind and a subject."""

    NIGHT_FAILED = "night_failed"
    NIGHT_KILLED = "night_killed"
    NIGHT_MISSED = "night_missed"
    NIGHT_LONG = "night_long"
    FEED_ENGINE = "feed_engine"
    DELIVERY_REFUSED = "delivery_refused"
    DELIVERY_HELD = "delivery_held"
    DROP_UNREADABLE = "drop_unreadable"
    FEED_LATE = "feed_late"
    FEED_QUARANTINE = "feed_quarantine"
    FEED_VOLUME = "feed_volume"
    CHECK_FAILED = "check_failed"
    LINKAGE_CHURN = "linkage_churn"
    RELEASE_REFUSED = "release_refused"
    FEEDBACK_UNWRITTEN = "feedback_unwritten"
    SERVER_UNREACHABLE = "server_unreachable"
    DISK_SPACE = "disk_space"
    STORE_BROKEN = "store_broken"
    CHANNEL_FAILED = "channel_failed"
