# SPDX-License-Identifier: GPL-2.0-or-later
"""The lists that the plugin brings, and damaged ones."""

from __future__ import annotations

import pytest

from models.environment.requirements import Wheel, read_requirements
from models.errors import MrifeError

DIGEST = "0123456789abcdef" * 4
LIST = f"""# comment
--index-url https://pypi.org/simple

# 12 a-1.0-py3-none-any.whl
# 34 a-1.0-cp311-cp311-win_amd64.whl
a==1.0 ; sys_platform == 'win32' \\
    --hash=sha256:{DIGEST} \\
    --hash=sha256:{DIGEST[::-1]}

# 5 b_c-2+cpu-py3-none-any.whl
b-c==2+cpu \\
    --hash=sha256:{DIGEST}
"""


def test_a_list_is_read_as_it_stands(tmp_path):
    (tmp_path / "x.txt").write_text(LIST)
    packages = read_requirements("x", tmp_path)
    assert packages.indexes == ("https://pypi.org/simple",)
    first, second = packages.requirements
    assert (first.name, first.version, first.marker) == (
        "a",
        "1.0",
        "sys_platform == 'win32'",
    )
    assert first.wheels[1] == Wheel("a-1.0-cp311-cp311-win_amd64.whl", 34, DIGEST[::-1])
    assert (second.name, second.version, second.marker) == ("b-c", "2+cpu", "")
    assert packages.has_all(("a==1.0", "b_c==2+cpu")) and packages.has_all(())
    assert not packages.has_all(("a==0.9", "b_c==2+cpu"))


@pytest.mark.parametrize(
    "text",
    [
        LIST.replace("# 12 a-1.0-py3-none-any.whl\n", ""),
        LIST.replace("a==1.0", "a>=1.0"),
        LIST.replace("--hash=sha256", "--hash=md5"),
    ],
)
def test_a_damaged_list_is_refused(tmp_path, text):
    (tmp_path / "x.txt").write_text(text)
    with pytest.raises(MrifeError, match="x.txt' is damaged"):
        read_requirements("x", tmp_path)


def test_a_list_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MrifeError, match="y.txt' cannot be read"):
        read_requirements("y", tmp_path)


@pytest.mark.parametrize(
    "kind, names",
    [
        ("cpu", {"numpy", "onnxruntime"}),
        ("cuda12", {"numpy", "onnxruntime-gpu", "nvidia-cudnn-cu12"}),
        ("cuda13", {"numpy", "onnxruntime-gpu", "nvidia-cudnn-cu13"}),
        ("training", {"numpy", "onnxruntime", "torch", "onnx"}),
        ("pip", {"pip"}),
        ("uv", {"uv"}),
    ],
)
def test_the_lists_of_the_plugin_hold_what_they_are_for(kind, names):
    packages = read_requirements(kind)
    assert {one.name for one in packages.requirements} >= names
    assert not {"onnxruntime", "onnxruntime-gpu"} <= {
        one.name for one in packages.requirements
    }  # two in one folder, and the GPU is gone
    assert packages.indexes[0] == "https://pypi.org/simple"
