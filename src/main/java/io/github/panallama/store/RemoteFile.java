package io.github.panallama.store;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/// A file on a server, and what is known of it before it is fetched.
///
/// @param name its path in the repository
/// @param uri where it is
/// @param bytes its size
/// @param sha256 its SHA-256 in lower-case hexadecimal
record RemoteFile(String name, URI uri, OptionalLong bytes, Optional<String> sha256) {}
