"""Mail that is never lost and never sent to who is gone: the transactional outbox and its worker."""
