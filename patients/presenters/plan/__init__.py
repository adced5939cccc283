"""The care plan: what is signed, how it is shown and printed, and the page that signs it."""
