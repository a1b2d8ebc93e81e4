"""Every request, response and event on the wire: the source of OpenAPI and of the frontend's types."""
