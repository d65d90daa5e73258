"""Uploaded files: in memory alone, and no more of them than a letter needs."""

from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from letters.text.word.package import MAX_FILE


def files_of(*sizes):
    data = {f"file{at}": SimpleUploadedFile(f"{at}.docx", b"x" * size) for at, size in enumerate(sizes)}
    return list(RequestFactory().post("/", {**data, "title": "Boats"}).FILES.values())


def test_a_file_of_the_limit_s_size_is_held_whole_and_on_no_disk():
    (file,) = files_of(MAX_FILE)
    assert len(file.read()) == file.size == MAX_FILE
    assert not hasattr(file, "temporary_file_path")


def test_of_a_larger_file_the_size_is_known_and_nothing_is_held():
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a", b"x" * (MAX_FILE + 1)), "title": "Boats"})
    file = request.FILES["file"]
    assert SimpleNamespace(size=file.size, data=file.read()) == SimpleNamespace(size=MAX_FILE + 1, data=b"")
    assert request.POST["title"] == "Boats", "what stands after the file is read"


def test_the_files_of_one_request_share_the_room():
    sizes = [len(file.read()) for file in files_of(MAX_FILE - 10, 11, 10, 1)]
    assert sizes == [MAX_FILE - 10, 0, 10, 0]
