package io.github.panallama.http.server;

/// A path and who answers it.
///
/// @param method such as `POST`
/// @param path without query
/// @param errors how it spells errors
/// @param handler who answers
public record Route(String method, String path, ErrorShape errors, Handler handler) {}
