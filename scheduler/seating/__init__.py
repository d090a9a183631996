"""Which post gets which seat. Writers need the locked settings row of the organization."""
