"""Photos of the simulation: a number each, few bytes, all different."""

import functools
import hashlib


@functools.cache
def photo(number: int) -> bytes:
    """Return the bytes of a photo."""
    return f"photo {number:06}".encode()


@functools.cache
def sidecar(number: int) -> bytes:
    """Return the bytes of an XMP file that says so many stars less than six."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        f'xmp:Rating="{number % 5 + 1}"/></rdf:RDF></x:xmpmeta><!-- {number} -->'
    ).encode()


@functools.cache
def checksum(data: bytes) -> bytes:
    """Return the SHA-1 of some bytes."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


@functools.cache
def name(data: bytes) -> str:
    """Return what stories call some bytes."""
    text = data.decode(errors="replace")
    return f"xmp {text.split()[-2]}" if text.startswith("<x:xmpmeta") else text.replace("photo 00", "#")
