"""The posting queue: queue slots, seats, the backlog, and queries of the calendar."""
