"""The week and the month: times, slots and posts; moving posts, and choosing a slot."""
