# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line, without QGIS: python -m models checkinputs | detect | detect-sheets |
vectorize | proposewater | evaluate | calibrate | compare | looknext | finetune |
modelinfo, and for those who train: train | export | quantise | compact | average |
image-alone | weights | operating-point | benchmark | goals | folds | finetuning | curve |
objects | matrix | report | ageing | robustness | gallery | uncertainty | scene.

Progress and results are JSON lines on standard output; an error is one sentence on
standard error and exit code 1.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import signal
import sys
from dataclasses import asdict

from .answers import say
from .errors import MrifeError
from .geo.scratch import remove_all
from .terminal import open_streams

STOPPED = 130  # exit code after Ctrl-C, as a shell has it
ENDS = ("SIGTERM", "SIGHUP")  # a server or a scheduler ends it; its terminal is closed
FORWARDED = {
    "train": "training.train",
    "export": "training.export",
    "benchmark": "experiments.benchmark",
    "goals": "experiments.goals",
    "folds": "experiments.folds",
    "finetuning": "experiments.finetuning",
    "curve": "experiments.curve",
    "matrix": "experiments.run_matrix",
    "report": "experiments.report",
    "scene": "scenes.scene",
    "ageing": "experiments.recall_by_visibility",
    "robustness": "experiments.robustness",
    "gallery": "experiments.gallery",
    "quantise": "training.quantise",
    "compact": "training.compact",
    "average": "training.soup",
    "image-alone": "training.image_alone",
    "weights": "experiments.release_weights",
    "objects": "experiments.object_calibration",
    "operating-point": "experiments.operating_point",
    "uncertainty": "experiments.uncertainty",
}


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code: 1 for what is refused, STOPPED after
    Ctrl-C.
    """
    try:
        if arguments and arguments[0] in FORWARDED:
            _forwarded(arguments[0])(arguments[1:])
        else:
            options = command_parser().parse_args(arguments)
            options.run(options)
        return 0
    except MrifeError as error:
        print(error, file=sys.stderr)
        return 1
    except (ImportError, OSError, MemoryError) as error:
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED


def _sentence(error: Exception) -> str:
    """What failed outside the program, for people; raises the error where it is a fault
    of the program's own.
    """
    if isinstance(error, MemoryError):
        return "There is not enough memory; close other programs, or give less at once."
    if isinstance(error, ImportError):
        return _import_sentence(error)
    if error.filename is None:
        return f"The system says: {error.strerror or error}."
    return f"'{error.filename}': {error.strerror}."


def _import_sentence(error: ImportError) -> str:
    """Of a package that is not there, or does not load: one that is built for another
    numpy says no name.
    """
    package = (error.name or "").partition(".")[0]
    missing = isinstance(error, ModuleNotFoundError)
    if package == "models" or (missing and not package):
        raise error
    if missing:
        return (
            f"The Python package '{package}', which this command needs, is not installed "
            f"in {sys.executable}; install it there, or run the Python that has it."
        )
    reason = str(error).strip().partition("\n")[0]
    return (
        f"A Python package that this command needs does not load in {sys.executable} "
        f"({reason}); packages there do not fit each other, often numpy and GDAL."
    )


def _forwarded(command: str):
    """The `main` of a command whose packages are loaded only where they are needed."""
    module = FORWARDED[command]
    folder = module.split(".")[0]
    if importlib.util.find_spec(f".{folder}", __package__) is None:
        raise MrifeError(
            "The command '{}' is not in the plugin's package; run it in a checkout of "
            "the source.",
            command,
        )
    return importlib.import_module(f".{module}", __package__).main


def modelinfo(options: argparse.Namespace) -> None:
    """What a model file promises."""
    from .onnxfile import describe, shipped_model

    model = describe(options.model or shipped_model())
    say(model=model.model_id, bytes=model.size, **asdict(model.contract))


def command_parser() -> argparse.ArgumentParser:
    """Of all commands."""
    from .commands.assessment import add_assessment_commands
    from .commands.checkinputs import add_checkinputs_command
    from .commands.finetune import add_finetune_command
    from .commands.search import add_search_commands
    from .commands.sheets import add_sheets_command

    parser = argparse.ArgumentParser(
        prog="python -m models",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    add_search_commands(commands)
    add_assessment_commands(commands)
    add_finetune_command(commands)
    add_checkinputs_command(commands)
    add_sheets_command(commands)
    info = commands.add_parser("modelinfo", help="tell what a model file promises")
    info.set_defaults(run=modelinfo)
    info.add_argument("model", nargs="?", help="an .onnx file; default: mrife.onnx")
    for name in FORWARDED:
        help_text = f"for those who train: see python -m models {name} --help"
        commands.add_parser(name, help=help_text, add_help=False)
    return parser


def clear_up_at_the_end() -> None:
    """Where the system ends this process, the folders of its work under way go with it.
    All else is as after a kill: a later run goes on with what is unfinished.
    """
    for name in ENDS:
        number = getattr(signal, name, None)  # Windows knows no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _ended)


def _ended(number: int, _) -> None:
    remove_all()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    open_streams()
    clear_up_at_the_end()
    sys.exit(main(sys.argv[1:]))
