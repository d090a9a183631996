"""Queue-slot rules in time. Pure: no database, no clock.

`patterns` (weekly and cron) → `occurrences` (the slots of one rule) → `upcoming` (of all rules).
`dst_policy` turns a local time into an instant; `blackouts` are dates without slots.
"""
