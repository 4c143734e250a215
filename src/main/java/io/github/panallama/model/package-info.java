/// How a model is loaded ([ModelOptions]) and what it says about itself ([ModelInfo]).
///
/// ```java
/// var options = ModelOptions.DEFAULT.withContextSize(4096).withParallel(4);
/// ```
package io.github.panallama.model;
