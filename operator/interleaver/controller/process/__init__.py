"""The process: start and stop, what kopf tells, the queue of visits and who works it off, the HTTP endpoints."""
