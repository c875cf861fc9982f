"""What was counted: routers' texts read into counts, and the ledger and the store's memory that add them up."""
