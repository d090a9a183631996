"""The posting queue: queue slots, seats, backlog, and what the calendar reads of them."""
