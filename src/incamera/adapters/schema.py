"""The tables. Nothing in them is an address, a name or readable content; bodies are sealed by keys that the server never has."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

rooms = Table(
    "rooms",
    metadata,
    Column("room_id", LargeBinary(16), primary_key=True),
    Column("access_hash", LargeBinary(32), nullable=False),
    Column("host_public_key", LargeBinary(32), nullable=False),
    Column("sealed_policy", Text, nullable=False),
    Column("topology", String(16), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    # The newest seq when the log was last purged; while entries are held, theirs counts.
    Column("head", BigInteger, nullable=False, default=0),
    Column("empty_since", BigInteger),
)

grants = Table(
    "grants",
    metadata,
    Column("grant_hash", LargeBinary(32), primary_key=True),
    Column("room_id", LargeBinary(16), ForeignKey("rooms.room_id", ondelete="CASCADE"), nullable=False),
    Column("participant_id", LargeBinary(16), nullable=False),
    Column("scopes", String(64), nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("grants_by_room", "room_id", "issued_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("room_id", LargeBinary(16), ForeignKey("rooms.room_id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("sender", LargeBinary(16), nullable=False),
    Column("kind", Integer, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("event_id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("name", String(32), nullable=False),
    Column("room_id", LargeBinary(16)),
    Column("participant_id", LargeBinary(16)),
    Column("code", String(64), nullable=False),
    Index("events_by_time", "at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_hash", LargeBinary(32), primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
)
