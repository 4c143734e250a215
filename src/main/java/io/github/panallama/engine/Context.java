package io.github.panallama.engine;

import io.github.panallama.error.ContextFullException;
import io.github.panallama.error.DecodeException;
import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.LlamaException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.ffi.Handle;
import io.github.panallama.ffi.Status;
import io.github.panallama.ffi.gen.llama_context_params;
import io.github.panallama.ffi.gen.pan_context_sizes;
import io.github.panallama.ffi.gen.panallama_h;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvType;
import io.github.panallama.model.ModelOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// A llama_context: the KV cache of all slots, and the batch that is evaluated next. Used by the scheduler's thread
/// only,
/// except for [#abort].
///
/// The batch's arrays are allocated once, with the context: no native memory is allocated per token.
final class Context extends Handle {
    private static final VarHandle FLAG = ValueLayout.JAVA_INT.varHandle();

    /// Rows of logits that one call may keep, for texts that are scored.
    private static final int ROWS = 64;

    private final MemorySegment abortFlag;
    private final MemorySegment sizes;
    private final MemorySegment tokens;
    private final MemorySegment positions;
    private final MemorySegment sequences;
    private final MemorySegment outputs;
    private final boolean onGpu; // one thread launches the work, the others wait
    private int n;

    private Context(MemorySegment pointer, MemorySegment abortFlag, boolean onGpu) {
        super(pointer, panallama_h::pan_context_free);
        this.abortFlag = abortFlag;
        this.onGpu = onGpu;
        var arena = Arena.ofAuto(); // reachable as long as this object is
        sizes = arena.allocate(pan_context_sizes.layout());
        Status.check(panallama_h.pan_context_sizes_get(pointer(), sizes), "reading the context's sizes");
        int capacity = pan_context_sizes.n_batch(sizes);
        tokens = arena.allocate(ValueLayout.JAVA_INT, capacity);
        positions = arena.allocate(ValueLayout.JAVA_INT, capacity);
        sequences = arena.allocate(ValueLayout.JAVA_INT, capacity);
        outputs = arena.allocate(capacity);
    }

