package io.github.panallama.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A web server of the plainest kind, because a proper one would not let a test lie: about lengths, by stopping in the
/// middle of a body, by never answering.
final class TestServer implements AutoCloseable {
    private final ServerSocket socket;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Answer> handler;

    /// What was asked; header names in lower case.
    record Request(String path, Map<String, String> headers) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }
    }

    /// What to answer: `sent` of the body's bytes are sent, then the connection ends, or stays silent.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, Map<String, String> headers, byte[] body, int declared, int sent, boolean silent) {
        static Answer of(int status, byte[] body) {
            return new Answer(status, Map.of(), body, body.length, body.length, false);
        }

        static Answer status(int status) {
            return of(status, new byte[0]);
        }

        Answer header(String name, String value) {
            var changed = new TreeMap<>(headers);
            changed.put(name, value);
            return new Answer(status, changed, body, declared, sent, silent);
        }

        Answer declaring(int length) {
            return new Answer(status, headers, body, length, sent, silent);
        }

        Answer cutAt(int length) {
            return new Answer(status, headers, body, declared, Math.min(length, body.length), silent);
        }

        Answer thenSilent() {
            return new Answer(status, headers, body, declared, sent, true);
        }
    }

    TestServer(Function<Request, Answer> handler) throws IOException {
        this.handler = handler;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /// The same server under a name that counts as another host.
    URI otherHost() {
        return URI.create("http://localhost:" + socket.getLocalPort());
    }

    List<Request> requests() {
        return requests;
    }

    void handle(Function<Request, Answer> next) {
        handler = next;
    }

    private void accept() {
        try {
            while (true) {
                var connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void serve(Socket connection) {
        try (connection;
                var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1))) {
            var first = in.readLine();
            if (first == null) {
                return;
            }
            var headers = new TreeMap<String, String>();
            for (String line; (line = in.readLine()) != null && !line.isEmpty(); ) {
                int colon = line.indexOf(':');
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
            var request = new Request(first.split(" ", 3)[1], headers);
            requests.add(request);
            answer(connection, handler.apply(request));
        } catch (IOException _) {
            // the client went away
        }
    }

    private static void answer(Socket connection, Answer answer) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + answer.status + " Whatever\r\nConnection: close\r\n");
        if (answer.declared >= 0) {
            head.append("Content-Length: ").append(answer.declared).append("\r\n");
        }
        answer.headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        var out = connection.getOutputStream();
        out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
        out.write(answer.body, 0, answer.sent);
        out.flush();
        if (answer.silent) {
            // until the client gives up
            int end = connection.getInputStream().read();
            assert end <= 0 : "nothing more was asked";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
