"""Save and load: weights as safetensors, everything else as JSON. Nothing is unpickled."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from transformer_lab.config import TransformerConfig
from transformer_lab.models import CausalLanguageModel, Transformer

FORMAT = 1
MODELS: dict[str, type[Transformer] | type[CausalLanguageModel]] = {
    "Transformer": Transformer,
    "CausalLanguageModel": CausalLanguageModel,
}


class CheckpointError(ValueError):
    """A checkpoint that cannot be read; the message names the file and the cause."""


def save_model(model: Transformer | CausalLanguageModel, folder: str | Path, **extra: Any) -> Path:
    """Write ``model.safetensors`` and ``model.json`` (kind, config, and ``extra``: vocabularies, figures …).

    Tied tables are stored once. A file is replaced in one step: an interrupted save leaves the old one whole.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    content = {"format": FORMAT, "model": type(model).__name__, "config": model.config.to_dict(), **extra}
    write_tensors(folder / "model.safetensors", unique_tensors(model))
    write_json(folder / "model.json", content)
    return folder


def load_model(folder: str | Path) -> tuple[Transformer | CausalLanguageModel, dict[str, Any]]:
    """The model, in evaluation mode, and the whole of its ``model.json``.

    Raises:
        CheckpointError: when a file is missing, damaged, or does not fit its config.
    """
    folder = Path(folder)
    content = read_json(folder / "model.json")
    for field in ("format", "model", "config"):
        if field not in content:
            raise CheckpointError(f"{folder / 'model.json'}: no field {field!r}; is this a checkpoint of this package?")
    if content["format"] != FORMAT:
        raise CheckpointError(f"{folder / 'model.json'}: format {content['format']!r}; this version reads {FORMAT}")
    if content["model"] not in MODELS:
        raise CheckpointError(f"{folder / 'model.json'}: model {content['model']!r} is not one of {', '.join(MODELS)}")
    try:
        model = MODELS[content["model"]](TransformerConfig.from_dict(content["config"]))
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{folder / 'model.json'}: {error}") from error
    load_weights(model, folder / "model.safetensors")
    return model.eval(), content


def load_weights(model: nn.Module, path: Path) -> None:
    """Fill ``model`` from a file that :func:`unique_tensors` made. Raises CheckpointError when they do not fit."""
    stored, own = read_tensors(path), unique_tensors(model)
    missing, unknown = sorted(set(own) - set(stored)), sorted(set(stored) - set(own))
    if missing or unknown:
        raise CheckpointError(f"{path}: tensors missing: {missing or 'none'}; not known: {unknown or 'none'}")
    with torch.no_grad():
        for name, tensor in own.items():
            if tensor.shape != stored[name].shape:
                raise CheckpointError(
                    f"{path}: {name} has shape {list(stored[name].shape)}, the config asks for {list(tensor.shape)}"
                )
            tensor.copy_(stored[name])


def unique_tensors(model: nn.Module) -> dict[str, Tensor]:
    """The parameters and buffers of a model by name; one that has two names (a tied table) only under the first."""
    seen: set[int] = set()
    unique = {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        if id(tensor) not in seen:
            seen.add(id(tensor))
            unique[name] = tensor
    return unique


def write_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """Write a safetensors file, replacing an old one in one step."""
    part = path.with_suffix(".part")
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, part)
    part.replace(path)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read a safetensors file. Raises CheckpointError when it is missing or damaged."""
    try:
        return load_file(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: no such file") from error
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path}: not a readable safetensors file ({error})") from error


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON, replacing an old file in one step."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    part.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises CheckpointError when it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: no such file") from error
    except (ValueError, OSError) as error:
        raise CheckpointError(f"{path}: not readable as JSON ({error})") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path}: expected a JSON object, got {type(content).__name__}")
    return content
