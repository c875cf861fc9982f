"""Two tenants that mean harm, an honest one, and what the operator does about them on a real API server."""
