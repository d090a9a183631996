"""Queue-slot rules in time: patterns, time zones, DST, blackouts, occurrences. Pure."""
