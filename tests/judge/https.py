#!/usr/bin/env python3
"""A server that writes down what it is told: https.py CERTIFICATE KEY FOLDER, on a free port of the loopback.

FOLDER/port gets the port, FOLDER/told a line of JSON a request.  The path of a request says how it is answered: /ok, /500, /302 (to /ok),
/big (200 with a megabyte).  It ends when FOLDER is gone, and in any case after two minutes.
"""
import http.server
import json
import os
import pathlib
import ssl
import sys
import threading
import time

certificate, key, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])


class Teller(http.server.BaseHTTPRequestHandler):
    def do_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        with open(folder / "told", "a", encoding="utf-8") as f:
            f.write(json.dumps({"method": self.command, "path": self.path, "key": self.headers.get("Idempotency-Key"),
                                "type": self.headers.get("Content-Type"), "body": body}) + "\n")
        self.send_response({"/500": 500, "/302": 302}.get(self.path, 200))
        if self.path == "/302":
            self.send_header("Location", "/ok")
        answer = b"x" * (1 << 20) if self.path == "/big" else b""
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_any

    def log_message(self, *unused):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *unused):
        pass            # a caller that refuses the certificate is what some tests are about


def watch():
    for _ in range(1200):
        if not folder.exists():
            break
        time.sleep(0.1)
    os._exit(0)


server = Server(("127.0.0.1", 0), Teller)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=watch, daemon=True).start()
(folder / "port.new").write_text(str(server.server_address[1]))
(folder / "port.new").rename(folder / "port")
server.serve_forever()
