"""When posts go out: recurrence (pure time), seating (who gets which seat), and beat."""
