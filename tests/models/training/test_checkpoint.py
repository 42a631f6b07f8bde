# SPDX-License-Identifier: GPL-2.0-or-later
"""What is no file of weights, or of none of our runs, is said in one sentence."""

from __future__ import annotations

from dataclasses import asdict

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from bijie import tiny

from models.__main__ import main
from models.training.checkpoint import read_weights


@pytest.fixture
def junk(tmp_path):
    """Files by what is wrong with them."""
    whole = tmp_path / "whole.pt"
    torch.save({"a": torch.zeros(100)}, whole)
    texts = {
        "empty": b"",
        "text": b"hello world\n",
        "picture": b"II*\0" + bytes(range(256)),
        "zeros": bytes(3000),
        "cut": whole.read_bytes()[:700],
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.pt").write_bytes(text)
    torch.save([1, 2], tmp_path / "list.pt")
    foreign = {"model": {"a": torch.zeros(1)}}
    torch.save(foreign, tmp_path / "foreign.pt")
    torch.save({**foreign, "settings": {"lr": 0.1}}, tmp_path / "alike.pt")
    return tmp_path


NO_WEIGHTS = ("empty", "text", "picture", "zeros", "cut", "list")


@pytest.mark.parametrize("name", NO_WEIGHTS)
def test_what_is_no_file_of_weights_is_refused(junk, capsys, name):
    path = str(junk / f"{name}.pt")
    asked = ["image-alone", "--checkpoint", path, "--path", str(junk / "o.pt")]
    assert main(asked) == 1
    error = capsys.readouterr().err
    assert error == (
        f"'{path}' is no file of PyTorch's weights, or is cut short; choose another, or "
        "remove it where a stopped run left it.\n"
    )


@pytest.mark.parametrize("name", ["whole", "foreign", "alike"])
def test_weights_of_something_else_are_refused(junk, capsys, name):
    path = str(junk / f"{name}.pt")
    assert main(["average", "--out", str(junk / "o.pt"), path, path]) == 1
    words = "holds no run of this training; name the best.pt or the last.pt of one."
    assert capsys.readouterr().err == f"'{path}' {words}\n"


@pytest.mark.parametrize("command", ["export", "image-alone"])
def test_the_state_of_a_run_is_no_network_for_use(junk, data, capsys, command):
    path = junk / "last.pt"
    torch.save({"settings": asdict(tiny(data, junk)), "teacher": {}}, path)
    asked = [command, "--checkpoint", str(path), "--path", str(junk / "o.onnx")]
    if command == "export":
        asked += ["--data", str(data)]
    assert main(asked) == 1
    words = "is the state of a run; name the best.pt beside it."
    assert capsys.readouterr().err == f"'{path}' {words}\n"


@pytest.mark.parametrize("option", ["start", "guides", "pretrained"])
def test_a_run_does_not_begin_with_what_is_no_weights(data, junk, capsys, option):
    path = str(junk / "cut.pt")
    asked = ["train", "--data", str(data), "--out", str(junk / "run"), "--threads", "1"]
    assert main([*asked, f"--{option}", path]) == 1
    assert "is no file of PyTorch's weights" in capsys.readouterr().err


def test_whole_weights_are_read(junk):
    assert read_weights(junk / "whole.pt")["a"].shape == (100,)
