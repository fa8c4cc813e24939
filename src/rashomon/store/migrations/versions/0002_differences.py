"""How many differences a story's comparison found, and the first of them."""

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = {
    "sqlite": ("differences INTEGER", "teaser TEXT NOT NULL DEFAULT ''"),
    "postgresql": ("differences BIGINT", "teaser TEXT COLLATE \"C\" NOT NULL DEFAULT ''"),
}


def upgrade() -> None:
    """Add the columns."""
    for column in _COLUMNS[op.get_context().dialect.name]:
        op.execute(f"ALTER TABLE stories ADD COLUMN {column}")
