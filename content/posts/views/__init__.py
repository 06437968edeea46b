"""The pages of posts: what everybody reads, placing in steps, and the author's own list."""
