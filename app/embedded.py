"""A real PostgreSQL and a real Valkey out of their wheels, for those who have neither."""
