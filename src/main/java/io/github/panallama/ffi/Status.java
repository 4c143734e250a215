package io.github.panallama.ffi;

import io.github.panallama.error.DecodeException;
import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.LlamaException;
import io.github.panallama.ffi.gen.panallama_h;

/// The one funnel from a C status to a Java exception.
public final class Status {
    private Status() {}

    /// {@return the result of a call that went well}
    ///
    /// @param rc what the call returned: a status of the shim
    /// @param what what was being done, as in "tokenizing"
    /// @throws LlamaException if it failed
    /// @throws IllegalArgumentException if the shim refused the arguments
    public static int check(int rc, String what) {
        if (rc >= 0) {
            return rc;
        }
        throw exception(rc, what);
    }

    /// {@return the exception for a failed call}
    ///
    /// @param rc what the call returned, negative
    /// @param what what was being done
    public static RuntimeException exception(int rc, String what) {
        return exception(rc, what, lastError());
    }

    /// {@return the exception for a failure that a call has reported}
    ///
    /// @param rc its status, negative
    /// @param what what was being done
    /// @param reason in the shim's words
    public static RuntimeException exception(int rc, String what, String reason) {
        var message = what + ": " + reason;
        if (rc == panallama_h.PAN_E_NOMEM()) {
            return new InsufficientMemoryException(message + ": free memory or use a smaller model or context size");
        }
        if (rc == panallama_h.PAN_E_ARG()) {
            return new IllegalArgumentException(message);
        }
        return new DecodeException(message);
    }

    /// {@return why the last call on this thread failed}
    public static String lastError() {
        return Strings.cText(panallama_h.pan_last_error());
    }
}
