package io.github.panallama.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client that does next to nothing, so that what is measured is the server: one connection, requests made
/// beforehand, answers read but not parsed.
final class LoopbackClient implements AutoCloseable {
    private static final String LENGTH = "\r\ncontent-length: ";

    private final byte[] buffer = new byte[64 << 10];
    private final Socket socket;
    private final InputStream in;

    LoopbackClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /// {@return what is sent}
    ///
    /// @param line such as `GET /health`
    static byte[] request(String line, String body) {
        return "%s HTTP/1.1\r\nhost: here\r\ncontent-type: application/json%s%d\r\n\r\n%s"
                .formatted(line, LENGTH, body.length(), body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// {@return how many bytes the answer has}
    int exchange(byte[] request) throws IOException {
        socket.getOutputStream().write(request);
        int size = 0;
        for (int end = Integer.MAX_VALUE; size < end; ) {
            int n = in.read(buffer, size, buffer.length - size);
            if (n < 0) {
                throw new IOException("the server closed the connection");
            }
            size += n;
            end = end(size);
        }
        return size;
    }

    /// {@return where the answer ends, as far as its head is there to tell}
    private int end(int size) throws IOException {
        var text = new String(buffer, 0, size, StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n") + 4;
        if (body < 4) {
            return Integer.MAX_VALUE;
        }
        if (!text.startsWith("HTTP/1.1 200 ")) {
            throw new IOException(text);
        }
        int length = text.indexOf(LENGTH) + LENGTH.length();
        return body + Integer.parseInt(text, length, text.indexOf("\r\n", length), 10);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
