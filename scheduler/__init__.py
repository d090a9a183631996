"""When: slots (pure time), the calendar of seats, and the beat that fires slots."""
