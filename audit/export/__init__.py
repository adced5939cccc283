"""Files that are verified without the database: a copy of the whole log, and the proof of one event."""

from audit.export.proofs import NoProof, as_file, proof_of, record_proof
from audit.export.reading import NoExport, verify_export
from audit.export.writing import FolderNotEmpty, export_log

__all__ = [
    "FolderNotEmpty",
    "NoExport",
    "NoProof",
    "as_file",
    "export_log",
    "proof_of",
    "record_proof",
    "verify_export",
]
