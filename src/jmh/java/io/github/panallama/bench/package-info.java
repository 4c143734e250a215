/// Benchmarks of the library from outside, and what all benchmarks share. Those of a part that is not exported stand in
/// its package.
package io.github.panallama.bench;
