"""`slotbeat posts`: list, show, change and watch posts. Import, export: cli/import_export/."""
