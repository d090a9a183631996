"""The calendar of slots and posts: a view of a time range, the iCalendar feed, the simulation."""
