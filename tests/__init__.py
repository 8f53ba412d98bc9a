"""The suites; see CONTRIBUTING.md."""
