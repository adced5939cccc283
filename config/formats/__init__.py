"""How dates are written where no template says it: Django finds the language's file here by its name."""
