"""What a label check needs."""

# Fewer images of a class teach a model next to nothing about it, least of all when a fold is left out.
LEAST_OF_A_CLASS = 5
LEAST_OF_ALL = 20
