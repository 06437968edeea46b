"""What comes back: the rule, the dates and the words of an activity that takes place more than once."""
