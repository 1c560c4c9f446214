"""What dashboards draw and can't read from segments."""
