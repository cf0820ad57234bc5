"""CIE Lab: a pixel's lightness apart from its colour."""

from functools import lru_cache

import torch
from torch import Tensor

# sRGB to XYZ, IEC 61966-2-1; each row is divided by its sum below, so that white is (1, 1, 1).
_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_CORNER = 6 / 29


def rgb_to_lab(rgb: Tensor) -> Tensor:
    """Lab (N, 3, H, W) of sRGB values 0..1 (N, 3, H, W), with white point D65: L 0..100, a and b +-110.

    Values outside 0..1 are clipped. The answer has the type of `rgb`.
    """
    rgb = rgb.clamp(0, 1)
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055).pow(2.4))
    matrix = torch.tensor(_XYZ, dtype=torch.float64)
    matrix = (matrix / matrix.sum(dim=1, keepdim=True)).to(rgb)
    xyz = torch.einsum("ij,njhw->nihw", matrix, linear)
    # CIE 15:2004: a cube root, and a straight line near black, where its slope would be infinite.
    x, y, z = torch.where(xyz > _CORNER**3, xyz.pow(1 / 3), xyz / (3 * _CORNER**2) + 4 / 29).unbind(dim=1)
    return torch.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], dim=1)


@lru_cache
def colour_bins(width: int) -> Tensor:
    """The middles (Q, 2) of all squares of `width` x `width` in the ab plane that hold a colour of sRGB.

    Float32, in ascending order. The squares lie around whole multiples of `width`, so that greys fall into
    the middle of one; the colours looked at are 17 x 17 x 17 that fill the RGB cube evenly.
    """
    steps = torch.linspace(0, 1, 17, dtype=torch.float64)
    cube = torch.cartesian_prod(steps, steps, steps).T[None, :, :, None]
    plane = rgb_to_lab(cube)[0, 1:, :, 0].T
    squares: Tensor = torch.unique((plane / width).round(), dim=0)
    return squares.float() * width
