"""What is seen: live objects, what routers show, what Prometheus answers, what the API server would deny."""
