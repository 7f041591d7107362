"""Pages of the customers' part."""
