"""`slotbeat posts`: list, show, change and watch posts. Import and export: cli/import_export/."""
