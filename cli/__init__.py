"""The `slotbeat` command: main.py runs it, commands.py lists its sub-commands."""
