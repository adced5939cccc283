"""The worklist: its rows, what stands around them, and names that could be confused."""
