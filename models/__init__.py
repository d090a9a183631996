"""What is remembered: tables, statuses, task names, and the store that holds the SQL."""
