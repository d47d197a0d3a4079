"""The second house for the photos."""
