"""A server that remembers who asked it for what: where stolen data would arrive."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_GIF = bytes.fromhex(
    "47494638396101000100800000000000ffffff2c00000000010001000002024401003b"
)


class Listener:
    """Answers everything with a small picture; ``heard`` has the paths, in order."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "image/gif")
                self.send_header("Content-Length", str(len(_GIF)))
                self.end_headers()
                self.wfile.write(_GIF)

            do_POST = do_GET  # noqa: N815 - the name that the library looks for

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
