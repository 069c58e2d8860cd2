"""One writing of JSON data and the SHA-256 over it: what a snapshot is compared by and a signature stands for."""

import hashlib
import json
from typing import Any


def canonical_json(data: Any) -> str:
    """Return JSON with one possible writing: sorted keys, no spaces, letters as they are."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256_of(data: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `data`, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()
