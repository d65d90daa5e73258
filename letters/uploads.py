"""Uploaded files stay in memory: a confidential letter is never written to a disk on its way in."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from letters.text.word.package import MAX_FILE


class InMemory(FileUploadHandler):
    """Holds the files of one request, MAX_FILE bytes of them in all; of more it keeps the size alone.

    A file that was not kept has its true `size` and no content, so that a form can say how large it was.
    """

    def __init__(self, request=None):
        super().__init__(request)
        self.room = MAX_FILE

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.pieces, self.held = [], 0

    def receive_data_chunk(self, raw_data, start):
        self.held += len(raw_data)
        if self.held <= self.room:
            self.pieces.append(raw_data)
        else:
            self.pieces.clear()

    def file_complete(self, file_size):
        content = BytesIO(b"".join(self.pieces))
        self.room -= len(content.getbuffer())
        self.pieces = []
        return InMemoryUploadedFile(
            content, self.field_name, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )
