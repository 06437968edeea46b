"""Pages of requests: a member's own, the open form, and the privacy desk."""
