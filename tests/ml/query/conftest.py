from hypothesis import settings

# The first call of torch's and scikit-learn's kernels takes long, and machines are shared.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
