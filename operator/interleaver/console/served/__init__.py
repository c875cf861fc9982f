"""What Streamlit runs. Its folder becomes a place to import from, so that nothing else may lie in it."""
