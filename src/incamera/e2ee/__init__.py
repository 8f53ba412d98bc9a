"""What members of a call compute and the server cannot: labels, envelopes, policies, credentials, SFrame."""
