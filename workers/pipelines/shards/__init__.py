"""Work of a job that is cut into shards, each done by whichever worker takes it. See docs/decisions/0033."""
