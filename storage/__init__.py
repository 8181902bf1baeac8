"""What is kept, and how it is found again: domain values in, domain values out."""
