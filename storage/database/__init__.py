"""Opens the database: SQLite or PostgreSQL, sessions, migrations and locks."""
