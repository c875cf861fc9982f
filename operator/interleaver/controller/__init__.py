"""The operator's shell: the only half that knows Kubernetes. It observes, asks the core, writes and applies."""
