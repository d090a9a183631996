"""The `slotbeat` command."""
