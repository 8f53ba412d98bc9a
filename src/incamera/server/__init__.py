"""The server: HTTP, the socket, settings, and uvicorn in this process. It introduces people and carries what it cannot read."""
