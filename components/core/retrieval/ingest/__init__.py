"""Ingestion: documents are read from files, stored for their owners, and divided into chunks."""
