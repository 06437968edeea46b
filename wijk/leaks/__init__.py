"""What a text gives away without its writer meaning to: found before others read it, and never kept."""
