"""What is signed can be told by every library of Standard Webhooks, and a key that is none is said in words."""

import base64
import hashlib
import hmac

import pytest

from interleaver.controller.telling.signature import NoKey, read_keys, sign

# The reference vector that the libraries of Standard Webhooks 1.0 are tested with.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()


def test_the_reference_vector_of_standard_webhooks_is_signed_as_it_says() -> None:
    headers = sign(read_keys(SECRET), ID, AT, BODY)
    assert headers == {"webhook-id": ID, "webhook-timestamp": str(AT), "webhook-signature": SIGNATURE}


def test_while_keys_change_both_sign_so_that_either_verifies() -> None:
    headers = sign(read_keys(f"# the new one first\n{OTHER}\n\n{SECRET}\n"), ID, AT, BODY)
    first, second = headers["webhook-signature"].split(" ")
    assert second == SIGNATURE
    other = hmac.new(b"o" * 32, f"{ID}.{AT}.".encode() + BODY, hashlib.sha256).digest()
    assert first == f"v1,{base64.b64encode(other).decode()}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 0 keys"),
        ("# none yet\n", "has 0 keys"),
        ("\n".join([SECRET] * 5), "has 5 keys"),
        ("s3cret-s3cret-s3cret-s3cret", "number 1, without whsec_"),
        (f"{SECRET}\nwhsec_s3cret!", "number 2, that is no base64"),
        ("whsec_" + base64.b64encode(b"s3cret").decode(), "of 6 bytes"),
        ("whsec_" + base64.b64encode(b"s" * 65).decode(), "of 65 bytes"),
    ],
)
def test_a_file_that_has_no_usable_keys_is_refused_in_words_that_quote_none_of_it(text: str, words: str) -> None:
    with pytest.raises(NoKey, match=words) as refused:
        read_keys(text)
    assert "s3cret" not in str(refused.value)
