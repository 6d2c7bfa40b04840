#!/usr/bin/env python3
"""A host's API of the loopback for dealix-evidence import --from github-settings: github.py FOLDER [CERTIFICATE KEY].

FOLDER/port gets the port, FOLDER/told a line of JSON a request.  The name of the repository says how it is answered: o/good, o/open (main is
not protected), o/blind (403 on both questions), o/half (403 on the protection), o/limited (429), o/limit403, o/gone (404), o/denied (401),
o/broken (500), o/cut (ends before its length), o/cutjson, o/huge, o/moved (redirect here), o/away (redirect to another host), o/loop, o/slow,
o/html, o/list, o/other (about another repository), o/dup.  It ends when FOLDER is gone, and in any case after two minutes.
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
CHECKS = [{"context": name, "app_id": None} for name in ("architecture-brief", "release-readiness", "tests")]
PROTECTION = {
    "url": "https://api.invalid/repos/o/good/branches/main/protection",
    "enforce_admins": {"url": "x", "enabled": True}, "allow_force_pushes": {"enabled": False}, "allow_deletions": {"enabled": False},
    "required_pull_request_reviews": {"required_approving_review_count": 1, "dismiss_stale_reviews": True, "require_code_owner_reviews": True},
    "required_status_checks": {"strict": True, "contexts": [c["context"] for c in CHECKS], "checks": CHECKS},
}
SECURITY = {"secret_scanning": {"status": "enabled"}, "secret_scanning_push_protection": {"status": "enabled"}}


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def give(self, status, document=None, raw=None, length=None, **headers):
        body = raw if raw is not None else json.dumps(document).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(length if length is not None else len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def do_GET(self):
        with open(folder / "told", "a", encoding="utf-8") as f:
            f.write(json.dumps({"path": self.path, "token": self.headers.get("Authorization"), "accept": self.headers.get("Accept"),
                                "version": self.headers.get("X-GitHub-Api-Version")}) + "\n")
        path = self.path.removeprefix("/api/v3")
        part = path.split("/")
        name = part[3] if len(part) > 3 and part[1] == "repos" else ""
        protection = path.endswith("/branches/main/protection")
        repo = {"full_name": f"o/{name}", "private": True, "security_and_analysis": SECURITY}
        if path == "/here/moved":
            self.give(200, {**repo, "full_name": "o/moved"})
        elif name == "open" and protection:
            self.give(404, {"message": "Branch not protected", "status": "404"})
        elif name == "blind" or (name == "half" and protection):
            self.give(403, {"message": "Resource not accessible by integration"})
        elif name == "half":
            self.give(200, {"full_name": "o/half"})
        elif name == "limited":
            self.give(429, {"message": "slow down"}, Retry_After="77")
        elif name == "limit403":
            self.give(403, {"message": "API rate limit exceeded for 127.0.0.1"})
        elif name == "gone":
            self.give(404, {"message": "Not Found"})
        elif name == "denied":
            self.give(401, {"message": "Bad credentials"})
        elif name == "broken":
            self.give(500, raw=b"oops")
        elif name == "cut":
            self.give(200, repo, length=5000)
        elif name == "cutjson":
            self.give(200, raw=b'{"full_name":"o/cutjson"')
        elif name == "huge":
            self.give(200, raw=b" " * (5 << 20))
        elif name == "moved" and not protection:
            self.give(301, {}, Location="/here/moved")
        elif name == "away":
            self.give(302, {}, Location="http://localhost:%d/api/v3/repos/o/good" % self.server.server_address[1])
        elif name == "loop":
            self.give(302, {}, Location=self.path)
        elif name == "slow":
            time.sleep(20)
        elif name == "html":
            self.give(200, raw=b"<html>sign in</html>")
        elif name == "list":
            self.give(200, raw=b"[]")
        elif name == "other":
            self.give(200, {**repo, "full_name": "o/good"})
        elif name == "dup":
            self.give(200, raw=b'{"full_name":"o/dup","full_name":"o/dup"}')
        elif protection:
            self.give(200, PROTECTION)
        else:
            self.give(200, repo)

    def log_message(self, *unused):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *unused):
        pass


def watch():
    for _ in range(1200):
        if not folder.exists():
            break
        time.sleep(0.1)
    os._exit(0)


server = Server(("127.0.0.1", 0), Host)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=watch, daemon=True).start()
(folder / "port.new").write_text(str(server.server_address[1]))
(folder / "port.new").rename(folder / "port")
server.serve_forever()
