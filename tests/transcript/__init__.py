"""What people see: real commands against a real server on loopback."""
