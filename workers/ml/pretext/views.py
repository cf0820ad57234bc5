"""Random views of whole minibatches: crops, and changes of colour (Chen & He 2021, section 4.1)."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

# Weights of red, green and blue in a grey (ITU-R BT.601), as torchvision has them.
_GREY = (0.299, 0.587, 0.114)
# RGB to YIQ (FCC 1953): turning I and Q changes the hue and leaves the grey.
_YIQ = (_GREY, (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112))

_BRIGHTNESS = _CONTRAST = _SATURATION = 0.4
_HUE = 0.1
_SOME_JITTER, _SOME_GREY = 0.8, 0.2
_AREA = (0.2, 1.0)
_LOG_RATIO = math.log(4 / 3)


@dataclass(frozen=True)
class Views:
    """What is done to each of n images.

    `crop` (n, 4): middle down and across, -1..1, and the part of height and width that is kept. `colours`
    (n, 3, 3): what each channel of 0..1 becomes. `contrast` (n,): differences to the mean grey, times this.
    """

    crop: Tensor
    colours: Tensor
    contrast: Tensor


def draw(n: int, generator: torch.Generator) -> Views:
    """Views for `n` images: parts of 20 % to 100 % of the area, jitter of colour for 80 %, grey for 20 %.

    Everything is on the CPU and depends on `generator` alone. Not as in torchvision: brightness, saturation,
    hue and contrast always change in this order, hue turns in YIQ instead of HSV, and the ratio of a part
    too long for the image is cut off rather than drawn again.
    """
    area = _between(n, *_AREA, generator)
    ratio = _between(n, -_LOG_RATIO, _LOG_RATIO, generator).exp()
    height, width = (area / ratio).sqrt().clamp(max=1), (area * ratio).sqrt().clamp(max=1)
    down, across = _between(n, -1, 1, generator), _between(n, -1, 1, generator)
    crop = torch.stack([down * (1 - height), across * (1 - width), height, width], dim=1)

    jittered = torch.rand(n, generator=generator) < _SOME_JITTER
    brightness = _between(n, 1 - _BRIGHTNESS, 1 + _BRIGHTNESS, generator)
    saturation = _between(n, 1 - _SATURATION, 1 + _SATURATION, generator)
    hue = _between(n, -_HUE, _HUE, generator) * 2 * math.pi
    contrast = _between(n, 1 - _CONTRAST, 1 + _CONTRAST, generator)
    contrast = torch.where(jittered, contrast, torch.ones(n))
    changed = brightness[:, None, None] * (_hue(hue) @ _saturation(saturation))
    colours = torch.where(jittered[:, None, None], changed, torch.eye(3))
    grey = torch.rand(n, generator=generator) < _SOME_GREY
    colours = torch.where(grey[:, None, None], _saturation(torch.zeros(n)) @ colours, colours)
    return Views(crop, colours, contrast)


def view(x: Tensor, views: Views) -> Tensor:
    """`views` of normalised images `x` (N, 3, H, W), in their shape, channels_last, clipped to pixels' range.

    Views of one image are for all of `x`. Parts are enlarged bilinearly.
    """
    n = len(x)
    crop = views.crop.to(x).expand(n, 4)
    # grid_sample wants (across, down): what each place of the view reads from the image, in -1..1.
    matrix = torch.zeros(n, 2, 3, dtype=x.dtype, device=x.device)
    matrix[:, 0, 0], matrix[:, 0, 2] = crop[:, 3], crop[:, 1]
    matrix[:, 1, 1], matrix[:, 1, 2] = crop[:, 2], crop[:, 0]
    places = F.affine_grid(matrix, list(x.shape), align_corners=False)
    part = F.grid_sample(x, places, mode="bilinear", padding_mode="border", align_corners=False)
    pixels = part.mul(0.25).add_(0.5).permute(0, 2, 3, 1).flatten(1, 2)
    colours = views.colours.to(x).expand(n, 3, 3)
    contrast = views.contrast.to(x).expand(n)[:, None, None]
    changed = pixels @ colours.transpose(1, 2)
    grey = (changed @ torch.tensor(_GREY).to(x)).mean(dim=1)[:, None, None]
    changed = torch.lerp(grey, changed, contrast).clamp_(0, 1)
    return changed.sub_(0.5).div_(0.25).view(n, *x.shape[2:], 3).permute(0, 3, 1, 2)


def _between(n: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(n, generator=generator) * (high - low) + low


def _saturation(factor: Tensor) -> Tensor:
    """Matrices (n, 3, 3) that draw colours towards their grey (0), keep them (1), or go beyond."""
    grey = torch.tensor(_GREY).expand(3, 3)
    return torch.lerp(grey, torch.eye(3), factor[:, None, None])


def _hue(angle: Tensor) -> Tensor:
    """Matrices (n, 3, 3) that turn the hue by `angle` (n,) in radians."""
    turn = torch.zeros(len(angle), 3, 3)
    turn[:, 0, 0] = 1
    turn[:, 1, 1] = turn[:, 2, 2] = angle.cos()
    turn[:, 1, 2], turn[:, 2, 1] = -angle.sin(), angle.sin()
    yiq = torch.tensor(_YIQ, dtype=torch.float64)
    return yiq.inverse().float() @ turn @ yiq.float()
