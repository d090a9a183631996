"""Checks of a post against the networks it is meant for, before anything is written."""
