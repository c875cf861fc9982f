"""What is done to the cluster: objects applied and deleted, pods touched, records kept, events posted."""
