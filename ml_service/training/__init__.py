"""Training, export and evaluation of models; not part of the service."""

import os

import scoring  # noqa: F401 - switches onnxruntime's events off, which has to precede its import

# Read by huggingface_hub and transformers when they are imported. The latter would ask a converter
# on the hub, in the background, for weights that a model has in one format only.
os.environ |= {"HF_HUB_DISABLE_TELEMETRY": "1", "DISABLE_SAFETENSORS_CONVERSION": "1"}
