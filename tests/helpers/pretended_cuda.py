# SPDX-License-Identifier: GPL-2.0-or-later
"""A computer that has a GPU, as far as onnxruntime can be made to say so."""

from dataclasses import dataclass, field

import numpy as np

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"


@dataclass
class Pretended:
    """What was asked of it: `models` that were opened, `devices` on which memory was
    asked for, `batches` that went through a binding.
    """

    models: list = field(default_factory=list)
    devices: list = field(default_factory=list)
    batches: list = field(default_factory=list)


def pretend_cuda(monkeypatch, loads=True, memory=10**9, wrong=0.0) -> Pretended:
    """Sessions say that they run on CUDA where that is asked first (or that they fell
    back to the CPU, where it does not load) and run on the processor; a batch of more than
    `memory` windows fails as one on a GPU does. What a graph that was given as bytes
    answers is `wrong` by so much, or is that error.
    """
    import onnxruntime

    asked = Pretended()
    real = onnxruntime.InferenceSession
    binding = onnxruntime.IOBinding
    value = onnxruntime.OrtValue

    class Session(real):
        def __init__(self, model, options, providers):
            super().__init__(model, options, providers=[CPU])
            self.asked = providers if loads else [CPU]
            self.is_bytes = isinstance(model, bytes)
            asked.models.append(model)

        def get_providers(self):
            return self.asked

        def run(self, names, given):
            answers = super().run(names, given)
            if not self.is_bytes:
                return answers
            if isinstance(wrong, Exception):
                raise wrong
            return [answer + np.float32(wrong) for answer in answers]

        def io_binding(self):
            return Binding(self)

        def run_with_iobinding(self, bound):
            asked.batches.append(bound.windows)
            if bound.windows > memory:
                raise RuntimeError("CUDA failure 2: out of memory")
            super().run_with_iobinding(bound)

    class Binding(binding):
        def bind_ortvalue_input(self, name, given):
            self.windows = given.shape()[0]
            super().bind_ortvalue_input(name, given)

        def bind_output(self, name, device):
            super().bind_output(name, "cpu")

    class Value(value):
        @staticmethod
        def ortvalue_from_shape_and_type(shape, kind, device):
            asked.devices.append(device)
            return value.ortvalue_from_shape_and_type(shape, kind, "cpu")

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    monkeypatch.setattr(onnxruntime, "InferenceSession", Session)
    monkeypatch.setattr(onnxruntime, "OrtValue", Value)
    return asked
