"""The server's rules as pure functions of state, command and time; nothing here does IO."""
