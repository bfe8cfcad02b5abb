"""Judges the ONNX files of a folder: `check` by the reference checker, `run` by ONNX Runtime, which prints the largest differences as JSON.

Each needs a process of its own: Debian's packages share the library of operators, and both would register them.
"""

import json
import sys

act, folder = sys.argv[1:]
cases = json.load(open(f"{folder}/cases.json"))

if act == "check":
    import onnx

    for case in cases.values():
        onnx.checker.check_model(onnx.load(f"{folder}/{case['file']}"), full_check=True)
else:
    import numpy as np
    import onnxruntime

    def largest(name, case):
        session = onnxruntime.InferenceSession(f"{folder}/{case['file']}", providers=["CPUExecutionProvider"])
        feeds = {
            value.name: np.array(given["data"], given["dtype"]).reshape(given["shape"])
            for value, given in zip(session.get_inputs(), case["inputs"], strict=True)
        }
        expected = np.array(case["output"]["data"], np.float32).reshape(case["output"]["shape"])
        output = session.run(None, feeds)[0]
        assert output.shape == expected.shape, name
        return float(np.max(np.abs(output - expected)))

    print(json.dumps({name: largest(name, case) for name, case in cases.items()}))
