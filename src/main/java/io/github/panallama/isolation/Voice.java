package io.github.panallama.isolation;

import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/// What the worker says, one frame after the other.
final class Voice {
    private final DataOutputStream out;
    private final ReentrantLock lock = new ReentrantLock();

    Voice(DataOutputStream out) {
        this.out = out;
    }

    void value(long id, Object value) {
        say(new FromWorker.Value(id, Wire.tree(value)));
    }

    void failed(long id, Throwable thrown) {
        say(new FromWorker.Failed(id, Failure.of(thrown)));
    }

    void say(FromWorker message) {
        var frame = Wire.bytes(message);
        lock.lock();
        try {
            Wire.write(out, frame);
            out.flush();
        } catch (IOException e) { // nobody listens: there is nothing left to work for
            Runtime.getRuntime().halt(0);
        } finally {
            lock.unlock();
        }
    }
}
