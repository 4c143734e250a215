import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/// Writes the class files of a jar in the format of Java 8 where theirs is of Java 5 or before: they are the same classes,
/// but an AOT cache does not keep those, which have no stack maps.
///
/// `java CurrentClassFiles.java JAR…` puts each new jar in its old one's place.
final class CurrentClassFiles {
    private static final int JAVA_6 = 50;

    private CurrentClassFiles() {}

    public static void main(String[] jars) throws IOException {
        for (var name : jars) {
            var jar = Path.of(name);
            var made = jar.resolveSibling(jar.getFileName() + ".new");
            rewrite(jar, made);
            Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void rewrite(Path jar, Path made) throws IOException {
        try (var in = new JarFile(jar.toFile());
                var out = new JarOutputStream(Files.newOutputStream(made))) {
            var format = ClassFile.of(
                    ConstantPoolSharingOption.NEW_POOL,
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(hierarchy(in)));
            for (var entry : in.stream().toList()) {
                var bytes = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(entry.getName().endsWith(".class") ? current(format, bytes) : bytes);
                out.closeEntry();
            }
        }
    }

    /// Stack maps name what two classes have in common: the jar's own classes, then those of the JDK.
    private static ClassHierarchyResolver hierarchy(JarFile jar) {
        return ClassHierarchyResolver.ofResourceParsing((ClassDesc type) -> {
                    var descriptor = type.descriptorString();
                    var entry = jar.getEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
                    try {
                        return entry == null ? null : jar.getInputStream(entry);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .orElse(ClassHierarchyResolver.defaultResolver());
    }

    private static byte[] current(ClassFile format, byte[] bytes) {
        var model = format.parse(bytes);
        if (model.majorVersion() >= JAVA_6) {
            return bytes;
        }
        return format.transformClass(
                model,
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen((builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                }));
    }
}
