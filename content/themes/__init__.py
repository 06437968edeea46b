"""The curated subjects of posts and organisations."""
