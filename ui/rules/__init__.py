"""Queue-slot rules on a weekly grid."""
