/// panallama beside llama.cpp's own tools, which run the very same libraries: what `scripts/bench.sh` runs.
///
/// [SideBySide] is where it begins. A [Duel] is a run of ours and a run of theirs that do the same work; [Ours] and
/// [Theirs] know the command lines; a [Result] is what many pairs of runs say about one [Figure]. Run by the JDK's
/// source launcher, with Jackson on the class path and nothing of panallama: it is measured from outside.
package io.github.panallama.bench.compare;
