"""The walks: through which files one merged request and one look of the operator go, traced in this process."""
