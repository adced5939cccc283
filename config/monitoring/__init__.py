"""What monitoring asks: whether the application lives and can serve, and its numbers; nothing about patients."""
