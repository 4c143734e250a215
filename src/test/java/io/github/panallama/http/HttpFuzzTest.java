package io.github.panallama.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import tools.jackson.databind.json.JsonMapper;

/// Any bytes on a connection: what is a request in them is answered, never with a status of the server's own fault, and
/// the connection ends in time.
class HttpFuzzTest {
    private static final byte[] LAST =
            "\r\n\r\nGET /echo HTTP/1.1\r\nconnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration PATIENCE = Duration.ofMillis(50); // with what announces more than it brings
    private static final Queue<String> LOG = new ConcurrentLinkedQueue<>();
    private static final LlamaServer SERVER = start();

    private static LlamaServer start() {
        var echo = new Routes()
                .all().stream().filter(route -> route.path().equals("/echo")).toList();
        var bounds = Bounds.DEFAULT
                .withHead(PATIENCE)
                .withBody(PATIENCE)
                .withIdle(PATIENCE)
                .withDrain(Duration.ZERO);
        return LlamaServer.start(ServerOptions.DEFAULT.withBounds(bounds).withLog(LOG::add), echo);
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    @FuzzTest
    void send(byte[] bytes) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), SERVER.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().write(LAST);
            var answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(answers.isEmpty() || answers.startsWith("HTTP/1."), answers);
        } catch (SocketException closed) { // at something that is not worth reading to its end
        }
        for (var line = LOG.poll(); line != null; line = LOG.poll()) {
            var status = JsonMapper.shared().readTree(line).required("status").asInt();
            assertTrue(status < 500, line);
        }
    }
}
