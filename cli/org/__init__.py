"""The `slotbeat org` group: create, list, rename, switch off and on, export and delete."""
