#!/usr/bin/env python3
"""A collector that writes down what it is sent: otlp.py FOLDER [CERTIFICATE KEY], on a free port of the loopback.

FOLDER/port gets the port, FOLDER/told a line of JSON a request.  The path says how it is answered:
/503 (Retry-After: 0 the first time, then 200), /503later (Retry-After: 60), /429, /502 and /504 (once, without a time, then 200), /500,
/400, /slow (a byte of header a second), /hang (never), /drop (closes), /big (200 with a gigabyte), /headers (200 with endless headers),
/302 (to /v1/traces), anything else 200.  It ends when FOLDER is gone, and in any case after two minutes.
"""
import http.server
import json
import os
import pathlib
import ssl
import sys
import threading
import time

folder = pathlib.Path(sys.argv[1])
seen = {}
lock = threading.Lock()


class Collector(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        with lock:
            seen[self.path] = seen.get(self.path, 0) + 1
            first = seen[self.path] == 1
            with open(folder / "told", "a", encoding="utf-8") as f:
                f.write(json.dumps({"path": self.path, "type": self.headers.get("Content-Type"), "headers": dict(self.headers),
                                    "body": body}) + "\n")
        self.answer(self.path, first)

    def answer(self, path, first):
        if path == "/hang":
            time.sleep(30)
        elif path == "/drop":
            self.close_connection = True
        elif path == "/slow":
            self.trickle()
        elif path == "/headers":
            self.endless()
        elif path == "/big":
            self.big()
        elif path == "/302":
            self.status(302, {"Location": "/v1/traces"})
        elif path == "/503":
            self.status(503 if first else 200, {"Retry-After": "0"})
        elif path == "/503later":
            self.status(503, {"Retry-After": "60"})
        elif path in ("/429", "/502", "/504"):
            self.status(int(path[1:]) if first else 200, {})
        elif path in ("/400", "/500"):
            self.status(int(path[1:]), {})
        else:
            self.status(200, {})

    def status(self, code, headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def trickle(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(30):
            self.wfile.write(b"X")
            self.wfile.flush()
            time.sleep(1)

    def endless(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for i in range(1000000):
            self.wfile.write(b"X-%d: %s\r\n" % (i, b"x" * 1000))

    def big(self):
        self.send_response(200)
        self.send_header("Content-Length", str(1 << 30))
        self.end_headers()
        for _ in range(1024):
            self.wfile.write(b"x" * (1 << 20))

    def log_message(self, *unused):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *unused):
        pass            # callers that give up are what some tests are about


def watch():
    for _ in range(1200):
        if not folder.exists():
            break
        time.sleep(0.1)
    os._exit(0)


server = Server(("127.0.0.1", 0), Collector)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=watch, daemon=True).start()
(folder / "port.new").write_text(str(server.server_address[1]))
(folder / "port.new").rename(folder / "port")
server.serve_forever()
