"""The lab against real servers, engines and browsers."""
