"""Where people live and who looks after it."""
