"""The database: tables, statuses and their transitions, migrations, and `store` with all SQL."""
