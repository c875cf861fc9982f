"""A run as one page of HTML that needs nothing else: no script, no request, both themes, and paper."""
