"""Save and load: weights as safetensors, everything else as JSON. Nothing is unpickled."""

import contextlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as tensors_to_bytes
from torch import Tensor, nn

from transformer_lab.config import TransformerConfig
from transformer_lab.files import is_pointer, pointer_remedy, replacing, shortened, to_bytes
from transformer_lab.models import CausalLanguageModel, Transformer

FORMAT = 1
WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
MODELS: dict[str, type[Transformer] | type[CausalLanguageModel]] = {
    "Transformer": Transformer,
    "CausalLanguageModel": CausalLanguageModel,
}


class CheckpointError(ValueError):
    """A checkpoint that cannot be read; the message names the file and the cause."""


def save_model(model: Transformer | CausalLanguageModel, folder: str | Path, **extra: Any) -> Path:
    """Write ``model.safetensors`` and ``model.json`` (kind, config, and ``extra``: vocabularies, figures …).

    Tied tables are stored once. Both files are written before either is replaced: a save that fails leaves the old
    ones whole.
    """
    content = {"format": FORMAT, "model": type(model).__name__, "config": model.config.to_dict()}
    taken = sorted(set(content) & set(extra))
    if taken:
        raise ValueError(f"extra: {', '.join(taken)} cannot be set, the model decides")
    # Before any file is touched: what is not JSON must not leave new weights beside an old description.
    text = to_bytes(to_json(content | extra))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        tensors = stack.enter_context(replacing(folder / WEIGHTS))
        description = stack.enter_context(replacing(folder / "model.json"))
        _save_tensors(tensors, unique_tensors(model))
        description.write_bytes(text)
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
    if content["model"] not in list(MODELS):
        raise CheckpointError(f"{folder / 'model.json'}: model {content['model']!r} is not one of {', '.join(MODELS)}")
    try:
        model = MODELS[content["model"]](TransformerConfig.from_dict(content["config"]))
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{folder / 'model.json'}: {error}") from error
    path = folder / WEIGHTS
    load_weights(model, read_tensors(path), path)
    return model.eval(), content


def load_weights(model: nn.Module, stored: dict[str, Tensor], path: Path) -> None:
    """Fill ``model`` with tensors that :func:`unique_tensors` named. Raises CheckpointError when they do not fit."""
    own = unique_tensors(model)
    missing, unknown = sorted(set(own) - set(stored)), sorted(set(stored) - set(own))
    if missing or unknown:
        raise CheckpointError(f"{path}: tensors missing: {shortened(missing)}; not known: {shortened(unknown)}")
    formats = {tensor.dtype for tensor in stored.values()}
    named = ", ".join(sorted(map(str, formats)))
    if not all(dtype.is_floating_point for dtype in formats):
        raise CheckpointError(f"{path}: tensors must hold floating-point numbers, got {named}")
    if len(formats) > 1:
        raise CheckpointError(f"{path}: tensors of several number formats: {named}")
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.data = tensor.data.to(stored[name].dtype)
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


def write_tensors(path: str | Path, tensors: dict[str, Tensor]) -> None:
    """Write a safetensors file, replacing an old one in one step."""
    with replacing(path) as part:
        _save_tensors(part, tensors)


def _save_tensors(part: Path, tensors: dict[str, Tensor]) -> None:
    # Written by Python: a full disk is an OSError then, and others may read the file as they may read any new one.
    part.write_bytes(safetensors_bytes(tensors))


def safetensors_bytes(tensors: dict[str, Tensor]) -> bytes:
    """The tensors as a safetensors file holds them, wherever they are now."""
    return tensors_to_bytes({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()})


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read a safetensors file. Raises CheckpointError when it is missing or damaged."""
    try:
        if is_pointer(path):
            raise CheckpointError(pointer_remedy(path))
        return load_file(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: no such file") from error
    except (SafetensorError, OSError) as error:
        raise CheckpointError(f"{path}: not a readable safetensors file ({error})") from error


def find_weights(folder: Path) -> Path | None:
    """``model.safetensors`` of a folder, or the index of its shards; None when it has neither."""
    return next((folder / name for name in (WEIGHTS, INDEX) if (folder / name).is_file()), None)


def read_weights(folder: Path) -> tuple[dict[str, Tensor], Path]:
    """All tensors of a folder, from one safetensors file or from the shards that its index lists; and where from.

    Raises CheckpointError when there are none, one is damaged, or only pickled files are there: those are not opened,
    for to unpickle a file is to run what its author wrote into it.
    """
    path = find_weights(folder)
    if path is None:
        pickled = sorted(each.name for each in folder.glob("*") if each.suffix in (".bin", ".pt", ".pth", ".ckpt"))
        if pickled:
            raise CheckpointError(
                f"{folder}: {shortened(pickled)} is pickled, and nothing is unpickled here; save the model as "
                f"{WEIGHTS} (in the transformers library: model.save_pretrained(folder))"
            )
        raise CheckpointError(f"{folder / WEIGHTS}: no such file")
    return (read_tensors(path) if path.name == WEIGHTS else _read_shards(path)), path


def _read_shards(index: Path) -> dict[str, Tensor]:
    places = read_json(index).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(name, str) for name in places.values()):
        raise CheckpointError(f"{index}: no field 'weight_map' from names of tensors to names of files")
    outside = [name for name in places.values() if Path(name).name != name]
    if outside:
        raise CheckpointError(f"{index}: weight_map names files outside its folder: {shortened(outside)}")
    tensors = {}
    for name in sorted(set(places.values())):
        tensors |= read_tensors(index.with_name(name))
    if set(tensors) != set(places):
        lost, extra = sorted(set(places) - set(tensors)), sorted(set(tensors) - set(places))
        raise CheckpointError(f"{index}: not in the shards: {shortened(lost)}; not in the index: {shortened(extra)}")
    return tensors


def to_json(content: dict[str, Any]) -> str:
    """JSON text, indented, with every language's letters as they are."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object. Raises CheckpointError when it is missing or damaged."""
    try:
        if is_pointer(path):
            raise CheckpointError(pointer_remedy(path))
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: no such file") from error
    except CheckpointError:
        raise
    except (ValueError, OSError) as error:
        raise CheckpointError(f"{path}: not readable as JSON ({error})") from error
    if not isinstance(content, dict):
        raise CheckpointError(f"{path}: expected a JSON object, got {type(content).__name__}")
    return content
