/// How the next token is chosen: [Sampling] is what a caller sets, [Stage] one step of the chain that it
/// spells, [Grammar] what a text may look like, [Sampler] a step of one's own over the [Candidates].
///
/// Values only: [Sampling#chain()] is a pure method that can be read and tested without a model.
///
/// ```java
/// var warm = Sampling.DEFAULT.withTemperature(1.2f).withTopP(0.9f).withSeed(7);
/// var json = Sampling.GREEDY.plus(new Stage.Constrain(Grammar.json()));
/// ```
package io.github.panallama.sampling;
