"""Stock tools run kernels in the sandbox, by the provisioner of this project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from courses import code, notebook
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient

pytestmark = pytest.mark.require("bwrap")


def test_a_kernel_in_the_sandbox_sees_its_folder_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "tensorlab-sandbox")
    monkeypatch.setattr(KernelProvisionerFactory, "_instance", None)  # it has read the name once
    (tmp_path / "data.txt").write_text("seen", encoding="utf-8")
    book = notebook(
        code("print(open('data.txt').read())"),
        code("open('new.txt', 'w')"),
        code("import socket\nsocket.create_connection(('1.1.1.1', 53), 2)"),
        code(f"import os\nprint(os.path.exists({str(tmp_path)!r}), os.getpid() < 20)"),
    )
    client = NotebookClient(
        book,
        kernel_name="python3",
        timeout=60,
        allow_errors=True,
        resources={"metadata": {"path": str(tmp_path)}},
        shutdown_kernel="immediate",
    )
    client.execute()
    outputs: list[Any] = [cell.outputs for cell in book.cells]
    assert outputs[0][0].text == "seen\n"
    assert outputs[1][0].ename == "OSError"
    assert outputs[2][0].ename == "OSError"
    assert outputs[3][0].text == "False True\n"
    assert list(tmp_path.iterdir()) == [tmp_path / "data.txt"]
    nbformat.validate(book)
