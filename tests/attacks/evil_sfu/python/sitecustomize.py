"""Python runs this as it starts: `incamera._native` is the extension module that EVIL_NATIVE names, in place of the product's."""

import importlib.util
import os
import sys

if "EVIL_NATIVE" in os.environ:
    spec = importlib.util.spec_from_file_location("incamera._native", os.environ["EVIL_NATIVE"])
    if spec is None or spec.loader is None:
        raise ImportError(os.environ["EVIL_NATIVE"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules["incamera._native"] = module
