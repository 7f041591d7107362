"""Served files: hashed names inside our modules, so that an upgrade reaches the browser whole."""

from pathlib import Path

from django.core.files.storage import FileSystemStorage

from crm.static_files import HashedFilesStorage


def collected(folder: Path, files: dict[str, str]) -> HashedFilesStorage:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    storage = HashedFilesStorage(location=str(folder), base_url="/static/")
    source = FileSystemStorage(location=str(folder))
    for _name, _hashed, processed in storage.post_process({n: (source, n) for n in files}):
        assert not isinstance(processed, Exception), processed
    return storage


def test_a_module_imports_its_parts_by_hashed_names(tmp_path):
    storage = collected(
        tmp_path,
        {
            "js/pop/pop.js": 'import { a } from "./cards.js";\nimport { b } from "../site.js";\n'
            'const later = () => import("./chat.js");\n',
            "js/pop/chat.js": "export const c = 3;\n",
            "js/pop/cards.js": "export const a = 1;\n",
            "js/site.js": "export const b = 2;\n",
        },
    )
    pop = (tmp_path / storage.stored_name("js/pop/pop.js")).read_text()
    assert '"./cards.js"' not in pop
    assert '"./chat.js"' not in pop
    for part in ("js/pop/cards.js", "js/pop/chat.js", "js/site.js"):
        assert Path(storage.stored_name(part)).name in pop


def test_a_changed_part_changes_the_name_of_the_whole(tmp_path):
    files = {"js/a.js": 'import { b } from "./b.js";\n', "js/b.js": "export const b = 1;\n"}
    before = collected(tmp_path / "before", files).stored_name("js/a.js")
    files["js/b.js"] = "export const b = 2;\n"
    assert collected(tmp_path / "after", files).stored_name("js/a.js") != before


def test_examples_in_the_comments_of_packages_are_left_alone(tmp_path):
    text = '// import htmx from "./htmx"\nwindow.x = 1;\n'
    storage = collected(tmp_path, {"vendor/x.js": text})
    assert (tmp_path / storage.stored_name("vendor/x.js")).read_text() == text
