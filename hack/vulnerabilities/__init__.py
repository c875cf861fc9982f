"""Whether what is in the images is known to be vulnerable: `make vulnerabilities`."""
