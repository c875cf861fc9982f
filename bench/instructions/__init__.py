"""The gate on instructions per request: a change that makes the router dearer says so."""
