"""The scoring service: emotion, sentiment and personality of short texts, by ONNX."""

import os

# Read when onnxruntime is imported, which else sends events to Microsoft from its first session on
# and keeps an id of the machine; its own switch for that comes too late.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
