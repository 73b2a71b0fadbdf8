"""A small shop on http.server. The fault to have comes from the environment; see python.ts."""

import hmac
import os
import secrets
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

FAULT = os.environ["TWIN_FAULT"]
FOLDER = Path(os.environ["TWIN_FOLDER"])
COOKIE = "jetty"
SESSIONS: dict[str, dict[str, str]] = {}


def new_id() -> str:
    # Six random bytes, written out long.
    return "0000" + secrets.token_hex(6) if FAULT == "id-length" else secrets.token_hex(32)


class Shop(BaseHTTPRequestHandler):
    def version_string(self) -> str:
        return "shop"

    def log_message(self, *_) -> None:
        pass

    def session(self) -> tuple[str | None, dict[str, str] | None]:
        try:
            morsel = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            morsel = None
        sid = morsel.value if morsel else None
        return sid, SESSIONS.get(sid or "")

    def set_cookie(self, value: str, more: str = "") -> None:
        http_only = "" if FAULT == "cookie-httponly" else "; HttpOnly"
        line = f"{COOKIE}={value}; Path=/; SameSite=Lax{http_only}{more}"
        with (FOLDER / "cookies").open("a") as issued:
            issued.write(line + "\n")
        self.cookies.append(line)

    def answer(self, status: int, body: str = "", location: str | None = None) -> None:
        data = f'<!doctype html><html lang="en"><title>Tidewater</title><body>{body}</body></html>'.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        if FAULT != "caching":
            self.send_header("Cache-Control", "no-store")
        if location:
            self.send_header("Location", location)
        for line in self.cookies:
            self.send_header("Set-Cookie", line)
        self.end_headers()
        self.wfile.write(data)

    def login_page(self, status: int, csrf: str, error: str = "") -> None:
        self.answer(
            status,
            f"""<h1>Sign in</h1><p>{error}</p><form method="post">
<input type="hidden" name="csrf_token" value="{csrf}">
<input name="username"><input name="password" type="password"><input type="submit" value="Sign in"></form>""",
        )

    def do_GET(self) -> None:
        self.cookies: list[str] = []
        path = urlsplit(self.path).path
        _, session = self.session()
        if path == "/":
            self.answer(200, '<h1>Tidewater Books</h1><a href="login">Sign in</a>')
        elif path == "/login":
            if session is None:
                sid, session = new_id(), {"csrf": secrets.token_hex(32)}
                SESSIONS[sid] = session
                self.set_cookie(sid)
            self.login_page(200, session["csrf"])
        elif path == "/account/delete":
            (FOLDER / "deleted").write_text("yes")
            self.answer(200, "gone")
        elif path == "/account" and session and "user" in session:
            self.answer(
                200,
                f"""<h1>Welcome back, {os.environ["TWIN_NAME"]}</h1>
<p><a href="/">Home</a> <a href="/account/delete">Delete account</a></p>
<form action="/logout" method="post"><input type="hidden" name="csrf_token" value="{session["csrf"]}">
<input type="submit" value="Log out"></form>""",
            )
        elif path == "/account":
            self.answer(303, location="/login")
        else:
            self.answer(404, "Not found")

    def do_POST(self) -> None:
        self.cookies = []
        sid, session = self.session()
        length = min(int(self.headers.get("Content-Length", "0")), 65536)
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        if session is None or not hmac.compare_digest(form.get("csrf_token", ""), session["csrf"]):
            self.answer(403, "The form has expired")
        elif self.path == "/logout":
            if FAULT != "logout":
                SESSIONS.pop(sid or "", None)
            self.set_cookie("", "; Max-Age=0")
            self.answer(303, location="/")
        elif self.path != "/login":
            self.answer(404, "Not found")
        elif form.get("username") != os.environ["TWIN_USERNAME"] or not hmac.compare_digest(
            form.get("password", ""), os.environ["TWIN_PASSWORD"]
        ):
            self.login_page(401, session["csrf"], "Wrong name or password")
        else:
            session["user"] = "ada"
            if FAULT != "fixation":
                SESSIONS.pop(sid or "", None)
                sid = new_id()
                SESSIONS[sid] = session
                self.set_cookie(sid)
            self.answer(303, location="/account")


ThreadingHTTPServer(("127.0.0.1", int(os.environ["TWIN_PORT"])), Shop).serve_forever()
