package org.reckoner.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptersTest {

    static final String CLASS = "org.example.reckoner.TextFiles";

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void an_unknown_adapter_is_refused_with_those_that_are_known() {
        assertThatThrownBy(() -> Adapters.open("filse", Optional.empty(), AdapterSettings.of("archive", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("archive: there is no adapter 'filse'")
                .hasMessageContaining("files");
    }

    @Test
    void a_class_that_is_no_adapter_is_refused() {
        assertThatThrownBy(() ->
                        Adapters.open("java.lang.String", Optional.empty(), AdapterSettings.of("archive", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("is no org.reckoner.deliver.BillingSystem");
    }

    @Test
    void a_jar_that_is_not_there_is_named() {
        assertThatThrownBy(() -> Adapters.open(
                        CLASS, Optional.of(folder.resolve("x.jar")), AdapterSettings.of("archive", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("cannot read the adapter's jar")
                .hasMessageContaining("x.jar");
    }

    @Test
    void what_a_strangers_adapter_refuses_is_told() throws Exception {
        Path jar = jar(folder);

        assertThatThrownBy(() -> Adapters.open(CLASS, Optional.of(jar), AdapterSettings.of("text", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessage("text: 'folder' is missing");
    }

    @Test
    void a_class_may_be_named_as_artifice_named_it() throws Exception {
        AdapterSettings settings = AdapterSettings.of(
                "text", Map.of("folder", folder.resolve("out").toString()));

        BillingSystem opened = Adapters.open("org.example.reckoner:TextFiles", Optional.of(jar(folder)), settings);

        assertThat(opened.getClass().getName()).isEqualTo(CLASS);
    }

    @Test
    void a_folder_of_classes_will_do_as_well() throws Exception {
        jar(folder);
        AdapterSettings settings = AdapterSettings.of(
                "text", Map.of("folder", folder.resolve("out").toString()));

        BillingSystem opened = Adapters.open(CLASS, Optional.of(folder.resolve("classes")), settings);

        assertThat(opened.getClass().getName()).isEqualTo(CLASS);
    }

    @Test
    void a_file_that_is_no_jar_is_called_that() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.jar"), "none");

        assertThatThrownBy(() -> Adapters.open(CLASS, Optional.of(text), AdapterSettings.of("text", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageStartingWith("text: " + text + " is no jar: ");
    }

    @Test
    void an_interface_is_no_adapter() {
        String name = BillingSystem.class.getName();

        assertThatThrownBy(() -> Adapters.open(name, Optional.empty(), AdapterSettings.of("text", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessage("text: %s is an interface; name a class that implements all of %s".formatted(name, name));
    }

    @Test
    void an_abstract_class_is_no_adapter() throws Exception {
        compile("Odd", "public abstract class Odd implements org.reckoner.deliver.BillingSystem {}");

        assertRefused("text: Odd is abstract; name a class that implements all of " + BillingSystem.class.getName());
    }

    @Test
    void a_class_without_the_constructor_is_told_which_one_it_needs() throws Exception {
        compile("Odd", odd("Odd", ""));

        assertRefused("text: the class Odd is not public, or has no public constructor with AdapterSettings");
    }

    @Test
    void a_class_for_a_newer_java_is_called_that() throws Exception {
        compile("Odd", odd("Odd", ""));
        Path file = classes().resolve("Odd.class");
        byte[] bytes = Files.readAllBytes(file);
        bytes[7] = (byte) (44 + Runtime.version().feature() + 1); // the version of a class file; 45 is Java 1
        Files.write(file, bytes);

        assertRefused("text: the adapter Odd or a library of it is compiled for a newer Java than the %d "
                .formatted(Runtime.version().feature()));
    }

    @Test
    void a_static_initialiser_that_fails_is_told_with_its_reason() throws Exception {
        compile("Odd", odd("Odd", "static final int NUMBER = Integer.parseInt(\"six\");"));

        assertRefused("text: the adapter Odd failed as its class was initialised: java.lang.NumberFormatException");
    }

    @Test
    void a_library_that_the_jar_lacks_is_named_if_the_class_extends_it() throws Exception {
        compile("Library", "public class Library {}");
        compile("Odd", odd("Odd extends Library", ""));
        Files.delete(classes().resolve("Library.class"));

        assertRefused("text: the adapter Odd needs the class Library, which is not there; one jar must hold");
    }

    @Test
    void a_library_that_the_jar_lacks_is_named_if_the_constructor_uses_it() throws Exception {
        compile("Library", "public class Library {}");
        compile("Odd", odd("Odd", "public Odd(AdapterSettings settings) { new Library(); }"));
        Files.delete(classes().resolve("Library.class"));

        assertRefused("text: the adapter Odd needs the class Library, which is not there; one jar must hold");
    }

    @Test
    void a_library_of_another_version_is_called_unfit() throws Exception {
        compile("Library", "public class Library { public static void gone() {} }");
        compile("Odd", odd("Odd", "public Odd(AdapterSettings settings) { Library.gone(); }"));
        compile("Library", "public class Library {}");

        assertRefused("text: the adapter Odd does not fit together with this Reckoner or with a library");
    }

    private void assertRefused(String beginning) {
        assertThatThrownBy(() -> Adapters.open("Odd", Optional.of(classes()), AdapterSettings.of("text", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageStartingWith(beginning);
    }

    /// An adapter in the unnamed package that does nothing.
    private static String odd(String name, String more) {
        return """
                import java.util.*;
                import org.reckoner.core.time.BillingPeriod;
                import org.reckoner.deliver.*;

                public class %s implements BillingSystem {
                    %s
                    public Optional<Receipt> find(Outgoing document) { return Optional.empty(); }
                    public Receipt create(Outgoing document) { throw new UnsupportedOperationException(); }
                    public List<Receipt> documents(BillingPeriod period) { return List.of(); }
                }
                """.formatted(name, more);
    }

    private Path classes() {
        return folder.resolve("classes");
    }

    private void compile(String name, String source) throws IOException {
        compile(folder, name, source);
    }

    /// The class that strangers begin with, compiled as they would, in a jar of its own.
    static Path jar(Path folder) throws IOException {
        Path classes = compile(folder, "TextFiles", Files.readString(AdapterTemplateTest.CLASS));
        Path jar = folder.resolve("text-files.jar");
        String entry = CLASS.replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(entry));
            Files.copy(classes.resolve(entry), out);
        }
        return jar;
    }

    /// @return where the class is then
    private static Path compile(Path folder, String name, String text) throws IOException {
        Path source = Files.writeString(folder.resolve(name + ".java"), text);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<String> arguments = List.of(
                "-proc:none",
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(null, OutputStream.nullOutputStream(), System.err, arguments.toArray(String[]::new));
        assertThat(exit).isZero();
        return classes;
    }
}
