"""The vocabulary that all layers share. This module imports nothing, so that each program loads only its own half."""
