"""Which post gets which seat. Functions that write need the organization's locked settings row.

`seat_backlog` is the seating transaction: it gives free seats to the backlog. The other operations
change something and then call it: `move_post`, `replan`, `replace_rules`, `pause`,
`release_missed`. `late_posts` sets the times of posts that missed their slot.

Reading: `rule_calendar` (the slots of all rules), `free_seats`, `stored_search_memory`. Pure:
`assignment`, `shorts_limits`, `search_memory`, `queue_simulation`, `scheduling_config`.
"""
