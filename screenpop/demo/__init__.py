"""Demo data: invented people and calls that look like those of a real centre, the same at every run."""
