"""The scoring service: emotion, sentiment and personality of short texts, by ONNX."""
