"""Finding posts by their words, with Dutch stemming, on both databases."""
