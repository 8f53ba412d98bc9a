"""SFrame, RFC 9605, with suite 5 and the key ids of spec/9-media.md."""
