"""Facts and intents in tables: one module per noun, plain functions over a `Session`.

Run them with `await store.read(fn, …)` and `await store.write(fn, …)`; a write's transaction is committed
before the call returns. Every row carries the workspace it belongs to, and every instant is aware UTC.
"""
