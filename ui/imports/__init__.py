"""Importing a spreadsheet: the file, what its columns and dates mean, a dry run, the report."""
