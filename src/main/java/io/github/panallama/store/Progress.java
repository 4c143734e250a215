package io.github.panallama.store;

import java.util.OptionalLong;

/// Hears how far a download is. It is called on the downloading thread, many times a second, and must return quickly.
@FunctionalInterface
public interface Progress {
    /// Listens to nothing.
    Progress NONE = (_, _, _) -> {};

    /// So much has arrived.
    ///
    /// @param file the file's name
    /// @param received the bytes that are there, those of an earlier attempt included
    /// @param total the file's size, empty while it is not known
    void update(String file, long received, OptionalLong total);
}
