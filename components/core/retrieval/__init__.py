"""Retrieval, the R of RAG: documents, their chunks, the searches through them, and the reasons for a score."""
