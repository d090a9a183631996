"""Statements that SQLAlchemy has no portable form of: bulk writes, upserts, buffered writes."""
