"""The index of chunks: Milvus, embedded in the process or on a server."""
