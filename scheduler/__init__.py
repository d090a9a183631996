"""When posts go out: recurrence (pure time), seating (which post gets which seat), beat.

The beat process is `app`, `beat`, `expand`, `dispatch` and `metrics`; other processes import
`recurrence` and `seating` alone.
"""
