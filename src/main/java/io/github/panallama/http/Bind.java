package io.github.panallama.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Where the endpoint listens.
///
/// @param host a name or an address of this machine
/// @param port 0..65535; 0 = any free one
/// @param insecure whether anything but loopback may be listened on without an API key
public record Bind(String host, int port, boolean insecure) {
    /// This machine only, any free port.
    public static final Bind DEFAULT = new Bind("127.0.0.1", 0, false);

    /// Checks the ranges.
    public Bind {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty: use 127.0.0.1 for this machine only");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is %d, must be 0..65535".formatted(port));
        }
    }

    /// {@return the address to listen on}
    ///
    /// @throws IllegalArgumentException if the host is not known
    InetSocketAddress address() {
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("host %s is not known: use an address of this machine".formatted(host));
        }
        return address;
    }

    /// {@return whether only this machine can reach it}
    static boolean isLocal(InetAddress address) {
        return address.isLoopbackAddress();
    }

    /// {@return a copy with another host}
    ///
    /// @param host see the component
    public Bind withHost(String host) {
        return new Bind(host, port, insecure);
    }

    /// {@return a copy with another port}
    ///
    /// @param port see the component
    public Bind withPort(int port) {
        return new Bind(host, port, insecure);
    }

    /// {@return a copy that may or may not listen to others without an API key}
    ///
    /// @param insecure see the component
    public Bind withInsecure(boolean insecure) {
        return new Bind(host, port, insecure);
    }
}
