"""A site is put into its folder, and nothing that lies there is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tensorlab_course.site.publishing import NotOurs, publish


def made(folder: Path, **files: str) -> Path:
    """A finished site, with these texts in it by the names of its pages."""
    folder.mkdir()
    for name, text in files.items():
        page = folder / name.replace("__", "/")
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".tensorlab-site"
    }


def test_a_site_goes_into_a_new_folder_and_over_itself(tmp_path: Path) -> None:
    out = tmp_path / "a" / "site"
    assert publish(made(tmp_path / "1", index="old", lessons__old="old"), out) == 2
    publish(made(tmp_path / "2", index="new", lessons__new="new"), out)
    assert texts(out) == {"index": "new", "lessons/new": "new"}


def test_what_somebody_put_beside_a_site_stays(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(made(tmp_path / "1", index="old", lessons__old="old"), out)
    (out / "CNAME").write_text("example.org")
    (out / "lessons" / "mine").write_text("mine")
    publish(made(tmp_path / "2", index="new"), out)
    assert texts(out) == {"index": "new", "CNAME": "example.org", "lessons/mine": "mine"}


def test_a_folder_that_leaves_the_site_goes_where_nothing_else_is_in_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(made(tmp_path / "1", index="old", lessons__old="old"), out)
    publish(made(tmp_path / "2", index="new"), out)
    assert not (out / "lessons").exists()


def test_a_folder_of_somebody_elses_is_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter").write_text("years of work")
    with pytest.raises(NotOurs, match="Nothing was touched"):
        publish(made(tmp_path / "1", index="new"), out)
    assert texts(out) == {"chapter": "years of work"}


@pytest.mark.parametrize("name", ["lessons", "lessons/new"])
def test_a_file_in_the_way_is_named_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(made(tmp_path / "1", index="old"), out)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    with pytest.raises(NotOurs, match="in its way"):
        publish(made(tmp_path / "2", index="new", lessons__new="new"), out)
    assert texts(out) == {"index": "old", name: "mine"}


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(NotOurs, match="is a file"):
        publish(made(tmp_path / "1", index="new"), tmp_path / "notes")


def test_a_list_that_names_files_elsewhere_removes_none_of_them(tmp_path: Path) -> None:
    out = tmp_path / "site"
    publish(made(tmp_path / "1", index="old"), out)
    (tmp_path / "mine").write_text("mine")
    (out / ".tensorlab-site").write_text(f"index\n../mine\n{tmp_path}/mine\n")
    publish(made(tmp_path / "2", index="new"), out)
    assert (tmp_path / "mine").read_text() == "mine"
