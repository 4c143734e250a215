/// The same engine in a worker JVM: what kills that process leaves this one alive.
///
/// The two speak in frames of JSON over the worker's standard input and output: [ToWorker] and [FromWorker] are all
/// that
/// can be said.
package io.github.panallama.isolation;
