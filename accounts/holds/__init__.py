"""Legal holds: single records set aside for a case while all the rest of an account is erased (K-42)."""
