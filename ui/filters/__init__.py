"""The filters of the calendar and the list: in the address, and as a form without scripts."""
