"""What MLflow says, in words that say what to do."""

import pytest

from interleaver.lab.tracking.faults import explain

REFUSED = (
    "API request to http://mlflow:5000/api/2.0/mlflow/experiments/search failed with exception HTTPConnectionPool("
    "host='mlflow', port=5000): Max retries exceeded with url: / (Caused by NewConnectionError: Connection refused)"
)
HOST = "API request to endpoint /api/2.0 failed with error code 403 != 200. Response body: 'Invalid Host header - '"
PAGE = "API request to endpoint was successful but the response body was not in a valid JSON format. Response body: ''"


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (REFUSED, 500, "the server cannot be reached (connection refused); is it running, and is the URL right?"),
        (
            REFUSED.replace("Connection refused", "Read timed out"),
            500,
            "the server cannot be reached (no answer in time)",
        ),
        (HOST, 403, "--allowed-hosts 'mlflow:5000,localhost:*'"),
        (HOST, 403, "--cors-allowed-origins 'http://mlflow:5000'"),
        ("PERMISSION_DENIED: no", 403, "give it MLFLOW_TRACKING_TOKEN"),
        ("You are not authenticated", 401, "give it MLFLOW_TRACKING_TOKEN"),
        (PAGE, 500, "something answers there, and it is no MLflow"),
        ("INVALID_PARAMETER_VALUE: name is bad\nand a page", 400, "INVALID_PARAMETER_VALUE: name is bad"),
    ],
)
def test_a_fault_says_what_to_do(said: str, status: int, words: str) -> None:
    explained = explain("http://mlflow:5000", said, status)
    assert words in explained
    assert "\n" not in explained
