"""When posts go out: recurrence (pure time), seating (who gets which seat), and the beat process."""
