"""Plans runs: estimates their cost, and selects the calls to reuse."""
