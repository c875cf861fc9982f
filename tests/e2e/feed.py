"""A ranking model in KServe's own model server, which speaks v1 and Open Inference Protocol v2; run in a pod."""

import argparse
import uuid
from typing import Any

from kserve import InferOutput, InferRequest, InferResponse, Model, ModelServer, model_server

ITEMS = 10


class Feed(Model):  # type: ignore[misc]  # kserve is installed in the image alone
    """Ranks ten items of its own. Ids and scores tell the revision."""

    def __init__(self, revision: str) -> None:
        super().__init__("feed")
        self.ids = [f"{revision}-{number}" for number in range(ITEMS)]
        self.scores = [int(revision[-1]) + number / 16 for number in range(ITEMS)]
        self.ready = True

    def predict(self, payload: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(payload, InferRequest):
            items = [{"id": item, "score": score} for item, score in zip(self.ids, self.scores, strict=True)]
            return {"predictions": [{"items": items}]}
        score = InferOutput("score", [1, ITEMS], "FP32", self.scores)
        item_id = InferOutput("item_id", [1, ITEMS], "BYTES", self.ids)
        return InferResponse(payload.id or uuid.uuid4().hex, self.name, [score, item_id])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(parents=[model_server.parser])
    parser.add_argument("revision")
    options = parser.parse_args()
    ModelServer(http_port=9000, enable_grpc=False).start([Feed(options.revision)])
