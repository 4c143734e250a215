package io.github.panallama.cli;

import io.github.panallama.completion.CompletionOptions;
import picocli.CommandLine.ArgGroup;

/// What is asked for: the answer's bounds and form, and how its tokens are chosen.
final class RequestArguments {
    @ArgGroup(validate = false, order = 1, heading = "%nLength, stops and form:%n")
    AnswerArguments answer = new AnswerArguments();

    @ArgGroup(validate = false, order = 2, heading = "%nSampling:%n")
    SamplingArguments sampling = new SamplingArguments();

    @ArgGroup(validate = false, order = 3, heading = "%nMore samplers, off unless set:%n")
    ChainArguments chain = new ChainArguments();

    /// {@return the options, where they were given, over others}
    ///
    /// @param base what holds where none was given
    CompletionOptions over(CompletionOptions base) {
        return answer.over(base).withSampling(chain.over(sampling.over(base.sampling())));
    }
}
