"""Inputs that nobody thought of, given to every reader, to the annotators and to the comparison: ``make fuzz``."""
