"""Runs a migration on the connection, in the transaction, that Alembic is given."""

from alembic import context

from storage.schema import METADATA, search_ddl

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    include_name=lambda name, _type, _parents: not search_ddl.is_of_search(name),
)
with search_ddl.detached(connection):
    context.run_migrations()
