"""The calendar of slots and posts: a range of it, its iCalendar feed, its simulation."""
