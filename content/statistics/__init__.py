"""What is counted per day, neighbourhood and page kind, and the figures everybody may read."""
