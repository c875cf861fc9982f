"""The console: the lab's results, running models and live experiments as pages in a browser. It changes nothing."""
