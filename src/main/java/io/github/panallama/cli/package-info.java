/// The command line `scripts/llama`: [Main], one class per command, the options they share as mixins.
///
/// Commands get a [Console] and say everything through it; what goes wrong leaves them as an exception, and [Failure]
/// turns that into one line and an exit status.
package io.github.panallama.cli;
