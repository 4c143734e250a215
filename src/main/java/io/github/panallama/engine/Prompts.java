package io.github.panallama.engine;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.ffi.gen.pan_model_facts;
import io.github.panallama.ffi.gen.panallama_h;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes prompts: from text, from tokens, around a gap, from a chat. Used on the tokenizer's thread only.
final class Prompts implements AutoCloseable {
    private final Vocabulary vocabulary;
    private final MemorySegment facts;
    private final Model model;
    private @Nullable ChatTemplate template;

    /// @param model whose prompts they are
    /// @param vocabulary the model's
    Prompts(Model model, Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.facts = model.facts();
        this.model = model;
    }

    Prompt of(String text, boolean parseSpecial) {
        var tokens = vocabulary.tokenize(text, true, parseSpecial);
        return new Prompt(tokens, text, vocabulary.addsBos() ? leadingBos(tokens) : 0);
    }

    /// A text that may go on: with BOS if the model wants one, and never with the token for its end.
    Prompt unended(String text, boolean parseSpecial) {
        int bos = vocabulary.addsBos() ? pan_model_facts.token_bos(facts) : -1;
        var tokens = IntStream.concat(IntStream.of(bos), IntStream.of(vocabulary.tokenize(text, false, parseSpecial)));
        return new Prompt(tokens.filter(id -> id >= 0).toArray(), text, bos >= 0 ? 1 : 0);
    }

    /// Tokens are taken as they are: nothing is added.
    Prompt of(int[] tokens) {
        for (int token : tokens) {
            vocabulary.check(token);
        }
        int bos = leadingBos(tokens);
        var text = vocabulary.detokenize(Arrays.copyOfRange(tokens, bos, tokens.length));
        return new Prompt(tokens.clone(), text, bos);
    }

    private int leadingBos(int[] tokens) {
        return tokens.length > 0 && tokens[0] == pan_model_facts.token_bos(facts) ? 1 : 0;
    }

    /// A text with a gap, in the order in which models are trained to fill it: prefix, suffix, middle.
    Prompt around(String prefix, String suffix) {
        int pre = pan_model_facts.token_fim_prefix(facts);
        int suf = pan_model_facts.token_fim_suffix(facts);
        int mid = pan_model_facts.token_fim_middle(facts);
        if (pre < 0 || suf < 0 || mid < 0) {
            throw new IllegalArgumentException(
                    "this model has no fill-in-the-middle tokens (prefix, suffix, middle): use a model trained for it, or a prompt without suffix");
        }
        int bos = vocabulary.addsBos() ? pan_model_facts.token_bos(facts) : -1;
        var tokens = IntStream.of(bos, pre);
        tokens = IntStream.concat(tokens, IntStream.of(vocabulary.tokenize(prefix, false, false)));
        tokens = IntStream.concat(tokens, IntStream.of(suf));
        tokens = IntStream.concat(tokens, IntStream.of(vocabulary.tokenize(suffix, false, false)));
        tokens = IntStream.concat(tokens, IntStream.of(mid));
        return new Prompt(tokens.filter(id -> id >= 0).toArray(), prefix, bos >= 0 ? 1 : 0);
    }

    /// A chat, and what its template asks of the reply.
    RenderedChat render(List<Message> messages, ChatOptions options) {
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a chat needs at least one message");
        }
        return template().render(messages, options);
    }

    /// A chat as a prompt.
    ///
    /// @param resumed whether it continues a conversation: see [ChatForm#resumed()]
    Prompt of(RenderedChat chat, boolean resumed) {
        var spoken = new HashSet<Integer>();
        for (var text : chat.spoken()) {
            var tokens = vocabulary.tokenize(text, false, true);
            if (tokens.length == 1) {
                spoken.add(tokens[0]);
            }
        }
        return new Prompt(vocabulary.tokenize(chat.parts()), "", 0, new ChatForm(chat.ends(), spoken, resumed));
    }

    private ChatTemplate template() {
        var parsed = template;
        if (parsed == null) {
            if (model.text(panallama_h.PAN_TEXT_CHAT_TEMPLATE()).isEmpty()) {
                throw new IllegalStateException("this model has no chat template: use complete instead of chat");
            }
            parsed = ChatTemplate.of(model);
            template = parsed;
        }
        return parsed;
    }

    @Override
    public void close() {
        if (template != null) {
            template.close();
        }
    }
}
