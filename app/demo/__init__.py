"""The demo: real images, and their known labels replayed as if people gave them."""
