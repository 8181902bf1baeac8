"""The whole schema: every table, wherever its class stands."""

from storage.schema import preset_tables, spend_tables, tables, vote_tables
from storage.schema.columns import Base

HOMES = (tables, preset_tables, vote_tables, spend_tables)
METADATA = Base.metadata
