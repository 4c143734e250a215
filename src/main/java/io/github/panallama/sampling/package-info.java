/// How the next token is chosen: [Sampling] is what a caller sets, [Stage] one step of the chain that it spells.
///
/// Values only: [Sampling#chain()] is a pure method that can be read and tested without a model.
///
/// ```java
/// var warm = Sampling.DEFAULT.withTemperature(1.2f).withTopP(0.9f).withSeed(7);
/// ```
package io.github.panallama.sampling;
