/// The protocols of the endpoint: what a request may say, what it means to the library, and how the answer is spelled.
///
/// [Protocols] has the routes. A body is read by [Fields], the library's answers become JSON in a class per protocol,
/// [Reply] sends them, whole or as events.
package io.github.panallama.http.protocol;
