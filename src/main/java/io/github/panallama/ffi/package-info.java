/// The boundary: pointers with an owner, checked results, text across, the native log.
package io.github.panallama.ffi;
