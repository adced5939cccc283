"""How often each rule applies in the plans that are signed, and what is said when that changes."""
