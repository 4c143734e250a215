package io.github.panallama.isolation;

import io.github.panallama.engine.Engine;
import io.github.panallama.ffi.StandardOutput;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;

/// The worker process: loads the model that it is told to, does what it is told, and ends when nobody speaks any more,
/// whatever still runs.
public final class WorkerMain {
    private WorkerMain() {}

    /// Started by [Worker].
    ///
    /// @param arguments none
    public static void main(String[] arguments) throws IOException {
        var in = new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
        var voice = new Voice(new DataOutputStream(new BufferedOutputStream(StandardOutput.take())));
        System.setOut(System.err);
        try {
            if (Wire.read(in, ToWorker.class) instanceof ToWorker.Load order) {
                serve(order, in, voice);
            }
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void serve(ToWorker.Load order, DataInputStream in, Voice voice) throws IOException {
        Engine engine;
        try {
            engine = Engine.load(order.file(), order.options());
        } catch (RuntimeException | Error e) { // the parent tells the caller; a half loaded library is of no use
            voice.failed(order.id(), e);
            return;
        }
        voice.value(order.id(), engine.info());
        var session = new Session(engine, voice);
        ToWorker next;
        while ((next = Wire.read(in, ToWorker.class)) != null) {
            session.hear(next);
        }
    }
}
