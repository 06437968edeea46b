"""The manager's desk for posts: queue, decisions with reasons, reports."""
