"""What a client and this server say to each other, and what members say to each other: types only, no IO."""
