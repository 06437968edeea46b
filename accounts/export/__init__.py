"""Everything we hold about a member as one file: to read, to keep, or to take along to somewhere else."""
