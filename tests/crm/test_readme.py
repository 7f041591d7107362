"""The tables of the README say what the code has, no more and no less; in both languages."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Read by `make run` alone, or by the libraries that reach the network.
ELSEWHERE = {"HOST", "TLS_KEY", "HTTPS_PROXY", "NO_PROXY", "SECRET_KEY"}
READERS = {"words", "commas", "secret", "str", "int", "bool", "path", "dj_db_url", "float"}


def settings_read():
    """The names that the settings ask the environment for."""
    sources = [(ROOT / name).read_text() for name in ("crm/settings.py", "crm/recordings.py")]
    tree = ast.parse("\n".join(sources))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            reader = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            of_env = not isinstance(node.func, ast.Attribute) or (
                isinstance(node.func.value, ast.Name) and node.func.value.id == "env"
            )
            if reader in READERS and of_env:
                names.add(node.args[0].value)
    return names


def section(text, heading):
    """What stands under a heading, up to the next of its kind or above."""
    level = heading.split()[0]
    found = re.search(rf"(?ms)^{re.escape(heading)}\n(.*?)(?=^#{{2,{len(level)}}} |\Z)", text)
    assert found, heading
    return found[1]


def first_column(text):
    """The names in backquotes of each row's first cell."""
    cells = re.findall(r"(?m)^\| (`[^|]*) \|", text)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize(
    ("file", "heading"), [("README.md", "## Settings"), ("README.zh-CN.md", "## 设置")]
)
def test_the_table_of_settings_is_complete(file, heading):
    names = first_column(section((ROOT / file).read_text(), heading))
    assert len(names) == len(set(names))
    assert set(names) == settings_read() | ELSEWHERE


@pytest.mark.parametrize(
    ("file", "heading"), [("README.md", "### Commands"), ("README.zh-CN.md", "### 命令")]
)
def test_the_table_of_commands_has_all_of_ours(file, heading):
    names = {name.split()[0] for name in first_column(section((ROOT / file).read_text(), heading))}
    ours = {path.stem for path in ROOT.glob("*/management/commands/[!_]*.py")}
    assert ours <= names


@pytest.mark.parametrize("file", ["README.md", "README.zh-CN.md"])
def test_links_within_lead_somewhere(file):
    texts = {name: (ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md")}

    def anchors(text):
        headings = re.findall(r"(?m)^#+ (.+)$", text)
        return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in headings}

    for target, anchor in re.findall(r"\]\(([\w.-]*)#([^)]+)\)", texts[file]):
        assert anchor in anchors(texts[target or file]), f"#{anchor}"


@pytest.mark.parametrize("file", ["README.md", "README.zh-CN.md"])
def test_every_file_that_is_named_is_there(file):
    text = (ROOT / file).read_text()
    for path in re.findall(r"deploy/[\w./-]+\.(?:example|py)\b", text):
        assert (ROOT / path).exists(), path


def test_the_table_of_contents_names_every_section():
    text = (ROOT / "README.md").read_text()
    before, _, rest = text.partition("\n## ")
    sections = re.findall(r"(?m)^## (.+)$", "## " + rest)
    for name in sections:
        anchor = re.sub(r"[^\w\- ]", "", name.lower()).replace(" ", "-")
        assert f"(#{anchor})" in before, name


def test_both_languages_install_upgrade_and_back_up_with_the_same_commands():
    def commands(file, heading):
        text = section((ROOT / file).read_text(), heading)
        return {
            re.sub(r"\s+#.*", "", line.strip())
            for block in re.findall(r"(?ms)^ *```sh\n(.*?)^ *```", text)
            for line in block.splitlines()
        }

    english, chinese = (
        commands("README.md", "## Production"),
        commands("README.zh-CN.md", "## 正式部署"),
    )
    plain = {
        line for line in english if "BACKUP.zip" not in line and line != "screenpop-crm backup"
    }
    assert len(plain) > 30
    assert plain <= chinese
