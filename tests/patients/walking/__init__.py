"""A random walk through the record of two patients, which compares after every step what stands with what was done."""
