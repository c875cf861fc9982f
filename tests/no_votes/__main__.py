"""Write the page: `make no-votes`."""

from .page import PAGE, render

if __name__ == "__main__":
    PAGE.write_text(render())
