/// The transport of the endpoint: connections, limits on them, routes, errors, access log and metrics.
///
/// Handlers see an [Exchange] and nothing of the server library.
package io.github.panallama.http.server;
