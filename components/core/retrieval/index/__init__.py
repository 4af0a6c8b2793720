"""The index of chunks: Milvus, embedded or on a server."""
