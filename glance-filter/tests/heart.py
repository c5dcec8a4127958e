"""A Heart on a real port that misbehaves on demand."""
import http.server
import json
import threading
import time


class TestHeart:
    """answers: what to do with the next requests, in order, then 200: a status, "hang" or "hang up"."""

    def __init__(self, port=0):
        self.answers = []
        self.requests = []  # (path, headers, body as text)
        self.events = []  # of those answered with 200
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                owner.requests.append((self.path, dict(self.headers), body))
                answer = owner.answers.pop(0) if owner.answers else 200
                if answer == "hang":
                    time.sleep(3)
                if answer in ("hang", "hang up"):
                    self.close_connection = True
                    return
                if answer == 200:
                    owner.events.append(json.loads(body))
                text = b'{"said": "so"}'
                self.send_response(answer)
                if answer // 100 == 3:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *ignored):
                pass

        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
