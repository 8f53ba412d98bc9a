"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Rooms, grants, the log, events and API keys."""
    op.create_table(
        "rooms",
        sa.Column("room_id", sa.LargeBinary(16), primary_key=True),
        sa.Column("access_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("host_public_key", sa.LargeBinary(32), nullable=False),
        sa.Column("sealed_policy", sa.Text, nullable=False),
        sa.Column("topology", sa.String(16), nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("head", sa.BigInteger, nullable=False),
        sa.Column("empty_since", sa.BigInteger),
    )
    op.create_table(
        "grants",
        sa.Column("grant_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("room_id", sa.LargeBinary(16), sa.ForeignKey("rooms.room_id", ondelete="CASCADE"), nullable=False),
        sa.Column("participant_id", sa.LargeBinary(16), nullable=False),
        sa.Column("scopes", sa.String(64), nullable=False),
        sa.Column("issued_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("grants_by_room", "grants", ["room_id", "issued_at"])
    op.create_table(
        "entries",
        sa.Column("room_id", sa.LargeBinary(16), sa.ForeignKey("rooms.room_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sender", sa.LargeBinary(16), nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("event_id", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("room_id", sa.LargeBinary(16)),
        sa.Column("participant_id", sa.LargeBinary(16)),
        sa.Column("code", sa.String(64), nullable=False),
    )
    op.create_index("events_by_time", "events", ["at"])
    op.create_table(
        "api_keys",
        sa.Column("key_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
