"""The HTTP routes and the socket, around the rules of control."""
