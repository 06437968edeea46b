"""Mail that comes in: kept before it is answered for, read apart under limits, and handed to the door it was for."""
