"""What the rooms share: the base of a view, checks of what it is given, pictures, pages."""
