"""What all tests of the learning core share."""

import torch

# Networks here are tiny: a second thread gains nothing, and on a busy machine the two wait for each other.
torch.set_num_threads(1)
