"""A web site on a loopback address, good or hostile, as its routes say."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebSite:
    """Routes: path to ``(status, headers, body)``; a body is bytes, text, or yields bytes for ever.

    A function instead of the triple gets the request's handler and returns the triple.
    """

    def __init__(self, routes, host="127.0.0.2"):
        self.routes = dict(routes)
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append(self.path)
                site.headers.append(dict(self.headers))
                route = site.routes.get(self.path.partition("?")[0], (404, {}, ""))
                self.answer(*(route(self) if callable(route) else route))

            def do_POST(self):
                site.bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.do_GET()

            def answer(self, status, headers, body):
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                headers = {"content-type": "text/html; charset=utf-8", **headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                if isinstance(body, bytes):
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                    return
                self.send_header("connection", "close")
                self.end_headers()
                self.close_connection = True
                try:
                    for piece in body:
                        self.wfile.write(piece)
                        self.wfile.flush()
                except OSError:
                    pass  # whoever asked has heard enough

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # whoever asked hung up, or did not like the certificate

        self._server = Server((host, 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.address = f"{host}:{self._server.server_port}"
        self.url = f"http://{self.address}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def speak_tls(self, context):
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def endless(piece=b"<p>more</p>" * 1_000):
    while True:
        yield piece


def drip(piece=b"<", every_s=0.05):
    while True:
        yield piece
        time.sleep(every_s)
