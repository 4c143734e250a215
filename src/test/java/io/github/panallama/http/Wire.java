package io.github.panallama.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A client that sends what it is told, byte by byte, and reads answers one by one.
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    Wire(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A response.
    ///
    /// @param head status line and headers, in lower case
    /// @param body decoded
    record Response(String head, String body) {
        int status() {
            return Integer.parseInt(head.substring(9, 12));
        }

        String header(String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("");
        }
    }

    Socket socket() {
        return socket;
    }

    /// Sends lines as they are, with the ends that HTTP wants.
    Wire send(String text) {
        return sendBytes(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    Wire sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Wire get(String path) {
        return send("GET %s HTTP/1.1\nhost: here\n\n".formatted(path));
    }

    Wire post(String path, String body) {
        return send("POST %s HTTP/1.1\ncontent-length: %d\n\n".formatted(path, body.length()) + body);
    }

    Response read() {
        return read(true);
    }

    /// @param withBody whether one follows, which is not so after HEAD
    Response read(boolean withBody) {
        var head = head();
        var plain = new Response(head, "");
        if (!withBody || plain.status() == 100 || plain.status() == 204) {
            return plain;
        }
        if (plain.header("transfer-encoding").equals("chunked")) {
            return new Response(head, chunks());
        }
        var length = plain.header("content-length");
        return new Response(head, length.isEmpty() ? rest() : bytes(Integer.parseInt(length)));
    }

    String head() {
        var head = new StringBuilder();
        for (var line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return head.toString().toLowerCase(Locale.ROOT);
    }

    /// {@return the next chunk; empty for the last}
    String chunk() {
        var chunk = bytes(Integer.parseInt(line(), 16));
        line();
        return chunk;
    }

    private String chunks() {
        var all = new StringBuilder();
        for (var chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
            all.append(chunk);
        }
        return all.toString();
    }

    private String line() {
        var line = new ByteArrayOutputStream();
        for (int b = next(); b != '\n'; b = next()) {
            if (b < 0) {
                throw new AssertionError("the connection ended after: " + line);
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private String bytes(int count) {
        try {
            return new String(in.readNBytes(count), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// {@return everything until the server closes}
    String rest() {
        try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int next() {
        try {
            return in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
