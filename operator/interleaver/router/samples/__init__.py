"""Samples of live traffic as JSON lines, written by a thread of their own: no request ever waits for one."""
