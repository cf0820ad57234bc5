import numpy as np
import pytest
import torch
from torch import nn

from tests.ml.pictures import CPU, noise
from workers.ml.augment import augment
from workers.ml.backbones import BACKBONES, Classifier, default_backbone, new_classifier
from workers.ml.device import normalise, pick_device, place, tune


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", sorted(BACKBONES))
def test_every_backbone_gives_features_of_its_width(name: str) -> None:
    backbone = BACKBONES[name]().eval()
    with torch.inference_mode():
        assert backbone.features(torch.zeros(2, 3, 32, 32)).shape == (2, backbone.width)


@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
@pytest.mark.parametrize("pixels", [16, 64, 65, 224])
def test_every_default_backbone_exists(pixels: int, device: str) -> None:
    assert default_backbone(pixels, device) in BACKBONES


def test_default_backbones() -> None:
    chosen = [default_backbone(224, "cpu"), default_backbone(64, "cuda"), default_backbone(65, "cuda")]
    assert chosen == ["small_cnn", "resnet18_small", "resnet18"]


def test_a_classifier_is_a_linear_layer_on_features() -> None:
    model = Classifier("small_cnn", 7).eval()
    x = torch.randn(2, 3, 16, 16, generator=generator())
    torch.testing.assert_close(model(x), model.head(model.features(x)))
    assert model(x).shape == (2, 7)


def test_a_classifier_needs_an_output() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Classifier("small_cnn", 0)


def test_dropout_is_at_work_in_training_only_and_adds_no_weights() -> None:
    plain, dropping = new_classifier("small_cnn", 3, 0), new_classifier("small_cnn", 3, 0, dropout=0.5)
    assert plain.state_dict().keys() == dropping.state_dict().keys()
    x = torch.randn(4, 3, 16, 16, generator=generator())
    assert torch.equal(plain.eval()(x), dropping.eval()(x))
    assert not torch.equal(dropping.train()(x), dropping(x))


@pytest.mark.parametrize("dropout", [-0.1, 1.0])
def test_an_impossible_dropout_is_refused(dropout: float) -> None:
    with pytest.raises(ValueError, match="Dropout"):
        Classifier("small_cnn", 2, dropout=dropout)


def test_fresh_weights_depend_on_the_seed_alone() -> None:
    torch.manual_seed(1)
    first = new_classifier("small_cnn", 2, seed=3)
    torch.manual_seed(2)
    again, other = new_classifier("small_cnn", 2, seed=3), new_classifier("small_cnn", 2, seed=4)
    assert torch.equal(first.head.weight, again.head.weight)
    assert not torch.equal(first.head.weight, other.head.weight)


def test_pixels_are_normalised_around_zero() -> None:
    pixels = torch.tensor([0, 51, 255], dtype=torch.uint8).view(1, 3, 1, 1)
    assert normalise(pixels, CPU).flatten().tolist() == pytest.approx([-2.0, -1.2, 2.0])


def test_normalising_floats_leaves_them_alone() -> None:
    pixels = torch.full((1, 3, 2, 2), 255.0)
    assert torch.equal(normalise(pixels, CPU), torch.full((1, 3, 2, 2), 2.0))
    assert torch.equal(pixels, torch.full((1, 3, 2, 2), 255.0))


def test_weights_are_placed_in_the_memory_format_of_the_images() -> None:
    layer = nn.Conv2d(3, 4, 3)
    place(layer, CPU)
    assert layer.weight.is_contiguous(memory_format=torch.channels_last)


def test_the_picked_device_works() -> None:
    device = pick_device()
    tune(device)
    assert torch.ones(2, device=device).sum().item() == 2


def test_no_augmentation_changes_nothing() -> None:
    x = noise(4).minibatch(np.arange(4))
    assert torch.equal(augment(x, generator(), crop=False, flip=False), x)


def test_flips_mirror_whole_images_left_to_right() -> None:
    x = noise(64).minibatch(np.arange(64))
    flipped = augment(x, generator(), crop=False, flip=True)
    mirrored = [torch.equal(a, b.flip(2)) for a, b in zip(flipped, x, strict=True)]
    kept = [torch.equal(a, b) for a, b in zip(flipped, x, strict=True)]
    assert all(a != b for a, b in zip(mirrored, kept, strict=True))
    assert 16 < sum(mirrored) < 48


def test_crops_are_windows_of_the_reflected_image() -> None:
    x = noise(32, size=16).minibatch(np.arange(32)).float()
    padded = nn.functional.pad(x, (2, 2, 2, 2), mode="reflect")
    cropped = augment(x, generator(), crop=True, flip=False)
    windows = padded.unfold(2, 16, 1).unfold(3, 16, 1)
    for image, places in zip(cropped, windows, strict=True):
        assert any(torch.equal(image, places[:, i, j]) for i in range(5) for j in range(5))
    assert not torch.equal(cropped, x)


def test_augmentation_repeats_with_its_generator() -> None:
    x = noise(8).minibatch(np.arange(8))
    first, again = (augment(x, generator(3), crop=True, flip=True) for _ in range(2))
    assert torch.equal(first, again)


def test_augmented_images_are_channels_last_and_keep_their_type() -> None:
    x = augment(noise(4).minibatch(np.arange(4)), generator(), crop=True, flip=True)
    assert x.is_contiguous(memory_format=torch.channels_last)
    assert x.dtype == torch.uint8


def test_tiny_images_can_be_augmented() -> None:
    x = torch.zeros(2, 3, 1, 1)
    assert augment(x, generator(), crop=True, flip=True).shape == (2, 3, 1, 1)
