"""Every bound of the server in one place. Lengths of single fields are in protocol/fields.py, from spec/."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket's shape."""

    per_second: float
    burst: int


MESSAGE_BYTES_MAX = 131_072
"""One socket message."""
FRAME_BYTES_MAX = 262_144
"""Above this the WebSocket library hangs up by itself; between the two we say why first."""
REQUEST_BYTES_MAX = 16_384
"""One HTTP request body."""
HEAD_BYTES_MAX = 16_384
"""One HTTP request head."""

APPENDS = Rate(per_second=50, burst=300)
RELAYS = Rate(per_second=20, burst=60)
PINGS = Rate(per_second=5, burst=30)
SFU_REQUESTS = Rate(per_second=5, burst=40)
"""Offers, wishes and ends of legs to the SFU."""

ROOM_LIFETIME_S_MAX = 366 * 86_400
GRANT_LIFETIME_S_MAX = 86_400
GRANTS_PER_ROOM_AND_HOUR = 64
HOST_PROOF_AGE_S_MAX = 300
TURN_LIFETIME_S_MAX = 86_400
RELAY_SECRET_BYTES_MIN = 16
RELAY_GUESTS_MAX = 65_536
"""Participants whose credentials our own relay takes now."""
SFU_LEGS_MAX = 4_096
"""Participants with a leg to our SFU now."""

LOG_ENTRIES_MAX = 4_096
LOG_BYTES_MAX = 16 * 1024 * 1024
LOG_SEGMENT_ENTRIES = 64
"""The log is trimmed by segments of this many entries, so that its outline stays small."""
BACKLOG_CHUNK_ENTRIES = 64
BACKLOG_CHUNK_BYTES = 1024 * 1024
RECENT_ENTRIES_MAX = 64
RECENT_CHARACTERS_MAX = 262_144

QUEUE_MESSAGES_MAX = 1_024
QUEUE_BYTES_MAX = 8 * 1024 * 1024
SEND_BYTES_MAX = 256 * 1024
"""Handed to the kernel at once."""
SOCKET_READ_AHEAD = 8
"""Messages of one socket that wait to be heard; then it is not read any more."""
SOCKETS_SPARE_PER_ROOM = 8
SOCKETS_BEFORE_JOIN_MAX = 1_024
REQUEST_PATIENCE_S = 10.0
JOIN_PATIENCE_S = 5.0
CLOSE_PATIENCE_S = 2.0

JOURNAL_DRAFTS_MAX = 16_384
JOURNAL_BYTES_MAX = 64 * 1024 * 1024
JOURNAL_BATCH_MAX = 1_024
JOURNAL_PATIENCE_S = 0.005
"""How long a busy journal lets its next batch fill."""
JOURNAL_QUIET_MAX = 8
"""A batch of no more drafts than this was of a quiet journal: people who are joining wait for one batch after the other."""

ADDRESSES_REMEMBERED_MAX = 16_384
"""Client addresses with a token bucket, in memory only; the least recently seen goes first."""

LOG_LIFE_AFTER_EMPTY_S = 300
ROOM_LIFE_AFTER_END_S = 3_600
"""How long an ended room still says that it ended; then it is as if it never was."""
EVENT_LIFE_S = 30 * 86_400
RETENTION_EVERY_S = 30.0
RETENTION_ROOMS_PER_RUN = 256
RETENTION_ROWS_PER_STEP = 2_048

ROOMS_LISTED_MAX = 1_000
API_KEYS_MAX = 256
