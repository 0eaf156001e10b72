// Draws curves.
