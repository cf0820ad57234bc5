"""Networks that turn an image into a feature vector, by name, and the classifier on top of them."""

from collections.abc import Callable, Iterable
from typing import cast

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn
from torchvision.models import resnet18 as torchvision_resnet18

from workers.ml.loss_head import LossHead
from workers.ml.seeds import seeded


class Backbone(nn.Module):
    """Normalised images (N, 3, H, W) to features (N, `width`)."""

    width: int
    map_widths: tuple[int, ...]

    def maps(self, x: Tensor) -> list[Tensor]:
        """The feature maps (N, C, h, w) after each stage, C as in `map_widths`; the last has C = `width`."""
        raise NotImplementedError

    def features(self, x: Tensor) -> Tensor:
        """Features (N, `width`) of normalised images (N, 3, H, W) of any size: the mean of the last map."""
        return self.maps(x)[-1].mean(dim=(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        """The same as `features`."""
        return self.features(x)


class _Residual(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2016, section 3.3)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = _conv(inputs, outputs, 3, stride)
        self.second = _conv(outputs, outputs, 3, 1)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else _conv(inputs, outputs, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        inner = F.relu(self.first(x), inplace=True)
        return F.relu(self.second(inner) + self.shortcut(x), inplace=True)


class SmallCnn(Backbone):
    """A residual network for CPUs: it halves the image at once, and keeps few channels while it is large."""

    def __init__(self, widths: tuple[int, ...] = (16, 32, 64)) -> None:
        super().__init__()
        self.width, self.map_widths = widths[-1], widths
        self.stem = _conv(3, widths[0], 3, 2)
        inputs = (widths[0], *widths[:-1])
        strides = (1, *(2 for _ in widths[1:]))
        self.stages = nn.Sequential(
            *(_Residual(i, o, stride) for i, o, stride in zip(inputs, widths, strides, strict=True))
        )

    def maps(self, x: Tensor) -> list[Tensor]:
        """One map a stage."""
        return _through(self.stages, F.relu(self.stem(x), inplace=True))


class ResNet18(Backbone):
    """torchvision's ResNet-18 without its last layer, and untrained.

    `small` is the usual variant for images up to 64 px: a 3x3 stem of stride 1 and no pooling after it.
    """

    width = 512
    map_widths = (64, 128, 256, 512)

    def __init__(self, *, small: bool) -> None:
        super().__init__()
        self.body = torchvision_resnet18(weights=None)
        self.body.fc = nn.Identity()
        if small:
            self.body.conv1 = nn.Conv2d(3, 64, 3, stride=1, padding=1, bias=False)
            nn.init.kaiming_normal_(self.body.conv1.weight, mode="fan_out", nonlinearity="relu")
            self.body.maxpool = nn.Identity()

    def maps(self, x: Tensor) -> list[Tensor]:
        """One map a stage."""
        body = self.body
        stem = body.maxpool(body.relu(body.bn1(body.conv1(x))))
        return _through([body.layer1, body.layer2, body.layer3, body.layer4], stem)


BACKBONES: dict[str, Callable[[], Backbone]] = {
    "small_cnn": SmallCnn,
    "resnet18_small": lambda: ResNet18(small=True),
    "resnet18": lambda: ResNet18(small=False),
}


class Classifier(nn.Module):
    """A backbone and one linear layer: images (N, 3, H, W) to plain logits (N, `outputs`).

    `dropout` (0..1, below 1) is that of the features before the linear layer, while training. With
    `loss_head` there is a `LossHead` too. With `several` an image may show several classes: each output is a
    yes or no of its own. Raises KeyError for an unknown backbone, ValueError for fewer than
    one output and for a dropout that cannot be.
    """

    def __init__(
        self,
        backbone_name: str,
        outputs: int,
        *,
        dropout: float = 0.0,
        loss_head: bool = False,
        several: bool = False,
    ) -> None:
        super().__init__()
        if outputs < 1:
            raise ValueError(f"A classifier needs at least one output, not {outputs}.")
        if not 0 <= dropout < 1:
            raise ValueError(f"Dropout must lie within 0..1, below 1; {dropout} does not.")
        self.backbone_name = backbone_name
        self.outputs = outputs
        self.several = several
        self.backbone = BACKBONES[backbone_name]()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.backbone.width, outputs)
        # Last, so that the other weights are the same with it and without.
        self.loss_head = LossHead(self.backbone.map_widths) if loss_head else None

    def probabilities(self, logits: Tensor) -> Tensor:
        """What plain logits (..., `outputs`) say: their softmax, or, with `several`, each one's sigmoid."""
        return logits.sigmoid() if self.several else logits.softmax(dim=-1)

    def features(self, x: Tensor) -> Tensor:
        """Features (N, `backbone.width`) of normalised images (N, 3, H, W)."""
        return self.backbone.features(x)

    def forward(self, x: Tensor, *, shape_backbone: bool | None = None) -> Tensor | tuple[Tensor, Tensor]:
        """Plain logits (N, `outputs`) of normalised images (N, 3, H, W).

        If `shape_backbone` is given, what `logits_and_losses` gives for it.
        """
        if shape_backbone is not None:
            return self.logits_and_losses(x, shape_backbone=shape_backbone)
        return cast("Tensor", self.head(self.dropout(self.backbone.features(x))))

    def logits_and_losses(self, x: Tensor, *, shape_backbone: bool = False) -> tuple[Tensor, Tensor]:
        """Plain logits (N, `outputs`) and predicted losses (N,) of normalised images (N, 3, H, W).

        The gradient of the losses reaches the backbone only if `shape_backbone`. Raises ValueError without a
        loss head.
        """
        if self.loss_head is None:
            raise ValueError("This model has no loss head.")
        maps = self.backbone.maps(x)
        logits = self.head(self.dropout(maps[-1].mean(dim=(2, 3))))
        return logits, self.loss_head(maps if shape_backbone else [one.detach() for one in maps])


def new_classifier(
    backbone_name: str,
    outputs: int,
    seed: int,
    *,
    dropout: float = 0.0,
    loss_head: bool = False,
    several: bool = False,
) -> Classifier:
    """A fresh classifier whose weights depend on `seed` alone; torch's global generator stays untouched.

    Errors as `Classifier`.
    """
    with seeded(seed):
        return Classifier(backbone_name, outputs, dropout=dropout, loss_head=loss_head, several=several)


def default_backbone(pixels: int, device: str) -> str:
    """The backbone that fits images of `pixels` x `pixels` on a device type (`cpu`, `cuda`, `mps`)."""
    if device == "cpu":
        return "small_cnn"
    return "resnet18_small" if pixels <= 64 else "resnet18"


def _through(stages: Iterable[nn.Module], x: Tensor) -> list[Tensor]:
    """What comes out of each stage, one after the other."""
    found = []
    for stage in stages:
        x = stage(x)
        found.append(x)
    return found


def _conv(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Sequential:
    """A convolution that keeps the size at stride 1, and its normalisation."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs)
    )
