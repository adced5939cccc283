"""The pages on which auditors read the log: three questions, their answers, and nothing that can be changed."""
