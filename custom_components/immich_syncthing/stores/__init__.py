"""Places that keep objects under keys: a directory, S3 and what speaks like it, Google's and Microsoft's stores."""
