"""Lists the models that an endpoint serves, with context lengths and prices."""
