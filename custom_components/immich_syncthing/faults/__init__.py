"""What all rooms say errors with."""