    /// Creates a context.
    ///
    /// @param model must outlive it
    /// @param contextSize tokens that one slot may use
    /// @param options parallel slots, threads, batches, KV cache
    static Context create(Model model, int contextSize, ModelOptions options) {
        var abortFlag = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);
        var compute = options.compute();
        int slots = options.parallel();
        try (var ta = Arena.ofConfined()) {
            var params = ta.allocate(llama_context_params.layout());
            Status.check(panallama_h.pan_context_defaults(params), "context defaults");
            llama_context_params.n_ctx(params, Math.multiplyExact(padded(contextSize), slots));
            llama_context_params.n_batch(params, Math.max(compute.batchSize(), slots));
            llama_context_params.n_ubatch(params, compute.ubatchSize());
            llama_context_params.n_seq_max(params, slots);
            // Rows that a call can keep: buffers for them are reserved at once, so not for a whole batch.
            llama_context_params.n_outputs_max(params, Math.max(ROWS, slots));
            llama_context_params.n_threads(params, Cores.threads(compute.threads()));
            llama_context_params.n_threads_batch(
                    params, Cores.threads(compute.threadsBatch() > 0 ? compute.threadsBatch() : compute.threads()));
            llama_context_params.type_k(params, type(options.kvCache().typeK()));
            llama_context_params.type_v(params, type(options.kvCache().typeV()));
            llama_context_params.flash_attn_type(
                    params, flashAttention(options.kvCache().flashAttention()));
            llama_context_params.kv_unified(
                    params, false); // a slot attends to its own part only: faster and repeatable
            var out = ta.allocate(panallama_h.C_POINTER);
            int rc = panallama_h.pan_context_new(model.pointer(), params, abortFlag, out);
            if (rc < 0) {
                throw failure(rc, contextSize, slots);
            }
            var context = new Context(
                    out.get(panallama_h.C_POINTER, 0), abortFlag, compute.gpuLayers() != 0 && Backend.hasGpu());
            context.apply(model);
            return context;
        } catch (ArithmeticException e) {
            throw new InsufficientMemoryException(
                    "a context of %,d x %,d tokens is too large: load with a smaller contextSize"
                            .formatted(slots, contextSize),
                    e);
        }
    }

    private static LlamaException failure(int rc, int contextSize, int slots) {
        var reason = Status.lastError();
        if (rc == panallama_h.PAN_E_NOMEM() || reason.contains("alloc")) {
            return new InsufficientMemoryException(
                    "cannot create a context of %,d x %,d tokens (%s): load with a smaller contextSize, fewer parallel slots or a smaller KV type"
                            .formatted(slots, contextSize, reason));
        }
        return new ModelLoadException(
                "no context can be created for this model with these options: %s".formatted(reason));
    }

    private void apply(Model model) {
        var scales = model.loraScales();
        if (scales.length > 0) {
            try (var ta = Arena.ofConfined()) {
                var in = ta.allocateFrom(ValueLayout.JAVA_FLOAT, scales);
                Status.check(
                        panallama_h.pan_lora_set(pointer(), model.loras(), in, scales.length), "applying the LoRAs");
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    /// llama.cpp's own granularity; done here so that every slot gets what was asked for.
    private static int padded(int contextSize) {
        return Math.multiplyExact(Math.ceilDiv(contextSize, 256), 256);
    }

    private static int type(KvType type) {
        return switch (type) {
            case F32 -> panallama_h.GGML_TYPE_F32();
            case F16 -> panallama_h.GGML_TYPE_F16();
            case BF16 -> panallama_h.GGML_TYPE_BF16();
            case Q8_0 -> panallama_h.GGML_TYPE_Q8_0();
            case Q5_1 -> panallama_h.GGML_TYPE_Q5_1();
            case Q5_0 -> panallama_h.GGML_TYPE_Q5_0();
            case Q4_1 -> panallama_h.GGML_TYPE_Q4_1();
            case Q4_0 -> panallama_h.GGML_TYPE_Q4_0();
            case IQ4_NL -> panallama_h.GGML_TYPE_IQ4_NL();
        };
    }

    private static int flashAttention(FlashAttention flashAttention) {
        return switch (flashAttention) {
            case AUTO -> panallama_h.LLAMA_FLASH_ATTN_TYPE_AUTO();
            case ON -> panallama_h.LLAMA_FLASH_ATTN_TYPE_ENABLED();
            case OFF -> panallama_h.LLAMA_FLASH_ATTN_TYPE_DISABLED();
        };
    }

    int batchSize() {
        return pan_context_sizes.n_batch(sizes);
    }

    /// {@return how many rows of logits a call can keep}
    int maxRows() {
        return pan_context_sizes.n_outputs_max(sizes);
    }

    int threads() {
        return pan_context_sizes.n_threads(sizes);
    }

    int threadsBatch() {
        return pan_context_sizes.n_threads_batch(sizes);
    }

    /// Begins a new batch.
    void begin() {
        n = 0;
    }

    /// Adds a token to the batch.
    ///
    /// @param token its id
    /// @param position where it stands in its sequence
    /// @param sequence the slot
    /// @param output whether its row of logits is wanted
    /// @return its index in the batch, and its row's
    int add(int token, int position, int sequence, boolean output) {
        tokens.setAtIndex(ValueLayout.JAVA_INT, n, token);
        positions.setAtIndex(ValueLayout.JAVA_INT, n, position);
        sequences.setAtIndex(ValueLayout.JAVA_INT, n, sequence);
        outputs.set(ValueLayout.JAVA_BYTE, n, (byte) (output ? 1 : 0));
        return n++;
    }

    /// Evaluates the batch.
    ///
    /// @return false when [#abort] stopped it
    /// @throws io.github.panallama.error.LlamaException if it failed: every sequence of the batch is lost
    boolean decode() {
        int taken = Turns.take(onGpu ? 1 : n > 1 ? threadsBatch() : threads());
        int rc;
        try {
            rc = panallama_h.pan_decode(pointer(), n, tokens, positions, sequences, outputs);
        } finally {
            Turns.give(taken);
        }
        if (rc == 1) {
            throw new ContextFullException(
                    "no room in the KV cache, which the engine should have known: please report");
        }
        return Status.check(rc, "evaluating tokens") != 2;
    }

    /// Makes a running and every later [#decode] stop, until [#resume]. Any thread may call it.
    void abort() {
        FLAG.setVolatile(abortFlag, 0L, 1);
    }

    /// Takes [#abort] back.
    void resume() {
        FLAG.setVolatile(abortFlag, 0L, 0);
    }

    /// Makes a sequence a copy of another.
    ///
    /// @return false if this kind of model cannot: nothing has changed
    boolean copy(int from, int to) {
        return Status.check(panallama_h.pan_seq_copy(pointer(), from, to), "copying a sequence") != 0;
    }

    /// Cuts a sequence.
    ///
    /// @return false if this kind of model cannot be cut there: nothing has changed
    boolean truncate(int sequence, int length) {
        return Status.check(panallama_h.pan_seq_truncate(pointer(), sequence, length), "cutting a sequence") != 0;
    }

    /// Empties a sequence.
    void clear(int sequence) {
        if (!truncate(sequence, 0)) {
            throw new DecodeException("llama.cpp cannot clear a sequence of this model: please report");
        }
    }
}
