"""What an answer shows of the program's inside: traces of many languages are found, innocent error texts are not."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.oracles.disclosure import INSIDES, WORDS
from suites.selftest.contracts.written import failures, refusal

TRACES: dict[str, str] = {
    "Python": 'Traceback (most recent call last):\n  File "gateway.py", line 12, in handle\nValueError: x',
    "Python in JSON": json.dumps({"detail": 'Traceback (most recent call last):\n  File "gateway.py", line 12'}),
    "Java": "java.lang.NullPointerException\n\tat com.x.Cancel.run(Cancel.java:42)\n\tat java.base/x(Thread.java:1)",
    "Java in JSON": json.dumps({"trace": "x.Y: no\n\tat com.x.Cancel.run(Cancel.java:42)"}),
    "Kotlin": "kotlin.UninitializedPropertyAccessException: lateinit\n\tat com.x.CancelKt.run(Cancel.kt:7)",
    "JavaScript": "TypeError: x\n    at cancel (/app/src/cancel.js:10:15)\n    at node:internal/x:1:1",
    "JavaScript in JSON": json.dumps({"stack": "TypeError: x\n    at cancel (cancel.js:10:15)"}),
    "Go": "goroutine 1 [running]:\nmain.cancel(0x0)\n\tmain.go:12 +0x1d",
    "Go's panic": "panic: runtime error: index out of range [0] with length 0",
    "C#": "   at Exchange.Cancel.Run(String id) in Cancel.cs:line 42\nSystem.NullReferenceException: x",
    "PHP": "PHP Fatal error:  Uncaught TypeError in /var/www/html/cancel.php:12\nStack trace:\n#0 {main}",
    "Ruby": "cancel.rb:12:in `run': undefined method (NoMethodError)",
    "Rust": "thread 'main' panicked at src/cancel.rs:12:5: x",
    "SQL": "SELECT id FROM keys WHERE id = 'x'",
    "PostgreSQL": "ERROR: SQLSTATE 23505",
    "an address": "upstream 10.1.2.3 is down",
    "a path": "cannot open /usr/lib/gateway/keys.db",
    "a path of a container": "no such file: '/app/settings.toml'",
    "a URL of a file": "TypeError at file:///srv/gateway.mjs",
    "a service of a cluster": "keys.prod.svc.cluster.local refused it",
    "a host of a cloud": "no route to ip-7.ec2.internal",
    "a host and its port": "upstream book.internal:9090 is down",
    "a connection in Go": "dial tcp: lookup book: no such host",
    "a connection in Node.js": "connect ECONNREFUSED",
    "a variable of the environment": "PATH=/bin BOOK_PASSWORD=swordfish",
}
INNOCENT: dict[str, str] = {
    "a code in words": json.dumps({"error": "gateway.internal", "password": "PASSWORD is not a member"}),
    "pydantic": json.dumps(
        {
            "detail": [
                {
                    "type": "missing",
                    "loc": ["body", "orders", 0, "orderId"],
                    "msg": "Field required",
                    "input": {"marketSlug": "m"},
                    "url": "https://errors.pydantic.dev/2.11/v/missing",
                }
            ]
        }
    ),
    "gRPC": json.dumps({"code": 3, "message": "proto: syntax error (line 1:2): invalid value x", "details": []}),
    "gRPC, unknown field": json.dumps({"code": 3, "message": 'proto: (line 1:45): unknown field "x"', "details": []}),
    "Go": json.dumps({"error": "invalid character 'x' looking for beginning of value"}),
    "Go, wrong type": json.dumps(
        {"error": "json: cannot unmarshal number into Go struct field .orderId of type string"}
    ),
    "Spring": json.dumps(
        {
            "timestamp": "2026-11-24T10:00:00.000+00:00",
            "status": 400,
            "error": "Bad Request",
            "message": "Failed to read request",
            "path": "/v1/orders/batched/cancel",
        }
    ),
    "Express": json.dumps({"message": "Unexpected token } in JSON at position 5"}),
    "Express as HTML": "<!DOCTYPE html><pre>Cannot PUT /v1/orders/batched/cancel</pre>",
    "Fastify": json.dumps({"statusCode": 400, "code": "FST_ERR_VALIDATION", "message": "body/orders must be array"}),
    "nginx 404": "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center>"
    "<hr><center>nginx/1.25.3</center></body></html>",
    "nginx 413": "<html><head><title>413 Request Entity Too Large</title></head><body><center><h1>413 Request Entity"
    " Too Large</h1></center><hr><center>nginx</center></body></html>",
    "ASP.NET": json.dumps(
        {
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "errors": {"$.orders[0].orderId": ["The JSON value could not be converted to System.String."]},
            "traceId": "00-84c1fd4063c38d9f3900d06e56542d48-85d1d4-00",
        }
    ),
    "Rails": json.dumps({"status": 400, "error": "Bad Request"}),
    "Django": json.dumps({"orders": ["This field is required."]}),
    "Jackson, short": json.dumps({"message": "JSON parse error: Unexpected end-of-input"}),
    "Rust's serde": json.dumps({"error": "missing field `orderId` at line 1 column 52"}),
    "AJV": json.dumps([{"instancePath": "/orders", "message": "must NOT have fewer than 1 items"}]),
    "problem details": json.dumps({"type": "https://docs.example.com/app/errors/400.html", "status": 400}),
    "an instance": json.dumps({"type": "about:blank", "instance": "/app/requests/17"}),
    "Jaeger": json.dumps({"error": "no", "trace": "4bf92f3577b34da6:00f067aa0ba902b7:0:1"}),
    "a time": json.dumps({"message": "timestamp outside the window of 30s; server time 12:30:05"}),
    "prose": json.dumps({"message": "Select an order from the list, update your set of keys, at least (one: two)."}),
}


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in INSIDES])
@given(st.data())
def test_what_a_pattern_finds_has_one_of_the_words_that_are_looked_for_first(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(pattern, re.VERBOSE | re.MULTILINE)))
    assert any(word in text for word in WORDS)


@pytest.mark.parametrize("text", TRACES.values(), ids=TRACES)
def test_a_trace_of_the_programs_inside_is_found(text: str) -> None:
    assert failures(refusal(text)) == {"disclosure.internals"}


@pytest.mark.parametrize("text", INNOCENT.values(), ids=INNOCENT)
def test_the_error_text_of_a_framework_is_innocent(text: str) -> None:
    assert failures(refusal(text)) == set()


def test_a_trace_in_a_header_is_found() -> None:
    assert failures(refusal("no", "", ("X-Upstream", "10.0.0.7:8080"))) == {"disclosure.internals"}


def test_what_the_request_said_itself_is_no_disclosure() -> None:
    text = "unknown order cancel.rb:12"
    assert failures(refusal(text, text)) == set()
    assert failures(refusal(text, "another")) == {"disclosure.internals"}
