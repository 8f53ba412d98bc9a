"""Rules of the house that no linter knows. Each test says which sentence of ARCHITECTURE.md or CONTRIBUTING.md it guards."""
