"""The page for queue-slot rules (a weekly grid), blackouts, and pausing the queue."""
