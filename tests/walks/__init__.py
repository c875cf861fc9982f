"""The walks: through which files one merged request, one vote and one look go, traced in this process."""
