"""Measures the program against a floor; no part of the application."""
