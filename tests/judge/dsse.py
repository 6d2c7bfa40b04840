#!/usr/bin/env python3
"""The same judge as dsse.js, on python3-cryptography and an encoding written from the protocol's text; and packs taken apart.

dsse.py verify PUBLIC.pem ENVELOPE...     status 0: each has a signature of that key
dsse.py refuse PUBLIC.pem ENVELOPE...     status 0: none has
dsse.py make PRIVATE.pem PAYLOAD          the envelope on stdout, in base64url
dsse.py repack PACK ENVELOPE OUT          the pack with another envelope (needs no cryptography)
"""
import base64
import json
import pathlib
import sys
import zipfile

TYPE = "application/vnd.in-toto+json"


def encoding(kind, payload):
    kind = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def signed_by(key, doc):
    from cryptography.exceptions import InvalidSignature
    for s in doc["signatures"]:
        try:
            key.verify(base64.b64decode(s["sig"], validate=True), encoding(doc["payloadType"], base64.b64decode(doc["payload"], validate=True)))
            return True
        except InvalidSignature:
            pass
    return False


def verify(pem, files, wanted):
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    key = load_pem_public_key(pathlib.Path(pem).read_bytes())
    for file in files:
        if signed_by(key, json.loads(pathlib.Path(file).read_text())) is not wanted:
            print(f"{file}: {'no' if wanted else 'a'} signature of that key")
            return 1
    return 0


def make(pem, file):
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    payload = pathlib.Path(file).read_bytes()
    sig = load_pem_private_key(pathlib.Path(pem).read_bytes(), None).sign(encoding(TYPE, payload))
    text = lambda b: base64.urlsafe_b64encode(b).decode()
    print(json.dumps({"payloadType": TYPE, "signatures": [{"keyid": "", "sig": text(sig)}], "payload": text(payload)}))
    return 0


def repack(pack, envelope, out):
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(out, "w") as new:
        for i in old.infolist():
            new.writestr(i, pathlib.Path(envelope).read_bytes() if i.filename == "pack.dsse.json" else old.read(i))
    return 0


if __name__ == "__main__":
    sys.exit({"verify": lambda a: verify(a[0], a[1:], True), "refuse": lambda a: verify(a[0], a[1:], False),
              "make": lambda a: make(*a), "repack": lambda a: repack(*a)}[sys.argv[1]](sys.argv[2:]))
