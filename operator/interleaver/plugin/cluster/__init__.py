"""The API server as a person's kubeconfig leads to it."""
