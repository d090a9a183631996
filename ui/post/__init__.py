"""One post: its panel, its actions, its images."""
