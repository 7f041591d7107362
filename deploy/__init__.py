"""Programs that start, test and check the project; none is part of the application."""
