"""A stampede: all rules of many organizations fire at the same minute."""
