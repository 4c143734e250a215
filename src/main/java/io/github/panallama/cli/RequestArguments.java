package io.github.panallama.cli;

import io.github.panallama.completion.CompletionOptions;
import picocli.CommandLine.Mixin;

/// What is asked for: the answer's bounds and form, and how its tokens are chosen.
final class RequestArguments {
    @Mixin
    AnswerArguments answer = new AnswerArguments();

    @Mixin
    SamplingArguments sampling = new SamplingArguments();

    @Mixin
    ChainArguments chain = new ChainArguments();

    /// {@return the options, where they were given, over others}
    ///
    /// @param base what holds where none was given
    CompletionOptions over(CompletionOptions base) {
        return answer.over(base).withSampling(chain.over(sampling.over(base.sampling())));
    }
}
