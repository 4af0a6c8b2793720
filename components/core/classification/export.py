"""Export of a classifier: its parameters as a safetensors file, and Python code that reads it without Encoderscope.

K classes, F features, D numbers a sentence vector, H hidden units.
"""

import json
from typing import Final

import numpy as np
from jaxtyping import Float
from safetensors.numpy import save

from components.core.classification.classifiers import Classifier, ClassifierMethod
from components.core.classification.mlp import Mlp
from components.core.model.encoder import Encoder
from components.core.model.loading import BUNDLED_NAME

_FORMAT: Final = "encoderscope classifier"
_VERSION: Final = "1"
_BUNDLED_HUB_ID: Final = "sentence-transformers/all-MiniLM-L6-v2"

_EXAMPLE: Final = 'print(file.metadata()["classes"], probabilities(["What a wonderful film."]))\n'
# The model runs in full precision, as in Encoderscope, even if its weights were saved in half precision.
_CODE: Final = {
    ClassifierMethod.LOGISTIC: """\
from safetensors import safe_open
from scipy.special import softmax
from sentence_transformers import SentenceTransformer
file = safe_open({file}, "numpy")
weights, bias = file.get_tensor("weights"), file.get_tensor("bias")
encoder = SentenceTransformer({model}).float()
def probabilities(texts):
    vectors = encoder.encode(texts, normalize_embeddings=True)
    return softmax(vectors @ weights.T + bias, axis=1)
""",
    ClassifierMethod.NETWORK: """\
from safetensors import safe_open
from scipy.special import softmax
from sentence_transformers import SentenceTransformer
file = safe_open({file}, "numpy")
encoder = SentenceTransformer({model}).float()
def probabilities(texts):
    vectors = encoder.encode(texts, normalize_embeddings=True)
    hidden = (vectors @ file.get_tensor("first") + file.get_tensor("first_bias")).clip(min=0)
    return softmax(hidden @ file.get_tensor("second") + file.get_tensor("second_bias"), axis=1)
""",
    ClassifierMethod.STATIC: """\
import safetensors, torch
from sentence_transformers import SentenceTransformer
file = safetensors.safe_open({file}, "pt")
encoder = SentenceTransformer({model})
table = encoder[0].auto_model.get_input_embeddings().weight.detach().cpu().double()
def probabilities(texts):
    ids = encoder.tokenizer(texts, add_special_tokens=False).input_ids
    units = torch.nn.functional.normalize(torch.stack([table[row[:{room}]].mean(0) for row in ids]))
    return torch.softmax(units @ file.get_tensor("weights").T + file.get_tensor("bias"), 1).numpy()
""",
    ClassifierMethod.TF_IDF: """\
import json
from safetensors import safe_open
from scipy.special import softmax
from sklearn.feature_extraction.text import TfidfVectorizer
file = safe_open({file}, "numpy")
bag = TfidfVectorizer(vocabulary=json.loads(file.metadata()["vocabulary"]))
bag.idf_, weights, bias = (file.get_tensor(name) for name in ("idf", "weights", "bias"))
def probabilities(texts):
    return softmax(bag.transform(texts) @ weights.T + bias, axis=1)
""",
    ClassifierMethod.BAYES: """\
import json
from safetensors import safe_open
from scipy.special import softmax
from sklearn.feature_extraction.text import CountVectorizer
file = safe_open({file}, "numpy")
weights, bias = file.get_tensor("weights"), file.get_tensor("bias")
counter = CountVectorizer(vocabulary=json.loads(file.metadata()["vocabulary"]))
def probabilities(texts):
    return softmax(counter.transform(texts) @ weights.T + bias, axis=1)
""",
}


def file_name(classifier: Classifier) -> str:
    """Return the name of the file: the same for all classifiers of a method, in ASCII and without blanks.

    For logistic regression it is encoderscope-logistic-regression.safetensors.
    """
    return f"encoderscope-{classifier.method.lower().replace(' ', '-')}.safetensors"


def export_classifier(classifier: Classifier, encoder: Encoder) -> bytes:
    """Return the classifier as a safetensors file, identical to the last byte for the same classifier.

    Arrays of a linear classifier: weights (K, F), bias (K,) and, with TF-IDF, idf (F,), all float64. Arrays of a
    network: first (D, H), first_bias (H,), second (H, K) and second_bias (K,), all float32.

    Metadata: format, version, method and classes (a JSON list). Methods that read the encoder or its word embeddings
    add model (a hub id, or else the encoder's name) and fingerprint; methods that count words add vocabulary (a JSON
    list of F words). For example:

        {"format": "encoderscope classifier", "version": "1", "method": "TF-IDF", "classes": "[\"bad\", \"good\"]",
         "vocabulary": "[\"film\", \"pizza\"]"}
    """
    about = {
        "format": _FORMAT,
        "version": _VERSION,
        "method": str(classifier.method),
        "classes": json.dumps(classifier.classes, ensure_ascii=False),
    }
    if classifier.bag is None:
        about |= {"model": _model_name(encoder), "fingerprint": encoder.fingerprint}
    else:
        indices = classifier.bag.vocabulary
        about["vocabulary"] = json.dumps(sorted(indices, key=indices.__getitem__), ensure_ascii=False)
    return _add_metadata(save(_arrays(classifier)), about)


def loading_code(classifier: Classifier, encoder: Encoder, file_name: str) -> str:
    """Return at most ten lines of Python that define `probabilities`, which takes a list of N texts and returns (N, K).

    The code needs the file in its working directory, safetensors, scipy and, depending on the method, scikit-learn or
    sentence-transformers. Lines have at most 100 characters, unless the model's name has more than 60.
    """
    code = _CODE[classifier.method].format(
        file=_quote(file_name),
        model=_quote(_model_name(encoder)),
        room=encoder.encode_limit - encoder.token_counts([""])[0],
    )
    return code + _EXAMPLE


def _model_name(encoder: Encoder) -> str:
    """Return the name by which sentence-transformers opens the model."""
    return _BUNDLED_HUB_ID if encoder.name == BUNDLED_NAME else encoder.name


def _quote(text: str) -> str:
    """Return a text as a Python literal in double quotes; JSON's escapes are valid in Python."""
    return json.dumps(text, ensure_ascii=False)


def _arrays(classifier: Classifier) -> dict[str, Float[np.ndarray, "..."]]:
    """Return the arrays of the file by name."""
    learned, bag = classifier.parameters, classifier.bag
    if isinstance(learned, Mlp):
        arrays = {
            "first": learned.first,
            "first_bias": learned.first_bias,
            "second": learned.second,
            "second_bias": learned.second_bias,
        }
    else:
        arrays = {"weights": learned.weights, "bias": learned.bias}
    if bag is not None and bag.idf is not None:
        arrays["idf"] = bag.idf
    # The library writes memory in its order, which is wrong for a transposed array.
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _add_metadata(file: bytes, about: dict[str, str]) -> bytes:
    """Add metadata to a safetensors file in a fixed order; the library's order varies.

    A file is: the length of the header in 8 bytes, the header in JSON, padded with blanks to a multiple of 8 bytes, and
    the arrays, whose offsets are counted from the end of the header.

    >>> file = _add_metadata((8).to_bytes(8, "little") + b"{}      ", {"a": "b"})
    >>> int.from_bytes(file[:8], "little"), file[8:]
    (32, b'{"__metadata__": {"a": "b"}}    ')
    """
    end = 8 + int.from_bytes(file[:8], "little")
    header = json.dumps({"__metadata__": about} | json.loads(file[8:end]), ensure_ascii=False).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + file[end:]
