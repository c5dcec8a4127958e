"""What nova-billing put into OpenStack services, under the names by which their configurations know it."""
