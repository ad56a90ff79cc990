"""What people type about clients."""
