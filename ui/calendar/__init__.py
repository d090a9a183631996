"""The week and the month: slots, posts, and the lists beside them."""
