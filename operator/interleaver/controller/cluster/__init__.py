"""The cluster: the gateway to the API server, the kinds of objects, and what live objects and answers say."""
