"""Albums on their way back to the phone."""
