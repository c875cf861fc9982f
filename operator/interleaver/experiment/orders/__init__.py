"""What people order: by the spec, which may have to be refused, and by annotations."""
