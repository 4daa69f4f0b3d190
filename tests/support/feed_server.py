#!/usr/bin/env python3
"""A web server on the loopback for the tests of `eesim data fetch`: each path misbehaves in one way.

Usage: feed_server.py FEED PORT_FILE [CERTIFICATE KEY]
Writes its port to PORT_FILE when it is ready. Every request is appended to PORT_FILE.log with the headers that matter.
"""
import gzip
import http.server
import os
import ssl
import sys
import time

FEED = open(sys.argv[1], "rb").read()
PORT_FILE = sys.argv[2]
ETAG = '"version-1"'
MODIFIED = "Wed, 18 Feb 2026 12:00:00 GMT"
PAGE = b"<!DOCTYPE html><html><body>Access denied</body></html>"
counts = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", kind="application/json", length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_GET(self):
        name = self.path.strip("/").split("?")[0]
        counts[name] = counts.get(name, 0) + 1
        with open(PORT_FILE + ".log", "a") as log:
            log.write(
                f"{name} agent={self.headers.get('User-Agent')} etag={self.headers.get('If-None-Match')} "
                f"since={self.headers.get('If-Modified-Since')} accepts={self.headers.get('Accept-Encoding')}\n"
            )
        getattr(self, "get_" + name, self.get_absent)()

    def get_feed(self):
        if self.headers.get("If-None-Match") == ETAG:
            self.answer(304)
        else:
            self.answer(200, FEED, ETag=ETAG, Last_Modified=MODIFIED)

    def get_moved(self):
        self.answer(301, Location="/feed")

    def get_local(self):
        self.answer(302, Location="file:///etc/hostname")

    def get_round(self):
        self.answer(302, Location="/round")

    def get_forbidden(self):
        self.answer(403, PAGE, "text/html")

    def get_absent(self):
        self.answer(404, PAGE, "text/html")

    def get_failing(self):
        self.answer(500, PAGE, "text/html")

    def get_failing_once(self):
        if counts["failing_once"] == 1:
            self.answer(500, PAGE, "text/html")
        else:
            self.answer(200, FEED)

    def get_slow(self):
        time.sleep(30)

    def get_cut(self):
        self.answer(200, FEED[: len(FEED) // 2], length=len(FEED))

    def get_half(self):
        self.answer(200, FEED[: len(FEED) // 2])

    def get_packed(self):
        self.answer(200, gzip.compress(FEED), Content_Encoding="gzip")

    def get_bomb(self):
        self.answer(200, gzip.compress(b" " * 40_000_000), Content_Encoding="gzip")

    def get_large(self):
        self.answer(200, b" " * 40_000_000)

    def get_page(self):
        self.answer(200, PAGE, "text/html; charset=utf-8")

    def get_disguised(self):
        self.answer(200, b"\xef\xbb\xbf\n" + PAGE)

    def get_picture(self):
        self.answer(200, b"\x89PNG\r\n\x1a\n\0\0\0", "image/png")

    def get_text(self):
        self.answer(200, b"rounds { none", "text/plain")

    def get_empty(self):
        self.answer(200, b"")

    def get_none(self):
        self.answer(200, b'{"rounds": []}')

    def get_drip(self):
        """The feed in pieces: there is time to be killed in between."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(FEED)))
        self.send_header("Connection", "close")
        self.end_headers()
        step = len(FEED) // 10 + 1
        for start in range(0, len(FEED), step):
            self.wfile.write(FEED[start : start + step])
            time.sleep(0.002)
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True)
with open(PORT_FILE + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(PORT_FILE + ".new", PORT_FILE)
server.serve_forever()
