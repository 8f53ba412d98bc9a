"""What may never be committed: another machine's paths, a registry's address, work left undone."""

import json
import re
import tomllib

from tests.architecture import checkout

# Patterns and pieces, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.~$)}\]>*-])/(?:work|root|home|tmp|Users)/[\w.-]")
REGISTRIES = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("crates", "io"),
    ("golang", "org"),
    ("deb", "debian", "org"),
)
REGISTRY = re.compile("|".join(re.escape(".".join(parts)) for parts in REGISTRIES))
UNDONE = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
NOT_RUN = re.compile(
    r"\b(?:it|test|describe|bench)\.(?:skip|only|todo|fails|skipIf|runIf)\b|pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b|unittest\.skip"
)
NOT_RUN_RUST = re.compile(r"#\[ignore|\b(?:to" + r"do|unimplemented)!")
LINES_MAX = 400
BYTES_MAX = 512 * 1024


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert not checkout.offenders(checkout.files(), MACHINE_PATH)


def test_no_file_names_a_package_registry() -> None:
    # Cargo knows its registry by this name whatever mirror it comes from: a line that says anything else about it is an offence.
    elsewhere = tuple(path for path in checkout.files() if path.name != "Cargo.lock")
    assert not checkout.offenders(elsewhere, REGISTRY)


def test_the_cargo_lock_has_digests_and_one_registry() -> None:
    packages = tomllib.loads((checkout.ROOT / "Cargo.lock").read_text())["package"]
    fetched = [package for package in packages if "source" in package]
    assert len(fetched) > 10
    assert len({package["source"] for package in fetched}) == 1
    assert not [package["name"] for package in fetched if not re.fullmatch(r"[0-9a-f]{64}", package.get("checksum", ""))]


def test_cargo_packages_are_named_with_exact_versions() -> None:
    manifests = [path for path in checkout.files() if path.name == "Cargo.toml"]
    tables = [tomllib.loads(checkout.text(path)) for path in manifests]
    named = [table.get(kind, {}) for table in tables for kind in ("dependencies", "dev-dependencies", "build-dependencies")]
    wanted = {name: entry if isinstance(entry, str) else entry.get("version", "=0.0.0") for each in named for name, entry in each.items()}
    assert len(wanted) > 5
    assert not {name: version for name, version in wanted.items() if not re.fullmatch(r"=\d+\.\d+\.\d+", version)}


def test_the_npm_lock_has_digests_and_no_addresses() -> None:
    packages = json.loads((checkout.ROOT / "package-lock.json").read_text())["packages"]
    installed = {path: entry for path, entry in packages.items() if path}
    assert len(installed) > 20
    assert not [path for path, entry in installed.items() if "resolved" in entry]
    assert not [path for path, entry in installed.items() if not entry.get("integrity", "").startswith("sha512-")]


def test_the_python_locks_have_digests_and_no_addresses() -> None:
    for lock in ("runtime", "dev"):
        content = (checkout.ROOT / "requirements" / f"{lock}.txt").read_text()
        pinned = re.findall(r"^[A-Za-z0-9][^=\s]*==[^\s;]+[^\n]*\\\n    --hash=sha256:", content, re.MULTILINE)
        assert len(pinned) > 20
        assert len(pinned) == len(re.findall(r"^[A-Za-z0-9]", content, re.MULTILINE))
        assert not re.search(r"://|^-", content, re.MULTILINE)


def test_npm_packages_are_named_with_exact_versions() -> None:
    manifest = json.loads((checkout.ROOT / "package.json").read_text())
    versions = manifest["dependencies"] | manifest["devDependencies"]
    assert not {package: version for package, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)}


def test_no_work_is_left_undone_in_code() -> None:
    assert not checkout.offenders(checkout.code(), UNDONE)


def test_no_test_is_switched_off() -> None:
    assert not checkout.offenders(checkout.below("tests", "web", suffix=".ts") + checkout.below("tests", suffix=".py"), NOT_RUN)
    assert not checkout.offenders(checkout.below("crates", "fuzz", suffix=".rs"), NOT_RUN_RUST)


def test_every_file_of_code_fits_in_a_head() -> None:
    lengths = {checkout.name(path): len(checkout.text(path).splitlines()) for path in checkout.code()}
    assert not {name: lines for name, lines in lengths.items() if lines > LINES_MAX}


def test_every_python_package_says_in_a_sentence_what_it_is() -> None:
    packages = [path for path in checkout.below("src", suffix=".py") if path.name == "__init__.py"]
    assert len(packages) >= 8
    assert not [checkout.name(path) for path in packages if not checkout.text(path).lstrip().startswith(('"""', 'r"""'))]


def test_nothing_is_tracked_that_is_large_or_no_text() -> None:
    """What a crash or a build leaves behind holds whatever was in memory; pictures and sounds would be made by a script."""
    found = {checkout.name(path): path.read_bytes() for path in checkout.files()}
    assert not [name for name, data in found.items() if len(data) > BYTES_MAX or b"\0" in data]
