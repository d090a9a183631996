"""The calendar as people see it: a view of a range, a feed for calendar programs, and what if."""
