"""The memory of a run in a store that several routers share: Valkey or Redis."""
