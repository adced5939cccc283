"""The rule engine: pure functions from recorded findings and a day to verdicts that know what they do not know."""
