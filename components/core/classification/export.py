"""A classifier to take along: its numbers as a safetensors file, and the code that reads it without Encoderscope.

K classes, F features, D numbers a sentence vector, H hidden units.
"""

import json
from typing import Final

import numpy as np
from safetensors.numpy import save

from components.core.classification.classifiers import Classifier, ClassifierMethod
from components.core.classification.mlp import Mlp
from components.core.model.encoder import Encoder
from components.core.model.loading import BUNDLED_NAME

_FORMAT: Final = "encoderscope classifier"
_VERSION: Final = "1"
_BUNDLED_HUB_ID: Final = "sentence-transformers/all-MiniLM-L6-v2"

_EXAMPLE: Final = 'print(file.metadata()["classes"], probabilities(["I could not put it down."]))\n'
#: A model is read in full precision, as Encoderscope reads it, also where its weights were saved in half.
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
    """What the file is called: the same for all classifiers of a method, in ASCII and without blanks."""
    return f"encoderscope-{classifier.method.lower().replace(' ', '-')}.safetensors"


def export_classifier(classifier: Classifier, encoder: Encoder) -> bytes:
    """The classifier as one safetensors file, the same to the last byte for the same classifier.

    Arrays: of a linear classifier weights (K, F) and bias (K,), with TF-IDF also idf (F,), all float64; of a network
    first (D, H), first_bias (H,), second (H, K) and second_bias (K,), all float32. Metadata: format, version, method
    and classes (a JSON list); of a method that reads the encoder or its word embeddings, model (a hub id, or else the
    name that the encoder was opened by) and fingerprint; of one that counts words, vocabulary (a JSON list of F words).
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
        places = classifier.bag.vocabulary
        about["vocabulary"] = json.dumps(sorted(places, key=places.__getitem__), ensure_ascii=False)
    return _with_metadata(save(_arrays(classifier)), about)


def loading_code(classifier: Classifier, encoder: Encoder, file_name: str) -> str:
    """At most ten lines of Python that define `probabilities`: a list of N texts to (N, K), as the classifier answers.

    They need the file in the folder in which they run, safetensors, scipy and, by method, scikit-learn or
    sentence-transformers. Lines have at most 100 characters, unless the model's name has more than 60.
    """
    code = _CODE[classifier.method].format(
        file=_quoted(file_name),
        model=_quoted(_model_name(encoder)),
        room=encoder.encode_limit - encoder.token_counts([""])[0],
    )
    return code + _EXAMPLE


def _model_name(encoder: Encoder) -> str:
    """What those who do not have Encoderscope open the model by."""
    return _BUNDLED_HUB_ID if encoder.name == BUNDLED_NAME else encoder.name


def _quoted(text: str) -> str:
    """A text as Python writes it, in double quotes. What JSON escapes, it escapes as Python does."""
    return json.dumps(text, ensure_ascii=False)


def _arrays(classifier: Classifier) -> dict[str, np.ndarray]:
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
    # The library writes memory as it lies, also where an array is a turned one.
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _with_metadata(file: bytes, about: dict[str, str]) -> bytes:
    """A safetensors file that has no metadata, with some: the library writes them in another order each time.

    The file begins with the length of its header, in 8 bytes; the header is JSON, filled up with blanks so that the
    numbers after it begin at a multiple of 8; places of arrays are counted from there.
    """
    end = 8 + int.from_bytes(file[:8], "little")
    header = json.dumps({"__metadata__": about} | json.loads(file[8:end]), ensure_ascii=False).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + file[end:]
