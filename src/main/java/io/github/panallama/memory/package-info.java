/// What a model needs of memory, and what there is.
package io.github.panallama.memory;
