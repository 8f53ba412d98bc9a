"""Vectors belong to no language: a file names who made it, and every language verifies it."""
