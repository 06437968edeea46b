"""Who wants to hear it when their neighbourhood begins: one mail on that day, and then the address goes."""
