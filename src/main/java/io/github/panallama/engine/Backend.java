package io.github.panallama.engine;

import io.github.panallama.error.NativeLibraryException;
import io.github.panallama.ffi.Abi;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.Strings;
import io.github.panallama.ffi.gen.pan_device;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.ffi.load.NativeLibrary;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// llama.cpp, started once per process.
public final class Backend {
    private static final int LOG_RING_BYTES = 256 * 1024;

    private static volatile int deviceCount;

    private Backend() {}

    /// Something that can compute.
    ///
    /// @param name as in `CPU` or `CUDA0`
    /// @param description the hardware's name
    /// @param kind what it is
    /// @param memoryFree bytes
    /// @param memoryTotal bytes
    public record Device(String name, String description, Kind kind, long memoryFree, long memoryTotal) {
        /// What a device is.
        public enum Kind {
            /// The processor.
            CPU,
            /// A graphics card with memory of its own.
            GPU,
            /// A graphics unit that shares the processor's memory.
            INTEGRATED_GPU,
            /// Anything else, used beside the processor.
            ACCELERATOR
        }
    }

    /// Loads the library and starts llama.cpp, once; a failure is not remembered, each caller gets its message.
    ///
    /// @throws NativeLibraryException if that is not possible
    public static void start() {
        if (deviceCount == 0) {
            synchronized (Backend.class) {
                if (deviceCount == 0) {
                    deviceCount = startUp();
                }
            }
        }
    }

    /// Begins with that on a thread of its own, and with binding what every completion calls: for a process that will
    /// need
    /// it as soon as it has read its arguments. A failure is left to whoever calls [#start].
    public static void startAhead() {
        var thread = new Thread(
                () -> {
                    try {
                        start();
                        Bindings.bind();
                    } catch (Throwable ignored) { // an Error too, such as access refused
                        return;
                    }
                },
                "panallama-start");
        thread.setDaemon(true);
        thread.start();
    }

    private static int startUp() {
        NativeLibrary.lookup();
        Abi.check();
        Status.check(panallama_h.pan_init(LOG_RING_BYTES), "starting the native library");
        loadModules(NativeLibrary.backendModules());
        int devices = panallama_h.pan_start();
        if (devices < 0) {
            throw new NativeLibraryException(
                    "no backend of the native library in %s fits this machine (%s): build it anew with scripts/native.sh"
                            .formatted(NativeLibrary.directory(), Status.lastError()));
        }
        return devices;
    }

    /// The best CPU module, and every other backend that loads: a GPU's module without its driver is no error.
    private static void loadModules(List<Path> modules) {
        try (var ta = Arena.ofConfined()) {
            modules.stream()
                    .filter(Backend::isCpu)
                    .max(Comparator.comparingInt(m -> panallama_h.pan_backend_score(Strings.cString(ta, m.toString()))))
                    .ifPresent(m -> Status.check(
                            panallama_h.pan_backend_load(Strings.cString(ta, m.toString())), "loading " + m));
            modules.stream()
                    .filter(m -> !isCpu(m))
                    .forEach(m -> panallama_h.pan_backend_load(Strings.cString(ta, m.toString())));
        }
    }

    private static boolean isCpu(Path module) {
        return module.getFileName().toString().contains("ggml-cpu");
    }

    /// {@return the devices that llama.cpp found, the processor among them}
    public static List<Device> devices() {
        start();
        int count = deviceCount;
        var devices = new ArrayList<Device>();
        try (var ta = Arena.ofConfined()) {
            var device = ta.allocate(pan_device.layout());
            for (int i = 0; i < count; i++) {
                Status.check(panallama_h.pan_device_at(i, device), "asking for device " + i);
                devices.add(new Device(
                        Strings.cText(pan_device.name(device)),
                        Strings.cText(pan_device.description(device)),
                        kind(pan_device.kind(device)),
                        pan_device.memory_free(device),
                        pan_device.memory_total(device)));
            }
        }
        return devices;
    }

    /// {@return whether layers can be put on a GPU}
    static boolean hasGpu() {
        return deviceCount > 1
                && devices().stream()
                        .anyMatch(d -> d.kind() == Device.Kind.GPU || d.kind() == Device.Kind.INTEGRATED_GPU);
    }

    private static Device.Kind kind(int type) {
        var kinds = Device.Kind.values();
        return type >= 0 && type < kinds.length ? kinds[type] : Device.Kind.ACCELERATOR;
    }

    /// {@return what was built: llama.cpp's version, tree, preset, compiler and flags}
    public static Map<String, String> buildInfo() {
        start();
        var info = new LinkedHashMap<String, String>();
        for (var line : Strings.cText(panallama_h.pan_build_info()).lines().toList()) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                info.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return info;
    }
}
