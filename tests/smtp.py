"""A small SMTP server on this machine (RFC 5321), for tests that must see what really travels."""

import email
import email.policy
import socketserver
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self


@dataclass(frozen=True)
class Received:
    """One letter as it arrived."""

    sender: str
    recipients: list[str]
    parsed: EmailMessage


class _Session(socketserver.StreamRequestHandler):
    server: "_Listener"

    def handle(self) -> None:
        owner = self.server.owner
        owner.sessions += 1
        self.say("220 thu.example")
        sender, recipients = "", []
        for line in self.rfile:
            verb, argument = line[:4].decode().upper(), line.decode().strip()
            planned = owner.answers.get(verb)
            if planned:
                self.say(planned.pop(0))
                continue
            if verb == "MAIL":
                sender, recipients = _address(argument), []
            elif verb == "RCPT":
                recipients.append(_address(argument))
            elif verb == "DATA":
                self.say("354 go on")
                content = self.content()
                parsed = email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)
                owner.messages.append(Received(sender, recipients, parsed))
                planned = owner.answers.get("DATA-END")
                if planned:
                    planned.pop(0)
                    return  # hang up without an answer
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def content(self) -> bytes:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


def _address(argument: str) -> str:
    return argument.partition("<")[2].partition(">")[0]


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    owner: "SmtpServer"


class SmtpServer:
    """Listens on `port`; `answers` maps a verb to the answers given instead of "ok" ("DATA-END": hang up)."""

    def __init__(self) -> None:
        self.messages: list[Received] = []
        self.answers: dict[str, list[str | None]] = {}
        self.sessions = 0
        self._listener = _Listener(("127.0.0.1", 0), _Session)
        self._listener.owner = self
        self.port = self._listener.server_address[1]
        self._open = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self._open = True
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; calling it twice is harmless."""
        if self._open:
            self._listener.shutdown()
            self._listener.server_close()
            self._open = False
