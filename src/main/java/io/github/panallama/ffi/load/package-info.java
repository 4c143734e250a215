/// Finds and loads the native library.
package io.github.panallama.ffi.load;
